// Every chart on every kind of input that has to look right: the pictures that are looked at in
// review and held by goldens.
import {
  bytes,
  calibration,
  decomposition,
  ecdf,
  forest,
  history,
  matrix,
  placementSweep,
  simulatedForest,
  sizeChanges,
  steps,
  strip,
} from '../charts/index.ts';
import type {Chart} from '../charts/types.ts';
import type {Comparison} from '../../results/types.ts';
import {cases} from './cases.ts';
import {histories, rule} from './nights.ts';
import {sizeDocuments} from './sizes.ts';
import {thread} from './thread.ts';

export const stepBytes = [
  ['v58', 'prologue', 132],
  ['v58', 'body', 1210],
  ['v58', 'tail-call check', 296],
  ['v58', 'unwind', 0],
  ['v58', 'jump', 60],
  ['v58', 'exit', 196],
  ['rfc1', 'prologue', 118],
  ['rfc1', 'body', 1210],
  ['rfc1', 'tail-call check', 282],
  ['rfc1', 'bypass jump', 60],
  ['rfc1', 'unwind', 236],
  ['rfc1', 'jump', 60],
  ['rfc1', 'exit', 188],
].map(([variant, step, size]) => ({
  variant: String(variant),
  step: String(step),
  bytes: Number(size),
}));

export const stepCosts = [
  {step: 'prologue', before: 9, after: 8},
  {step: 'body', before: 31, after: 31},
  {step: 'tail-call check', before: 12, after: 13},
  {step: 'bypass jump', before: null, after: 2},
  {step: 'unwind', before: null, after: 7},
  {step: 'jump', before: 3, after: 3},
  {step: 'exit', before: 8, after: 8},
];

export const calibrationRows = [
  {label: 'quads, no drift', tables: 1000, wrong: 31, low: 0.021, high: 0.044},
  {label: 'quads, drift and bursts', tables: 1000, wrong: 38, low: 0.027, high: 0.052},
  {label: 'blocked, drift and bursts', tables: 1000, wrong: 512, low: 0.48, high: 0.543},
];

/** Simulated counts next to the measured ones of the thread. */
const simulatedCounts = (): Comparison => ({
  ...thread(),
  rows: [
    ['instructions', 1.084],
    ['branches', 1],
    ['loads', 1.0859],
    ['stores', 1.173],
  ].map(([name, ratio]) => ({
    ...thread().rows[0],
    event: `callgrind/${name}/`,
    kind: 'exact' as const,
    primary: false,
    margin: 0,
    verdict: ratio === 1 ? ('equal' as const) : ('more' as const),
    change: {ratio: Number(ratio), low: Number(ratio), high: Number(ratio), level: 0.95},
  })),
});

/** Charts by file stem; a null (nothing to draw) is left out. */
export const gallery = (): ReadonlyMap<string, Chart> => {
  const full = cases.full();
  const spike = cases.oneSpike();
  const long = cases.longNames();
  const one = cases.oneRun();
  const labels = {before: 'v58', after: 'rfc1'};
  const row = (session: typeof full, event: string) =>
    session.session.comparison!.rows.find((candidate) => candidate.event === event)!;
  const charts: Record<string, Chart | null> = {
    'forest-full': forest(full.session.comparison!),
    'forest-thread': forest(thread()),
    'forest-one-run': forest(one.session.comparison!),
    'forest-forty-events': forest(cases.manyEvents().session.comparison!),
    'forest-long-names': forest(long.session.comparison!),
    'strip-spikes': strip(row(full, 'iTLB-load-misses'), full.samples, labels, 'strip'),
    'strip-one-spike': strip(row(spike, 'iTLB-load-misses'), spike.samples, labels, 'strip'),
    'strip-quiet': strip(row(full, 'task-clock'), full.samples, labels, 'strip'),
    'strip-one-run': strip(row(one, 'task-clock'), one.samples, labels, 'strip'),
    'ecdf-shift': ecdf(row(full, 'L1-dcache-load-misses'), full.samples, labels, 'ecdf'),
    'ecdf-one-spike': ecdf(row(spike, 'iTLB-load-misses'), spike.samples, labels, 'ecdf'),
    'decomposition-full': decomposition(full.session.comparison!),
    'decomposition-thread': decomposition(thread()),
    'decomposition-waiting': decomposition({
      ...thread(),
      decomposition: {time: 0.02, instructions: null, cpi: null, clock: null, utilisation: 0.06},
    }),
    simulated: simulatedForest(simulatedCounts()),
    'matrix-two': matrix([
      {label: 'flow_dissector', comparison: full.session.comparison!},
      {label: 'tailcall1', comparison: cases.noPmu().session.comparison!},
    ]),
    'matrix-long-names': matrix(
      [long, full, full].map(({session}) => ({
        label: session.workload!,
        comparison: session.comparison!,
      })),
    ),
    'placement-sweep': placementSweep(
      row(full, 'task-clock'),
      full.session,
      full.samples,
      'placement',
    ),
    bytes: bytes(stepBytes),
    steps: steps(stepCosts, 'instructions per program run'),
    calibration: calibration(calibrationRows),
    'size-changes': sizeChanges(sizeDocuments.many[0].programs),
    'size-changes-few': sizeChanges(sizeDocuments['no steps'][0].programs),
    'history-quiet': history(histories.quiet(), rule),
    'history-steps': history(histories.steps(), rule),
    'history-ratio': history(histories.ratio(), rule),
  };
  return new Map(
    Object.entries(charts).filter((entry): entry is [string, Chart] => entry[1] !== null),
  );
};
