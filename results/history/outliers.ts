// Spikes in a series of nights: points far from their neighbours on the log scale, excluded before
// change points are looked for.

export interface SpikeOptions {
  /** Neighbours on either side. */
  readonly reach: number;
  /** Robust standard deviations (1.4826 median absolute deviations) away. */
  readonly k: number;
  /**
   * A point closer than this, as a fraction of the level, is not a spike however quiet its
   * neighbours are.
   */
  readonly minSize: number;
  /** Nor is a point that is not further than this, in the unit of the values. */
  readonly minStep?: number;
}

export const spikeDefaults: SpikeOptions = {reach: 7, k: 6, minSize: 0};

/**
 * 1 if a point stands out from the median of itself and its neighbours, on either side. Windows are
 * cut at the ends, so the newest point of a series is compared with the `reach` points before it.
 * Series with zeros are taken as log(1 + x).
 */
export const flagSpikes = (
  values: ArrayLike<number>,
  options: SpikeOptions = spikeDefaults,
): Uint8Array => {
  const flags = new Uint8Array(values.length);
  const withZeros = Float64Array.from(values).some((value) => value <= 0);
  const logs = withZeros
    ? Float64Array.from(values, (value) => Math.log1p(Math.max(0, value)))
    : Float64Array.from(values, Math.log);
  const smallest = Math.log1p(options.minSize);
  const room = new Float64Array(2 * options.reach + 1);
  for (let at = 0; at < logs.length; at++) {
    const from = Math.max(0, at - options.reach);
    const near = room.subarray(0, Math.min(logs.length, at + options.reach + 1) - from);
    for (let i = 0; i < near.length; i++) near[i] = logs[from + i];
    const middle = sortedMedian(sortFew(near));
    const deviation = Math.abs(logs[at] - middle);
    const level = withZeros ? Math.expm1(middle) : Math.exp(middle);
    if (deviation <= smallest || Math.abs(values[at] - level) <= (options.minStep ?? 0) + 1e-9)
      continue;
    for (let i = 0; i < near.length; i++) near[i] = Math.abs(near[i] - middle);
    const spread = 1.4826 * sortedMedian(sortFew(near));
    if (deviation > options.k * spread) flags[at] = 1;
  }
  return flags;
};

/** In place; for a dozen numbers ten times as fast as the built-in sort. */
const sortFew = (values: Float64Array): Float64Array => {
  for (let at = 1; at < values.length; at++) {
    const value = values[at];
    let place = at;
    for (; place > 0 && values[place - 1] > value; place--) values[place] = values[place - 1];
    values[place] = value;
  }
  return values;
};

const sortedMedian = (sorted: Float64Array): number => {
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};
