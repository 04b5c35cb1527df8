// The one seeded random source of results/ and harness/, so that plans, simulations and tests
// repeat.

export interface Random {
  /** Uniform in [0, 1). */
  readonly uniform: () => number;
  readonly normal: () => number;
  /** Mean 1. */
  readonly exponential: () => number;
  readonly poisson: (mean: number) => number;
}

/** mulberry32: 32 bits of state, good enough for simulations of some million draws. */
export const randomFrom = (seed: number): Random => {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const exponential = (): number => -Math.log(1 - uniform());
  let spare: number | null = null;
  const normal = (): number => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    const radius = Math.sqrt(2 * exponential());
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  const poisson = (mean: number): number => {
    if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
    let count = -1;
    for (let left = mean; left >= 0; left -= exponential()) count++;
    return count;
  };
  return {uniform, normal, exponential, poisson};
};
