// Steps of an empirical distribution function: at each value the share of runs at or below it.

export interface EcdfStep {
  readonly value: number;
  /** 0..1. */
  readonly share: number;
}

/**
 * Steps in order of value, ties joined. With more than `limit` steps the middle is thinned evenly;
 * both tails keep every step.
 */
export const ecdfSteps = (values: readonly number[], limit = 400): EcdfStep[] => {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const steps: EcdfStep[] = [];
  sorted.forEach((value, index) => {
    if (sorted[index + 1] !== value) steps.push({value, share: (index + 1) / sorted.length});
  });
  if (steps.length <= limit) return steps;
  const tail = Math.floor(limit / 4);
  const middle = steps.slice(tail, steps.length - tail);
  const wanted = limit - 2 * tail;
  const thinned = Array.from(
    {length: wanted},
    (_none, i) => middle[Math.floor((i * middle.length) / wanted)],
  );
  return [...steps.slice(0, tail), ...thinned, ...steps.slice(steps.length - tail)];
};
