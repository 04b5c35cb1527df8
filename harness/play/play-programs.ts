// Plays generated programs in the interpreter and, many in one process, as machine code; both must
// end the same way.
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {isaHas} from '../../jit/bpf/word/isa.ts';
import {linuxContextFields} from '../../jit/bpf/verify/context-fields.ts';
import {createWorld, interpret} from '../../jit/bpf/run/interpret.ts';
import type {InterpretOptions, Outcome} from '../../jit/bpf/run/interpret.ts';
import type {Program} from '../../jit/types.ts';
import type {Variant} from '../../jit/variants/variant.ts';
import type {Workload} from '../../workloads/types.ts';
import {troubleOf} from '../command/trouble.ts';
import type {Shim} from '../shim/build-shim.ts';
import {contextHeaderBytes, contextImage} from '../shim/context-layout.ts';
import type {JobRecord} from '../shim/job.ts';
import {encodeJob} from '../shim/job.ts';
import {stackArea} from '../shim/job-memory.ts';
import {imageRecords, prepareImage} from '../shim/prepare.ts';
import {describeResult} from '../shim/result.ts';
import {runShim} from '../shim/run-shim.ts';
import {slotsOf} from '../shim/slots.ts';
import {words} from '../shim/words.ts';
import {generatedMaps} from './generate.ts';
import type {Generated} from './generate.ts';

/** How a variant counts tail calls, in the interpreter's terms. */
export const countingOf = (
  variant: Variant,
): Pick<InterpretOptions, 'tailCallCounter' | 'countMisses'> => {
  const {isa, tailCallsInSubprograms} = variant.rules;
  if (isaHas(isa, 'v6.12')) return {tailCallCounter: 'shared', countMisses: false};
  return {
    tailCallCounter: tailCallsInSubprograms === 'allow-256' ? 'inherited' : 'fresh',
    countMisses: true,
  };
};

const packetBase = 0x1000_0000n;

/** The outcome in the interpreter: how the entry ends, and the packet afterwards. */
export const playInterpreted = (
  {programs, firstSlot, packet}: Generated,
  options: InterpretOptions,
): {readonly outcome: Outcome; readonly packet: Uint8Array} => {
  const bytes = packet.slice();
  const world = createWorld(programs[0].maps, [{name: 'packet', base: packetBase, bytes}]);
  programs
    .slice(1)
    .forEach((program, index) => world.maps.get('slots')?.programs.set(firstSlot + index, program));
  const context = {
    load: (offset: number) =>
      offset === 0 ? packetBase : offset === 4 ? packetBase + BigInt(bytes.length) : undefined,
  };
  return {outcome: interpret(programs[0], {...options, world, context}), packet: bytes};
};

export interface NativeOptions {
  readonly variant: Variant;
  readonly shim: Shim;
  /** Folder for the job file. */
  readonly folder: string;
  readonly slots: number;
  /** Default 20 s. */
  readonly watchdogMs?: number;
}

/** Why the variant's verifier refuses these programs, or null. */
export const refusalOf = (programs: readonly Program[], options: NativeOptions): string | null => {
  try {
    prepare(programs, options);
    return null;
  } catch (error) {
    const trouble = troubleOf(error);
    if (trouble === null) throw error;
    return trouble.message;
  }
};

const workloadOf = (programs: readonly Program[], slots: number): Workload => ({
  name: 'generated',
  purpose: 'random programs',
  type: 'xdp',
  maps: generatedMaps(slots),
  programs,
  entry: programs[0].name,
  packets: {packet: '00'.repeat(128)},
  scenario: [],
});

const prepare = (programs: readonly Program[], {variant, shim, slots}: NativeOptions) =>
  prepareImage({
    workload: workloadOf(programs, slots),
    variant,
    placement: {kind: 'pack-alloc', seed: 1},
    toRun: true,
    shim,
    driver: variant.driver,
  });

/** Hash of the code that these programs become. */
export const imageHashOf = (programs: readonly Program[], options: NativeOptions): string =>
  prepare(programs, options).image.hash;

export interface Expected {
  readonly generated: Generated;
  readonly value: bigint;
  readonly packet: Uint8Array;
}

/** `ok`, or what went wrong in the first run that did, with the seed in its name. */
export const playNative = async (
  list: readonly Expected[],
  options: NativeOptions,
): Promise<string> => {
  const programs = list.flatMap(({generated}) => generated.programs);
  const {image, memory, variant} = prepare(programs, options);
  const slots = slotsOf(image, programs, variant);
  const prog = memory.maps.get('slots');
  if (prog === undefined) throw new Error('the workload has lost its map');
  const data = memory.packet(128);
  const context = contextImage(
    linuxContextFields.xdp,
    {data, data_end: data + 128n},
    memory.context,
  );
  const records = list.flatMap(({generated, value, packet}): JobRecord[] => {
    const entry = image.programs.find(({name}) => name === generated.programs[0].name);
    const updates = generated.programs.slice(1).flatMap(({name}, index): JobRecord[] => {
      const key = generated.firstSlot + index;
      return [
        {
          op: 'store',
          address: prog.elements + BigInt(prog.stride * key),
          bytes: words([memory.programs.get(name) ?? 0n]),
        },
        ...slots.update('slots', key, name),
      ];
    });
    return [
      ...updates,
      {op: 'store', address: data, bytes: generated.packet},
      {op: 'store', address: memory.context - BigInt(contextHeaderBytes), bytes: context},
      {
        op: 'run',
        label: generated.programs[0].name,
        entry: entry?.compiled.functions[0].base ?? 0n,
        context: memory.context,
        repeat: 1,
        retval: value,
        output: {address: data, bytes: packet},
      },
    ];
  });
  const job = encodeJob([...imageRecords(image, memory), {op: 'start'}, ...records], {
    sandbox: true,
    watchdogMs: options.watchdogMs ?? 20_000,
    stack: stackArea,
  });
  // The name of a side with an external compiler is a command or a path.
  const path = join(options.folder, `${variant.name.replace(/[^\w.-]+/g, '_').slice(-60)}.job`);
  writeFileSync(path, job);
  const [result] = await runShim(options.shim, path);
  return result.runs.length === list.length || result.status !== 'ok'
    ? describeResult(result, image)
    : `only ${result.runs.length} of ${list.length} runs`;
};
