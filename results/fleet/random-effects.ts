// Random effects over hosts: each host has its own true change; their mean and spread are estimated.
// Hosts are never pooled as if their runs were one series.
import {normalQuantile, studentQuantile, studentTwoSided} from '../stats/distributions.ts';
import {gammaQ} from '../stats/special.ts';

/** The change on one host: natural log of a ratio, and the standard error of that log. */
export interface Effect {
  readonly value: number;
  readonly error: number;
}

/** All on the log scale; intervals at 95 %. */
export interface RandomEffects {
  readonly count: number;
  /** Mean over hosts like these, with its interval; null if there are fewer than two. */
  readonly mean: {
    readonly value: number;
    readonly error: number;
    readonly low: number;
    readonly high: number;
    readonly p: number;
  } | null;
  /** Standard deviation of the true changes between hosts. */
  readonly tau: number;
  /** Share of the spread that is not noise, 0..1 (Higgins and Thompson 2002). */
  readonly i2: number;
  /** P of a spread as large if all hosts had the same change (Cochran's Q); 1 for one host. */
  readonly pSame: number;
}

/** Half-width of a 95 % interval in standard errors. */
const normalReach = normalQuantile(0.975);

/** From a 95 % interval of a ratio; null if it has no interval or is not positive. */
export const effectOf = (change: {
  readonly ratio: number;
  readonly low: number | null;
  readonly high: number | null;
}): Effect | null => {
  const {ratio, low, high} = change;
  if (low === null || high === null || !(ratio > 0) || !(low > 0) || !Number.isFinite(high))
    return null;
  return {value: Math.log(ratio), error: (Math.log(high) - Math.log(low)) / (2 * normalReach)};
};

/**
 * Paule and Mandel's tau, and the interval of Hartung, Knapp, Sidik and Jonkman, never narrower
 * than without their factor (Knapp and Hartung 2003): right for a few studies of different precision
 * (Roever, Knapp and Friede 2015). An error of 0 counts as the smallest positive one.
 */
export const randomEffects = (given: readonly Effect[]): RandomEffects => {
  const effects = withoutZeroErrors(given);
  const count = effects.length;
  if (count < 2) return {count, mean: null, tau: 0, i2: 0, pSame: 1};
  const tau2 = tauSquared(effects);
  const {q} = weighted(effects, 0);
  const mean = meanOver(effects, tau2);
  return {
    count,
    mean,
    tau: Math.sqrt(tau2),
    i2: q === 0 ? 0 : Math.max(0, (q - (count - 1)) / q),
    pSame: gammaQ((count - 1) / 2, q / 2),
  };
};

/** The mean for a known variance between hosts, with Hartung and Knapp's interval. */
export const meanOver = (
  effects: readonly Effect[],
  tau2: number,
): NonNullable<RandomEffects['mean']> => {
  const {value, weights, q} = weighted(effects, tau2);
  const degrees = effects.length - 1;
  const error = Math.sqrt(Math.max(1, q / degrees) / weights);
  const half = studentQuantile(0.975, degrees) * error;
  const p = error === 0 ? (value === 0 ? 1 : 0) : studentTwoSided(value / error, degrees);
  return {value, error, low: value - half, high: value + half, p};
};

/** The variance between hosts that makes the weighted squares equal their degrees of freedom. */
const tauSquared = (effects: readonly Effect[]): number => {
  const excess = (tau2: number): number => weighted(effects, tau2).q - (effects.length - 1);
  if (excess(0) <= 0) return 0;
  const centre = effects.reduce((sum, {value}) => sum + value, 0) / effects.length;
  let low = 0;
  // All squares taken as spread between hosts is more than enough.
  let high = effects.reduce((sum, {value}) => sum + (value - centre) ** 2, 0);
  for (let step = 0; step < 200 && high - low > 1e-14 * high; step++) {
    const middle = (low + high) / 2;
    if (excess(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};

const weighted = (
  effects: readonly Effect[],
  tau2: number,
): {value: number; weights: number; q: number} => {
  const weightOf = ({error}: Effect): number => 1 / (error * error + tau2);
  const weights = effects.reduce((sum, one) => sum + weightOf(one), 0);
  const value = effects.reduce((sum, one) => sum + weightOf(one) * one.value, 0) / weights;
  const q = effects.reduce((sum, one) => sum + weightOf(one) * (one.value - value) ** 2, 0);
  return {value, weights, q};
};

/** Without any positive error the noise is taken to be far below what a table prints. */
const leastError = 1e-9;

const withoutZeroErrors = (effects: readonly Effect[]): readonly Effect[] => {
  const positive = effects.flatMap(({error}) => (error > 0 ? [error] : []));
  const least = positive.length === 0 ? leastError : Math.min(...positive);
  return effects.map((one) => (one.error > 0 ? one : {...one, error: least}));
};
