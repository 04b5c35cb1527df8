// What an arithmetic instruction makes of the values that the verifier walk follows.
import {aluResult} from '../../word/arithmetic.ts';
import {aluBits, classes} from '../../word/insn.ts';
import {max32} from './known-bits.ts';
import {signExtended, unknownRange, zeroExtended} from './range.ts';
import type {Range} from './range.ts';
import {isShift, rangeResult} from './range-alu.ts';
import {remembering} from './remembered.ts';
import {
  any,
  anyUpTo,
  isPointer,
  isScalar,
  matters,
  mixed,
  num,
  numberIn,
  packet,
  rangeOf,
  stackAddress,
} from './values.ts';
import type {Scalar, Value} from './values.ts';

const any32 = anyUpTo(max32);

/**
 * What an arithmetic instruction makes of abstract operands; `right` is a `num` for immediates.
 * Kernels never fold divisions and shifts by too much, and only the newest (`foldsUnary`) byte
 * swaps and negations; this decides which branches they find dead.
 */
export const aluValue = (
  code: number,
  left: Value,
  right: Value,
  off: number,
  imm: number,
  foldsUnary: boolean,
): Value => {
  const wide = (code & 7) === classes.alu64;
  const operation = code & 0xf0;
  if (operation === aluBits.mov) return moved(code, right, off);
  const unary = operation === aluBits.neg || operation === aluBits.end;
  if (operation === aluBits.div || operation === aluBits.mod || (unary && !foldsUnary)) return any;
  if (left.kind === 'num' && (right.kind === 'num' || unary)) {
    const operand = right.kind === 'num' ? right.value : 0n;
    return isTooFar(operation, wide, operand)
      ? any
      : num(aluResult(code, left.value, operand, off, imm));
  }
  if (isPointer(left) || isPointer(right))
    return wide && (operation === aluBits.add || operation === aluBits.sub)
      ? pointerSum(operation === aluBits.add, left, right)
      : // Any other arithmetic may still give an address of the same memory, which nothing here
        // would know.
        blurred(isPointer(left) ? left : right);
  if (wide && (left.kind === 'packet') !== (right.kind === 'packet')) {
    const kept = operation === aluBits.add || (operation === aluBits.sub && left.kind === 'packet');
    return kept ? packet : any;
  }
  if (operation === aluBits.end) return imm === 64 ? any : anyUpTo((1n << BigInt(imm)) - 1n);
  return operation === aluBits.neg
    ? numberFrom(aluBits.sub, wide, num(0n), left)
    : numberFrom(operation, wide, left, right);
};

const isTooFar = (operation: number, wide: boolean, by: bigint): boolean =>
  isShift(operation) && by >= (wide ? 64n : 32n);

const moved = (code: number, value: Value, off: number): Value => {
  const wide = (code & 7) === classes.alu64;
  if (value.kind === 'num') return num(aluResult(code, 0n, value.value, off, 0));
  if (wide && off === 0) return value;
  if (isPointer(value)) return blurred(value);
  if (value.kind !== 'any') return wide ? any : any32;
  const {range} = value;
  if (off === 0) return narrowed(value, 4);
  if (range.wide.umax < 1n << BigInt(off - 1)) return value;
  const extended = signExtended(range, off / 8);
  return numberIn(wide ? extended : zeroExtended(extended, 4));
};

/** The lower `bytes` bytes of a number; what fits is still the same number. */
export const narrowed = (value: Scalar, bytes: number): Value => {
  if (bytes === 8) return value;
  const range = rangeOf(value);
  const short = zeroExtended(range, bytes);
  return short === range ? value : numberIn(short, 0, value.mark);
};

/** `what`: the operation, and 1 if it is on 64 bits. */
const resultOf = remembering((what, a, b) =>
  rangeResult(what & 0xf0, (what & 1) === 1 ? 64 : 32, a, b),
);

const numberFrom = (operation: number, wide: boolean, left: Value, right: Value): Value => {
  const result = resultOf(operation + (wide ? 1 : 0), anyRange(left), anyRange(right));
  return result === undefined ? any : numberIn(result);
};

const anyRange = (value: Value): Range => (isScalar(value) ? rangeOf(value) : unknownRange);

/** What is left of a pointer after arithmetic that is not followed. */
const blurred = (pointer: Value): Value => (pointer.kind === 'element' ? any : mixed);

/** Offsets beyond it are not followed. */
const farthest = 0x2000_0000n;

const pointerSum = (plus: boolean, left: Value, right: Value): Value => {
  const [pointer, delta] = isPointer(left) ? [left, right] : [right, left];
  if (isPointer(delta)) return any;
  if (pointer.kind === 'element' && pointer.offset === null && (plus || pointer === left))
    return pointer;
  matters(delta);
  if (pointer.kind === 'map' || (!plus && pointer !== left)) return blurred(pointer);
  const [least, greatest] = reach(delta, plus);
  const isNear = least >= -farthest && greatest <= farthest;
  const known = isNear && least === greatest ? Number(least) : undefined;
  if (delta.kind === 'num' && known === undefined) return blurred(pointer);
  if (pointer.kind === 'ctx')
    return known === undefined ? mixed : {kind: 'ctx', offset: pointer.offset + known};
  if (pointer.kind === 'element') {
    const {offset} = pointer;
    return {...pointer, offset: offset === null || known === undefined ? null : offset + known};
  }
  if (pointer.kind !== 'frame') return mixed;
  if (known !== undefined)
    return stackAddress(pointer, pointer.offset + known, pointer.last + known, pointer.unsure);
  if (isNear) {
    return {
      ...pointer,
      offset: Math.max(pointer.offset + Number(least), -512),
      last: Math.min(pointer.last + Number(greatest), 0),
    };
  }
  // Kernels know more, or would refuse it: anything on one side.
  return plus ? {...pointer, last: 0} : {...pointer, offset: -512};
};

/** Least and greatest signed number to add. */
const reach = (delta: Value, plus: boolean): readonly [bigint, bigint] => {
  const {smin, smax} = anyRange(delta).wide;
  return plus ? [smin, smax] : [-smax, -smin];
};
