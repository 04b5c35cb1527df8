// What arithmetic makes of ranges: the rules of kernel 6.18, so that the same branches come out dead.
import {aluBits} from '../../word/insn.ts';
import {
  addBits,
  andBits,
  int,
  lowBits,
  max32,
  multiplyBits,
  orBits,
  shiftBitsLeft,
  shiftBitsRight,
  shiftBitsSigned,
  subtractBits,
  uint,
  xorBits,
} from './known-bits.ts';
import type {KnownBits} from './known-bits.ts';
import {
  bitsOf,
  boundsOf,
  deduced,
  isUnknownLow,
  rangeUpTo,
  unbounded,
  unknownRange,
} from './range.ts';
import type {Bounds, Range, Width} from './range.ts';

type Combine = (width: Width, a: Bounds, b: Bounds, bits: KnownBits) => Bounds;

/** `by`: the shift, if it is one. */
interface Row {
  readonly bits: (a: KnownBits, b: KnownBits, width: Width, by: bigint) => KnownBits;
  readonly bounds: Combine;
}

const signedPart = ({smin, smax}: Bounds): Pick<Bounds, 'smin' | 'smax'> => ({smin, smax});
const unsignedPart = ({umin, umax}: Bounds): Pick<Bounds, 'umin' | 'umax'> => ({umin, umax});

const fits = (width: Width, smin: bigint, smax: bigint): boolean =>
  smin >= unbounded[width].smin && smax <= unbounded[width].smax;

const signedOr = (width: Width, smin: bigint, smax: bigint) =>
  fits(width, smin, smax) ? {smin, smax} : signedPart(unbounded[width]);

/** Both ends wrap, or neither does. */
const wrapped = (width: Width, umin: bigint, umax: bigint) =>
  umin >> BigInt(width) === umax >> BigInt(width)
    ? {umin: uint(width, umin), umax: uint(width, umax)}
    : unsignedPart(unbounded[width]);

/** Unsigned bounds, and the same as signed ones if they do not cross the sign. */
const ofBoth = (width: Width, umin: bigint, umax: bigint): Bounds => {
  const [smin, smax] = [int(width, umin), int(width, umax)];
  return {umin, umax, ...(smin <= smax ? {smin, smax} : signedPart(unbounded[width]))};
};

const product: Combine = (width, a, b) => {
  const products = [a.smin * b.smin, a.smin * b.smax, a.smax * b.smin, a.smax * b.smax];
  const least = products.reduce((x, y) => (x < y ? x : y));
  const greatest = products.reduce((x, y) => (x > y ? x : y));
  const [umin, umax] = [a.umin * b.umin, a.umax * b.umax];
  return {
    ...(umax <= unbounded[width].umax ? {umin, umax} : unsignedPart(unbounded[width])),
    ...signedOr(width, least, greatest),
  };
};

const rows: Readonly<Record<number, Row>> = {
  [aluBits.add]: {
    bits: addBits,
    bounds: (width, a, b) => ({
      ...wrapped(width, a.umin + b.umin, a.umax + b.umax),
      ...signedOr(width, a.smin + b.smin, a.smax + b.smax),
    }),
  },
  [aluBits.sub]: {
    bits: subtractBits,
    bounds: (width, a, b) => ({
      ...wrapped(width, a.umin - b.umax, a.umax - b.umin),
      ...signedOr(width, a.smin - b.smax, a.smax - b.smin),
    }),
  },
  [aluBits.mul]: {bits: multiplyBits, bounds: product},
  [aluBits.and]: {
    bits: andBits,
    bounds: (width, a, b, {value}) => ofBoth(width, value, a.umax < b.umax ? a.umax : b.umax),
  },
  [aluBits.or]: {
    bits: orBits,
    bounds: (width, a, b, {value, mask}) =>
      ofBoth(width, a.umin > b.umin ? a.umin : b.umin, value | mask),
  },
  [aluBits.xor]: {
    bits: xorBits,
    bounds: (width, _a, _b, {value, mask}) => ofBoth(width, value, value | mask),
  },
  [aluBits.lsh]: {
    bits: (a, _b, _width, by) => shiftBitsLeft(a, by),
    bounds: (width, a, {umin: by}) => ({
      ...(a.umax << by > unbounded[width].umax
        ? unsignedPart(unbounded[width])
        : {umin: a.umin << by, umax: a.umax << by}),
      ...signedPart(unbounded[width]),
    }),
  },
  [aluBits.rsh]: {
    bits: (a, _b, _width, by) => shiftBitsRight(a, by),
    bounds: (width, a, {umin: by}) => ({
      umin: a.umin >> by,
      umax: a.umax >> by,
      ...signedPart(unbounded[width]),
    }),
  },
  [aluBits.arsh]: {
    bits: (a, _b, width, by) => shiftBitsSigned(width, a, by),
    bounds: (width, a, {umin: by}) => ({
      ...unsignedPart(unbounded[width]),
      smin: a.smin >> by,
      smax: a.smax >> by,
    }),
  },
};

/** Operations that give nothing known from nothing known: the short way, as most numbers are such. */
const keepsNothing: ReadonlySet<number> = new Set([
  aluBits.add,
  aluBits.sub,
  aluBits.xor,
  aluBits.or,
  aluBits.and,
]);
const unknownLow = rangeUpTo(max32);

export const isShift = (operation: number): boolean =>
  operation === aluBits.lsh || operation === aluBits.rsh || operation === aluBits.arsh;

/**
 * The result of `operation` (upper four bits of the opcode) on whole numbers or lower halves, or
 * undefined if kernels give up: divisions, and shifts that are not by one known number.
 */
export const rangeResult = (
  operation: number,
  width: Width,
  a: Range,
  b: Range,
): Range | undefined => {
  const row = rows[operation];
  if (row === undefined) return undefined;
  if (keepsNothing.has(operation)) {
    if (width === 64 && a === unknownRange && b === unknownRange) return unknownRange;
    if (width === 32 && isUnknownLow(a) && isUnknownLow(b)) return unknownLow;
  }
  const given = boundsOf(b, width);
  const by = given.umin;
  if (isShift(operation) && (by !== given.umax || by >= BigInt(width))) return undefined;
  const bits = row.bits(bitsOf(a, width), bitsOf(b, width), width, by);
  const lowOnly = width === 32 || !isShift(operation);
  const low = lowOnly ? row.bounds(32, a.low, b.low, lowBits(bits)) : unbounded[32];
  if (width === 32) return deduced({bits: lowBits(bits), wide: unbounded[64], low});
  const plain = row.bounds(64, a.wide, b.wide, bits);
  const halfUp = operation === aluBits.lsh && by === 32n;
  // Compilers extend the sign of a lower half by two shifts.
  const wide = halfUp ? {...plain, smin: a.low.smin << 32n, smax: a.low.smax << 32n} : plain;
  return deduced({bits, wide, low});
};
