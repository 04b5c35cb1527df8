// What a mean and its standard error give away: how many runs carry the mean, how large they are, over which base.

/** k equal spikes of `size` over a quiet `base`. */
export interface SpikeSolution {
  readonly runs: number;
  readonly size: number;
  readonly base: number;
}

export interface Forensics {
  /** Every k that keeps the base between 0 and the other side's mean, fewest runs first. */
  readonly solutions: readonly SpikeSolution[];
  /** Where no whole k fits: two runs of unequal size over the other side's mean. */
  readonly unequal: { readonly larger: number; readonly smaller: number; readonly base: number } | null;
  /** Standard deviation of one run over the mean. */
  readonly variation: number;
}

/** A series whose runs scatter less than this (sd over mean) is not carried by few runs. */
const leastVariation = 1.5;
/** A spike is at least this many times its base. */
const leastSize = 5;
/** At most this share of the runs may be spikes. */
const mostShare = 0.25;
/** How far above the other side's mean the base may lie, in standard errors of that mean. */
const tolerance = 2;

/**
 * k runs of size X among n, the rest at b: mean - b = k (X - b) / n, about k X / n, and sem = (X - b) sqrt(k) / n. So
 * b = m - s sqrt(k) and X - b = n s / sqrt(k); equal spikes and a quiet base are assumed. Returns null where the
 * scatter is ordinary, or no k fits. `mean` and `sem` in the event's unit; `other` is the other side's mean with its sem.
 */
export const carriedByFewRuns = (mean: number, sem: number, n: number, other: { readonly mean: number; readonly sem: number } | null): Forensics | null => {
  if (!(mean > 0) || !(sem > 0) || n < 3) return null;
  const variation = (sem * Math.sqrt(n)) / mean;
  // Small counts scatter by themselves: a Poisson mean of m has a variation of 1 / sqrt(m).
  if (variation < leastVariation * Math.max(1, 2 / Math.sqrt(mean))) return null;
  const ceiling = other === null ? mean : other.mean + tolerance * other.sem;
  const solutions: SpikeSolution[] = [];
  for (let k = 1; k <= Math.max(1, mostShare * n); k++) {
    const base = mean - sem * Math.sqrt(k);
    if (base < 0) break;
    const size = (n * sem) / Math.sqrt(k);
    if (base <= ceiling && size >= leastSize * base) solutions.push({runs: k, size, base});
  }
  const unequal = solutions.length > 0 || other === null ? null : twoUnequal(mean, sem, n, other.mean);
  return solutions.length === 0 && unequal === null ? null : {solutions, unequal, variation};
};

/** Sum and sum of squares of the excess give two sizes; only for 1 < k < 2, beyond that there are too many unknowns. */
const twoUnequal = (mean: number, sem: number, n: number, base: number): Forensics['unequal'] => {
  const effective = runsAtBase(mean, sem, base);
  if (mean <= base || effective <= 1 || effective >= 2) return null;
  const sum = n * (mean - base);
  const root = Math.sqrt(2 * (n * sem) ** 2 - sum ** 2);
  return {larger: (sum + root) / 2, smaller: (sum - root) / 2, base};
};

/** The k at which the base equals a known one: ((m - b) / s)^2; not a whole number. */
export const runsAtBase = (mean: number, sem: number, base: number): number => ((mean - base) / sem) ** 2;

/**
 * Of two or more pastes that share a workload, the base of one event: the lowest mean among them that is not itself
 * carried by few runs. Null when every one of them is.
 */
export const sharedBase = (pastes: readonly { readonly mean: number; readonly sem: number; readonly n: number }[]): { readonly mean: number; readonly sem: number } | null => {
  const quiet = pastes.filter(({mean, sem, n}) => carriedByFewRuns(mean, sem, n, null) === null);
  return quiet.length === 0 ? null : quiet.reduce((lowest, paste) => (paste.mean < lowest.mean ? paste : lowest));
};

/** A printed 0 with `( +- p% )` (perf up to 5.12): counts in all runs together, if they are rare and single: (100 / p)^2. */
export const countsBehindZero = (semPercent: number): number => (100 / semPercent) ** 2;

/** A generous cost of one miss, in cycles: a page walk or a trip to memory. */
export const cyclesPerMiss = 100;

/** Upper bound on the share of the cycles that an excess of `perRun` misses can explain; null where the cost of the event is unknown. */
export const timeShare = (event: string, perRun: number, cycles: number | null): number | null =>
  cycles === null || cycles <= 0 || !/TLB|cache|LLC|L1-|branch-miss/.test(event) ? null : (perRun * cyclesPerMiss) / cycles;
