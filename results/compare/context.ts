// What the caller knows in addition to the samples: what the sides are, how they were measured, and
// what the change is judged by.
import type {
  Direction,
  HostLoad,
  NotCounted,
  PlacementRecord,
  Samples,
  SideInfo,
  Warning,
} from '../types.ts';

export interface CompareContext {
  readonly before: SideInfo;
  readonly after: SideInfo;
  readonly design: 'abba' | 'blocked';
  readonly notCounted?: readonly NotCounted[];
  /** The event that gets half of the error budget; `task-clock` unless given. */
  readonly primary?: string;
  /** Equivalence margins by event, as fractions; `allEvents` is for those without one. */
  readonly margins?: Readonly<Record<string, number>>;
  /** Confidence level of intervals and of the whole table's verdicts; 0.95. */
  readonly level?: number;
  /** The part of the table's error budget that these rows may spend; 1 unless slices spend too. */
  readonly share?: number;
  /** The control (A/A) measured next to it: the same image on both sides. */
  readonly aa?: {readonly samples: Samples} | null;
  readonly placements?: readonly PlacementRecord[];
  /** What else ran on the host meanwhile. */
  readonly load?: HostLoad | null;
  readonly warnings?: readonly Warning[];
  /** Which direction is better, for events whose source says so. */
  readonly directions?: Readonly<Record<string, Direction | null>>;
}

/** The key of the margin for every event without its own. */
export const allEvents = '*';

export const marginFor = (
  margins: Readonly<Record<string, number>> | undefined,
  event: string,
): number | undefined => margins?.[event] ?? margins?.[allEvents];

/** Time-like events, first choice first: the primary event if the caller names none. */
const timeLike = [
  'task-clock',
  'cpu-clock',
  'duration_time',
  'time',
  'elapsed',
  'user_time',
  'cycles',
] as const;

/**
 * The primary event of a table: the one named, else the first time-like one, else the first event.
 */
export const primaryEvent = (events: readonly string[], named?: string): string | null => {
  if (named !== undefined && events.includes(named)) return named;
  const bare = (event: string): string => event.replace(/:[a-zA-Z]+$/, '');
  for (const wanted of timeLike) {
    const found = events.find((event) => bare(event) === wanted);
    if (found !== undefined) return found;
  }
  return events[0] ?? null;
};
