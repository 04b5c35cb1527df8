// Rows of a sweep as a table: one offset per line, the median of both sides and their ratio.
import {median} from 'simple-statistics';
import type {Samples, Session} from '../types.ts';
import {placementRows} from './placement-rows.ts';

/**
 * `offset` in bytes from the start of the page's code area; medians in the event's unit, null if
 * a side had no run there.
 */
export interface SweepRow {
  readonly offset: number;
  readonly before: number | null;
  readonly after: number | null;
  readonly runs: number;
  /** How far each side's median is above the best offset of that side, as a fraction. */
  readonly overBest: {readonly before: number | null; readonly after: number | null};
}

/** Rows of an event by offset; empty unless the session swept fixed placements. */
export const sweepRows = (
  session: Session,
  samples: Samples,
  event: string,
): readonly SweepRow[] => {
  if (!session.plan.placement.startsWith('sweep:')) return [];
  const rows = placementRows(session, samples, event);
  const offsets = [...new Set(rows.map((row) => row.text))].map((text) => ({
    text,
    offset: Number(text.replace(/^fixed:/, '')),
  }));
  const middle = (text: string, side: 'before' | 'after'): number | null => {
    const values = rows
      .filter((row) => row.text === text && row.side === side)
      .map((row) => row.value);
    return values.length === 0 ? null : median(values);
  };
  const found = offsets
    .toSorted((a, b) => a.offset - b.offset)
    .map(({text, offset}) => ({
      offset,
      before: middle(text, 'before'),
      after: middle(text, 'after'),
      runs: rows.filter((row) => row.text === text).reduce((sum, row) => sum + row.runs, 0),
    }));
  const over = (value: number | null, side: 'before' | 'after'): number | null =>
    value === null ? null : value / Math.min(...found.map((row) => row[side] ?? Infinity)) - 1;
  return found.map((row) => ({
    ...row,
    overBest: {before: over(row.before, 'before'), after: over(row.after, 'after')},
  }));
};
