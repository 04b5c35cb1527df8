// The row of a comparison that answers for it.
import type {Comparison, ComparisonRow} from '../types.ts';

export const primaryRow = (comparison: Comparison): ComparisonRow | undefined =>
  comparison.rows.find((row) => row.primary) ?? comparison.rows[0];
