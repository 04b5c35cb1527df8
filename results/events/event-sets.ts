// The event sets of `perf stat`, `-d`, `-dd` and `-ddd`, how versions differ, and how many
// counters a set needs.

/**
 * What perf counts without options; the stalled pair appears only if the PMU lists it and is not
 * requested here.
 */
const defaultEvents = [
  'task-clock',
  'context-switches',
  'cpu-migrations',
  'page-faults',
  'cycles',
  'instructions',
  'branches',
  'branch-misses',
] as const;

const added = [
  ['L1-dcache-loads', 'L1-dcache-load-misses', 'LLC-loads', 'LLC-load-misses'],
  [
    'L1-icache-loads',
    'L1-icache-load-misses',
    'dTLB-loads',
    'dTLB-load-misses',
    'iTLB-loads',
    'iTLB-load-misses',
  ],
  ['L1-dcache-prefetches', 'L1-dcache-prefetch-misses'],
] as const;

/** Events of `-d` (1), `-dd` (2) and `-ddd` (3) in the order of perf 4.1 to 6.12; 0 = no option. */
export const eventSet = (details: 0 | 1 | 2 | 3): readonly string[] => [
  ...defaultEvents,
  ...added.slice(0, details).flat(),
];

export const dddEvents: readonly string[] = eventSet(3);

/** Order of the default rows since 6.19, where the sets became metric groups. */
const sorted = [
  'context-switches',
  'cpu-migrations',
  'page-faults',
  'task-clock',
  'branch-misses',
  'branches',
  'cpu-cycles',
  'instructions',
] as const;

/**
 * How a perf version treats its own sets. `version` as in `6.1.187`; unreadable ones are taken for
 * the newest.
 */
export interface SetBehaviour {
  /** The rows in the order this version prints them. */
  readonly events: readonly string[];
  /**
   * What it cannot count is left out without a word: "not supported" cannot be distinguished from
   * "not requested".
   */
  readonly dropsUnsupported: boolean;
  /** `-d` is ignored with `-e`: all events must be named. */
  readonly ignoresDetails: boolean;
}

export const setOf = (version: string, details: 0 | 1 | 2 | 3): SetBehaviour => {
  const at = /^(\d+)\.(\d+)/.exec(version);
  const number = at === null ? Infinity : Number(at[1]) * 1000 + Number(at[2]);
  const events =
    number >= 6019 ? [...sorted, ...added.slice(0, details).flat()] : eventSet(details);
  return {events, dropsUnsupported: number >= 6018, ignoresDetails: number >= 6018};
};

/** Counted by the kernel itself: they take no hardware counter and no mode modifier. */
export const softwareEvents: ReadonlySet<string> = new Set([
  'task-clock',
  'cpu-clock',
  'context-switches',
  'cs',
  'cpu-migrations',
  'migrations',
  'page-faults',
  'faults',
  'minor-faults',
  'major-faults',
  'alignment-faults',
  'emulation-faults',
  'dummy',
  'bpf-output',
  'cgroup-switches',
  'duration_time',
  'user_time',
  'system_time',
]);

/** Intel counts these on separate counters, in addition to the general ones. */
const fixedOnIntel: ReadonlySet<string> = new Set([
  'instructions',
  'cycles',
  'cpu-cycles',
  'ref-cycles',
]);

/**
 * General counters needed to count all `events` at the same time, none multiplexed. `hasFixed`: the
 * CPU has counters for instructions and cycles apart (Intel); the NMI watchdog holds the one for
 * cycles while it is on (`watchdog`).
 */
export const countersNeeded = (
  events: readonly string[],
  {
    hasFixed = false,
    watchdog = false,
  }: {readonly hasFixed?: boolean; readonly watchdog?: boolean} = {},
): number => {
  const hardware = [...new Set(events)].filter((event) => {
    const name = bare(event);
    return (
      !softwareEvents.has(name) &&
      !/^(?:software|msr|power|callgrind|cachegrind)\//.test(name) &&
      !/^\w+:/.test(name)
    );
  });
  if (!hasFixed) return hardware.length + (watchdog ? 1 : 0);
  // `cycles:u` and `cycles:k` are two counters, of which one can be the fixed one.
  const onFixed = new Set(
    hardware
      .map(bare)
      .filter((name) => fixedOnIntel.has(name) && !(watchdog && isCycles.test(name))),
  );
  return hardware.length - onFixed.size;
};

const isCycles = /^(?:cpu-)?cycles$/;

const bare = (event: string): string => event.replace(/:[a-zA-Z]+$/, '');
