// The shapes of what a store holds, checked when it is read: one fault in words, or null.
import * as v from 'valibot';
import {designs, eventKinds, verdicts} from '../types.ts';
import {faultOf, schemaFault} from './shape-faults.ts';

const text = v.string();
const texts = v.array(text);
const number = v.number();
const numberOrNull = v.nullable(number);
const whole = v.pipe(number, v.integer());
const textOrNull = v.nullable(text);

/** Other entries are allowed: later versions add some. */
const side = v.object({
  label: text,
  workload: v.optional(text),
  variant: v.optional(text),
  program: v.optional(text),
  command: v.optional(text),
  imageHash: v.optional(text),
  imageBytes: v.optional(number),
  session: v.optional(text),
  executions: v.optional(number),
  source: v.optional(text),
});

const host = v.object({
  id: text,
  name: text,
  cpu: v.optional(textOrNull),
  microcode: v.optional(textOrNull),
  cores: v.optional(number),
  kernel: v.optional(textOrNull),
  perf: v.optional(textOrNull),
  node: v.optional(textOrNull),
  governor: v.optional(textOrNull),
  turbo: v.optional(textOrNull),
  smt: v.optional(textOrNull),
  aslr: v.optional(textOrNull),
  mitigations: v.optional(textOrNull),
  clocksource: v.optional(textOrNull),
  nmiWatchdog: v.optional(textOrNull),
  paranoid: v.optional(numberOrNull),
  virtualization: v.optional(textOrNull),
  hardwareCounters: v.optional(v.boolean()),
});

const plan = v.object({
  seed: number,
  quads: whole,
  warmupQuads: whole,
  runsPerBlock: whole,
  order: v.array(v.picklist(['ABBA', 'BAAB'])),
  repeat: number,
  placement: text,
  events: texts,
  aaQuads: whole,
});

const notCounted = v.array(v.object({event: text, status: text, reason: text}));
const remarks = v.array(v.object({code: text, text}));
const commands = v.record(text, texts);
const date = v.pipe(
  text,
  v.check((value) => !Number.isNaN(Date.parse(value)), 'is not a date'),
);
const stats = v.object({
  n: numberOrNull,
  mean: numberOrNull,
  median: numberOrNull,
  sem: numberOrNull,
  sd: numberOrNull,
  running: numberOrNull,
});

/** `times` and the ends of an interval are null if JSON cannot say Infinity. */
const spikes = v.array(
  v.object({
    run: whole,
    value: number,
    times: numberOrNull,
    placement: v.optional(whole),
    with: v.optional(texts),
  }),
);

const row = v.object({
  event: text,
  unit: text,
  kind: v.picklist(eventKinds),
  before: stats,
  after: stats,
  change: v.nullable(
    v.object({ratio: number, low: numberOrNull, high: numberOrNull, level: number}),
  ),
  verdict: v.picklist(verdicts),
  measuredVerdict: v.optional(v.picklist(verdicts)),
  reason: text,
  quadsNeeded: v.optional(numberOrNull),
  p: numberOrNull,
  pAdjusted: numberOrNull,
  margin: number,
  primary: v.boolean(),
  spikes: v.object({before: spikes, after: spikes}),
  warnings: remarks,
  perExecution: v.optional(v.object({before: numberOrNull, after: numberOrNull})),
});

const part = v.object({value: number, low: numberOrNull, high: numberOrNull});

const blockLoad = {
  seconds: number,
  others: number,
  stolen: number,
  waited: numberOrNull,
  average: number,
};
const hostLoad = v.object({...blockLoad, cpus: whole, blocks: v.array(v.object(blockLoad))});

/** `compare --json`, `ab --json`. */
export const comparisonShape = v.object({
  schema: v.literal('jitstat/comparison/1'),
  before: side,
  after: side,
  design: v.picklist(designs),
  quads: numberOrNull,
  sameImage: v.boolean(),
  rows: v.array(row),
  notCounted,
  decomposition: v.object({
    time: numberOrNull,
    instructions: numberOrNull,
    cpi: numberOrNull,
    clock: numberOrNull,
    utilisation: numberOrNull,
    intervals: v.optional(v.record(text, part)),
  }),
  findings: remarks,
  warnings: remarks,
  load: v.optional(v.nullable(hostLoad)),
  aa: v.nullable(v.object({changed: whole, rows: whole, quads: whole, events: texts})),
  placement: v.optional(
    v.array(
      v.object({
        event: text,
        share: number,
        low: number,
        high: number,
        best: numberOrNull,
        worst: numberOrNull,
      }),
    ),
  ),
});

/** A finding's data is plain JSON; only code that knows the finding reads it. */
const head = v.object({
  id: v.pipe(text, v.regex(/^[\w-]+$/, 'is not an id')),
  created: date,
  kind: v.picklist(['ab', 'run']),
  status: v.picklist(['finished', 'refused']),
  reason: v.optional(text),
  workload: textOrNull,
  before: side,
  after: v.nullable(side),
  host,
  plan,
  commands,
  notCounted,
  summary: v.array(v.object({event: text, unit: text, stats})),
  warnings: remarks,
  night: v.optional(text),
});

const placement = v.object({
  text,
  side: v.picklist(['before', 'after']),
  addresses: v.record(text, text),
});

const figures = v.object({
  comparison: v.nullable(comparisonShape),
  placements: v.array(placement),
});

const journalHeader = v.object({
  id: v.pipe(text, v.regex(/^[\w-]+$/, 'is not an id')),
  created: date,
  kind: v.picklist(['ab', 'run']),
  workload: textOrNull,
  before: side,
  after: v.nullable(side),
  host,
  plan,
  commands,
  notCounted,
  night: v.optional(text),
  options: v.optional(v.record(text, v.unknown())),
});

/** A line of a journal that holds one finished block. */
export const blockShape = v.object({
  type: v.literal('block'),
  index: v.pipe(whole, v.minValue(0)),
  quad: v.pipe(whole, v.minValue(0)),
  position: v.picklist([0, 1, 2, 3]),
  side: v.picklist([0, 1]),
  warmup: v.boolean(),
  aa: v.boolean(),
  placement: v.nullable(placement),
  runs: v.array(
    v.object({
      events: v.record(text, v.tuple([numberOrNull, numberOrNull, numberOrNull])),
      shim: v.optional(v.record(text, v.unknown())),
    }),
  ),
});

/** Columns are long: their entries are checked by hand. */
const column = v.custom<(number | null)[]>(
  (value) => Array.isArray(value) && value.every((one) => one === null || typeof one === 'number'),
  'is not a list of numbers',
);
const wholes = v.custom<number[]>(
  (value) => Array.isArray(value) && value.every(Number.isInteger),
  'is not a list of whole numbers',
);

const samples = v.pipe(
  v.object({
    runs: whole,
    quad: wholes,
    position: wholes,
    side: wholes,
    warmup: wholes,
    placement: wholes,
    events: v.array(
      v.object({
        event: text,
        unit: text,
        value: column,
        enabled: v.nullable(column),
        running: v.nullable(column),
      }),
    ),
  }),
  v.check(
    ({runs, quad, position, side: sides, warmup, placement: places, events}) =>
      [quad, position, sides, warmup, places]
        .concat(
          events.flatMap(
            ({value, enabled, running}) =>
              [value, enabled ?? value, running ?? value] as number[][],
          ),
        )
        .every((one) => one.length === runs),
    'has columns of different lengths',
  ),
);

const runs = v.object({
  samples,
  aaSamples: v.nullable(samples),
  placements: v.array(placement),
});

/** Everything except the figures, which a list does not read. */
export const headFault = (session: unknown): string | null =>
  schemaFault(session, 'jitstat/session/1') ?? faultOf(head, session);

/** A whole session. */
export const sessionFault = (session: unknown): string | null =>
  headFault(session) ?? faultOf(figures, session);

export const runsFault = (document: unknown): string | null => faultOf(runs, document);

export const headerFault = (header: unknown): string | null => faultOf(journalHeader, header);

/** A comparison document, whoever wrote it. */
export const comparisonFault = (document: unknown): string | null =>
  schemaFault(document, 'jitstat/comparison/1') ?? faultOf(comparisonShape, document);
