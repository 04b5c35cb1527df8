// Conditional jumps on ranges: which way is open, and what each way says about both sides.
import {jumpBits} from '../../word/insn.ts';
import {bitsMeet, bothBits, knownBits, orBits, uint, withLowBits} from './known-bits.ts';
import {bitsOf, bothBounds, boundsOf, deduced, onlyNumber} from './range.ts';
import type {Bounds, Range, Width} from './range.ts';

type Test = (a: Bounds, b: Bounds) => boolean | undefined;

const decided = (yes: boolean, no: boolean): boolean | undefined =>
  yes ? true : no ? false : undefined;

const greater: Test = (a, b) => decided(a.umin > b.umax, a.umax <= b.umin);
const greaterSigned: Test = (a, b) => decided(a.smin > b.smax, a.smax <= b.smin);

const not = (answer: boolean | undefined): boolean | undefined =>
  answer === undefined ? undefined : !answer;

const orders: Readonly<Record<number, Test>> = {
  [jumpBits.jgt]: greater,
  [jumpBits.jle]: (a, b) => not(greater(a, b)),
  [jumpBits.jlt]: (a, b) => greater(b, a),
  [jumpBits.jge]: (a, b) => not(greater(b, a)),
  [jumpBits.jsgt]: greaterSigned,
  [jumpBits.jsle]: (a, b) => not(greaterSigned(a, b)),
  [jumpBits.jslt]: (a, b) => greaterSigned(b, a),
  [jumpBits.jsge]: (a, b) => not(greaterSigned(b, a)),
};

/** Whether the jump is taken, or undefined if either may be. */
export const rangeOutcome = (
  operation: number,
  width: Width,
  a: Range,
  b: Range,
): boolean | undefined => {
  if (operation === jumpBits.jeq) return equality(width, a, b);
  if (operation === jumpBits.jne) return not(equality(width, a, b));
  if (operation === jumpBits.jset) return someBitSet(width, a, b);
  return orders[operation]?.(boundsOf(a, width), boundsOf(b, width));
};

const equality = (width: Width, a: Range, b: Range): boolean | undefined => {
  const [left, right] = [bitsOf(a, width), bitsOf(b, width)];
  if (left.mask === 0n && right.mask === 0n) return left.value === right.value;
  const apart = (x: Bounds, y: Bounds): boolean =>
    x.umin > y.umax || x.umax < y.umin || x.smin > y.smax || x.smax < y.smin;
  if (apart(boundsOf(a, width), boundsOf(b, width)) || apart(a.low, b.low)) return false;
  return bitsMeet(left, right) ? undefined : false;
};

/** Kernels ask this of constants only. */
const someBitSet = (width: Width, a: Range, b: Range): boolean | undefined => {
  const [left, right] = [bitsOf(a, width), bitsOf(b, width)];
  const [tested, constant] = right.mask === 0n ? [left, right.value] : [right, left.value];
  if (left.mask !== 0n && right.mask !== 0n) return undefined;
  return decided(
    (tested.value & constant) !== 0n,
    ((tested.value | tested.mask) & constant) === 0n,
  );
};

const opposites: Readonly<Record<number, number>> = {
  [jumpBits.jeq]: jumpBits.jne,
  [jumpBits.jne]: jumpBits.jeq,
  [jumpBits.jgt]: jumpBits.jle,
  [jumpBits.jle]: jumpBits.jgt,
  [jumpBits.jge]: jumpBits.jlt,
  [jumpBits.jlt]: jumpBits.jge,
  [jumpBits.jsgt]: jumpBits.jsle,
  [jumpBits.jsle]: jumpBits.jsgt,
  [jumpBits.jsge]: jumpBits.jslt,
  [jumpBits.jslt]: jumpBits.jsge,
};

type Pair = readonly [Range, Range];

/** What is known of both sides if the jump is `taken`. */
export const rangesAfter = (
  operation: number,
  width: Width,
  taken: boolean,
  a: Range,
  b: Range,
): Pair => {
  if (operation === jumpBits.jset) return bitsAfter(width, taken, a, b);
  const holds = taken ? operation : opposites[operation];
  switch (holds) {
    case jumpBits.jeq:
      return equalRanges(width, a, b);
    case jumpBits.jne:
      return [without(width, a, b), without(width, b, a)];
    case jumpBits.jlt:
      return below(width, a, b, 1n);
    case jumpBits.jle:
      return below(width, a, b, 0n);
    case jumpBits.jgt:
      return swapped(below(width, b, a, 1n));
    case jumpBits.jge:
      return swapped(below(width, b, a, 0n));
    case jumpBits.jslt:
      return belowSigned(width, a, b, 1n);
    case jumpBits.jsle:
      return belowSigned(width, a, b, 0n);
    case jumpBits.jsgt:
      return swapped(belowSigned(width, b, a, 1n));
    case jumpBits.jsge:
      return swapped(belowSigned(width, b, a, 0n));
    default:
      return [a, b];
  }
};

const swapped = ([a, b]: Pair): Pair => [b, a];

const bounded = (width: Width, range: Range, more: Partial<Bounds>): Range => {
  const bounds = bothBounds(boundsOf(range, width), more);
  return deduced({...range, ...(width === 64 ? {wide: bounds} : {low: bounds})});
};

/** a < b, or a <= b if `gap` is 0. */
const below = (width: Width, a: Range, b: Range, gap: bigint): Pair => [
  bounded(width, a, {umax: boundsOf(b, width).umax - gap}),
  bounded(width, b, {umin: boundsOf(a, width).umin + gap}),
];

const belowSigned = (width: Width, a: Range, b: Range, gap: bigint): Pair => [
  bounded(width, a, {smax: boundsOf(b, width).smax - gap}),
  bounded(width, b, {smin: boundsOf(a, width).smin + gap}),
];

const equalRanges = (width: Width, a: Range, b: Range): Pair => {
  const bits = bothBits(bitsOf(a, width), bitsOf(b, width));
  const bounds = bothBounds(boundsOf(a, width), boundsOf(b, width));
  const both = (range: Range): Range =>
    deduced(
      width === 64
        ? {bits, wide: bounds, low: bothBounds(a.low, b.low)}
        : {...range, bits: withLowBits(range.bits, bits), low: bounds},
    );
  return [both(a), both(b)];
};

/** `a` is not the number that `b` is. */
const without = (width: Width, a: Range, b: Range): Range => {
  const {umin: number, umax, smin: signed} = boundsOf(b, width);
  if (number !== umax) return a;
  const bounds = boundsOf(a, width);
  return bounded(width, a, {
    umin: bounds.umin === number ? number + 1n : bounds.umin,
    umax: bounds.umax === number ? number - 1n : bounds.umax,
    smin: bounds.smin === signed ? signed + 1n : bounds.smin,
    smax: bounds.smax === signed ? signed - 1n : bounds.smax,
  });
};

/** A bit of `b` is set in `a`, or none is; known if `b` is a number. */
const bitsAfter = (width: Width, taken: boolean, a: Range, b: Range): Pair => {
  const number = onlyNumber(b);
  if (number === undefined) return [a, b];
  const tested = uint(width, number);
  const one = tested !== 0n && (tested & (tested - 1n)) === 0n;
  if (taken && !one) return [a, b];
  const {value, mask} = a.bits;
  const bits = taken
    ? orBits(a.bits, knownBits(tested, 0n))
    : knownBits(value & ~tested, mask & ~tested);
  return [deduced({...a, bits}), b];
};
