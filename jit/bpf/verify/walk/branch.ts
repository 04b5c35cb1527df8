// Conditional jumps in the verifier walk: which ways are open, and what is known on each.
import {jumpTaken} from '../../word/arithmetic.ts';
import {classes, codeAt, dstAt, jumpBits, jumpTarget, sourceX} from '../../word/insn.ts';
import {any, boundedOutcome, num} from './values.ts';
import type {Value} from './values.ts';
import {copyState} from './walk-state.ts';
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
  const taken = outcome(code, left, right, walker.rules.isa === 'v6.18');
  if (taken !== undefined) {
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
    const fixed = equalOnBranch(code, left, right);
    if (fixed !== undefined) (equal.frames.at(-1) as Frame).registers[dst] = fixed;
  }
  return other;
};

const outcome = (code: number, left: Value, right: Value, newest: boolean): boolean | undefined => {
  if (left.kind === 'num' && right.kind === 'num') return jumpTaken(code, left.value, right.value);
  const notNull = (left.kind === 'element' && left.lookup === 0) || (newest && left.kind === 'map');
  if (notNull && (code & 7) === classes.jmp && right.kind === 'num' && right.value === 0n) {
    if ((code & 0xf0) === jumpBits.jeq) return false;
    if ((code & 0xf0) === jumpBits.jne) return true;
  }
  return boundedOutcome(code, left, right);
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

/** The same lookup is made again: what is left of the result before is not followed further. */
export const forgetLookup = (state: State, lookup: number): void =>
  replaceLookup(state, lookup, () => any);

const replaceLookup = (
  {frames}: State,
  lookup: number,
  replace: (old: Value & {kind: 'element'}) => Value,
): void => {
  if (lookup === 0) return;
  const isSame = (value: Value): value is Value & {kind: 'element'} =>
    value.kind === 'element' && value.lookup === lookup;
  for (const {registers, slots} of frames) {
    registers.forEach((value, register) => {
      if (isSame(value)) registers[register] = replace(value);
    });
    for (const [offset, slot] of slots)
      if (isSame(slot.value)) slots.set(offset, {...slot, value: replace(slot.value)});
  }
};

/**
 * What the left side of `==` or `!=` is on the side where they are equal; 32-bit comparisons fix
 * only numbers of 32 bits.
 */
const equalOnBranch = (code: number, left: Value, right: Value): Value | undefined => {
  if (left.kind !== 'any' || right.kind !== 'num') return undefined;
  if ((code & 7) === classes.jmp) return right;
  return left.max <= 0xffff_ffffn ? num(right.value & 0xffff_ffffn) : undefined;
};
