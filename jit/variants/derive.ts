// Everything that follows from a variant's steps: prologue bytes, exit, unwinding, where a tail
// call lands, slots, the stack picture.
import {rax, rbp, rcx} from '../x86/registers.ts';
import type {Frame} from './frame.ts';
import {bytesOf, leave, undo} from './ops.ts';
import type {Op, Slot} from './ops.ts';
import type {Variant} from './variant.ts';

/** Bytes that belong to one step. */
export interface Piece {
  readonly step: string;
  readonly bytes: readonly number[];
}

export const prologuePieces = (variant: Variant, frame: Frame): Piece[] =>
  variant.prologue
    .map((step) => ({step: step.step, bytes: bytesOf(step.ops(frame))}))
    .filter((piece) => piece.bytes.length > 0);

/**
 * The instructions of an exit without the return itself: they undo the steps, last first; `leave`
 * drops what need not be popped.
 */
export const exitOps = (variant: Variant, frame: Frame): Op[] =>
  variant.prologue.toReversed().flatMap((step) => {
    if (step.exit === 'nothing' || (step.exit === 'leave' && step.step !== 'push frame')) return [];
    if (step.step === 'push frame') return [leave];
    return undo(step.ops(frame), step.into ?? rcx);
  });

/**
 * What a tail call does before it jumps: it undoes the steps after the landing, last first; the
 * counter ends up in rax.
 */
export const unwindOps = (variant: Variant, frame: Frame): Op[] =>
  afterLanding(variant)
    .toReversed()
    .flatMap((step) => undo(step.ops(frame), rax));

/** The steps after the landing again, as the target of a tail call would do them. */
export const rewindOps = (variant: Variant, frame: Frame): Op[] =>
  afterLanding(variant).flatMap((step) => [...step.ops(frame)]);

const afterLanding = (variant: Variant) => {
  const at = variant.prologue.findIndex((step) => step.landing === true);
  return variant.prologue.slice(at + 1);
};

/** Offset of the landing from the start of a program: the bytes a tail call skips. */
export const landingOffset = (variant: Variant, frame: Frame): number => {
  const at = variant.prologue.findIndex((step) => step.landing === true);
  return variant.prologue
    .slice(0, at)
    .reduce((sum, step) => sum + bytesOf(step.ops(frame)).length, 0);
};

/** The machine register of R10. */
export const framePointerOf = ({prologue}: Variant, {privateStack}: Frame): number =>
  privateStack === undefined
    ? rbp
    : (prologue.find(({framePointer}) => framePointer !== undefined)?.framePointer ?? rbp);

/** One line of the stack picture: `bytes` bytes that start at `rbp + offset`. */
export interface StackCell {
  readonly slot: Slot;
  readonly offset: number;
  readonly bytes: number;
}

/** The frame from high to low addresses, after the prologue. */
export const stackPicture = (variant: Variant, frame: Frame): StackCell[] => {
  const cells: StackCell[] = [{slot: 'return address', offset: 8, bytes: 8}];
  let offset = 8;
  const push = (slot: Slot, bytes: number) => {
    offset -= bytes;
    cells.push({slot, offset, bytes});
  };
  for (const {adds} of variant.prologue.flatMap((step) => step.ops(frame)))
    for (const {slot, bytes} of adds) push(slot, bytes);
  return cells;
};

/** Offset from rbp of the frame slot the tail-call code reads. */
export const counterOffset = (variant: Variant, frame: Frame): number => {
  const cell = stackPicture(variant, frame).find(({slot}) => slot === 'counter');
  if (cell === undefined) throw new Error(`${variant.name}: this frame has no counter slot.`);
  return cell.offset;
};
