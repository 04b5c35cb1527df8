// Seeded sessions for tests: samples with given effects and spikes, and a comparison made by plain
// means, good enough to draw.
import {randomFrom} from '../../results/stats/random.ts';
import {eventInfo} from '../../results/events/events.ts';
import type {
  Comparison,
  ComparisonRow,
  EventSeries,
  HostRecord,
  NotCounted,
  Samples,
  Session,
  SideStats,
  Spike,
  Verdict,
} from '../../results/types.ts';

/**
 * One event: `base` level, `noise` as a fraction, `effect` = after/before, `spikes` = [side, run
 * from 1, times].
 */
export interface EventPlan {
  readonly event: string;
  readonly base: number;
  readonly noise: number;
  readonly effect: number;
  readonly spikes?: readonly (readonly [side: 0 | 1, run: number, times: number])[];
}

export interface SessionPlan {
  readonly seed: number;
  readonly workload: string;
  readonly quads: number;
  readonly runsPerBlock: number;
  readonly events: readonly EventPlan[];
  readonly notCounted?: readonly NotCounted[];
  readonly placements?: number;
  readonly before?: string;
  readonly after?: string;
}

/** A seeded generator of numbers in [0, 1). */
export const random = (seed: number): (() => number) => randomFrom(seed).uniform;

const bell = (next: () => number): number =>
  next() + next() + next() + next() + next() + next() - 3;

export const host: HostRecord = {
  id: 'f3a1c0de',
  name: 'lab-3',
  cpu: 'Example CPU @ 3.60GHz',
  microcode: '0xea',
  cores: 8,
  kernel: '6.1.0-18-amd64',
  perf: '6.1.76',
  node: '20.20.2',
  governor: 'performance',
  turbo: 'off',
  smt: 'off',
  aslr: '2',
  mitigations: 'default',
  clocksource: 'tsc',
  nmiWatchdog: '0',
  paranoid: -1,
  virtualization: null,
  hardwareCounters: true,
};

export const buildSession = (plan: SessionPlan): {session: Session; samples: Samples} => {
  const next = random(plan.seed);
  const order = Array.from({length: plan.quads + 1}, () =>
    next() < 0.5 ? ('ABBA' as const) : ('BAAB' as const),
  );
  const perQuad = 4 * plan.runsPerBlock;
  const runs = perQuad * (plan.quads + 1);
  const placementCount = plan.placements ?? 0;
  const quad = Int32Array.from({length: runs}, (_none, i) => Math.floor(i / perQuad));
  const position = Uint8Array.from({length: runs}, (_none, i) =>
    Math.floor((i % perQuad) / plan.runsPerBlock),
  );
  const side = Uint8Array.from({length: runs}, (_none, i) =>
    order[quad[i]][position[i]] === 'A' ? 0 : 1,
  );
  const warmup = Uint8Array.from({length: runs}, (_none, i) => (quad[i] === 0 ? 1 : 0));
  const placement = Int32Array.from({length: runs}, (_none, i) =>
    placementCount === 0 ? -1 : (Math.floor(i / plan.runsPerBlock) * 7) % placementCount,
  );
  const events = plan.events.map((event) => series(event, {runs, side, warmup, placement}, next));
  const samples: Samples = {runs, quad, position, side, warmup, placement, events};
  const comparison = compare(plan, samples);
  const session: Session = {
    schema: 'jitstat/session/1',
    id: `20261122-0930${String(plan.seed).padStart(2, '0')}000-test`,
    created: `2026-11-22T09:30:${String(plan.seed).padStart(2, '0')}.000Z`,
    kind: 'ab',
    status: 'finished',
    workload: plan.workload,
    before: comparison.before,
    after: comparison.after,
    host,
    plan: {
      seed: plan.seed,
      quads: plan.quads,
      warmupQuads: 1,
      runsPerBlock: plan.runsPerBlock,
      order,
      repeat: 1_000_000,
      placement: placementCount === 0 ? 'fixed' : 'random',
      events: plan.events.map((event) => event.event),
      aaQuads: 4,
    },
    placements: Array.from({length: placementCount}, (_none, i) => ({
      text: `random:${i}`,
      side: i % 2 === 0 ? ('before' as const) : ('after' as const),
      addresses: {
        [plan.workload]: `0x${(0x10000 + i * 0x1000 + ((i * 1_732) % 4096)).toString(16)}`,
      },
    })),
    commands: {
      before: [
        'perf',
        'stat',
        '-v',
        '-ddd',
        '-r',
        String(plan.runsPerBlock),
        '--',
        'shim',
        'before.plan',
      ],
      after: [
        'perf',
        'stat',
        '-v',
        '-ddd',
        '-r',
        String(plan.runsPerBlock),
        '--',
        'shim',
        'after.plan',
      ],
    },
    notCounted: plan.notCounted ?? [],
    comparison,
    summary: [],
    warnings: [],
  };
  return {session, samples};
};

const series = (
  plan: EventPlan,
  columns: {runs: number; side: Uint8Array; warmup: Uint8Array; placement: Int32Array},
  next: () => number,
): EventSeries => {
  const seen = [0, 0];
  const spikes = new Map(
    (plan.spikes ?? []).map(([side, run, times]) => [`${side} ${run}`, times]),
  );
  const value = Float64Array.from({length: columns.runs}, (_none, i) => {
    const side = columns.side[i] as 0 | 1;
    if (columns.warmup[i] === 0) seen[side]++;
    const spike = columns.warmup[i] === 1 ? undefined : spikes.get(`${side} ${seen[side]}`);
    const laid = columns.placement[i] < 0 ? 1 : 1 + plan.noise * 2 * Math.sin(columns.placement[i]);
    const quiet =
      plan.base *
      (side === 1 ? plan.effect : 1) *
      laid *
      Math.max(0.01, 1 + plan.noise * bell(next));
    const count = quiet * (spike ?? 1);
    return plan.base > 50 && eventInfo(plan.event).unit === ''
      ? Math.round(count)
      : Number(count.toPrecision(7));
  });
  const enabled = Float64Array.from(value, () => 1.2e9);
  return {
    event: plan.event,
    unit: eventInfo(plan.event).unit,
    value,
    enabled,
    running: enabled.slice(),
  };
};

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const middle = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

const stats = (values: readonly number[]): SideStats => {
  const centre = mean(values);
  const sd = Math.sqrt(
    values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / Math.max(1, values.length - 1),
  );
  return {
    n: values.length,
    mean: centre,
    median: middle(values),
    sem: sd / Math.sqrt(values.length),
    sd,
    running: 1,
  };
};

const compare = (plan: SessionPlan, samples: Samples): Comparison => {
  const rows = plan.events.map((event) => compareRow(event, plan, samples));
  const ln = (name: string): number | null => {
    const change = rows.find((row) => row.event === name)?.change;
    return change === undefined || change === null ? null : Math.log(change.ratio);
  };
  const [time, instructions, cycles] = [ln('task-clock'), ln('instructions'), ln('cycles')];
  const counted = time !== null && instructions !== null && cycles !== null;
  const decomposition = {
    time,
    instructions,
    cpi: counted ? cycles - instructions : null,
    clock: counted ? time - cycles : null,
    utilisation: null,
    ...(counted
      ? {
          intervals: {
            instructions: {
              value: instructions,
              low: instructions - 0.002,
              high: instructions + 0.002,
            },
            cpi: {
              value: cycles - instructions,
              low: cycles - instructions - 0.004,
              high: cycles - instructions + 0.004,
            },
            clock: {value: time - cycles, low: time - cycles - 0.006, high: time - cycles + 0.006},
            time: {value: time, low: time - 0.005, high: time + 0.005},
          },
        }
      : {}),
  };
  const spiky = rows.filter((row) => row.spikes.before.length + row.spikes.after.length > 0);
  return {
    schema: 'jitstat/comparison/1',
    before: {
      label: plan.before ?? 'v58',
      workload: plan.workload,
      variant: 'v58',
      imageHash: 'a'.repeat(64),
      imageBytes: 1894,
      executions: 12_000_000,
    },
    after: {
      label: plan.after ?? 'rfc1',
      workload: plan.workload,
      variant: 'rfc1',
      imageHash: 'b'.repeat(64),
      imageBytes: 2210,
      executions: 12_000_000,
    },
    design: 'abba',
    quads: plan.quads,
    sameImage: false,
    rows,
    notCounted: plan.notCounted ?? [],
    decomposition,
    findings: [
      ...(counted
        ? [
            {
              code: 'clock-not-code',
              text: `task-clock changed by ${((Math.exp(time) - 1) * 100).toFixed(2)} %: the largest part is the clock, not the code.`,
            },
          ]
        : []),
      ...spiky.map((row) => ({
        code: 'spikes',
        text: `${row.event} has ${row.spikes.before.length} spikes before and ${row.spikes.after.length} after.`,
      })),
    ],
    warnings: [],
    aa: {changed: 0, rows: rows.length, quads: 4, events: []},
    ...(plan.placements === undefined
      ? {}
      : {
          placement: rows.map((row, i) => ({
            event: row.event,
            share: 0.6 / (i + 1),
            low: 0.4 / (i + 1),
            high: 0.75 / (i + 1),
            best: 0,
            worst: 1,
          })),
        }),
  };
};

const compareRow = (plan: EventPlan, session: SessionPlan, samples: Samples): ComparisonRow => {
  const info = eventInfo(plan.event);
  const own = samples.events.find((candidate) => candidate.event === plan.event)!;
  const of = (side: number) =>
    [...own.value].filter((_value, i) => samples.warmup[i] === 0 && samples.side[i] === side);
  const sums = Array.from({length: session.quads + 1}, () => [0, 0]);
  own.value.forEach((value, i) => {
    sums[samples.quad[i]][samples.side[i]] += Math.log(value) / (2 * session.runsPerBlock);
  });
  const logs = sums.slice(1).map(([before, after]) => after - before);
  const centre = middle(logs);
  const half =
    (2.2 *
      Math.sqrt(
        logs.reduce((sum, log) => sum + (log - mean(logs)) ** 2, 0) / Math.max(1, logs.length - 1),
      )) /
    Math.sqrt(logs.length);
  const change = {
    ratio: Math.exp(centre),
    low: Math.exp(centre - half),
    high: Math.exp(centre + half),
    level: 0.95,
  };
  const limit = Math.log1p(info.margin);
  const verdict: Verdict =
    change.low > 1
      ? 'more'
      : change.high < 1
        ? 'less'
        : half < limit && Math.abs(centre) < limit
          ? 'equal'
          : 'unsettled';
  const values = [of(0), of(1)];
  const spikes = (side: 0 | 1): Spike[] =>
    (plan.spikes ?? [])
      .filter((spike) => spike[0] === side)
      .map(([, run, times]) => ({run, value: values[side][run - 1], times: times * 1.01}))
      .filter((spike) => Number.isFinite(spike.value));
  return {
    event: plan.event,
    unit: info.unit,
    kind: info.kind,
    before: stats(of(0)),
    after: stats(of(1)),
    change,
    verdict,
    reason:
      verdict === 'unsettled'
        ? 'the interval holds both zero and more than the margin'
        : 'the interval excludes zero',
    ...(verdict === 'unsettled' ? {quadsNeeded: plan.spikes === undefined ? 60 : 400} : {}),
    p: verdict === 'more' || verdict === 'less' ? 0.0002 : 0.4,
    pAdjusted: verdict === 'more' || verdict === 'less' ? 0.003 : 1,
    margin: info.margin,
    primary: plan.event === 'task-clock',
    spikes: {before: spikes(0), after: spikes(1)},
    warnings: [],
  };
};
