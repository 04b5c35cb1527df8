// Abstract values of the verifier walk: what is known about a register, and how two such facts
// merge.
import type {MapSpec} from '../../../types.ts';
import {immediate64} from '../../word/arithmetic.ts';
import {sourceX} from '../../word/insn.ts';
import {setMatters} from './marks.ts';
import type {Mark} from './marks.ts';
import {
  onlyNumber,
  rangeCovers,
  rangeOfNumber,
  rangeUpTo,
  sameRange,
  unknownRange,
} from './range.ts';
import type {Range} from './range.ts';

/**
 * - `none`: never written
 * - `any`: a number in a range, or a pointer that is not followed. Numbers with the same `id` (not 0)
 *   are the same number: what a branch finds out of one holds for all.
 * - `num`: a constant
 * - `ctx`: the context plus a constant
 * - `frame`: an address in a stack frame, from `offset` to `last` bytes above its R10, or, if `unsure`,
 *   on another path one in memory of which nothing is followed
 * - `map`: a map
 * - `function`: the address of a function of the program, by its first instruction
 * - `element`: the value of a map element plus `offset` bytes (null: not constant). `lookup` is 0
 *   if it is not NULL, else names the lookup whose result is still to be tested. The offset is
 *   followed in read-only maps only, whose values are constants.
 * - `packet`: an address in the packet, on some path at least
 * - `mixed`: several of these on different paths
 *
 * Numbers have the `mark` of those of the last kept state that they were made of.
 */
export type Value =
  | {readonly kind: 'none'}
  | {
      readonly kind: 'any';
      readonly range: Range;
      readonly id: number;
      readonly mark: Mark | undefined;
    }
  | {readonly kind: 'num'; readonly value: bigint; readonly mark: Mark | undefined}
  | {readonly kind: 'ctx'; readonly offset: number}
  | {
      readonly kind: 'frame';
      readonly frame: number;
      readonly offset: number;
      readonly last: number;
      readonly unsure?: true;
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

export const none: Value = {kind: 'none'};
export const any: Scalar = {kind: 'any', range: unknownRange, id: 0, mark: undefined};
export const mixed: Value = {kind: 'mixed'};
export const packet: Value = {kind: 'packet'};
export const num = (value: bigint, mark?: Mark): Scalar => ({kind: 'num', value, mark});
export const anyUpTo = (max: bigint): Scalar => numberIn(rangeUpTo(max));

export const numberIn = (range: Range, id = 0, mark?: Mark): Scalar => {
  const only = onlyNumber(range);
  if (only !== undefined) return num(only, mark);
  return range === unknownRange && id === 0 ? any : {kind: 'any', range, id, mark};
};

export type Scalar = Value & {kind: 'num' | 'any'};

export const isScalar = (value: Value): value is Scalar =>
  value.kind === 'num' || value.kind === 'any';

/** The mark of a number; pointers have none. */
export const markOf = (value: Value): Mark | undefined =>
  isScalar(value) ? value.mark : undefined;

/** Something was decided by the value. */
export const matters = (value: Value): void => setMatters(markOf(value));

/** The same number has the same range, so that results are found again. */
const constants = new Map<bigint, Range>();
const mostConstants = 4096;

const rangeOfConstant = (value: bigint): Range => {
  let range = constants.get(value);
  if (range === undefined) {
    if (constants.size >= mostConstants) constants.clear();
    constants.set(value, (range = rangeOfNumber(value)));
  }
  return range;
};

export const rangeOf = (value: Scalar): Range =>
  value.kind === 'num' ? rangeOfConstant(value.value) : value.range;

export const isPointer = (value: Value): boolean =>
  value.kind === 'ctx' ||
  value.kind === 'frame' ||
  value.kind === 'map' ||
  value.kind === 'element';

export const elementAt = (
  maps: readonly MapSpec[],
  map: number,
  offset: number,
  lookup: number,
): Value => ({kind: 'element', map, offset: maps[map].readOnly === true ? offset : null, lookup});

type StackAddress = Value & {kind: 'frame'};

/** What only may be in a stack is kept inside of it. */
export const stackAddress = (
  {frame}: StackAddress,
  offset: number,
  last: number,
  unsure: true | undefined,
): StackAddress =>
  unsure === true
    ? {kind: 'frame', frame, offset: clamped(offset), last: clamped(last), unsure}
    : {kind: 'frame', frame, offset, last};

const clamped = (offset: number): number => Math.min(Math.max(offset, -512), 0);

/** True if the address in a stack frame is one constant. */
export const isExact = (pointer: Value & {kind: 'frame'}): boolean =>
  pointer.offset === pointer.last && pointer.unsure !== true;

/** The same but for the numbers they share with others. */
export const equal = (a: Value, b: Value): boolean => {
  if (a === b) return true;
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'any':
      return sameRange(a.range, (b as typeof a).range);
    case 'num':
      return a.value === (b as typeof a).value;
    case 'ctx':
      return a.offset === (b as typeof a).offset;
    case 'frame':
      return (
        a.frame === (b as typeof a).frame &&
        a.offset === (b as typeof a).offset &&
        a.last === (b as typeof a).last &&
        a.unsure === (b as typeof a).unsure
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

/** True if everything that was found with `general` also holds for `special`. */
export const covers = (general: Value, special: Value): boolean => {
  if (general.kind === 'none' || equal(general, special)) return true;
  if (general.kind === 'any')
    return isScalar(special)
      ? general.range === unknownRange || rangeCovers(general.range, rangeOf(special))
      : special.kind === 'element' && rangeCovers(general.range, unknownRange);
  if (general.kind === 'mixed') return special.kind !== 'none';
  if (general.kind === 'packet') return isUnfollowed(special);
  if (general.kind === 'element')
    return (
      special.kind === 'element' &&
      general.map === special.map &&
      general.offset === null &&
      general.lookup === special.lookup
    );
  if (general.kind !== 'frame') return false;
  if (special.kind !== 'frame') return general.unsure === true && isUnfollowed(special);
  return (
    general.frame === special.frame &&
    !isExact(general) &&
    (general.unsure === true || special.unsure !== true) &&
    special.offset >= general.offset &&
    special.last <= general.last
  );
};

/** True if the number may be another one in a state that goes the same ways. */
export const isFree = (value: Value): boolean => markOf(value)?.matters === false;

/**
 * `covers` for a kept state that is `settled`, so that it is known which of its numbers matter: others
 * need not be the same.
 */
export const coversIn = (settled: boolean, general: Value, special: Value): boolean =>
  (settled && isFree(general) && isScalar(special)) || covers(general, special);

/** By id in a general state: the id, or the number, in the special one; 0 if it may not come again. */
export type Pairs = Map<number, number | bigint>;

/** True if numbers that are the same in the general state are the same in the special one. */
export const pairUp = (pairs: Pairs, settled: boolean, general: Value, special: Value): boolean => {
  if (general.kind !== 'any' || general.id === 0 || (settled && isFree(general))) return true;
  const mark = special.kind === 'num' ? special.value : special.kind === 'any' ? special.id : 0;
  const known = pairs.get(general.id);
  if (known === undefined) pairs.set(general.id, mark);
  return known === undefined || (known === mark && known !== 0);
};

/** The value without its copies. */
export const alone = (value: Value): Value =>
  value.kind === 'any' && value.id !== 0 ? {...value, id: 0} : value;

/** The ranges of a value that grows in a loop: few steps, so that the walk comes to an end. */
const steps = [8, 16, 31, 32].map((bits) => rangeUpTo((1n << BigInt(bits)) - 1n));

const widened = (a: Range, b: Range): Range =>
  a === unknownRange || b === unknownRange
    ? unknownRange
    : (steps.find((step) => rangeCovers(step, a) && rangeCovers(step, b)) ?? unknownRange);

/**
 * A value that covers both, with the mark of the first. A bound that moves goes to the next step, so
 * that merging ends.
 */
export const join = (a: Value, b: Value): Value => {
  if (isScalar(a) && isScalar(b))
    return equal(a, b) ? a : numberIn(widened(rangeOf(a), rangeOf(b)), 0, a.mark);
  if (covers(a, b)) return a;
  if (covers(b, a)) return b;
  if (a.kind === 'frame' && b.kind === 'frame' && a.frame === b.frame)
    return stackAddress(
      a,
      Math.min(a.offset, b.offset),
      Math.max(a.last, b.last),
      a.unsure ?? b.unsure,
    );
  if (a.kind === 'frame' && isUnfollowed(b)) return stackAddress(a, a.offset, a.last, true);
  if (b.kind === 'frame' && isUnfollowed(a)) return stackAddress(b, b.offset, b.last, true);
  if (a.kind === 'element' && b.kind === 'element' && a.map === b.map && a.lookup === b.lookup)
    return {...a, offset: null};
  if (!isUnfollowed(a) || !isUnfollowed(b)) return mixed;
  return a.kind === 'packet' || b.kind === 'packet' ? packet : any;
};

/** The operand of an instruction that has either a register or an immediate. */
export const operandValue = (code: number, register: Value, imm: number): Value =>
  (code & sourceX) !== 0 ? register : num(immediate64(imm));
