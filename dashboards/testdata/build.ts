// Seeded sessions for tests: samples with given effects and spikes.
import {randomFrom} from '../../results/stats/random.ts';
import {eventInfo} from '../../results/events/events.ts';
import type {EventSeries, HostRecord, Samples, Session} from '../../results/types.ts';
import {compare} from './build-comparison.ts';
import type {EventPlan, SessionPlan} from './session-plan.ts';

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
