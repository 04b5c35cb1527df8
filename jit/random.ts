// Small seeded random number generators, so that every choice can be made again from its seed.

/** splitmix32: whole numbers below 2^32, the same series for the same seed on every machine. */
export const seededWords = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
};

/** Whole numbers from 0 up to, not including, `below` (at most 2^32). */
export const seededBelow = (seed: number): ((below: number) => number) => {
  const next = seededWords(seed);
  // Two draws give 53 bits, so that the remainder favours no value noticeably.
  return (below) => Math.floor(((next() * 0x200000 + (next() >>> 11)) / 2 ** 53) * below);
};
