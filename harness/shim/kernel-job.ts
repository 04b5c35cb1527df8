// A workload as a job of the kernel's shims: maps, programs as written, slot updates, test runs;
// `harness/shim/native/kernel.c` plays it, `kernel-slices.c` plays two of them in turn.
import {UserError} from '../../results/error.ts';
import {insnAt, insnCount, isWide, pseudo, writeInsn} from '../../jit/bpf/word/insn.ts';
import type {MapType, PlayedType} from '../../jit/program-kinds.ts';
import type {MapSpec, Program} from '../../jit/types.ts';
import type {Step, Workload} from '../../workloads/types.ts';
import {functionInfo, functionsBtf} from './subprogram-btf.ts';
import type {Field} from './job.ts';
import {encodeRecord, encodeRecords, label, watchdogFor} from './job.ts';
import {multipliesThroughSubprograms} from './multiplies.ts';
import {fromHex} from './words.ts';

/** Records of `harness/shim/native/kernel-play.h`. */
const ops = {
  needs: 1,
  map: 2,
  btf: 3,
  program: 4,
  update: 5,
  delete: 6,
  set: 7,
  socket: 8,
  run: 9,
  compare: 10,
} as const;
/** Numbers of include/uapi/linux/bpf.h. */
const mapTypes: Readonly<Record<MapType, number>> = {
  hash: 1,
  array: 2,
  prog_array: 3,
  perf_event_array: 4,
  percpu_hash: 5,
  percpu_array: 6,
  lru_hash: 9,
  lru_percpu_hash: 10,
  devmap: 14,
  sockmap: 15,
  cpumap: 16,
  xskmap: 17,
  sockhash: 18,
  cgroup_storage: 19,
  percpu_cgroup_storage: 21,
  devmap_hash: 25,
  ringbuf: 27,
};
const programTypes: Readonly<Record<PlayedType, number>> = {
  socket_filter: 1,
  sched_cls: 3,
  sched_act: 4,
  xdp: 6,
  cgroup_skb: 8,
  lwt_in: 10,
  lwt_out: 11,
  lwt_xmit: 12,
  flow_dissector: 22,
};

export interface KernelJobOptions {
  readonly workload: Workload;
  readonly repeat: number;
  /** Report the machine code as loaded, with all slots empty. */
  readonly dump?: boolean;
  /** With `dump`: continue after programs that the kernel refuses, and report its words. */
  readonly goOn?: boolean;
  /** Load everything and update slots, run nothing. */
  readonly emptyScenario?: boolean;
  readonly watchdogMs?: number;
}

/**
 * The job and the executions of the entry program in it. Throws a UserError for what a kernel job
 * cannot hold.
 */
export const prepareKernelJob = (
  options: KernelJobOptions,
): {readonly job: Uint8Array; readonly executions: number} => {
  const {workload, repeat} = options;
  if (repeat > 0xffff_ffff)
    throw new UserError(
      `A test run of the kernel cannot be repeated ${repeat} times.`,
      'Repeat at most 4294967295 times.',
    );
  const runs =
    options.emptyScenario === true ? 0 : workload.scenario.filter(({op}) => op === 'run').length;
  const executions = runs * repeat;
  const records = [...loadRecords(workload), ...scenarioRecords(options)];
  const job = encodeRecords(records, {
    sandbox: false,
    watchdogMs: options.watchdogMs ?? watchdogFor(executions, true),
    stack: {address: 0n, bytes: 0},
    dump: options.dump === true,
    goOn: options.goOn === true,
  });
  return {job, executions};
};

/** What a workload needs in the kernel before it can be played: maps and programs. */
export const loadRecords = (workload: Workload): readonly Uint8Array[] => [
  ...(multipliesThroughSubprograms(workload) ? [needsCountedByPointer] : []),
  ...workload.maps.map(mapRecord),
  ...workload.programs.flatMap((program) => programRecords(program, workload)),
];

/** The scenario with a repeat count for each run; its comparisons are those of one execution. */
export const slicedScenario = (
  workload: Workload,
  executions: readonly number[],
): readonly Uint8Array[] => {
  let run = 0;
  return workload.scenario.map((step) =>
    stepRecord(step, workload, step.op === 'run' ? executions[run++] : 1),
  );
};

/**
 * Since Linux 6.12 all frames of an entry share one counter; before, each call of a subprogram
 * continued with its own copy.
 */
const needsCountedByPointer = encodeRecord(ops.needs, [
  6,
  12,
  'subprograms that tail-call back to their caller twice never end in kernels before ' +
    '6.12, so this workload is not tried here',
]);

const mapRecord = (map: MapSpec): Uint8Array => {
  const initial = map.initial ?? new Uint8Array(0);
  return encodeRecord(ops.map, [
    mapTypes[map.type as MapType],
    map.keyBytes,
    map.valueBytes,
    map.maxEntries,
    objectName(map.name),
    map.readOnly === true ? 1 : 0,
    initial.length,
    initial,
  ]);
};

/** Object names of the kernel: up to 15 letters, digits, `_` and `.`, in a field of 16 bytes. */
const objectName = (name: string): Uint8Array => {
  const bytes = new Uint8Array(16);
  bytes.set(new TextEncoder().encode(name.replaceAll(/[^A-Za-z0-9_.]/g, '_').slice(0, 15)));
  return bytes;
};

const programRecords = (program: Program, workload: Workload): Uint8Array[] => {
  const insns = withMapNumbers(program, workload);
  const fields = (functions: Uint8Array): Field[] => [
    programTypes[program.type as PlayedType],
    objectName(program.name),
    insns.length,
    functions.length,
    insns,
    functions,
  ];
  if (program.functions.length < 2) return [encodeRecord(ops.program, fields(new Uint8Array(0)))];
  const btf = functionsBtf(program.functions.map(({name}) => identifier(name)));
  const functions = functionInfo(program.functions.map(({start}) => start));
  return [encodeRecord(ops.btf, [btf.length, btf]), encodeRecord(ops.program, fields(functions))];
};

/** BTF accepts C identifiers only. */
const identifier = (name: string): string =>
  name.replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^(?=[0-9])/, '_');

/** The instructions with references to maps of the workload instead of the program's own list. */
const withMapNumbers = (program: Program, workload: Workload): Uint8Array => {
  const insns = program.insns.slice();
  for (let at = 0; at < insnCount(insns); at++) {
    if (!isWide(insns, at)) continue;
    const insn = insnAt(insns, at);
    if (insn.src === pseudo.map || insn.src === pseudo.mapValue)
      writeInsn(insns, at, {...insn, imm: mapNumber(workload, program.maps[insn.imm].name)});
    at++;
  }
  return insns;
};

const scenarioRecords = (options: KernelJobOptions): Uint8Array[] => {
  const {workload, repeat} = options;
  return workload.scenario
    .filter(({op}) => options.emptyScenario !== true || (op !== 'run' && op !== 'expect'))
    .map((step) => stepRecord(step, workload, repeat));
};

const stepRecord = (step: Step, workload: Workload, repeat: number): Uint8Array => {
  switch (step.op) {
    case 'update':
      return encodeRecord(ops.update, [
        mapNumber(workload, step.map),
        step.key,
        programNumber(workload, step.program),
      ]);
    case 'delete':
      return encodeRecord(ops.delete, [
        mapNumber(workload, step.map),
        step.key,
        step.expect === 'ENOENT' ? 1 : 0,
      ]);
    case 'set':
      return setRecord(step, workload);
    case 'run':
      return runRecord(step, workload, repeat);
    case 'expect':
      return encodeRecord(ops.compare, [
        mapNumber(workload, step.map),
        step.key,
        step.offset ?? 0,
        Math.imul(step.perRepeat, repeat) >>> 0,
        label(`${step.map}[${step.key}]`),
      ]);
  }
};

/** In the kernel, a slot of an xskmap is filled with a socket. */
const setRecord = (step: Step & {op: 'set'}, workload: Workload): Uint8Array => {
  const number = mapNumber(workload, step.map);
  if (workload.maps[number].type === 'xskmap') return encodeRecord(ops.socket, [number, step.key]);
  const value = fromHex(step.value);
  return encodeRecord(ops.set, [number, step.key, step.offset ?? 0, value.length, value]);
};

const runRecord = (step: Step & {op: 'run'}, workload: Workload, repeat: number): Uint8Array => {
  const packet = fromHex(workload.packets[step.packet]);
  const output = fromHex(step.expect.output ?? '');
  const dissector = workload.type === 'flow_dissector';
  const context =
    dissector && (step.flags ?? 0) !== 0 ? keysWithFlags(step.flags ?? 0) : new Uint8Array(0);
  const name = `${label(step.label)}\0`;
  const labelBytes = Math.ceil(Buffer.byteLength(name) / 8) * 8;
  return encodeRecord(ops.run, [
    programNumber(workload, workload.entry),
    repeat,
    step.expect.retval === null ? 0 : 1,
    (step.expect.retval ?? 0) >>> 0,
    dissector ? 1 : 0,
    labelBytes,
    packet.length,
    context.length,
    output.length,
    label(step.label),
    packet,
    context,
    output,
  ]);
};

/** `struct bpf_flow_keys` with nothing but its flags, at offset 48 of 56 bytes. */
const keysWithFlags = (flags: number): Uint8Array => {
  const keys = new DataView(new ArrayBuffer(56));
  keys.setUint32(48, flags, true);
  return new Uint8Array(keys.buffer);
};

const mapNumber = (workload: Workload, name: string): number => numberIn(workload.maps, name);
const programNumber = (workload: Workload, name: string): number =>
  numberIn(workload.programs, name);

/** Unreachable: workloads are validated when loaded, so a missing name is our own mistake. */
const numberIn = (list: readonly {readonly name: string}[], name: string): number => {
  const index = list.findIndex((one) => one.name === name);
  if (index < 0) throw new Error(`the workload has no ${name}`);
  return index;
};
