// The flow_dissector tables posted to the BPF list in July 2020, as a comparison of two summaries:
// means and errors, without single runs.
import {eventInfo} from '../../results/events/events.ts';
import type {Comparison, ComparisonRow, SideStats, Verdict} from '../../results/types.ts';

const runs = 1024;

/**
 * event, mean before, its error in per cent, mean after, its error in per cent, fraction of time
 * counted.
 */
const posted = [
  ['task-clock', 1340.52, 0.05, 1426.95, 0.04, 1],
  ['context-switches', 25, 0.32, 23, 0.4, 1],
  ['page-faults', 122, 0.03, 122, 0.03, 1],
  ['cycles', 4_764_381_512, 0.04, 4_772_798_523, 0.03, 0.3069],
  ['instructions', 7_674_803_496, 0.01, 7_837_101_633, 0, 0.3842],
  ['branches', 1_118_346_714, 0, 1_118_716_987, 0, 0.3846],
  ['branch-misses', 29_132_651, 0, 29_147_367, 0, 0.3851],
  ['L1-dcache-loads', 1_737_552_687, 0.01, 1_797_232_091, 0, 0.3855],
  ['L1-dcache-load-misses', 1_064_105, 1.28, 1_487_769, 0.66, 0.3855],
  ['LLC-loads', 50_356, 1.42, 50_180, 1.37, 0.3079],
  ['LLC-load-misses', 10_825, 1.42, 14_709, 1.11, 0.3079],
  ['L1-icache-load-misses', 568_800, 0.66, 626_633, 0.58, 0.3077],
  ['dTLB-loads', 1_741_511_307, 0.01, 1_800_278_668, 0.01, 0.3072],
  ['dTLB-load-misses', 5_112, 2.29, 3_809, 2.71, 0.3072],
  ['iTLB-loads', 2_128, 2.06, 1_745, 3.9, 0.307],
  ['iTLB-load-misses', 571, 3.1, 12_267, 96.08, 0.3068],
] as const;

export const thread = (): Comparison => {
  const rows = posted.map(([event, before, beforeSem, after, afterSem, running]): ComparisonRow => {
    const info = eventInfo(event);
    const half = (2 * Math.hypot(beforeSem, afterSem)) / 100;
    const ratio = after / before;
    const change = {
      ratio,
      low: ratio * Math.max(0.001, 1 - half),
      high: ratio * (1 + half),
      level: 0.95,
    };
    const verdict: Verdict =
      change.low > 1
        ? 'more'
        : change.high < 1
          ? 'less'
          : Math.abs(ratio - 1) + half < info.margin
            ? 'equal'
            : 'unsettled';
    return {
      event,
      unit: info.unit,
      kind: info.kind,
      before: side(before, beforeSem, running),
      after: side(after, afterSem, running),
      change,
      verdict,
      reason:
        verdict === 'unsettled'
          ? 'the standard error is too large'
          : 'from means and standard errors',
      p: null,
      pAdjusted: null,
      margin: info.margin,
      primary: event === 'task-clock',
      spikes: {before: [], after: []},
      warnings:
        running === 1
          ? []
          : [{code: 'multiplexed', text: `counted ${Math.round(running * 100)} % of the time`}],
    };
  });
  return {
    schema: 'jitstat/comparison/1',
    before: {label: 'without', workload: 'flow_dissector', executions: 12_000_000},
    after: {label: 'with', workload: 'flow_dissector', executions: 12_000_000},
    design: 'summary',
    quads: null,
    sameImage: false,
    rows,
    notCounted: ['L1-icache-loads', 'L1-dcache-prefetches', 'L1-dcache-prefetch-misses'].map(
      (event) => ({
        event,
        status: 'not-supported',
        reason: 'the posted table says <not supported>',
      }),
    ),
    decomposition: {
      time: 0.06248,
      instructions: 0.02093,
      cpi: -0.01916,
      clock: 0.06071,
      utilisation: null,
    },
    findings: [
      {
        code: 'clock-not-code',
        text:
          '+6.25 % time = +2.09 % instructions − 1.92 % cycles per instruction + 6.07 % clock ' +
          'period: the clock moved, not the code.',
      },
      {
        code: 'one-spike',
        text:
          'iTLB-load-misses 571 → 12,267 fits exactly one run of 1024 with about 12.07 M misses ' +
          'over a base of about 481.',
      },
    ],
    warnings: [],
    aa: null,
  };
};

const side = (mean: number, semPercent: number, running: number): SideStats => {
  const sem = (mean * semPercent) / 100;
  return {n: runs, mean, median: null, sem, sd: sem * Math.sqrt(runs), running};
};
