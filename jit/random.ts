// A small seeded random number generator (splitmix32), so that a placement can be repeated from its seed.

/** Whole numbers from 0 up to, not including, `below` (at most 2^32); the same seed gives the same sequence. */
export const seededBelow = (seed: number): ((below: number) => number) => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state ^ state >>> 16;
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ mixed >>> 15) >>> 0;
  };
  // Two draws give 53 bits, so that the remainder favours no value noticeably.
  return (below) => Math.floor((next() * 0x200000 + (next() >>> 11)) / 2 ** 53 * below);
};
