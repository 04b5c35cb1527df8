// Abstract values of the verifier walk: what is known about a register, and how two such facts
// merge.
import {aluResult, immediate64} from '../../word/arithmetic.ts';
import {aluBits, classes, jumpBits, sourceX} from '../../word/insn.ts';

/**
 * - `none`: never written
 * - `any`: a scalar, at most `max`, or a pointer that is not followed
 * - `num`: a constant
 * - `ctx`: the context plus a constant
 * - `frame`: an address in a stack frame, from `offset` to `last` bytes above its R10
 * - `map`: a map
 * - `function`: the address of a function of the program, by its first instruction
 * - `element`: the value of a map element plus `offset` bytes (null: not constant). `lookup` is 0
 *   if it is not NULL, else names the lookup whose result is still to be tested.
 * - `packet`: an address in the packet, on some path at least
 * - `mixed`: several of these on different paths
 */
export type Value =
  | {readonly kind: 'none'}
  | {readonly kind: 'any'; readonly max: bigint}
  | {readonly kind: 'num'; readonly value: bigint}
  | {readonly kind: 'ctx'; readonly offset: number}
  | {
      readonly kind: 'frame';
      readonly frame: number;
      readonly offset: number;
      readonly last: number;
    }
  | {readonly kind: 'map'; readonly map: number}
  | {readonly kind: 'function'; readonly start: number}
  | {
      readonly kind: 'element';
      readonly map: number;
      readonly offset: number | null;
      readonly lookup: number;
    }
  | {readonly kind: 'packet'}
  | {readonly kind: 'mixed'};

const max64 = 0xffff_ffff_ffff_ffffn;
const max32 = 0xffff_ffffn;

export const none: Value = {kind: 'none'};
export const any: Value = {kind: 'any', max: max64};
const any32: Value = {kind: 'any', max: max32};
export const mixed: Value = {kind: 'mixed'};
export const packet: Value = {kind: 'packet'};
export const num = (value: bigint): Value => ({kind: 'num', value});
export const anyUpTo = (max: bigint): Value => ({kind: 'any', max});

const maxOf = (value: Value): bigint =>
  value.kind === 'num' ? value.value : value.kind === 'any' ? value.max : max64;

export const isPointer = (value: Value): boolean =>
  value.kind === 'ctx' ||
  value.kind === 'frame' ||
  value.kind === 'map' ||
  value.kind === 'element';

/** True if the address in a stack frame is one constant. */
export const isExact = (pointer: Value & {kind: 'frame'}): boolean =>
  pointer.offset === pointer.last;

export const equal = (a: Value, b: Value): boolean => {
  if (a === b) return true;
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'any':
      return a.max === (b as typeof a).max;
    case 'num':
      return a.value === (b as typeof a).value;
    case 'ctx':
      return a.offset === (b as typeof a).offset;
    case 'frame':
      return (
        a.frame === (b as typeof a).frame &&
        a.offset === (b as typeof a).offset &&
        a.last === (b as typeof a).last
      );
    case 'element':
      return (
        a.map === (b as typeof a).map &&
        a.offset === (b as typeof a).offset &&
        a.lookup === (b as typeof a).lookup
      );
    case 'function':
      return a.start === (b as typeof a).start;
    case 'map':
      return a.map === (b as typeof a).map;
    default:
      return true;
  }
};

/** Nothing about its accesses has to be rewritten. */
export const isUnfollowed = ({kind}: Value): boolean =>
  kind === 'any' || kind === 'num' || kind === 'element' || kind === 'packet';

/** True if everything that was found out with `general` holds for `special` too. */
export const covers = (general: Value, special: Value): boolean => {
  if (general.kind === 'none' || equal(general, special)) return true;
  if (general.kind === 'any')
    return (
      (special.kind === 'any' || special.kind === 'num' || special.kind === 'element') &&
      maxOf(special) <= general.max
    );
  if (general.kind === 'mixed') return special.kind !== 'none';
  if (general.kind === 'packet') return isUnfollowed(special);
  if (general.kind === 'element')
    return (
      special.kind === 'element' &&
      general.map === special.map &&
      general.offset === null &&
      general.lookup === special.lookup
    );
  return (
    general.kind === 'frame' &&
    special.kind === 'frame' &&
    general.frame === special.frame &&
    !isExact(general) &&
    special.offset >= general.offset &&
    special.last <= general.last
  );
};

/** A value that covers both, with chains of finite length (a bound that moves is given up). */
export const join = (a: Value, b: Value): Value => {
  if (covers(a, b)) return a;
  if (covers(b, a)) return b;
  const scalars = (a.kind === 'any' || a.kind === 'num') && (b.kind === 'any' || b.kind === 'num');
  if (scalars) return any;
  if (a.kind === 'frame' && b.kind === 'frame' && a.frame === b.frame)
    return {
      kind: 'frame',
      frame: a.frame,
      offset: Math.min(a.offset, b.offset),
      last: Math.max(a.last, b.last),
    };
  if (a.kind === 'element' && b.kind === 'element' && a.map === b.map && a.lookup === b.lookup)
    return {...a, offset: null};
  if (!isUnfollowed(a) || !isUnfollowed(b)) return mixed;
  return a.kind === 'packet' || b.kind === 'packet' ? packet : any;
};

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
  if (operation === aluBits.mov) {
    if (right.kind === 'num') return num(aluResult(code, 0n, right.value, off, imm));
    if (wide && off === 0) return right;
    if (isPointer(right)) return blurred(right);
    return off === 0 && right.kind === 'any' && right.max <= max32 ? right : wide ? any : any32;
  }
  const unary = operation === aluBits.neg || operation === aluBits.end;
  if (operation === aluBits.div || operation === aluBits.mod || (unary && !foldsUnary)) return any;
  const shift =
    operation === aluBits.lsh || operation === aluBits.rsh || operation === aluBits.arsh;
  if (shift && maxOf(right) >= (wide ? 64n : 32n)) return any;
  if (left.kind === 'num' && (right.kind === 'num' || unary)) {
    return num(aluResult(code, left.value, right.kind === 'num' ? right.value : 0n, off, imm));
  }
  if (
    wide &&
    (operation === aluBits.add || operation === aluBits.sub) &&
    (isPointer(left) || isPointer(right))
  )
    return pointerSum(operation === aluBits.add, left, right);
  if (wide && (left.kind === 'packet') !== (right.kind === 'packet')) {
    const kept = operation === aluBits.add || (operation === aluBits.sub && left.kind === 'packet');
    return kept && !isPointer(left) && !isPointer(right) ? packet : any;
  }
  // Any other arithmetic may still give an address of the same memory, which nothing here would
  // know.
  return isPointer(left) || isPointer(right)
    ? blurred(isPointer(left) ? left : right)
    : bounded(operation, wide, left, right, imm);
};

/** What is left of a pointer after arithmetic that is not followed. */
const blurred = (pointer: Value): Value => (pointer.kind === 'element' ? any : mixed);

/** Bounds the kernel knows as well: masks, shifts right, swaps, zero extension. */
const bounded = (
  operation: number,
  wide: boolean,
  left: Value,
  right: Value,
  imm: number,
): Value => {
  const top = wide ? max64 : max32;
  const leftMax = maxOf(left) < top ? maxOf(left) : top;
  const rightMax = maxOf(right) < top ? maxOf(right) : top;
  switch (operation) {
    case aluBits.and: {
      const max = leftMax < rightMax ? leftMax : rightMax;
      return max === 0n ? num(0n) : anyUpTo(max);
    }
    case aluBits.rsh:
      return right.kind === 'num'
        ? anyUpTo(leftMax >> (right.value & (wide ? 63n : 31n)))
        : anyUpTo(top);
    case aluBits.end:
      return imm === 64 ? any : anyUpTo((1n << BigInt(imm)) - 1n);
    default:
      return wide ? any : any32;
  }
};

const pointerSum = (plus: boolean, left: Value, right: Value): Value => {
  const [pointer, delta] = isPointer(left) ? [left, right] : [right, left];
  if (isPointer(delta)) return any;
  if (pointer.kind === 'map' || (!plus && pointer !== left)) return blurred(pointer);
  const known =
    delta.kind === 'num' ? Number(BigInt.asIntN(64, delta.value)) * (plus ? 1 : -1) : undefined;
  if (known !== undefined && Math.abs(known) > 0x2000_0000) return blurred(pointer);
  if (pointer.kind === 'ctx')
    return known === undefined ? mixed : {kind: 'ctx', offset: pointer.offset + known};
  if (pointer.kind === 'element') {
    const {offset} = pointer;
    return {...pointer, offset: offset === null || known === undefined ? null : offset + known};
  }
  if (pointer.kind !== 'frame') return mixed;
  if (known !== undefined)
    return {...pointer, offset: pointer.offset + known, last: pointer.last + known};
  const reach = Number(maxOf(delta) < 512n ? maxOf(delta) : 512n);
  return plus
    ? {...pointer, last: Math.min(pointer.last + reach, 0)}
    : {...pointer, offset: Math.max(pointer.offset - reach, -512)};
};

/**
 * The outcome of a conditional jump if it is known from bounds alone, for JEQ, JNE and unsigned
 * order.
 */
export const boundedOutcome = (code: number, left: Value, right: Value): boolean | undefined => {
  const operation = code & 0xf0;
  if (left.kind !== 'any' || right.kind !== 'num') return undefined;
  if ((code & 7) === classes.jmp32 && left.max > max32) return undefined;
  const bound = (code & 7) === classes.jmp32 ? right.value & max32 : right.value;
  switch (operation) {
    case jumpBits.jeq:
      return left.max < bound ? false : undefined;
    case jumpBits.jne:
      return left.max < bound ? true : undefined;
    case jumpBits.jgt:
      return left.max <= bound ? false : undefined;
    case jumpBits.jge:
      return bound === 0n ? true : left.max < bound ? false : undefined;
    case jumpBits.jlt:
      return bound === 0n ? false : left.max < bound ? true : undefined;
    case jumpBits.jle:
      return left.max <= bound ? true : undefined;
    default:
      return undefined;
  }
};

/** The operand of an instruction that has either a register or an immediate. */
export const operandValue = (code: number, register: Value, imm: number): Value =>
  (code & sourceX) !== 0 ? register : num(immediate64(imm));
