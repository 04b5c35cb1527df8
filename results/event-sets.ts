// The event sets behind `perf stat`, `-d`, `-dd` and `-ddd` (the same list from perf 4.1 to 6.12).

/** What perf counts without options; the stalled pair appears only where the PMU lists it and is not asked for here. */
export const defaultEvents = ['task-clock', 'context-switches', 'cpu-migrations', 'page-faults', 'cycles', 'instructions', 'branches', 'branch-misses'] as const;

const added = [
  ['L1-dcache-loads', 'L1-dcache-load-misses', 'LLC-loads', 'LLC-load-misses'],
  ['L1-icache-loads', 'L1-icache-load-misses', 'dTLB-loads', 'dTLB-load-misses', 'iTLB-loads', 'iTLB-load-misses'],
  ['L1-dcache-prefetches', 'L1-dcache-prefetch-misses'],
] as const;

/** Events of `-d` (1), `-dd` (2) and `-ddd` (3) in perf's order; 0 = no option. */
export const eventSet = (details: 0 | 1 | 2 | 3): readonly string[] => [...defaultEvents, ...added.slice(0, details).flat()];

export const dddEvents: readonly string[] = eventSet(3);
