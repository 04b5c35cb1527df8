// A placement sweep as text: the median of the primary event at each offset, both sides.
import type {Samples, Session} from '../../results/types.ts';
import {sweepRows} from '../../results/rows/sweep-rows.ts';
import {visible} from '../../results/visible.ts';
import {short} from './figures.ts';

/** Lines for under a mail table; empty unless the session swept placements. */
export const sweepTable = (session: Session, samples: Samples | null): string => {
  const row = session.comparison?.rows.find((one) => one.primary);
  if (samples === null || row === undefined) return '';
  const rows = sweepRows(session, samples, row.event);
  if (rows.length === 0) return '';
  const cell = (value: number | null): string => (value === null ? '-' : short(value)).padStart(10);
  const over = (share: number | null): string =>
    (share === null ? '-' : `+${(100 * share).toFixed(2)}%`).padStart(9);
  return [
    `${visible(row.event)} by offset: medians, and per cent over the side's best`,
    `${'offset'.padStart(8)}${'before'.padStart(10)}${''.padStart(9)}${'after'.padStart(10)}${''.padStart(9)}${'runs'.padStart(6)}`,
    ...rows.map(
      (one) =>
        `${String(one.offset).padStart(8)}${cell(one.before)}${over(one.overBest.before)}${cell(one.after)}${over(one.overBest.after)}${String(one.runs).padStart(6)}`,
    ),
    '',
  ].join('\n');
};
