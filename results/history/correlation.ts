// How much a night depends on the night before, and what that means for the mean of several nights.

/**
 * The lag-1 autocorrelation counts when it lies above this many of its own standard errors, 1 /
 * sqrt(n): one-sided 5 %.
 */
const noticeable = 1.645;

/** Above this a series wanders and has no level that a mean could estimate. */
const most = 0.9;

/**
 * Lag-1 autocorrelation of `values` after subtracting the mean of each segment between `changes`
 * (ascending indexes); 0 if it is not significant. Subtracting a mean lowers it by about 1/n, which
 * is corrected.
 */
export const followingOf = (values: ArrayLike<number>, changes: readonly number[]): number => {
  const bounds = [0, ...changes, values.length];
  let squares = 0;
  let products = 0;
  for (let part = 0; part + 1 < bounds.length; part++) {
    const [from, to] = [bounds[part], bounds[part + 1]];
    let sum = 0;
    for (let at = from; at < to; at++) sum += values[at];
    const mean = sum / (to - from);
    for (let at = from; at < to; at++) {
      squares += (values[at] - mean) ** 2;
      if (at > from) products += (values[at] - mean) * (values[at - 1] - mean);
    }
  }
  if (squares === 0) return 0;
  const found = products / squares + (bounds.length - 1) / values.length;
  return found * Math.sqrt(values.length) < noticeable ? 0 : Math.min(found, most);
};

/**
 * Variance of the mean of `n` consecutive values with correlation `rho`, as a multiple of that of
 * independent ones (first order; Bartlett 1946).
 */
export const varianceOfMean = (n: number, rho: number): number =>
  rho === 0 ? 1 : (1 + rho) / (1 - rho) - (2 * rho * (1 - rho ** n)) / (n * (1 - rho) ** 2);
