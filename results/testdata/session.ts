// A small session with made-up runs, for tests that need one of the right shape.
import type {
  Comparison,
  ComparisonRow,
  HostRecord,
  Plan,
  Samples,
  Session,
  SideStats,
} from '../types.ts';
import {eventInfo} from '../events/events.ts';
import {seededNormal} from './random.ts';

export const testHost: HostRecord = {
  id: 'h0123456789ab',
  name: 'lab1',
  cpu: 'Test CPU',
  microcode: '0x1',
  cores: 2,
  kernel: '6.1.0',
  perf: '6.1.0',
  node: 'v20.20.0',
  governor: 'performance',
  turbo: 'off',
  smt: 'off',
  aslr: '2',
  mitigations: null,
  clocksource: 'tsc',
  nmiWatchdog: '0',
  paranoid: -1,
  virtualization: null,
  hardwareCounters: true,
};

export const testPlan: Plan = {
  seed: 1,
  quads: 4,
  warmupQuads: 1,
  runsPerBlock: 3,
  order: ['ABBA', 'BAAB', 'ABBA', 'ABBA', 'BAAB'],
  repeat: 1000,
  placement: 'random',
  events: ['task-clock', 'cycles', 'instructions', 'iTLB-load-misses'],
  aaQuads: 0,
};

/**
 * Runs in quads as `testPlan` lays them out; values are lognormal around `levels`, side 1 times
 * `ratio`.
 */
export const testSamples = (
  seed = 1,
  ratio = 1,
  levels: Readonly<Record<string, number>> = {
    'task-clock': 12.5,
    cycles: 4e7,
    instructions: 9e7,
    'iTLB-load-misses': 480,
  },
): Samples => {
  const normal = seededNormal(seed);
  const layout = testPlan.order.flatMap((order, quad) =>
    [...order].flatMap((letter, position) =>
      Array.from({length: testPlan.runsPerBlock}, () => ({
        quad,
        position,
        side: letter === 'A' ? 0 : 1,
        warmup: quad < testPlan.warmupQuads ? 1 : 0,
      })),
    ),
  );
  const nothing = Int32Array.from(layout, () => -1);
  return {
    runs: layout.length,
    quad: Int32Array.from(layout, (run) => run.quad),
    position: Uint8Array.from(layout, (run) => run.position),
    side: Uint8Array.from(layout, (run) => run.side),
    warmup: Uint8Array.from(layout, (run) => run.warmup),
    placement: nothing,
    events: Object.entries(levels).map(([event, level]) => ({
      event,
      unit: eventInfo(event).unit,
      value: Float64Array.from(
        layout,
        (run) => level * (run.side === 1 ? ratio : 1) * Math.exp(0.005 * normal()),
      ),
      enabled: Float64Array.from(layout, () => 1e7),
      running: Float64Array.from(layout, () => 1e7),
    })),
  };
};

/**
 * A finished A/B session whose comparison holds plain side statistics of `samples` and the verdicts
 * given by event.
 */
export const testSession = (
  overrides: Partial<Session> = {},
  samples: Samples = testSamples(),
  verdicts: Readonly<Record<string, ComparisonRow['verdict']>> = {},
): Session => {
  const before = {label: 'before', workload: 'tailcall1', variant: 'v58', imageHash: 'aa'};
  const after = {label: 'after', workload: 'tailcall1', variant: 'rfc1', imageHash: 'bb'};
  const rows = samples.events.map((series): ComparisonRow => {
    const side = (wanted: number): number[] =>
      [...series.value].filter(
        (_, run) => samples.side[run] === wanted && samples.warmup[run] === 0,
      );
    const stats = [statsOf(side(0)), statsOf(side(1))];
    const ratio = stats[1].median! / stats[0].median!;
    return {
      event: series.event,
      unit: series.unit,
      kind: eventInfo(series.event).kind,
      before: stats[0],
      after: stats[1],
      change: {ratio, low: ratio * 0.997, high: ratio * 1.003, level: 0.95},
      verdict: verdicts[series.event] ?? 'equal',
      reason: 'made for a test',
      p: 0.5,
      pAdjusted: 1,
      margin: eventInfo(series.event).margin,
      primary: series.event === 'task-clock',
      spikes: {before: [], after: []},
      warnings: [],
    };
  });
  const comparison: Comparison = {
    schema: 'jitstat/comparison/1',
    before,
    after,
    design: 'abba',
    quads: testPlan.quads,
    sameImage: false,
    rows,
    notCounted: [],
    decomposition: {time: null, instructions: null, cpi: null, clock: null, utilisation: null},
    findings: [],
    warnings: [],
    aa: null,
  };
  return {
    schema: 'jitstat/session/1',
    id: '20261122-093000000-aaaa',
    created: '2026-11-22T09:30:00.000Z',
    kind: 'ab',
    status: 'finished',
    workload: 'tailcall1',
    before,
    after,
    host: testHost,
    plan: testPlan,
    placements: [],
    commands: {before: ['shim', 'a'], after: ['shim', 'b']},
    notCounted: [],
    comparison,
    summary: [],
    warnings: [],
    ...overrides,
  };
};

const statsOf = (values: readonly number[]): SideStats => {
  const sorted = values.toSorted((a, b) => a - b);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const sd = Math.sqrt(
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1),
  );
  return {
    n: values.length,
    mean,
    median: sorted[Math.floor(sorted.length / 2)],
    sem: sd / Math.sqrt(values.length),
    sd,
    running: 1,
  };
};
