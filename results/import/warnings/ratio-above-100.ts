// perf's "% of all ..." comments above 100: the quotient of two events that are no parts of each other, or of two estimates.
import {ratioNote} from '../../ratios.ts';
import type {ImportTable, Warning} from '../../types.ts';

const share = /^(?:% )?(?:of all|frontend cycles idle|backend\s+cycles idle)|^% (?:\w*miss_rate|tma_)/;

export const ratioAbove100 = (table: ImportTable): Warning[] => table.rows.flatMap((row) =>
  (row.metrics ?? [{value: row.metric, unit: row.metricUnit ?? ''}])
    .filter((metric) => metric.value !== null && metric.value > 100 && share.test(metric.unit))
    .map((metric) => ({
      code: 'ratio-above-100',
      text: `${row.event}: "${metric.value}${metric.unit.startsWith('%') ? metric.unit : ` % ${metric.unit}`}" is no share of a whole. ${ratioNote(row.event)}`,
      data: {event: row.event, value: metric.value},
    })));
