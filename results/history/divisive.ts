// E-divisive's candidate: the point that separates an interval most clearly, by the energy distance
// between the parts before and after it.

export interface Candidate {
  /** First point of the new regime. */
  readonly index: number;
  /** The scaled energy distance at the split. */
  readonly energy: number;
}

/**
 * The best split of values[from..to), to - from >= 2 (Matteson and James 2014, with exponent 1).
 * For every split at `tau` and every end `kappa` of the right part, with m and n points left and
 * right,
 *
 *   from ........ tau ........ kappa ... to
 *        m points     n points
 *
 *   energy = 2/(m+n) [ B - n/(m-1) L - m/(n-1) R ]
 *
 * where B sums |x - y| between the parts, L and R within them (a part of one point adds nothing).
 * The right part need not reach the end. The first of equal maxima wins, by tau and then kappa.
 * Quadratic time, linear memory.
 */
export const bestSplit = (values: ArrayLike<number>, from: number, to: number): Candidate => {
  const length = to - from;
  const left = new Float64Array(length + 1);
  for (let tau = 1; tau <= length; tau++) {
    let added = 0;
    for (let at = 0; at < tau - 1; at++)
      added += Math.abs(values[from + at] - values[from + tau - 1]);
    left[tau] = left[tau - 1] + added;
  }
  const right = new Float64Array(length);
  let index = 1;
  let energy = -Infinity;
  for (let kappa = 2; kappa <= length; kappa++) {
    const newest = values[from + kappa - 1];
    let added = 0;
    for (let tau = kappa - 1; tau >= 1; tau--) {
      if (tau < kappa - 1) {
        added += Math.abs(values[from + tau] - newest);
        right[tau] += added;
      }
      const m = tau;
      const n = kappa - tau;
      const between = left[kappa] - left[tau] - right[tau];
      const within =
        (m > 1 ? (n / (m - 1)) * left[tau] : 0) + (n > 1 ? (m / (n - 1)) * right[tau] : 0);
      const q = (2 / kappa) * (between - within);
      if (q > energy || (q === energy && tau < index)) {
        energy = q;
        index = tau;
      }
    }
  }
  return {index: from + index, energy};
};
