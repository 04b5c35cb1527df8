// Thinning for pictures: of many runs keep every spike, and the lowest and highest of each segment,
// so that the outline stays.
import type {StripRow} from './strip-rows.ts';

/**
 * At most about `limit` rows that are not spikes, in the order given; all rows if there are no more
 * than that.
 */
export const thinRuns = (rows: readonly StripRow[], limit: number): readonly StripRow[] => {
  const quiet = rows.filter((row) => !row.spike);
  if (quiet.length <= limit) return rows;
  const keep = new Set<StripRow>(rows.filter((row) => row.spike));
  for (const side of ['before', 'after'] as const) {
    const own = quiet.filter((row) => row.side === side);
    const segments = Math.max(1, Math.floor((limit * own.length) / quiet.length / 2));
    for (let i = 0; i < segments; i++) {
      const segment = own.slice(
        Math.floor((i * own.length) / segments),
        Math.floor(((i + 1) * own.length) / segments),
      );
      if (segment.length === 0) continue;
      keep.add(segment.reduce((a, b) => (b.value < a.value ? b : a)));
      keep.add(segment.reduce((a, b) => (b.value > a.value ? b : a)));
    }
  }
  return rows.filter((row) => keep.has(row));
};
