// The stack of one frame in the verifier walk: what each slot of 8 bytes holds, and what writes of
// any size do to it.
import {isaHas} from '../../word/isa.ts';
import type {Isa} from '../../word/isa.ts';
import {narrowed} from './value-alu.ts';
import {
  alone,
  any,
  coversIn,
  equal,
  isScalar,
  isUnfollowed,
  join,
  mixed,
  num,
  isFree,
  markOf,
  matters,
  pairUp,
} from './values.ts';
import type {Pairs, Value} from './values.ts';

/*
 * A slot, by its offset from R10 (a multiple of 8):
 *
 *   byte 0 .. spilled-1     the low bytes of `value`, which was stored there whole or narrowed
 *   bytes of `zeros`        zero, one bit each, the rest is unknown
 */
export interface Slot {
  readonly value: Value;
  /** Bytes of `value` that the slot holds, from its start; 0 if it holds none. */
  readonly spilled: number;
  readonly zeros: number;
}

/** Slots by offset. A slot of which nothing is known is absent. */
export type Slots = Map<number, Slot>;

const slotBytes = 8;

const slotOf = (offset: number): number => Math.floor(offset / slotBytes) * slotBytes;
/** Bits of `bytes` bytes from byte `first` of a slot on. */
const bitsOf = (first: number, bytes: number): number => ((1 << bytes) - 1) << first;

const isZero = (value: Value): boolean => value.kind === 'num' && value.value === 0n;

export interface StackWrite {
  readonly value: Value;
  /** A constant in the instruction (BPF_ST) and not a register. */
  readonly immediate: boolean;
  /** An atomic operation: what it leaves is unknown. */
  readonly unknown?: boolean;
}

/**
 * What kernels remember of stores narrower than 8 bytes and of constants in the instruction:
 * little until 6.1, both in 6.12.
 */
const remembers = (isa: Isa, bytes: number, immediate: boolean): boolean =>
  isaHas(isa, 'v6.12') || (!immediate && (bytes === slotBytes || isa === 'v6.1'));

/** Stores `bytes` bytes at the constant `offset`, inside one slot. */
export const writeSlot = (
  slots: Slots,
  offset: number,
  bytes: number,
  {value, immediate, unknown}: StackWrite,
  isa: Isa,
): void => {
  const slot = slotOf(offset);
  const first = offset - slot;
  const before = slots.get(slot);
  const written = bitsOf(first, bytes);
  const whole = bytes === slotBytes;
  if (
    unknown !== true &&
    first === 0 &&
    remembers(isa, bytes, immediate) &&
    (isScalar(value) || whole)
  ) {
    const zeros = (before?.zeros ?? 0) & ~written;
    const fits = value.kind !== 'any' || narrowed(value, bytes) === value;
    slots.set(slot, {value: fits ? value : alone(value), spilled: bytes, zeros});
    return;
  }
  // A store into a part of a slot ends what was spilled there.
  const untouched = before === undefined || before.spilled > 0 ? 0 : before.zeros & ~written;
  const clears = isZero(value) && (!immediate || isaHas(isa, 'v6.12'));
  if (clears) matters(value);
  setZeros(slots, slot, clears ? untouched | written : untouched);
};

const setZeros = (slots: Slots, slot: number, zeros: number): void => {
  if (zeros === 0) slots.delete(slot);
  else slots.set(slot, {value: any, spilled: 0, zeros});
};

/** True if a kernel knows the result of a load of `bytes` bytes when `spilled` were stored. */
const fills = (isa: Isa, bytes: number, spilled: number): boolean =>
  bytes === slotBytes || isaHas(isa, 'v6.12')
    ? bytes <= spilled
    : isa === 'v6.1' && bytes === spilled;

/** What a load of `bytes` bytes at the constant `offset` gives, or undefined if nothing is known. */
export const readSlot = (
  slots: Slots,
  offset: number,
  bytes: number,
  isa: Isa,
): Value | undefined => {
  const slot = slotOf(offset);
  const found = slots.get(slot);
  if (found === undefined) return undefined;
  const {value, spilled, zeros} = found;
  const first = offset - slot;
  if (first === 0 && fills(isa, bytes, spilled)) {
    if (bytes === slotBytes) return value;
    if (value.kind === 'num') return num(BigInt.asUintN(bytes * 8, value.value), value.mark);
    return value.kind === 'any' ? narrowed(value, bytes) : undefined;
  }
  const wanted = bitsOf(first, bytes);
  const zero = isZero(value) ? bitsOf(0, spilled) : 0;
  if ((wanted & ~zeros) === 0) return num(0n);
  return (wanted & ~zero) === 0 ? num(0n, markOf(value)) : undefined;
};

/**
 * How the bytes from `low` to `high` (excluded) are written:
 *
 * - `whole`: a helper writes all of them, which kernels follow byte by byte
 * - `part`: a helper may write some of them
 * - `one`, `zero`: a store, of zero or another value, goes to some place among them
 */
export type Clobber = 'whole' | 'part' | 'one' | 'zero';

export const clobber = (slots: Slots, low: number, high: number, how: Clobber): void => {
  for (const [offset, slot] of slots) {
    if (offset + slotBytes <= low || offset >= high) continue;
    const first = Math.max(low - offset, 0);
    const touched = bitsOf(first, Math.min(high - offset, slotBytes) - first);
    const {value, spilled} = slot;
    const zeros = how === 'zero' ? slot.zeros : slot.zeros & ~touched;
    const ofValue = bitsOf(0, spilled);
    const keepsValue =
      (how === 'part' && (touched & ofValue) === 0) ||
      (how === 'zero' && isZero(value) && (touched & ~ofValue) === 0);
    if (spilled > 0 && keepsValue) slots.set(offset, {value, spilled, zeros});
    else setZeros(slots, offset, spilled > 0 && (how === 'whole' || how === 'part') ? 0 : zeros);
  }
};

/** Something unknown may have been written anywhere, but not over pointers that are used later. */
export const forgetNumbers = (slots: Slots): void => {
  for (const [offset, {value}] of slots) if (isScalar(value)) slots.delete(offset);
};

/**
 * The constant key of `bytes` bytes at `offset`, as kernels recognise it for lookups in arrays, or
 * undefined.
 */
export const constantKey = (slots: Slots, offset: number, bytes: number): bigint | undefined => {
  const slot = slotOf(offset);
  const found = slots.get(slot);
  if (found === undefined) return undefined;
  const first = offset - slot;
  const wanted = bitsOf(first, bytes);
  if ((wanted & ~found.zeros) === 0) return 0n;
  // A key that ends where the spilled bytes end counts as the whole number, wherever it starts.
  const {value, spilled} = found;
  if (spilled - first !== bytes || value.kind !== 'num') return undefined;
  matters(value);
  return BigInt.asUintN(64, value.value);
};

/**
 * True if everything that was found with the slots `general` also holds for `special`. `settled`: see
 * `coversIn`.
 */
export const coversSlots = (
  general: Slots,
  special: Slots,
  pairs: Pairs,
  settled: boolean,
): boolean => {
  for (const [offset, slot] of general) {
    const other = special.get(offset);
    if (!coversSlot(slot, other, settled)) return false;
    if (!pairUp(pairs, settled, slot.value, other?.value ?? any)) return false;
  }
  for (const [offset, slot] of special)
    if (!general.has(offset) && holdsFollowed(slot)) return false;
  return true;
};

/** Makes `slots` cover `others` as well. */
export const joinSlots = (slots: Slots, others: Slots): void => {
  for (const offset of new Set([...slots.keys(), ...others.keys()])) {
    const joined = joinSlot(slots.get(offset), others.get(offset));
    if (joined === undefined) slots.delete(offset);
    else slots.set(offset, joined);
  }
};

/** A pointer whose accesses are rewritten or refused: to forget it would give wrong code. */
const holdsFollowed = (slot: Slot | undefined): boolean =>
  slot !== undefined && slot.spilled === slotBytes && !isUnfollowed(slot.value);

const coversSlot = (general: Slot, special: Slot | undefined, settled: boolean): boolean => {
  if (special !== undefined && sameSlot(general, special)) return true;
  const value = special === undefined || special.spilled < slotBytes ? any : special.value;
  if (general.spilled === slotBytes) return coversIn(settled, general.value, value);
  // The rest of the slot holds zeros, or nothing is known of it.
  const zeros = special?.zeros ?? 0;
  return (
    isScalar(value) &&
    (general.zeros & ~zeros) === 0 &&
    (general.spilled === 0 || (settled && isFree(general.value)))
  );
};

const joinSlot = (a: Slot | undefined, b: Slot | undefined): Slot | undefined => {
  if (a !== undefined && b !== undefined) {
    if (sameSlot(a, b)) return {...a, value: alone(a.value)};
    if (a.spilled === slotBytes && b.spilled === slotBytes)
      return {value: alone(join(a.value, b.value)), spilled: slotBytes, zeros: 0};
  }
  return holdsFollowed(a) || holdsFollowed(b)
    ? {value: mixed, spilled: slotBytes, zeros: 0}
    : undefined;
};

const sameSlot = (a: Slot, b: Slot): boolean =>
  a.spilled === b.spilled && a.zeros === b.zeros && equal(a.value, b.value);
