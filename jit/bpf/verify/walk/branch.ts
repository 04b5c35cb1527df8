// Conditional jumps in the verifier walk: which sides are possible, and what is known on each.
import {jumpTaken} from '../../word/arithmetic.ts';
import {classes, codeAt, dstAt, jumpBits, jumpTarget, sourceX, srcAt} from '../../word/insn.ts';
import {isaHas} from '../../word/isa.ts';
import {rangeOutcome, rangesAfter} from './range-branch.ts';
import type {Range} from './range.ts';
import {remembering} from './remembered.ts';
import {settleNumber} from './same-numbers.ts';
import {markOfBoth} from './marks.ts';
import type {Mark} from './marks.ts';
import {any, isScalar, matters, num, numberIn, rangeOf} from './values.ts';
import type {Scalar, Value} from './values.ts';
import {copyState, replaceValues} from './walk-state.ts';
import type {Frame, State} from './walk-state.ts';
import {readOperand, readRegister} from './walker.ts';
import type {Walker} from './walker.ts';

/** Continues where the jump is known to go, else after it; returns the other path. */
export const walkBranch = (
  walker: Walker,
  state: State,
  frame: Frame,
  at: number,
): State | undefined => {
  const {insns} = walker.program;
  const code = codeAt(insns, at);
  const [dst, target] = [dstAt(insns, at), jumpTarget(insns, at)];
  const left = readRegister(walker, frame, dst, at);
  const right = readOperand(walker, frame, at);
  const taken = outcome(walker, code, left, right);
  if (taken !== undefined) {
    matters(left);
    matters(right);
    if (taken) state.at = target;
    return undefined;
  }
  const other = copyState({...state, at: target});
  const operation = code & 0xf0;
  if (operation === jumpBits.jeq || operation === jumpBits.jne) {
    const [equal, unequal] = operation === jumpBits.jeq ? [other, state] : [state, other];
    if (left.kind === 'element' && testsForNull(code, right)) {
      settleLookup(equal, left.lookup, num(0n));
      settleLookup(unequal, left.lookup, undefined);
    }
  }
  if (comparable(walker, left, right)) {
    const src = (code & sourceX) !== 0 ? srcAt(insns, at) : undefined;
    learn(state, code, false, dst, left, src, right);
    learn(other, code, true, dst, left, src, right);
  }
  return other;
};

const widthOf = (code: number): 32 | 64 => ((code & 7) === classes.jmp32 ? 32 : 64);

/** Before 6.8 kernels learned from comparisons with constants only. */
const comparable = (walker: Walker, left: Value, right: Value): boolean =>
  isScalar(left) &&
  isScalar(right) &&
  (left.kind === 'num' || right.kind === 'num' || isaHas(walker.isa, 'v6.12'));

const outcome = (walker: Walker, code: number, left: Value, right: Value): boolean | undefined => {
  if (left.kind === 'num' && right.kind === 'num') return jumpTaken(code, left.value, right.value);
  const newest = walker.isa === 'v6.18';
  const notNull = (left.kind === 'element' && left.lookup === 0) || (newest && left.kind === 'map');
  if (notNull && (code & 7) === classes.jmp && right.kind === 'num' && right.value === 0n) {
    if ((code & 0xf0) === jumpBits.jeq) return false;
    if ((code & 0xf0) === jumpBits.jne) return true;
  }
  return comparable(walker, left, right)
    ? rangeOutcome(code & 0xf0, widthOf(code), rangeOf(left as Scalar), rangeOf(right as Scalar))
    : undefined;
};

/** `what`: the opcode, and 256 if the jump is taken. */
const rangesOf = remembering((what, a, b) =>
  rangesAfter(what & 0xf0, widthOf(what), what >= 256, a, b),
);

/** Puts what follows from the jump into the registers that it compares. */
const learn = (
  state: State,
  code: number,
  taken: boolean,
  dst: number,
  left: Value,
  src: number | undefined,
  right: Value,
): void => {
  const [first, second] = [left as Scalar, right as Scalar];
  const [low, high] = rangesOf(taken ? code + 256 : code, rangeOf(first), rangeOf(second));
  const mark = markOfBoth(first.mark, second.mark);
  settle(state, dst, first, low, mark);
  if (src !== undefined && src !== dst) settle(state, src, second, high, mark);
};

const settle = (
  state: State,
  register: number,
  before: Scalar,
  range: Range,
  mark: Mark | undefined,
): void => {
  if (before.kind === 'any' && range !== before.range)
    settleNumber(state, register, before, numberIn(range, before.id, mark));
};

const testsForNull = (code: number, right: Value): boolean =>
  (code & 7) === classes.jmp &&
  (code & sourceX) === 0 &&
  right.kind === 'num' &&
  right.value === 0n;

/**
 * The result of `lookup` was tested: all copies of it become `value`, or, if undefined, known not
 * to be NULL.
 */
const settleLookup = (state: State, lookup: number, value: Value | undefined): void =>
  replaceLookup(state, lookup, (old) => value ?? {...old, lookup: 0});

/** The same lookup is made again: copies of its previous result are not followed any further. */
export const forgetLookup = (state: State, lookup: number): void =>
  replaceLookup(state, lookup, () => any);

type Element = Value & {kind: 'element'};

const replaceLookup = ({frames}: State, lookup: number, replace: (old: Element) => Value): void => {
  if (lookup === 0) return;
  replaceValues(
    frames,
    (value) => value.kind === 'element' && value.lookup === lookup,
    (old) => replace(old as Element),
  );
};
