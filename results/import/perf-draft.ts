// A row while it is read: one object that each reader of a part fills in turn, since a row costs less
// than the objects its parts would be.
import type {Source} from './perf-codes.ts';
import type {Metric} from './perf-metric.ts';

/** Where a row may begin, and what of it was read so far. */
export interface Draft extends Source {
  position: number;
  /** The first place from there that is not a blank. */
  first: number;
  /** Nothing comes before it in its line. */
  isLineStart: boolean;
  /** A table is open and the piece before ended right here. */
  isInTable: boolean;
  /** That table has a header, so that any name may be an event. */
  isHeaded: boolean;

  /** Where the count begins, and what is before it. */
  start: number;
  time: string | null;
  place: string | null;
  cpus: string | null;

  /** `count` null = not supported or not counted. */
  count: string | null;
  status: 'ok' | 'not-supported' | 'not-counted';
  unit: string;
  event: string;
  /** A gap before the name is two blanks or more; a unit is there. */
  wide: boolean;
  isUnitFirst: boolean;

  /** After the name and what belongs to it; `next` is the first place from there that is not a blank. */
  nameEnd: number;
  next: number;
  pmu: string | null;
  group: string | null;

  /** After the comments, the noise and the share of time. */
  end: number;
  metrics: Metric[];
  noise: string | null;
  running: string | null;
}

/** What a row without comments has; nothing may be added to it. */
export const noMetrics: Metric[] = [];

export const newDraft = ({text, codes}: Source): Draft => ({
  text,
  codes,
  position: 0,
  first: 0,
  isLineStart: false,
  isInTable: false,
  isHeaded: false,
  start: 0,
  time: null,
  place: null,
  cpus: null,
  count: null,
  status: 'ok',
  unit: '',
  event: '',
  wide: false,
  isUnitFirst: false,
  nameEnd: 0,
  next: 0,
  pmu: null,
  group: null,
  end: 0,
  metrics: noMetrics,
  noise: null,
  running: null,
});
