// Many XDP programs in one job, for tests: each gets its packet through data and data_end of R1,
// and its R0 is compared in full.
import {linuxContextFields} from '../../jit/bpf/verify/context-fields.ts';
import type {Image, Program} from '../../jit/types.ts';
import type {Workload} from '../../workloads/types.ts';
import type {Shim} from './build-shim.ts';
import {contextHeaderBytes, contextImage} from './context-layout.ts';
import type {JobRecord} from './job.ts';
import {encodeJob} from './job.ts';
import {stackArea} from './job-memory.ts';
import {imageRecords, prepareImage} from './prepare.ts';

export interface BatchCase {
  readonly program: Program;
  readonly packet: Uint8Array;
  /** All 64 bits of R0. */
  readonly result: bigint;
}

/** The programs have no maps; throws what the variant's verifier says. */
export const prepareBatch = (
  cases: readonly BatchCase[],
  variant: string,
  shim: Shim,
): {readonly job: Uint8Array; readonly image: Image} => {
  const workload: Workload = {
    name: 'batch',
    purpose: 'many programs in one process',
    type: 'xdp',
    maps: [],
    entry: '',
    scenario: [],
    programs: cases.map(({program}) => program),
    packets: Object.fromEntries(
      cases.map(({program, packet}) => [program.name, Buffer.from(packet).toString('hex')]),
    ),
  };
  const {image, memory} = prepareImage({
    workload,
    variant,
    placement: {kind: 'pack-alloc', seed: 1},
    shim,
  });
  const runs = cases.flatMap(({program, packet, result}, index): JobRecord[] => {
    const data = memory.packet(packet.length);
    const values = {data, data_end: data + BigInt(packet.length)};
    return [
      {op: 'store', address: data, bytes: packet},
      {
        op: 'store',
        address: memory.context - BigInt(contextHeaderBytes),
        bytes: contextImage(linuxContextFields.xdp, values, memory.context),
      },
      {
        op: 'run',
        label: program.name,
        entry: image.programs[index].compiled.functions[0].base,
        context: memory.context,
        repeat: 1,
        retval: BigInt.asUintN(64, result),
      },
    ];
  });
  const job = encodeJob([...imageRecords(image, memory), {op: 'start'}, ...runs], {
    sandbox: true,
    watchdogMs: 10_000,
    stack: stackArea,
  });
  return {job, image};
};
