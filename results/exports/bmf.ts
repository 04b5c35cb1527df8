// Bencher Metric Format: benchmark -> measure -> value with lower and upper value.
import type {ExportWriter} from './rows.ts';
import {allRows} from './rows.ts';

export const bmf: ExportWriter = {
  what: 'Bencher Metric Format (bencher run --adapter json)',
  write: (input) => {
    const benchmarks: Record<
      string,
      Record<string, {value: number; lower_value?: number; upper_value?: number}>
    > = {};
    for (const {workload, label, event, stats} of allRows(input)) {
      if (stats.mean === null) continue;
      const reach = stats.sem === null ? null : 1.96 * stats.sem;
      (benchmarks[`${workload}/${label}`] ??= {})[event] = {
        value: stats.mean,
        ...(reach === null
          ? {}
          : {lower_value: stats.mean - reach, upper_value: stats.mean + reach}),
      };
    }
    return `${JSON.stringify(benchmarks, null, 2)}\n`;
  },
};
