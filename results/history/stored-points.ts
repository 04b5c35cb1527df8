// A measured point as the index keeps it: a short list of figures, without what its session says.
import type {MeasuredPoint} from './points.ts';

/** Side, measure, unit, then the figures of a point. */
export type StoredPoint = readonly [
  string,
  MeasuredPoint['measure'],
  string,
  StoredNumber,
  StoredNumber,
  StoredNumber,
  number | null,
  number | null,
  number | null,
  string | null,
];
/** JSON cannot represent Infinity. */
type StoredNumber = number | 'inf' | null;

export const toStored = ({
  side,
  measure,
  unit,
  point,
}: Omit<MeasuredPoint, 'event'>): StoredPoint => [
  side,
  measure,
  unit,
  toNumber(point.value),
  toNumber(point.low),
  toNumber(point.high),
  point.spikes,
  point.runs,
  point.running,
  point.imageHash ?? null,
];

const toNumber = (value: number | null): StoredNumber => (value === Infinity ? 'inf' : value);
const fromNumber = (value: StoredNumber): number | null => (value === 'inf' ? Infinity : value);

export const fromStored = (
  event: string,
  [side, measure, unit, value, low, high, spikes, runs, running, imageHash]: StoredPoint,
  session: string,
  created: string,
): MeasuredPoint => ({
  event,
  side,
  measure,
  unit,
  point: {
    night: created.slice(0, 10),
    created,
    session,
    value: fromNumber(value),
    low: fromNumber(low),
    high: fromNumber(high),
    spikes,
    runs,
    running,
    spike: false,
    ...(imageHash === null ? {} : {imageHash}),
  },
});
