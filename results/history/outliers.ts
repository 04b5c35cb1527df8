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
  const withZeros = hasZeros(values);
  const logs = new Float64Array(values.length);
  for (let at = 0; at < logs.length; at++)
    logs[at] = withZeros ? Math.log1p(Math.max(0, values[at])) : Math.log(values[at]);
  const smallest = Math.log1p(options.minSize);
  const room = new Float64Array(2 * options.reach + 1);
  for (let at = 0; at < logs.length; at++) {
    const from = Math.max(0, at - options.reach);
    const near = Math.min(logs.length, at + options.reach + 1) - from;
    for (let i = 0; i < near; i++) room[i] = logs[from + i];
    const middle = medianOfFirst(near, room);
    const deviation = Math.abs(logs[at] - middle);
    const level = withZeros ? Math.expm1(middle) : Math.exp(middle);
    if (deviation <= smallest || Math.abs(values[at] - level) <= (options.minStep ?? 0) + 1e-9)
      continue;
    for (let i = 0; i < near; i++) room[i] = Math.abs(room[i] - middle);
    const spread = 1.4826 * medianOfFirst(near, room);
    if (deviation > options.k * spread) flags[at] = 1;
  }
  return flags;
};

const hasZeros = (values: ArrayLike<number>): boolean => {
  for (let at = 0; at < values.length; at++) if (values[at] <= 0) return true;
  return false;
};

/** Sorts them in place; for a dozen numbers ten times as fast as the built-in sort. */
const medianOfFirst = (count: number, values: Float64Array): number => {
  for (let at = 1; at < count; at++) {
    const value = values[at];
    let place = at;
    for (; place > 0 && values[place - 1] > value; place--) values[place] = values[place - 1];
    values[place] = value;
  }
  const half = count >> 1;
  return count % 2 === 1 ? values[half] : (values[half - 1] + values[half]) / 2;
};
