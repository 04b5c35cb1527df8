// The one table of events: perf's name, unit, kind, equivalence margin, which direction is better.
import type {Direction, EventKind} from '../types.ts';

/**
 * `margin` is the default equivalence margin as a fraction; `better` the direction a user wants.
 */
export interface EventInfo {
  readonly event: string;
  readonly unit: string;
  readonly kind: EventKind;
  readonly margin: number;
  readonly better: 'less' | 'more' | 'none';
  /** What it counts, in one clause. */
  readonly what: string;
}

const row = (
  event: string,
  unit: string,
  kind: EventKind,
  margin: number,
  better: EventInfo['better'],
  what: string,
): EventInfo => ({event, unit, kind, margin, better, what});

/** Events by perf name. An event not listed is `positive` with a margin of 1 %. */
// prettier-ignore
const events: readonly EventInfo[] = [
  row('task-clock', 'msec', 'positive', 0.01, 'less', 'time on a CPU'),
  row('cpu-clock', 'msec', 'positive', 0.01, 'less', 'time on a CPU, per CPU'),
  row('duration_time', 'ns', 'positive', 0.01, 'less', 'elapsed time of the run'),
  row('ns-per-execution', 'ns', 'positive', 0.01, 'less', 'time of one program execution, by the ' +
    "shim's clock around the test runs"),
  row('elapsed', 'sec', 'positive', 0.01, 'less', 'elapsed time of the run'),
  row('user_time', 'ns', 'positive', 0.02, 'less', 'time in user mode'),
  row('system_time', 'ns', 'positive', 0.05, 'less', 'time in the kernel'),
  row('context-switches', '', 'rare', 0.05, 'less', 'switches to another task'),
  row('cpu-migrations', '', 'rare', 0.05, 'less', 'moves to another CPU'),
  row('page-faults', '', 'positive', 0.01, 'less', 'page faults, minor and major'),
  row('cycles', '', 'positive', 0.01, 'less', 'core clock cycles'),
  row('stalled-cycles-frontend', '', 'positive', 0.05, 'less', 'cycles the front end delivered nothing'),
  row('stalled-cycles-backend', '', 'positive', 0.05, 'less', 'cycles the back end took nothing'),
  row('instructions', '', 'positive', 0.001, 'less', 'instructions retired'),
  row('branches', '', 'positive', 0.001, 'less', 'jumps, calls and returns retired'),
  row('branch-misses', '', 'positive', 0.02, 'less', 'mispredicted branches'),
  row('L1-dcache-loads', '', 'positive', 0.001, 'less', 'loads'),
  row('L1-dcache-load-misses', '', 'positive', 0.05, 'less', 'loads that missed the first level'),
  row('LLC-loads', '', 'rare', 0.05, 'less', 'loads that reached the last level'),
  row('LLC-load-misses', '', 'rare', 0.05, 'less', 'loads that missed the last level'),
  row('L1-icache-loads', '', 'positive', 0.01, 'less', 'instruction fetches'),
  row('L1-icache-load-misses', '', 'positive', 0.05, 'less', 'instruction fetches that missed ' +
    'the first level'),
  row('dTLB-loads', '', 'positive', 0.001, 'less', 'loads that were translated'),
  row('dTLB-load-misses', '', 'rare', 0.05, 'less', 'loads whose translation missed'),
  row('iTLB-loads', '', 'rare', 0.05, 'less', 'instruction translations (first level missed, on ' +
    'many CPUs)'),
  row('iTLB-load-misses', '', 'rare', 0.05, 'less', 'instruction translations that needed a page walk'),
  row('L1-dcache-prefetches', '', 'positive', 0.05, 'none', 'prefetches into the first level'),
  row('L1-dcache-prefetch-misses', '', 'positive', 0.05, 'none', 'prefetches that missed'),
];

/** Other names of the same events. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['cpu-cycles', 'cycles'],
  ['branch-instructions', 'branches'],
  ['faults', 'page-faults'],
  ['cs', 'context-switches'],
  ['migrations', 'cpu-migrations'],
]);

const byName = new Map(events.map((info) => [info.event, info]));

/**
 * Facts about an event by perf name; modifiers (`:u`) and PMU prefixes are ignored; simulated
 * counts are exact.
 */
export const eventInfo = (event: string): EventInfo => {
  if (isSimulated(event)) return row(event, '', 'exact', 0, 'less', 'simulated count');
  const known = byName.get(bareName(event));
  return known === undefined ? row(event, '', 'positive', 0.01, 'less', '') : {...known, event};
};

/** Units of times, in which less is better. */
const times = ['ns', 'nsec', 'us', 'usec', 'ms', 'msec', 's', 'sec'];

/**
 * Which direction of an event is better; null if that is not known. Events that are not in the
 * table are known by their unit: times and times per operation, or rates.
 */
export const directionOf = (event: string, unit: string): Direction | null => {
  const known = byName.get(bareName(event));
  if (known !== undefined)
    return ({less: 'lower', more: 'higher', none: null} as const)[known.better];
  if (isSimulated(event) || times.includes(unit) || /^[num]?s(?:ec)?s?\/op$/.test(unit))
    return 'lower';
  return /\/s(?:ec)?$/.test(unit) ? 'higher' : null;
};

/** Events of simulators and images, never shown among measured ones. */
export const isSimulated = (event: string): boolean =>
  /^(?:callgrind|cachegrind|image|kernel|qemu)\//.test(event);

const bareName = (event: string): string => {
  const bare = event
    .replace(/^slices\/([^,/]+)[,/].*$/, '$1')
    .replace(/^cpu_(?:core|atom)\/(.+)\/[a-zA-Z]*$/, '$1')
    .replace(/:[a-zA-Z]+$/, '');
  return aliases.get(bare) ?? bare;
};
