// The job of the slices shim as bytes: a plan, two slots with their templates and memory, and the
// pairs. Layouts: `harness/shim/native/slices.c` and `copy.h`.
import type {Workload} from '../../workloads/types.ts';
import type {Field} from '../shim/job.ts';
import {encodeRecord, encodeRecords, label, recordFields} from '../shim/job.ts';
import {stackArea} from '../shim/job-memory.ts';
import type {Coin, Pair} from './copy-pairs.ts';
import {coins} from './copy-pairs.ts';
import {copyRegion} from './template.ts';
import type {Patch, ScriptRecord, Target, Template} from './template.ts';

// prettier-ignore
const ops = {
  segment: 1, store: 2, template: 3, function: 4, reference: 5, pointer: 6, script: 7, poke: 8,
  run: 9, compare: 10, pair: 11, plan: 12,
} as const;
const clocks = {best: 0, tsc: 1, thread: 2, counter: 3} as const;
const outside = -1n;

/** Maps and packets of the two slots: the same low 32 bits, so that caches treat them alike. */
export const slotMemory = [0x1_0000_0000n, 0x3_0000_0000n] as const;

/** What every pair of a process measures, and how. */
export interface SlicesPlan {
  readonly quads: number;
  readonly warmSlices: number;
  readonly clock: keyof typeof clocks;
  /** The event in place of time, with the clock `counter`. */
  readonly event?: {readonly type: number; readonly config: number};
  readonly watchdogMs: number;
  /**
   * For tests: the slot that this coin put second executes this fraction more, unknown to
   * everything else.
   */
  readonly handicap?: {readonly coin: Coin; readonly fraction: number};
}

export interface SlicesJob extends SlicesPlan {
  /** By slot: the side's name, its templates, and the executions per slice of each test run. */
  readonly slots: readonly [JobSlot, JobSlot];
  readonly pairs: readonly Pair[];
}

export interface JobSlot {
  readonly side: 'before' | 'after';
  readonly templates: readonly Template[];
  readonly executions: readonly number[];
}

export const encodeSlicesJob = (job: SlicesJob): Uint8Array =>
  encodeRecords(
    [
      planRecord(job, job.slots, copyRegion),
      ...job.slots.flatMap(({templates}) =>
        templates[0].memory.segments.map((segment) =>
          encodeRecord(ops.segment, recordFields(segment)),
        ),
      ),
      ...job.slots.flatMap(({templates, executions}, slot) =>
        templates.flatMap((template, number) => [
          encodeRecord(ops.template, [slot, number]),
          ...templateRecords(template, executions),
        ]),
      ),
      ...job.pairs.map(pairRecord),
    ],
    {sandbox: true, watchdogMs: job.watchdogMs, stack: stackArea},
  );

/** The plan, in the form that all slices shims read; `region`: where copies of images are. */
export const planRecord = (
  plan: SlicesPlan,
  slots: readonly {readonly side: string}[],
  region: {readonly start: bigint; readonly bytes: bigint},
): Uint8Array =>
  encodeRecord(ops.plan, [
    region.start,
    region.bytes,
    plan.quads,
    plan.warmSlices,
    clocks[plan.clock],
    Math.round((plan.handicap?.fraction ?? 0) * 1e6),
    plan.handicap === undefined ? 0 : coins[plan.handicap.coin],
    plan.event?.type ?? 0,
    plan.event?.config ?? 0,
    ...slots.map(({side}) => padded16(side)),
  ]);

const padded16 = (text: string): Uint8Array => {
  const bytes = new Uint8Array(16);
  bytes.set(new TextEncoder().encode(text).subarray(0, 15));
  return bytes;
};

const templateRecords = (template: Template, executions: readonly number[]): Uint8Array[] => {
  let run = 0;
  return [
    ...template.functions.map(({code}) => encodeRecord(ops.function, [code.length, code])),
    ...template.references.map(({function: index, offset, target}) =>
      encodeRecord(ops.reference, [index, offset, ...targetFields(target)]),
    ),
    ...template.memory.stores.map((store) => encodeRecord(ops.store, recordFields(store))),
    ...template.pointers.map((one) => encodeRecord(ops.pointer, [one.address, one.function])),
    encodeRecord(ops.script, []),
    ...template.script.map((record) =>
      scriptRecord(record, record.op === 'run' ? executions[run++] : 0),
    ),
  ];
};

const targetFields = ({function: index, addend}: Target): readonly Field[] => [
  index ?? outside,
  addend,
];

const scriptRecord = (record: ScriptRecord, executions: number): Uint8Array => {
  switch (record.op) {
    case 'store':
      return encodeRecord(ops.store, recordFields(record));
    case 'compare':
      return encodeRecord(ops.compare, recordFields(record));
    case 'run':
      return encodeRecord(
        ops.run,
        recordFields({...record, entry: BigInt(record.entry), repeat: executions}),
      );
    case 'poke':
      return encodeRecord(ops.poke, [
        record.function,
        record.offset,
        ...patchFields(record.before),
        ...patchFields(record.after),
      ]);
  }
};

const patchFields = (patch: Patch): readonly Field[] =>
  'jump' in patch ? [...targetFields(patch.jump), new Uint8Array(8)] : [outside, 0n, patch.bytes];

const pairRecord = ({seed, coins: drawn, templates, loops, addresses}: Pair): Uint8Array =>
  encodeRecord(ops.pair, [
    seed,
    drawn,
    ...templates,
    ...loops,
    addresses[0].length,
    addresses[1].length,
    ...addresses[0],
    ...addresses[1],
  ]);

/** Labels of the test runs, in order, as the shim knows them. */
export const runLabels = ({script}: Template): readonly string[] =>
  script.flatMap((record) => (record.op === 'run' ? [label(record.label)] : []));

export const kernelRunLabels = ({scenario}: Workload): readonly string[] =>
  scenario.flatMap((step) => (step.op === 'run' ? [label(step.label)] : []));
