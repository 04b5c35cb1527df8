// States of the verifier walk: what each frame's registers and stack slots hold.
import {auxRegister, framePointer} from '../../word/insn.ts';
import type {Slots} from './stack-slots.ts';
import {none} from './values.ts';
import type {Value} from './values.ts';

export interface Frame {
  /** Number of the function. */
  readonly function: number;
  /** Where the caller continues; -1 for the main function. */
  readonly back: number;
  /** A kernel function called it and gets what it returns. */
  readonly isCallback?: true;
  /** Names the calls that lead here. */
  readonly chain: string;
  readonly registers: Value[];
  /** The contents of the frame's stack. */
  readonly slots: Slots;
}

export interface State {
  /** The next instruction. */
  at: number;
  /** The main function's frame first. */
  readonly frames: Frame[];
  /** The kept state that its path came from. */
  last: Checkpoint | null;
  /** Instructions since then. */
  steps: number;
}

/** A kept state, and how far the paths from it were followed. */
export interface Checkpoint {
  readonly frames: readonly Frame[];
  /** The one before it on the path that it was made on. */
  readonly parent: Checkpoint | null;
  readonly depth: number;
  /** Paths from it that have not ended. */
  open: number;
  /** The outermost state that a path from it came back to before that was followed to its end. */
  loop: Checkpoint | null;
}

/** A frame whose R0, R1, … hold `values`, the others nothing. */
export const newFrame = (
  number: number,
  back: number,
  chain: string,
  values: readonly Value[],
  depth: number,
): Frame => {
  const registers: Value[] = Array.from(
    {length: auxRegister},
    (_, register) => values[register] ?? none,
  );
  registers[framePointer] = {kind: 'frame', frame: depth, offset: 0, last: 0};
  return {function: number, back, chain, registers, slots: []};
};

export const copyFrames = (frames: readonly Frame[]): Frame[] =>
  frames.map((frame) => ({
    ...frame,
    registers: frame.registers.slice(),
    slots: frame.slots.slice(),
  }));

export const copyState = ({at, frames, last, steps}: State): State => ({
  at,
  frames: copyFrames(frames),
  last,
  steps,
});

export const visitValues = (frames: readonly Frame[], visit: (value: Value) => void): void => {
  for (const {registers, slots} of frames) {
    registers.forEach(visit);
    for (const slot of slots) if (slot !== undefined) visit(slot.value);
  }
};

/** Replaces values in all registers and stack slots. */
export const replaceValues = (
  frames: readonly Frame[],
  isMeant: (value: Value) => boolean,
  replace: (value: Value) => Value,
): void => {
  for (const {registers, slots} of frames) {
    registers.forEach((value, register) => {
      if (isMeant(value)) registers[register] = replace(value);
    });
    slots.forEach((slot, number) => {
      if (slot !== undefined && isMeant(slot.value))
        slots[number] = {...slot, value: replace(slot.value)};
    });
  }
};
