// The clock rows of a table in milliseconds, whatever unit the version printed, and what the rates
// say the clock must have been.
import type {ImportRow, ImportTable} from '../../types.ts';

const isClock = (event: string): boolean =>
  (event.startsWith('task-clock') || event.startsWith('cpu-clock')) &&
  /^(?:task|cpu)-clock(?::[a-zA-Z]+)?$/.test(event);

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
export const clocks = ({rows}: ImportTable): number[] =>
  rows
    .filter(
      ({event, status, value, aggregate, time}) =>
        isClock(event) &&
        status === 'ok' &&
        value !== null &&
        value > 0 &&
        aggregate === undefined &&
        time === undefined,
    )
    .map((row) => (row.value ?? 0) / (isRawNanoseconds(row) ? 1e6 : 1));

const scales: Readonly<Record<string, number>> = {
  '/sec': 1,
  'K/sec': 1e3,
  'M/sec': 1e6,
  'G/sec': 1e9,
  GHz: 1e9,
};

/**
 * The clock in msec that a row's count and rate imply, as bounds of both roundings; null if
 * these lie further apart than `widest`.
 */
export const impliedClock = (row: ImportRow, widest = 1.01): {low: number; high: number} | null => {
  const scale = scales[row.metricUnit ?? ''];
  if (
    scale === undefined ||
    row.metric === null ||
    row.value === null ||
    row.metric < 0.02 ||
    row.value < 2
  )
    return null;
  const half = 0.0005;
  const low = (1e3 * (row.value - 0.5)) / ((row.metric + half) * scale);
  const high = (1e3 * (row.value + 1)) / ((row.metric - half) * scale);
  return high / low > widest ? null : {low, high};
};
