// Spikes in a series of nights: points far from their neighbours on the log scale, excluded before
// change points are looked for.

export interface SpikeOptions {
  /** Neighbours on either side. */
  readonly reach: number;
  /** Robust standard deviations (1.4826 median absolute deviations) away. */
  readonly k: number;
  /**
   * What is nearer than this, as a fraction of the level, is not a spike however quiet the neighbours
   * are.
   */
  readonly minSize: number;
  /** What is not further than this, in the unit of the values, is none either. */
  readonly minStep?: number;
}

export const spikeDefaults: SpikeOptions = {reach: 7, k: 6, minSize: 0};

/**
 * 1 if a point stands out from the median of itself and its neighbours, on either side. Windows
 * are cut at the ends, so the
 * newest point of a series is held against the `reach` points before it. Series with zeros are
 * taken as log(1 + x).
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
  for (let at = 0; at < logs.length; at++) {
    const near = logs.slice(Math.max(0, at - options.reach), at + options.reach + 1).sort();
    const middle = sortedMedian(near);
    const deviation = Math.abs(logs[at] - middle);
    const level = withZeros ? Math.expm1(middle) : Math.exp(middle);
    if (deviation <= smallest || Math.abs(values[at] - level) <= (options.minStep ?? 0) + 1e-9)
      continue;
    const spread = 1.4826 * sortedMedian(near.map((value) => Math.abs(value - middle)).sort());
    if (deviation > options.k * spread) flags[at] = 1;
  }
  return flags;
};

const sortedMedian = (sorted: Float64Array): number => {
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};
