// Seeded histories for tests: a quiet series, and one with steps, spikes, notes and holes.
import type {HistoryMark, HistoryPoint, HistorySeries} from '../../results/history/types.ts';
import {random} from './build.ts';

export const rule = 'A change point needs p ≤ 0.0001 and at least 2 %.';

interface NightsPlan {
  readonly seed: number;
  readonly nights: number;
  /** [night, factor from there on]. */
  readonly steps?: readonly (readonly [night: number, factor: number])[];
  readonly spikes?: readonly number[];
  readonly holes?: readonly number[];
  readonly marks?: readonly HistoryMark[];
  readonly measure?: 'level' | 'ratio';
}

const date = (day: number): string =>
  new Date(Date.UTC(2026, 7, 1 + day)).toISOString().slice(0, 10);

const buildHistory = (plan: NightsPlan): HistorySeries => {
  const next = random(plan.seed);
  const ratio = plan.measure === 'ratio';
  const steps = plan.steps ?? [];
  const level = (night: number) =>
    steps
      .filter(([from]) => night >= from)
      .reduce((value, [, factor]) => value * factor, ratio ? 1.02 : 703);
  const points = Array.from({length: plan.nights}, (_none, night): HistoryPoint => {
    const hole = plan.holes?.includes(night) === true;
    const spike = plan.spikes?.includes(night) === true;
    const value = level(night) * (1 + (next() + next() + next() - 1.5) * 0.006) * (spike ? 1.4 : 1);
    return {
      night: date(night),
      created: `${date(night)}T02:00:00.000Z`,
      session: `session-${night}`,
      value: hole ? null : value,
      low: hole ? null : value * 0.997,
      high: hole ? null : value * 1.003,
      spikes: hole ? null : spike ? 9 : 0,
      runs: hole ? null : 60,
      running: 1,
      spike,
      ...(hole ? {reason: 'refused: the governor was powersave'} : {}),
    };
  });
  const edges = [0, ...steps.map(([from]) => from), plan.nights];
  return {
    key: 'tailcall1/rfc1/level/task-clock@lab-3',
    workload: 'tailcall1',
    side: ratio ? 'v58 -> rfc1' : 'rfc1',
    measure: plan.measure ?? 'level',
    event: 'task-clock',
    unit: 'msec',
    kind: 'positive',
    machine: 'lab-3',
    points,
    segments: edges.slice(1).map((to, i) => ({
      from: edges[i],
      to: to - 1,
      nights: to - edges[i],
      level: level(edges[i]),
      low: level(edges[i]) * 0.998,
      high: level(edges[i]) * 1.002,
    })),
    changes: steps.map(([index]) => ({
      index,
      night: date(index),
      before: level(index - 1),
      after: level(index),
      ratio: level(index) / level(index - 1),
      p: 1e-6,
      sessionBefore: `session-${index - 1}`,
      sessionAfter: `session-${index}`,
    })),
    spikeChanges: [],
    marks: plan.marks ?? [],
    minSize: 0.02,
  };
};

export const histories = {
  quiet: () => buildHistory({seed: 2, nights: 30}),
  steps: () =>
    buildHistory({
      seed: 4,
      nights: 90,
      steps: [
        [22, 1.06],
        [58, 0.97],
        [61, 1.03],
      ],
      spikes: [9, 40, 70],
      holes: [33, 34],
      marks: [
        {night: date(21), kind: 'host', text: 'the host record changed: microcode 0xea to 0xec'},
        {night: date(33), kind: 'refused', text: 'refused: the governor was powersave'},
        {night: date(34), kind: 'refused', text: 'refused: the governor was powersave'},
        {night: date(57), kind: 'note', text: 'known, moved to the new rack'},
      ],
    }),
  ratio: () => buildHistory({seed: 6, nights: 45, steps: [[30, 0.98]], measure: 'ratio'}),
} as const;
