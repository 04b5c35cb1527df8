// What an event of one name counts on different vendors' CPUs: perf maps its generic names as each
// PMU allows.

/** `intel`: since Skylake; `amd`: Zen. Null = the vendor does not count it. */
export interface EventMeaning {
  readonly event: string;
  readonly intel: string | null;
  readonly amd: string | null;
}

const row = (event: string, intel: string | null, amd: string | null): EventMeaning => ({
  event,
  intel,
  amd,
});

/**
 * From the kernel's event tables for these PMUs (arch/x86/events/intel/core.c,
 * arch/x86/events/amd/core.c).
 */
export const eventMeanings: readonly EventMeaning[] = [
  row('cycles', 'core cycles not halted', 'core cycles not halted'),
  row('instructions', 'instructions retired', 'instructions retired'),
  row('branches', 'branches retired', 'branches retired'),
  row('branch-misses', 'mispredicted branches retired', 'mispredicted branches retired'),
  row('cache-references', 'requests to the last level', 'requests to the second level'),
  row(
    'cache-misses',
    'requests that missed the last level',
    'requests that missed the second level',
  ),
  row('L1-dcache-loads', 'loads retired', 'accesses to the data cache, stores too'),
  row(
    'L1-dcache-load-misses',
    'lines replaced in the data cache, by prefetches too',
    'data cache misses that went to the second level',
  ),
  row('LLC-loads', 'reads that left the core', null),
  row('LLC-load-misses', 'reads that left the core and missed the last level', null),
  row('L1-icache-loads', null, 'instruction fetches'),
  row('L1-icache-load-misses', 'fetches of 64 bytes that missed', 'fetches that missed'),
  row('dTLB-loads', 'loads retired', 'translations that missed the first level'),
  row('dTLB-load-misses', 'page walks completed for loads', 'translations that missed both levels'),
  row(
    'iTLB-loads',
    'translations that missed the first level and hit the second (not counted on newer CPUs)',
    'translations that missed the first level and hit the second',
  ),
  row(
    'iTLB-load-misses',
    'page walks completed for fetches: both levels missed',
    'translations that missed both levels',
  ),
  row('L1-dcache-prefetches', null, 'prefetches of the data cache'),
  row('L1-dcache-prefetch-misses', null, null),
];
