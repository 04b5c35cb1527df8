// For spreadsheets and scripts: the runs themselves as samples.csv, or, if only the rows are known,
// one line per row at full precision.
import {formatSamplesCsv} from '../../results/samples/samples-csv.ts';
import type {Comparison} from '../../results/types.ts';
import {csvCell} from '../../results/visible.ts';
import type {TableOptions} from './types.ts';

const columns = [
  'event',
  'unit',
  'kind',
  'verdict',
  'ratio',
  'low',
  'high',
  'level',
  'p',
  'p_adjusted',
  'before_n',
  'before_mean',
  'before_median',
  'before_sem',
  'before_sd',
  'before_running',
  'after_n',
  'after_mean',
  'after_median',
  'after_sem',
  'after_sd',
  'after_running',
  'before_spikes',
  'after_spikes',
  'reason',
  'margin',
  'direction',
  'points',
  'needs_runs',
] as const;

export const csv = (comparison: Comparison, {samples}: TableOptions = {}): string =>
  samples !== undefined && samples !== null && samples.runs > 0
    ? formatSamplesCsv(samples).trimEnd()
    : rowsCsv(comparison);

const rowsCsv = (comparison: Comparison): string =>
  [
    columns.join(','),
    ...comparison.rows.map((row) =>
      [
        row.event,
        row.unit,
        row.kind,
        row.verdict,
        row.change?.ratio,
        row.change?.low,
        row.change?.high,
        row.change?.level,
        row.p,
        row.pAdjusted,
        row.before.n,
        row.before.mean,
        row.before.median,
        row.before.sem,
        row.before.sd,
        row.before.running,
        row.after.n,
        row.after.mean,
        row.after.median,
        row.after.sem,
        row.after.sd,
        row.after.running,
        row.spikes.before.length,
        row.spikes.after.length,
        row.reason,
        row.margin,
        row.direction,
        row.points?.value,
        row.needs?.runs,
      ]
        .map(csvCell)
        .join(','),
    ),
  ].join('\n');
