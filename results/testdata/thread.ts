// The five tables of the mailing list thread, and a maker of tables for tests of pastes.
import type {Comparison, ImportRow, ImportTable} from '../types.ts';

type Line = readonly [
  event: string,
  value: number | null,
  sem?: number | null,
  running?: number | null,
];

export const table = (
  runs: number | null,
  lines: readonly Line[],
  elapsed: ImportTable['elapsed'] = null,
): ImportTable => ({
  command: null,
  label: null,
  runs,
  elapsed,
  samples: [],
  warnings: [],
  rows: lines.map(([event, value, sem = null, running = null]): ImportRow => ({
    event,
    value,
    unit: event === 'task-clock' ? 'msec' : '',
    sem,
    running,
    metric: null,
    metricUnit: null,
    status: value === null ? 'not-supported' : 'ok',
  })),
});

/**
 * Figures printed in the thread (1024 runs each; value, +- in percent, share of the time counted in
 * percent).
 */
export const tailcallsWithout = table(
  1024,
  [
    ['task-clock', 198.73, 0.13],
    ['cpu-migrations', 0, 22.15],
    ['cycles', 693_910_413, 0.11, 30.26],
    ['instructions', 1_067_635_122, 0.03, 38.16],
    ['branches', 165_308_809, 0.02, 38.46],
    ['iTLB-loads', 2236, 1.28, 30.3],
    ['iTLB-load-misses', 357, 2.1, 30.16],
    ['L1-icache-loads', null],
  ],
  {seconds: 0.199307, sem: 0.13},
);
export const tailcallsWith = table(
  1024,
  [
    ['task-clock', 202.48, 0.09],
    ['cpu-migrations', 0, 30],
    ['cycles', 718_001_313, 0.06, 30.12],
    ['instructions', 1_041_618_306, 0.03, 37.96],
    ['branches', 226_386_119, 0.03, 38.35],
    ['iTLB-loads', 4064, 21.43, 30.23],
    ['iTLB-load-misses', 488, 1.95, 30.03],
    ['L1-icache-loads', null],
  ],
  {seconds: 0.203081, sem: 0.09},
);
export const flowWithout = table(
  1024,
  [
    ['task-clock', 1340.52, 0.05],
    ['cycles', 4_764_381_512, 0.04, 30.68],
    ['instructions', 7_674_803_496, 0.01, 38.41],
    ['branches', 1_118_346_714, null, 38.46],
    ['iTLB-loads', 2128, 2.06, 30.7],
    ['iTLB-load-misses', 571, 3.1, 30.68],
  ],
  {seconds: 1.358653, sem: 0.05},
);
export const flowWith = table(1024, [
  ['task-clock', 1426.95, 0.04],
  ['cycles', 4_772_798_523, 0.03, 30.7],
  ['instructions', 7_837_101_633, null, 38.42],
  ['branches', 1_118_716_987, null, 38.46],
  ['iTLB-loads', 1745, 3.9, 30.7],
  ['iTLB-load-misses', 12_267, 96.08, 30.68],
]);
export const flowAgain = table(
  1024,
  [
    ['task-clock', 1321.55, 0.07],
    ['cycles', 4_589_283_427, 0.03, 30.69],
    ['instructions', 6_900_115_113, 0.01, 38.42],
    ['branches', 1_129_942_194, 0.01, 38.47],
    ['iTLB-loads', 2901, 2.96, 30.69],
    ['iTLB-load-misses', 1195, 2.14, 30.66],
  ],
  {seconds: 1.335695, sem: 0.07},
);

export const found = (comparison: Comparison, code: string) =>
  comparison.findings.find((finding) => finding.code === code);
export const verdict = (comparison: Comparison, event: string) =>
  comparison.rows.find((row) => row.event === event)?.verdict;
