// The sessions that charts and pages are tested with: a full PMU, no PMU, one run, one spike in
// 1024, many events, long names.
import type {NotCounted} from '../../results/types.ts';
import {buildSession} from './build.ts';
import type {EventPlan} from './session-plan.ts';

const event = (
  name: string,
  base: number,
  noise: number,
  effect: number,
  spikes?: EventPlan['spikes'],
): EventPlan => ({event: name, base, noise, effect, ...(spikes === undefined ? {} : {spikes})});

const software = [
  event('task-clock', 1340.5, 0.004, 1.0625),
  event('duration_time', 1.342e9, 0.004, 1.062),
  event('context-switches', 4, 0.3, 1.02, [[1, 9, 11]]),
  event('cpu-migrations', 1, 0.3, 1),
  event('page-faults', 131, 0.004, 1),
];

// prettier-ignore
const hardware = [
  event('cycles', 4.764e9, 0.003, 1.0018),
  event('instructions', 8.1e9, 0.0002, 1.0211),
  event('branches', 1.55e9, 0.0002, 1.004),
  event('branch-misses', 1.2e6, 0.03, 1.0005),
  event('L1-dcache-loads', 2.4e9, 0.0002, 1.0343),
  event('L1-dcache-load-misses', 310_000, 0.1, 1.398),
  event('LLC-loads', 41_000, 0.1, 0.86),
  event('LLC-load-misses', 9_300, 0.15, 1.29),
  event('dTLB-load-misses', 2_900, 0.2, 1.03),
  event('iTLB-loads', 175_000, 0.1, 1.02),
  event('iTLB-load-misses', 571, 0.12, 1.02, [[0, 17, 210], [1, 3, 340], [1, 21, 25_000], [1, 30, 180]]),
];

const missing: readonly NotCounted[] = [
  'cycles',
  'instructions',
  'branches',
  'branch-misses',
  'L1-dcache-loads',
  'L1-dcache-load-misses',
  'LLC-loads',
  'LLC-load-misses',
  'iTLB-load-misses',
  'dTLB-load-misses',
].map((name) => ({
  event: name,
  status: 'not-supported' as const,
  reason: 'this host has no hardware counters (a virtual machine without a PMU)',
}));

const prefetches: NotCounted = {
  event: 'L1-dcache-prefetches',
  status: 'not-supported',
  reason: 'this CPU has no such event',
};

export const cases = {
  full: () =>
    buildSession({
      seed: 7,
      workload: 'flow_dissector',
      quads: 16,
      runsPerBlock: 1,
      events: [...software, ...hardware],
      notCounted: [prefetches],
      placements: 24,
    }),
  noPmu: () =>
    buildSession({
      seed: 11,
      workload: 'tailcall1',
      quads: 12,
      runsPerBlock: 5,
      events: software.map((one) =>
        one.event === 'task-clock' ? {...one, effect: 0.995, base: 703} : one,
      ),
      notCounted: missing,
    }),
  oneRun: () =>
    buildSession({
      seed: 3,
      workload: 'tailcall1',
      quads: 1,
      runsPerBlock: 1,
      events: software.slice(0, 1),
      notCounted: missing,
    }),
  oneSpike: () =>
    buildSession({
      seed: 5,
      workload: 'flow_dissector',
      quads: 128,
      runsPerBlock: 4,
      events: [event('iTLB-load-misses', 481, 0.06, 1, [[1, 345, 25_100]])],
    }),
  manyRuns: () =>
    buildSession({
      seed: 23,
      workload: 'flow_dissector',
      quads: 500,
      runsPerBlock: 50,
      events: [
        event(
          'task-clock',
          1340,
          0.004,
          1.01,
          Array.from(
            {length: 300},
            (_none, i) => [(i % 2) as 0 | 1, 7 + i * 160, 3 + (i % 9)] as const,
          ),
        ),
      ],
    }),
  manyEvents: () =>
    buildSession({
      seed: 13,
      workload: 'tailcall1',
      quads: 8,
      runsPerBlock: 1,
      events: Array.from({length: 40}, (_none, i) =>
        event(`uncore_imc_${i}/cas_count_read/`, 10 ** (2 + (i % 7)), 0.02, 1 + ((i % 9) - 4) / 50),
      ),
    }),
  longNames: () =>
    buildSession({
      seed: 17,
      workload: 'a_workload_with_a_rather_long_name_of_sixty_characters_or_so_x',
      quads: 10,
      runsPerBlock: 2,
      before: 'v5.8 with retpolines and a long label',
      after: 'rfc1 with the counter pushed in every frame',
      events: [
        ...software,
        event('cpu_core/mem_load_l3_hit_retired.xsnp_no_fwd/u', 120_000, 0.05, 1.3, [[1, 4, 80]]),
      ],
    }),
  allUnsupported: () =>
    buildSession({
      seed: 19,
      workload: 'tailcall1',
      quads: 4,
      runsPerBlock: 1,
      events: [],
      notCounted: [
        ...missing,
        {
          event: 'task-clock',
          status: 'not-supported',
          reason: 'perf could not open a single event',
        },
      ],
    }),
} as const;
