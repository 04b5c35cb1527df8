// What a mean and its standard error reveal: how many runs carry the mean, how large they are, and
// over which base.

/** k equal spikes of `size` over a quiet `base`. */
export interface SpikeSolution {
  readonly runs: number;
  readonly size: number;
  readonly base: number;
}

export interface Forensics {
  /** Every k that keeps the base between 0 and the other side's mean, fewest runs first. */
  readonly solutions: readonly SpikeSolution[];
  /** If no whole k fits: two runs of unequal size over the other side's mean. */
  readonly unequal: {
    readonly larger: number;
    readonly smaller: number;
    readonly base: number;
  } | null;
  /**
   * If neither fits: the fewest runs that can carry the excess over the other side's mean, of
   * unequal sizes.
   */
  readonly fewest: {readonly runs: number; readonly base: number} | null;
  /** Standard deviation of one run over the mean. */
  readonly variation: number;
}

/** A series whose runs scatter less than this (sd over mean) is not carried by few runs. */
const leastVariation = 1.5;
/** A spike is at least this many times its base. */
const leastSize = 5;
/** At most this share of the runs may be spikes. */
const mostShare = 0.25;
/**
 * How far above the other side's mean the base may be: two standard errors of that mean and of the
 * base, which is as uncertain.
 */
const tolerance = 2 * Math.SQRT2;

/** perf prints the error in hundredths of a percent of the mean. */
const printedStep = 0.00005;
/**
 * Means of counts are printed as whole numbers: the base and the other side's mean may each be half
 * a count off.
 */
const wholeStep = 1;

/**
 * k runs of size X among n, the rest at b: m - b = k (X - b) / n and s^2 = k (X - b)^2 (1 - k / n)
 * / (n (n - 1)). So m - b = s sqrt(k (n - 1) / (n - k)), about s sqrt(k), and X - b = n (m - b) /
 * k; equal spikes and a quiet base are assumed. Returns null if the scatter is ordinary, or no k
 * fits. `mean` and `sem` in the event's unit; `other` is the other side's mean with its sem.
 */
export const carriedByFewRuns = (
  mean: number,
  sem: number,
  n: number,
  other: {readonly mean: number; readonly sem: number} | null,
): Forensics | null => {
  if (!(mean > 0) || !(sem > 0) || n < 3) return null;
  const variation = (sem * Math.sqrt(n)) / mean;
  // Small counts scatter anyway: a Poisson mean of m has a variation of 1 / sqrt(m).
  if (variation < leastVariation * Math.max(1, 2 / Math.sqrt(mean))) return null;
  const ceiling =
    other === null
      ? mean
      : other.mean + tolerance * other.sem + (Number.isInteger(mean) ? wholeStep : 0);
  const solutions: SpikeSolution[] = [];
  for (let k = 1; k <= Math.max(1, mostShare * n); k++) {
    const root = Math.sqrt((k * (n - 1)) / (n - k));
    const rounding = printedStep * mean * root;
    const base = mean - sem * root;
    if (base < -rounding) break;
    const size = (n * sem * root) / k;
    if (base <= ceiling + rounding && size >= leastSize * base)
      solutions.push({runs: k, size, base: Math.max(0, base)});
  }
  const unequal =
    solutions.length > 0 || other === null ? null : twoUnequal(mean, sem, n, other.mean);
  const fewest =
    solutions.length > 0 || unequal !== null || other === null
      ? null
      : fewestRuns(mean, sem, n, other.mean);
  return solutions.length === 0 && unequal === null && fewest === null
    ? null
    : {solutions, unequal, fewest, variation};
};

/** Sum and sum of squares of what the runs have above a base. */
const excess = (
  mean: number,
  sem: number,
  n: number,
  base: number,
): {readonly sum: number; readonly squares: number} => {
  const sum = n * (mean - base);
  return {sum, squares: sem ** 2 * n * (n - 1) + sum ** 2 / n};
};

/** Two runs alone have two sizes; beyond two there are too many unknowns. */
const twoUnequal = (mean: number, sem: number, n: number, base: number): Forensics['unequal'] => {
  const {sum, squares} = excess(mean, sem, n, base);
  if (sum <= 0 || squares >= sum ** 2 || 2 * squares <= sum ** 2) return null;
  const root = Math.sqrt(2 * squares - sum ** 2);
  return {larger: (sum + root) / 2, smaller: (sum - root) / 2, base};
};

/** No fewer than sum^2 / squares runs can have this sum and these squares (Cauchy-Schwarz). */
const fewestRuns = (mean: number, sem: number, n: number, base: number): Forensics['fewest'] => {
  const {sum, squares} = excess(mean, sem, n, base);
  const runs = Math.ceil(sum ** 2 / squares);
  return mean < leastSize * base || runs < 2 || runs > mostShare * n ? null : {runs, base};
};

/**
 * Of two or more pastes that share a workload, the base of one event: the lowest mean among them
 * that is not itself carried by few runs. Null when every one of them is.
 */
export const sharedBase = (
  pastes: readonly {readonly mean: number; readonly sem: number; readonly n: number}[],
): {readonly mean: number; readonly sem: number} | null => {
  const quiet = pastes.filter(({mean, sem, n}) => carriedByFewRuns(mean, sem, n, null) === null);
  return quiet.length === 0
    ? null
    : quiet.reduce((lowest, paste) => (paste.mean < lowest.mean ? paste : lowest));
};

/**
 * A printed 0 with `( +- p% )` (perf up to 5.12): counts in all runs together, if they are rare and
 * single: (100 / p)^2.
 */
export const countsBehindZero = (semPercent: number): number => (100 / semPercent) ** 2;

/** A generous cost of one miss, in cycles: a page walk or a trip to memory. */
const cyclesPerMiss = 100;

/**
 * Upper bound on the share of the cycles that an excess of `perRun` misses can explain; null if
 * the cost of the event is unknown.
 */
export const timeShare = (event: string, perRun: number, cycles: number | null): number | null =>
  cycles === null || cycles <= 0 || !/TLB|cache|LLC|L1-|branch-miss/.test(event)
    ? null
    : (perRun * cyclesPerMiss) / cycles;
