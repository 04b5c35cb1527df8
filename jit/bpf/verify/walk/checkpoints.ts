// States that the verifier walk keeps at places where paths meet, so that a path which could find
// nothing new ends there.
import {framePointer} from '../../word/insn.ts';
import {follow, markAfter, setMatters} from './marks.ts';
import type {Mark} from './marks.ts';
import {coversSlot, joinSlots, pairUpSlot} from './stack-slots.ts';
import {alone, any, coversIn, isScalar, join, markOf, none, num, pairUp} from './values.ts';
import type {Pairs, Value} from './values.ts';
import {copyFrames} from './walk-state.ts';
import type {Checkpoint, Frame, State} from './walk-state.ts';

interface Place {
  /** The live registers of each frame; calls that lead here are part of a place. */
  readonly masks: readonly number[];
  readonly states: Checkpoint[];
  most: number;
  /** Where states were found to differ last (`spotOf`): mostly in one number, as that of a loop. */
  differs: number;
}

export interface Checkpoints {
  /**
   * True if a kept state covers the given one; then its path is over. Otherwise keeps the state; once
   * there are many at a place, makes it cover all of them.
   */
  readonly isKnown: (state: State) => boolean;
  /** A state got a second path. */
  readonly fork: (state: State) => void;
  /** The path of a state is over. */
  readonly end: (state: State) => void;
}

/** Different states kept at one place before they are merged, and before they are merged again. */
const statesKept = {first: 512, later: 8} as const;
/** States of paths that are still followed are compared only if they are among the last at a place. */
const recentStates = 4;
/** Instructions on a path from one kept state to the next, at least. */
const stepsBetween = 8;
const callerSaved = 0b111111;

/** `live` = live registers before each instruction. */
export const createCheckpoints = (live: Uint16Array): Checkpoints => {
  const placesOf = new Map<string, Map<number, Place>>();
  const placeOf = ({at, frames}: State): Place => {
    const {chain} = frames[frames.length - 1];
    let places = placesOf.get(chain);
    if (places === undefined) placesOf.set(chain, (places = new Map()));
    let place = places.get(at);
    if (place === undefined) {
      const masks = frames.map((_, depth) =>
        depth === frames.length - 1 ? live[at] : live[frames[depth + 1].back] & ~callerSaved,
      );
      places.set(at, (place = {masks, states: [], most: statesKept.first, differs: nowhere}));
    }
    return place;
  };
  return {
    fork: ({last}) => {
      if (last !== null) last.open++;
    },
    end: ({last}) => endPath(last),
    isKnown: (state) => {
      const {frames} = state;
      const place = placeOf(state);
      const {masks, states} = place;
      const isDue = state.steps >= stepsBetween;
      if (states.length === 0 && !isDue) return false;
      const old = coveringState(place, frames);
      if (old !== undefined) {
        endAt(old, state, masks);
        return true;
      }
      if (!isDue) return false;
      if (states.length >= place.most) {
        for (const one of states) joinInto(frames, one.frames, masks);
        states.length = 0;
        place.most = statesKept.later;
      }
      states.push(keep(state));
      return false;
    },
  };
};

const coveringState = (place: Place, frames: readonly Frame[]): Checkpoint | undefined => {
  const {states} = place;
  for (let number = states.length - 1; number >= 0; number--) {
    const state = states[number];
    const settled = isSettled(state);
    if (!settled && number < states.length - recentStates) continue;
    if (!coversAt(state.frames, frames, place.differs, settled)) continue;
    const spot = difference(state.frames, frames, place.masks, settled);
    if (spot === nowhere) return state;
    place.differs = spot;
  }
  return undefined;
};

/** Keeps a copy of a state; its numbers get new marks in both. */
const keep = (state: State): Checkpoint => {
  for (const {registers, slots} of state.frames) {
    for (let register = 0; register < framePointer; register++)
      registers[register] = newlyMarked(registers[register]);
    slots.forEach((slot, number) => {
      const value = slot === undefined ? any : newlyMarked(slot.value);
      if (slot !== undefined && value !== slot.value) slots[number] = {...slot, value};
    });
  }
  const parent = state.last;
  const depth = parent === null ? 0 : parent.depth + 1;
  state.steps = 0;
  return (state.last = {frames: copyFrames(state.frames), parent, depth, open: 1, loop: null});
};

const newlyMarked = (value: Value): Value => {
  if (!isScalar(value) || value === any) return value;
  const mark = markAfter(value.mark);
  return value.kind === 'num' ? num(value.value, mark) : {...value, mark};
};

/** A path from `last` is over, and with it perhaps all from states before it. */
const endPath = (last: Checkpoint | null): void => {
  for (let one = last; one !== null && --one.open === 0; one = one.parent)
    if (one.parent !== null) comesBackTo(one.parent, one.loop);
};

const comesBackTo = (from: Checkpoint, loop: Checkpoint | null): void => {
  if (loop !== null && loop.depth < from.depth && loop.depth < (from.loop?.depth ?? from.depth))
    from.loop = loop;
};

/** True if all paths from a state were followed to their ends: it is known which numbers matter. */
const isSettled = (state: Checkpoint): boolean => {
  if (state.open > 0) return false;
  if (state.loop !== null && !isSettled(state.loop)) return false;
  state.loop = null;
  return true;
};

/** A register, or a slot as a number from there on, of the frame at `depth`. */
const spotOf = (depth: number, number: number): number => depth * spotsInFrame + number;
const spotsInFrame = 128;
const nowhere = -1;

/** False if the two differ at `spot`, so that `old` does not cover `frames`. */
const coversAt = (
  old: readonly Frame[],
  frames: readonly Frame[],
  spot: number,
  settled: boolean,
): boolean => {
  if (spot === nowhere) return true;
  const depth = Math.floor(spot / spotsInFrame);
  const [general, special, number] = [old[depth], frames[depth], spot % spotsInFrame];
  return number < framePointer
    ? coversIn(settled, general.registers[number], special.registers[number])
    : coversSlot(
        general.slots[number - framePointer],
        special.slots[number - framePointer],
        settled,
      );
};

/** `nowhere` if `old` covers `frames`. */
const difference = (
  old: readonly Frame[],
  frames: readonly Frame[],
  masks: readonly number[],
  settled: boolean,
): number => {
  const pairs: Pairs = new Map();
  for (let depth = frames.length - 1; depth >= 0; depth--) {
    const [general, special] = [old[depth], frames[depth]];
    for (let register = 0; register < framePointer; register++) {
      if (((masks[depth] >> register) & 1) === 0) continue;
      const [value, other] = [general.registers[register], special.registers[register]];
      if (!coversIn(settled, value, other) || !pairUp(pairs, settled, value, other))
        return spotOf(depth, register);
    }
    const most = Math.max(general.slots.length, special.slots.length);
    for (let number = 0; number < most; number++) {
      const [slot, other] = [general.slots[number], special.slots[number]];
      if (!coversSlot(slot, other, settled) || !pairUpSlot(pairs, settled, slot, other))
        return spotOf(depth, framePointer + number);
    }
  }
  return nowhere;
};

/** The path of `state` ends as `old` covers it: what matters there matters on this path, too. */
const endAt = (old: Checkpoint, state: State, masks: readonly number[]): void => {
  const settled = isSettled(old);
  const link = (mark: Mark | undefined, value: Value | undefined): void => {
    if (mark === undefined || value === undefined) return;
    if (!settled) follow(mark, markOf(value));
    else if (mark.matters) setMatters(markOf(value));
  };
  old.frames.forEach(({registers, slots}, depth) => {
    const frame = state.frames[depth];
    for (let register = 0; register < framePointer; register++)
      if (((masks[depth] >> register) & 1) === 1)
        link(markOf(registers[register]), frame.registers[register]);
    slots.forEach((slot, number) => {
      if (slot !== undefined) link(markOf(slot.value), frame.slots[number]?.value);
    });
  });
  if (!settled && state.last !== null) comesBackTo(state.last, old.open > 0 ? old : old.loop);
  endPath(state.last);
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
