// Clocks in raw nanoseconds (6.16 to 6.18) and rates a million times too big (4.19 and 4.20.0).
import type {ImportTable, Warning} from '../../types.ts';
import type {Implied} from './clock.ts';
import {isRawNanoseconds} from './clock.ts';

/** No processor runs at this many GHz. */
const impossibleGHz = 1000;

export const clockUnit = (
  table: ImportTable,
  clocks: readonly number[],
  implied: readonly Implied[],
): Warning[] => {
  const warnings: Warning[] = table.rows.filter(isRawNanoseconds).map((row) => ({
    code: 'clock-unit',
    text:
      `${row.event} ${row.value} has no unit: these are nanoseconds ` +
      `(${((row.value ?? 0) / 1e6).toFixed(2)} msec), as perf 6.16 to 6.18 print them`,
    data: {event: row.event, unit: 'ns'},
  }));
  const printed = clocks[0] ?? 0;
  const isMillion =
    table.rows.some(
      ({metric, metricUnit, time}) =>
        metric !== null && metric > impossibleGHz && metricUnit === 'GHz' && time === undefined,
    ) || implied.some(({low, high}) => low < 2e-6 * printed && high > 5e-7 * printed);
  if (isMillion)
    warnings.push({
      code: 'clock-unit',
      text:
        'rates and GHz in the comments are a million times too big (perf 4.19 and 4.20.0 ' +
        'divide by the wrong clock unit); the counts are right',
      data: {factor: 1e6},
    });
  return warnings;
};
