// Cells of the verdict matrix: one for each comparison and event, with a reason if there is no
// number.
import type {Comparison, Verdict} from '../types.ts';

export interface MatrixCell {
  readonly label: string;
  readonly event: string;
  /** `none`: the event was not counted in this comparison. */
  readonly verdict: Verdict | 'none';
  readonly ratio: number | null;
}

/** Rows in the order given, events in order of first appearance; every pair has a cell. */
export const matrixCells = (
  comparisons: readonly {readonly label: string; readonly comparison: Comparison}[],
): MatrixCell[] => {
  const events = [
    ...new Set(comparisons.flatMap(({comparison}) => comparison.rows.map((row) => row.event))),
  ];
  return comparisons.flatMap(({label, comparison}) =>
    events.map((event) => {
      const row = comparison.rows.find((candidate) => candidate.event === event);
      const ratio = row?.change?.ratio ?? null;
      return {
        label,
        event,
        verdict: row?.verdict ?? 'none',
        ratio: ratio !== null && Number.isFinite(ratio) ? ratio : null,
      };
    }),
  );
};
