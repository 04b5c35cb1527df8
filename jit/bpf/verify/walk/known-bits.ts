// Bits of a 64-bit number that are known to the verifier walk, and what arithmetic leaves of them
// (the "tristate numbers" of Vishwanathan et al., CGO 2022, as in the kernel).

/** Bits of `mask` are unknown and 0 in `value`; the others are those of `value`. */
export interface KnownBits {
  readonly value: bigint;
  readonly mask: bigint;
}

export const max64 = 0xffff_ffff_ffff_ffffn;
export const max32 = 0xffff_ffffn;

export const uint = (bits: 32 | 64, value: bigint): bigint => BigInt.asUintN(bits, value);
export const int = (bits: 32 | 64, value: bigint): bigint => BigInt.asIntN(bits, value);

const u64 = (value: bigint): bigint => uint(64, value);

export const knownBits = (value: bigint, mask: bigint): KnownBits => ({
  value: u64(value & ~mask),
  mask: u64(mask),
});

export const lowBits = (bits: KnownBits): KnownBits =>
  knownBits(bits.value & max32, bits.mask & max32);

/** The upper half of `bits` with the lower half of `low`. */
export const withLowBits = (bits: KnownBits, low: KnownBits): KnownBits =>
  knownBits((bits.value & ~max32) | (low.value & max32), (bits.mask & ~max32) | (low.mask & max32));

/** What numbers from `min` to `max`, unsigned, have in common. */
export const bitsBetween = (min: bigint, max: bigint): KnownBits => {
  const unknown = min === max ? 0n : (1n << BigInt((min ^ max).toString(2).length)) - 1n;
  return knownBits(min, unknown);
};

/** What holds if both hold. */
export const bothBits = (a: KnownBits, b: KnownBits): KnownBits =>
  knownBits(a.value | b.value, a.mask & b.mask);

/** True if some number has both. */
export const bitsMeet = (a: KnownBits, b: KnownBits): boolean =>
  ((a.value ^ b.value) & ~(a.mask | b.mask)) === 0n;

export const bitsCover = (general: KnownBits, special: KnownBits): boolean =>
  (special.mask & ~general.mask) === 0n && (special.value & ~general.mask) === general.value;

export const addBits = (a: KnownBits, b: KnownBits): KnownBits => {
  const least = u64(a.value + b.value);
  const carries = u64(least + a.mask + b.mask) ^ least;
  return knownBits(least, carries | a.mask | b.mask);
};

export const subtractBits = (a: KnownBits, b: KnownBits): KnownBits => {
  const difference = u64(a.value - b.value);
  const borrows = u64(difference + a.mask) ^ u64(difference - b.mask);
  return knownBits(difference, borrows | a.mask | b.mask);
};

export const andBits = (a: KnownBits, b: KnownBits): KnownBits => {
  const value = a.value & b.value;
  return knownBits(value, (a.value | a.mask) & (b.value | b.mask) & ~value);
};

export const orBits = (a: KnownBits, b: KnownBits): KnownBits => {
  const value = a.value | b.value;
  return {value, mask: (a.mask | b.mask) & ~value};
};

export const xorBits = (a: KnownBits, b: KnownBits): KnownBits =>
  knownBits(a.value ^ b.value, a.mask | b.mask);

/** A sum of one shifted `b` for each bit of `a` that may be set. */
export const multiplyBits = (a: KnownBits, b: KnownBits): KnownBits => {
  let unsure = knownBits(0n, 0n);
  let {value, mask} = a;
  for (let shift = 0n; (value | mask) !== 0n; shift++) {
    if ((value & 1n) === 1n) unsure = addBits(unsure, knownBits(0n, b.mask << shift));
    else if ((mask & 1n) === 1n)
      unsure = addBits(unsure, knownBits(0n, (b.value | b.mask) << shift));
    value >>= 1n;
    mask >>= 1n;
  }
  return addBits(knownBits(a.value * b.value, 0n), unsure);
};

export const shiftBitsLeft = ({value, mask}: KnownBits, by: bigint): KnownBits =>
  knownBits(value << by, mask << by);

export const shiftBitsRight = ({value, mask}: KnownBits, by: bigint): KnownBits =>
  knownBits(value >> by, mask >> by);

/** An unknown sign makes the bits that come in unknown. */
export const shiftBitsSigned = (bits: 32 | 64, {value, mask}: KnownBits, by: bigint): KnownBits =>
  knownBits(uint(bits, int(bits, value) >> by), uint(bits, int(bits, mask) >> by));
