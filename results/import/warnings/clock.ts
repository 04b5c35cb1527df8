// The clock rows of a table in milliseconds, whatever unit the version printed, and what the rates
// say the clock must have been.
import type {ImportRow, ImportTable} from '../../types.ts';
import {remembered} from '../repeated-words.ts';

const isClockName = remembered((event) => /^(?:task|cpu)-clock(?::[a-zA-Z]+)?$/.test(event));
/** Most names have no dash where those of clocks have one. */
const isClock = (event: string): boolean =>
  (event.charCodeAt(3) === dash || event.charCodeAt(4) === dash) && isClockName(event);
const dash = 45;

/**
 * perf 6.16 to 6.18 print raw nanoseconds without a unit; 3.x prints milliseconds with decimals and
 * no unit.
 */
export const isRawNanoseconds = (row: ImportRow): boolean =>
  row.unit === '' &&
  row.value !== null &&
  row.value >= 1000 &&
  Number.isInteger(row.value) &&
  isClock(row.event);

/** task-clock and cpu-clock rows of the whole table, in msec. */
export const clocks = ({rows}: ImportTable): number[] => {
  const found: number[] = [];
  for (const row of rows) {
    const {event, status, value, aggregate, time} = row;
    if (status !== 'ok' || value === null || value <= 0 || !isClock(event)) continue;
    if (aggregate === undefined && time === undefined)
      found.push(value / (isRawNanoseconds(row) ? 1e6 : 1));
  }
  return found;
};

const scales: ReadonlyMap<string, number> = new Map([
  ['/sec', 1],
  ['K/sec', 1e3],
  ['M/sec', 1e6],
  ['G/sec', 1e9],
  ['GHz', 1e9],
]);

/** The clock in msec that the count and the rate of a row imply, as bounds of both roundings. */
interface Implied {
  readonly low: number;
  readonly high: number;
}

/** Half of the last decimal perf prints of a rate. */
const half = 0.0005;
/** Bounds further apart than this tell nothing. */
const widest = 1.5;

/** Null if the row says nothing of it. */
export const impliedClock = (row: ImportRow): Implied | null => {
  const {value, metric, metricUnit} = row;
  if (value === null || metric === null || value < 2 || metric < 0.02) return null;
  const scale = scales.get(metricUnit ?? '');
  if (scale === undefined) return null;
  const low = (1e3 * (value - 0.5)) / ((metric + half) * scale);
  const high = (1e3 * (value + 1)) / ((metric - half) * scale);
  return high <= widest * low ? {low, high} : null;
};
