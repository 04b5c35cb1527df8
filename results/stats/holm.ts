// Weighted Holm: p values of a whole table, corrected so that any false claim in the table stays
// within the level.

/**
 * Adjusted p values (compare each with the level, e.g. 0.05). `weights` are shares of the error
 * budget (positive, any sum); rows with p = null are left out. Holm 1979, section 4.
 */
export const weightedHolm = (
  p: readonly (number | null)[],
  weights: readonly number[],
): (number | null)[] => {
  const order = p
    .map((value, row) => ({row, value, weight: weights[row]}))
    .filter((entry): entry is {row: number; value: number; weight: number} => entry.value !== null)
    .sort((a, b) => a.value / a.weight - b.value / b.weight);
  const adjusted: (number | null)[] = p.map(() => null);
  let left = order.reduce((sum, entry) => sum + entry.weight, 0);
  let largest = 0;
  for (const entry of order) {
    largest = Math.max(largest, Math.min(1, (entry.value * left) / entry.weight));
    adjusted[entry.row] = largest;
    left -= entry.weight;
  }
  return adjusted;
};

/**
 * Half of the budget to the primary row, the rest shared evenly; without a primary row all are
 * equal.
 */
export const budget = (primary: readonly boolean[]): number[] => {
  const others = primary.filter((is) => !is).length;
  if (others === 0 || others === primary.length) return primary.map(() => 1 / primary.length);
  return primary.map((is) => (is ? 0.5 : 0.5 / others));
};
