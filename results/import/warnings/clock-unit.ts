// Clocks in raw nanoseconds (6.16 to 6.18) and rates a million times too big (4.19 and 4.20.0).
import type {ImportRow, ImportTable, Warning} from '../../types.ts';
import {impliedClock, isRawNanoseconds} from './clock.ts';

/** No processor runs at this many GHz. */
const impossibleGHz = 1000;

export const clockUnit = (table: ImportTable, clocks: readonly number[]): Warning[] => {
  const warnings: Warning[] = table.rows.filter(isRawNanoseconds).map((row) => ({
    code: 'clock-unit',
    text:
      `${row.event} ${row.value} has no unit: these are nanoseconds ` +
      `(${((row.value ?? 0) / 1e6).toFixed(2)} msec), as perf 6.16 to 6.18 print them`,
    data: {event: row.event, unit: 'ns'},
  }));
  if (table.rows.some((row) => isMillion(row, clocks[0])))
    warnings.push({
      code: 'clock-unit',
      text:
        'rates and GHz in the comments are a million times too big (perf 4.19 and 4.20.0 ' +
        'divide by the wrong clock unit); the counts are right',
      data: {factor: 1e6},
    });
  return warnings;
};

/** True for a rate that is a million times too big for the clock printed, or for any processor. */
const isMillion = (row: ImportRow, printed: number | undefined): boolean => {
  const {metric, metricUnit, time} = row;
  if (metric === null) return false;
  if (metric > impossibleGHz && metricUnit === 'GHz' && time === undefined) return true;
  const implied = printed === undefined ? null : impliedClock(row);
  return (
    implied !== null &&
    printed !== undefined &&
    implied.low < 2e-6 * printed &&
    implied.high > 5e-7 * printed
  );
};
