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
 * A slot of 8 bytes:
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

/**
 * Slots from R10 down: number n begins 8 * (n + 1) bytes below it. A slot of which nothing is known is
 * undefined.
 */
export type Slots = (Slot | undefined)[];

const slotBytes = 8;

/** The slot that holds the byte at `offset` from R10, and where a slot begins. */
const slotOf = (offset: number): number => -1 - Math.floor(offset / slotBytes);
const offsetOf = (slot: number): number => -slotBytes * (slot + 1);
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
  const first = offset - offsetOf(slot);
  const before = slots[slot];
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
    setSlot(slots, slot, {value: fits ? value : alone(value), spilled: bytes, zeros});
    return;
  }
  // A store into a part of a slot ends what was spilled there.
  const untouched = before === undefined || before.spilled > 0 ? 0 : before.zeros & ~written;
  const clears = isZero(value) && (!immediate || isaHas(isa, 'v6.12'));
  if (clears) matters(value);
  setZeros(slots, slot, clears ? untouched | written : untouched);
};

const setZeros = (slots: Slots, slot: number, zeros: number): void =>
  setSlot(slots, slot, zeros === 0 ? undefined : {value: any, spilled: 0, zeros});

/** Arrays without holes are copied and read faster. */
const setSlot = (slots: Slots, slot: number, held: Slot | undefined): void => {
  if (held === undefined && slot >= slots.length) return;
  while (slots.length < slot) slots.push(undefined);
  slots[slot] = held;
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
  const found = slots[slot];
  if (found === undefined) return undefined;
  const {value, spilled, zeros} = found;
  const first = offset - offsetOf(slot);
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
  const last = Math.min(slotOf(low), slots.length - 1);
  for (let number = Math.max(slotOf(high - 1), 0); number <= last; number++) {
    const slot = slots[number];
    if (slot === undefined) continue;
    const offset = offsetOf(number);
    const first = Math.max(low - offset, 0);
    const touched = bitsOf(first, Math.min(high - offset, slotBytes) - first);
    const {value, spilled} = slot;
    const zeros = how === 'zero' ? slot.zeros : slot.zeros & ~touched;
    const ofValue = bitsOf(0, spilled);
    const keepsValue =
      (how === 'part' && (touched & ofValue) === 0) ||
      (how === 'zero' && isZero(value) && (touched & ~ofValue) === 0);
    if (spilled > 0 && keepsValue) slots[number] = {value, spilled, zeros};
    else setZeros(slots, number, spilled > 0 && (how === 'whole' || how === 'part') ? 0 : zeros);
  }
};

/** Something unknown may have been written anywhere, but not over pointers that are used later. */
export const forgetNumbers = (slots: Slots): void => {
  slots.forEach((slot, number) => {
    if (slot !== undefined && isScalar(slot.value)) slots[number] = undefined;
  });
};

/**
 * The constant key of `bytes` bytes at `offset`, as kernels recognise it for lookups in arrays, or
 * undefined.
 */
export const constantKey = (slots: Slots, offset: number, bytes: number): bigint | undefined => {
  const slot = slotOf(offset);
  const found = slots[slot];
  if (found === undefined) return undefined;
  const first = offset - offsetOf(slot);
  const wanted = bitsOf(first, bytes);
  if ((wanted & ~found.zeros) === 0) return 0n;
  // A key that ends where the spilled bytes end counts as the whole number, wherever it starts.
  const {value, spilled} = found;
  if (spilled - first !== bytes || value.kind !== 'num') return undefined;
  matters(value);
  return BigInt.asUintN(64, value.value);
};

/**
 * True if everything that was found with the slot `general` also holds for `special`. `settled`: see
 * `coversIn`.
 */
export const coversSlot = (
  general: Slot | undefined,
  special: Slot | undefined,
  settled: boolean,
): boolean =>
  general === special ||
  (general === undefined ? !holdsFollowed(special) : coversKnown(general, special, settled));

/** As `pairUp`. */
export const pairUpSlot = (
  pairs: Pairs,
  settled: boolean,
  general: Slot | undefined,
  special: Slot | undefined,
): boolean => general === undefined || pairUp(pairs, settled, general.value, special?.value ?? any);

/** Makes `slots` cover `others` as well. */
export const joinSlots = (slots: Slots, others: Slots): void => {
  const most = Math.max(slots.length, others.length);
  for (let number = 0; number < most; number++)
    setSlot(slots, number, joinSlot(slots[number], others[number]));
};

/** A pointer whose accesses are rewritten or refused: to forget it would give wrong code. */
const holdsFollowed = (slot: Slot | undefined): boolean =>
  slot !== undefined && slot.spilled === slotBytes && !isUnfollowed(slot.value);

const coversKnown = (general: Slot, special: Slot | undefined, settled: boolean): boolean => {
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
