// States of the verifier walk: what each frame's registers and stack slots hold, and which states
// need not be followed again.
import {auxRegister, framePointer} from '../../word/insn.ts';
import {coversSlots, joinSlots} from './stack-slots.ts';
import type {Slots} from './stack-slots.ts';
import {alone, covers, join, none, pairUp} from './values.ts';
import type {Pairs, Value} from './values.ts';

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
  return {function: number, back, chain, registers, slots: new Map()};
};

const copyFrames = (frames: readonly Frame[]): Frame[] =>
  frames.map((frame) => ({
    ...frame,
    registers: frame.registers.slice(),
    slots: new Map(frame.slots),
  }));

export const copyState = ({at, frames}: State): State => ({at, frames: copyFrames(frames)});

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
    for (const [offset, slot] of slots)
      if (isMeant(slot.value)) slots.set(offset, {...slot, value: replace(slot.value)});
  }
};

/** Different states kept at one place before they are merged. */
const statesKept = 8;
const callerSaved = 0b111111;

/**
 * A memory of states. It answers true if a state that covers the given one was followed before.
 * Otherwise it keeps the state and, once there are many, makes it cover all of them. `live` = live
 * registers before each instruction.
 */
export const createMemo = (live: Uint16Array): ((state: State) => boolean) => {
  const known = new Map<string, Frame[][]>();
  return ({at, frames}) => {
    const key = `${frames[frames.length - 1].chain}:${at}`;
    const states = known.get(key);
    if (states === undefined) {
      known.set(key, [copyFrames(frames)]);
      return false;
    }
    const masks = frames.map((_, depth) =>
      depth === frames.length - 1 ? live[at] : live[frames[depth + 1].back] & ~callerSaved,
    );
    if (states.some((old) => coversFrames(old, frames, masks))) return true;
    if (states.length >= statesKept) {
      for (const old of states) joinInto(frames, old, masks);
      states.length = 0;
    }
    states.push(copyFrames(frames));
    return false;
  };
};

const coversFrames = (
  old: readonly Frame[],
  frames: readonly Frame[],
  masks: readonly number[],
): boolean => {
  const pairs: Pairs = new Map();
  return old.every((frame, depth) => {
    const {registers, slots} = frames[depth];
    for (let register = 0; register <= framePointer; register++) {
      if (((masks[depth] >> register) & 1) === 0) continue;
      const [general, special] = [frame.registers[register], registers[register]];
      if (!covers(general, special) || !pairUp(pairs, general, special)) return false;
    }
    return coversSlots(frame.slots, slots, pairs);
  });
};

/** Makes `frames` cover `old` as well. Dead registers count as never written. */
const joinInto = (
  frames: readonly Frame[],
  old: readonly Frame[],
  masks: readonly number[],
): void => {
  frames.forEach(({registers, slots}, depth) => {
    for (let register = 0; register < framePointer; register++) {
      const alive = ((masks[depth] >> register) & 1) === 1;
      registers[register] = alive
        ? alone(join(registers[register], old[depth].registers[register]))
        : none;
    }
    joinSlots(slots, old[depth].slots);
  });
};
