// What the verifier walk knows of a number: its bits, and bounds of it and of its lower half, signed
// and unsigned; and what follows from one of these for the others. The rules are those of kernel 6.18.
import {
  bitsBetween,
  bitsCover,
  bothBits,
  int,
  knownBits,
  lowBits,
  max32,
  max64,
  uint,
  withLowBits,
} from './known-bits.ts';
import type {KnownBits} from './known-bits.ts';

/** Least and greatest value, both included, as an unsigned and as a signed number. */
export interface Bounds {
  readonly umin: bigint;
  readonly umax: bigint;
  readonly smin: bigint;
  readonly smax: bigint;
}

export interface Range {
  readonly bits: KnownBits;
  /** Of all 64 bits. */
  readonly wide: Bounds;
  /** Of the lower 32 bits. */
  readonly low: Bounds;
}

export type Width = 32 | 64;

export const unbounded = {
  64: {umin: 0n, umax: max64, smin: -(1n << 63n), smax: (1n << 63n) - 1n},
  32: {umin: 0n, umax: max32, smin: -(1n << 31n), smax: (1n << 31n) - 1n},
} as const satisfies Record<Width, Bounds>;

export const unknownRange: Range = {
  bits: knownBits(0n, max64),
  wide: unbounded[64],
  low: unbounded[32],
};

const exactly = (width: Width, value: bigint): Bounds => {
  const [low, signed] = [uint(width, value), int(width, value)];
  return {umin: low, umax: low, smin: signed, smax: signed};
};

export const rangeOfNumber = (value: bigint): Range => ({
  bits: {value, mask: 0n},
  wide: exactly(64, value),
  low: exactly(32, value),
});

export const rangeUpTo = (max: bigint): Range =>
  deduced({...unknownRange, wide: {...unbounded[64], umax: max}});

/** The only number it can be, or undefined. */
export const onlyNumber = ({bits, wide}: Range): bigint | undefined =>
  wide.umin === wide.umax ? wide.umin : bits.mask === 0n ? bits.value : undefined;

export const boundsOf = (range: Range, width: Width): Bounds =>
  width === 64 ? range.wide : range.low;

export const bitsOf = (range: Range, width: Width): KnownBits =>
  width === 64 ? range.bits : lowBits(range.bits);

export const sameRange = (a: Range, b: Range): boolean =>
  a === b ||
  (a.bits.value === b.bits.value &&
    a.bits.mask === b.bits.mask &&
    sameBounds(a.wide, b.wide) &&
    sameBounds(a.low, b.low));

const sameBounds = (a: Bounds, b: Bounds): boolean =>
  a === b || (a.umin === b.umin && a.umax === b.umax && a.smin === b.smin && a.smax === b.smax);

/** True if what is known of `general` holds for every number of `special`. */
export const rangeCovers = (general: Range, special: Range): boolean =>
  general === unknownRange ||
  (bitsCover(general.bits, special.bits) &&
    boundsCover(general.wide, special.wide) &&
    boundsCover(general.low, special.low));

const boundsCover = (general: Bounds, special: Bounds): boolean =>
  general.umin <= special.umin &&
  general.umax >= special.umax &&
  general.smin <= special.smin &&
  general.smax >= special.smax;

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** Bounds that hold if both hold; `a` itself if `b` adds nothing. */
export const bothBounds = (a: Bounds, b: Partial<Bounds>): Bounds => {
  const umin = larger(a.umin, b.umin ?? a.umin);
  const umax = smaller(a.umax, b.umax ?? a.umax);
  const smin = larger(a.smin, b.smin ?? a.smin);
  const smax = smaller(a.smax, b.smax ?? a.smax);
  const same = umin === a.umin && umax === a.umax && smin === a.smin && smax === a.smax;
  return same ? a : {umin, umax, smin, smax};
};

/**
 * The same numbers with all that follows. Facts that contradict each other, on a path that is never
 * taken, make it unknown.
 */
export const deduced = (range: Range): Range => {
  if (range.bits.mask === 0n) return rangeOfNumber(range.bits.value);
  let {wide, low} = boundsFromBits(range);
  for (let round = 0; round < 3; round++) {
    const [wideBefore, lowBefore] = [wide, low];
    low = fromOtherSign(32, lowFromWide(low, wide));
    wide = wideFromLow(fromOtherSign(64, wide), low);
    if (wide === wideBefore && low === lowBefore) break;
  }
  if (isEmpty(wide) || isEmpty(low)) return unknownRange;
  const whole = bothBits(range.bits, bitsBetween(wide.umin, wide.umax));
  const bits = withLowBits(whole, bothBits(lowBits(whole), bitsBetween(low.umin, low.umax)));
  const settled = boundsFromBits({bits, wide, low});
  return isEmpty(settled.wide) || isEmpty(settled.low) || isUnknown(settled)
    ? unknownRange
    : settled;
};

const isUnknown = (range: Range): boolean =>
  range.bits.mask === max64 && sameBounds(range.wide, unbounded[64]) && isUnknownLow(range);

/** Nothing is known of the lower half. */
export const isUnknownLow = ({bits, low}: Range): boolean =>
  (bits.mask & max32) === max32 && sameBounds(low, unbounded[32]);

const isEmpty = ({umin, umax, smin, smax}: Bounds): boolean => umin > umax || smin > smax;

const boundsFromBits = ({bits, wide, low}: Range): Range => ({
  bits,
  wide: bothBounds(wide, boundsOfBits(64, bits)),
  low: bothBounds(low, boundsOfBits(32, lowBits(bits))),
});

const boundsOfBits = (width: Width, {value, mask}: KnownBits): Bounds => {
  const sign = 1n << BigInt(width - 1);
  return {
    umin: value,
    umax: value | mask,
    smin: int(width, value | (mask & sign)),
    smax: int(width, value | (mask & ~sign)),
  };
};

/** Signed bounds from unsigned ones and the other way round, if they do not cross the sign. */
const fromOtherSign = (width: Width, bounds: Bounds): Bounds => {
  const [smin, smax] = [int(width, bounds.umin), int(width, bounds.umax)];
  const signed = smin <= smax ? bothBounds(bounds, {smin, smax}) : bounds;
  const [umin, umax] = [uint(width, signed.smin), uint(width, signed.smax)];
  if (umin <= umax) return bothBounds(signed, {umin, umax});
  // Numbers of one sign only, of those the signed bounds allow.
  if (signed.umax < umin) return bothBounds(signed, {smin: int(width, signed.umin), umax});
  return umax < signed.umin ? bothBounds(signed, {umin, smax: int(width, signed.umax)}) : signed;
};

const upperHalf = (value: bigint): bigint => value >> 32n;

/** Bounds of the lower half, if the upper one is the same in all of `wide`. */
const lowFromWide = (low: Bounds, {umin, umax, smin, smax}: Bounds): Bounds => {
  let found = low;
  for (const [first, last] of [
    [umin, umax],
    [smin, smax],
  ]) {
    const [low32, high32] = [int(32, first), int(32, last)];
    if (upperHalf(first) === upperHalf(last)) {
      const [umin32, umax32] = [uint(32, first), uint(32, last)];
      found = bothBounds(found, {umin: umin32, umax: umax32});
      if (low32 <= high32) found = bothBounds(found, {smin: low32, smax: high32});
    } else if (upperHalf(first) + 1n === upperHalf(last) && low32 < 0n && high32 >= 0n)
      // From the end of one half-range to the begin of the next: negative to positive.
      found = bothBounds(found, {smin: low32, smax: high32});
  }
  return found;
};

/** Sharper bounds from those of the lower half. */
const wideFromLow = (wide: Bounds, low: Bounds): Bounds => {
  const lowered = (value: bigint, half: bigint): bigint => (value & ~max32) | half;
  const found = bothBounds(wide, {
    umin: lowered(wide.umin, low.umin),
    umax: lowered(wide.umax, low.umax),
    smin: lowered(wide.smin, low.umin),
    smax: lowered(wide.smax, low.umax),
  });
  const fits = found.smin >= unbounded[32].smin && found.smax <= unbounded[32].smax;
  return low.smin >= 0n && fits
    ? bothBounds(found, {umin: low.smin, umax: low.smax, smin: low.smin, smax: low.smax})
    : found;
};

/** The lower `bytes` bytes, the others 0. */
export const zeroExtended = (range: Range, bytes: number): Range => {
  if (bytes === 8) return range;
  const limit = (1n << BigInt(8 * bytes)) - 1n;
  if (range.wide.umax <= limit) return range;
  const bits = knownBits(range.bits.value & limit, range.bits.mask & limit);
  if (bytes < 4) return deduced({...unknownRange, bits});
  const {umin, umax} = range.low;
  return deduced({bits, wide: {umin, umax, smin: umin, smax: umax}, low: range.low});
};

/** The lower `bytes` bytes, as a signed number of 64 bits. */
export const signExtended = (range: Range, bytes: number): Range => {
  const width = 8 * bytes;
  const only = onlyNumber(range);
  if (only !== undefined) return rangeOfNumber(uint(64, BigInt.asIntN(width, only)));
  const half = 1n << BigInt(width - 1);
  const {smin, smax} = bytes === 4 ? range.low : range.wide;
  const [first, last] = [BigInt.asIntN(width, smin), BigInt.asIntN(width, smax)];
  const together = smin >> BigInt(width) === smax >> BigInt(width) && first <= last;
  const bounds = together ? {smin: first, smax: last} : {smin: -half, smax: half - 1n};
  return deduced({...unknownRange, wide: {...unbounded[64], ...bounds}});
};
