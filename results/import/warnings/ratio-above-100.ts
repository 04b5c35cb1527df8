// perf's "% of all ..." comments above 100: the quotient of two events that are not parts of each
// other, or of two estimates.
import {ratioNote} from '../../events/ratios.ts';
import type {ImportTable, Warning} from '../../types.ts';

const share =
  /^(?:% )?(?:of all|frontend cycles idle|backend\s+cycles idle)|^% (?:\w*miss_rate|tma_)/;

export const ratioAbove100 = (table: ImportTable): Warning[] => {
  const warnings: Warning[] = [];
  const test = (event: string, value: number | null, unit: string | null): void => {
    if (value === null || value <= 100 || unit === null || !share.test(unit)) return;
    const shown = `${value}${unit.startsWith('%') ? unit : ` % ${unit}`}`;
    warnings.push({
      code: 'ratio-above-100',
      text: `${event}: "${shown}" is not a share of a whole. ${ratioNote(event)}`,
      data: {event, value},
    });
  };
  for (const row of table.rows) {
    if (row.metrics === undefined) test(row.event, row.metric, row.metricUnit);
    else row.metrics.forEach((metric) => test(row.event, metric.value, metric.unit));
  }
  return warnings;
};
