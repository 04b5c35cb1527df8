// The comparison of a seeded session: plain means and medians, good enough to draw.
import {mean, sampleStandardDeviation} from 'simple-statistics';
import {eventInfo} from '../../results/events/events.ts';
import type {
  Comparison,
  ComparisonRow,
  Samples,
  SideStats,
  Spike,
  Verdict,
} from '../../results/types.ts';
import type {EventPlan, SessionPlan} from './session-plan.ts';

const middle = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** 0 for a single value. */
const spread = (values: readonly number[]): number =>
  values.length < 2 ? 0 : sampleStandardDeviation([...values]);

const stats = (values: readonly number[]): SideStats => {
  const centre = mean([...values]);
  const sd = spread(values);
  return {
    n: values.length,
    mean: centre,
    median: middle(values),
    sem: sd / Math.sqrt(values.length),
    sd,
    running: 1,
  };
};

export const compare = (plan: SessionPlan, samples: Samples): Comparison => {
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
              text:
                `task-clock changed by ${((Math.exp(time) - 1) * 100).toFixed(2)}` +
                ` %: the largest part is the clock, not the code.`,
            },
          ]
        : []),
      ...spiky.map((row) => ({
        code: 'spikes',
        text:
          `${row.event} has ${row.spikes.before.length} spikes before and ` +
          `${row.spikes.after.length} after.`,
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
  const half = (2.2 * spread(logs)) / Math.sqrt(logs.length);
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
