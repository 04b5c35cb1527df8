// Registers and stack slots that hold the same unknown number, in the verifier walk: copies get one
// id, so that what a branch finds out of one of them holds for all.
import {markOfBoth} from './marks.ts';
import {markOf} from './values.ts';
import type {Scalar, Value} from './values.ts';
import {replaceValues, visitValues} from './walk-state.ts';
import type {State} from './walk-state.ts';

type Any = Value & {kind: 'any'};

/** Gives a number an id if it has none. */
export type NameNumber = (value: Any) => Any;

export const createNames = (): NameNumber => {
  let last = 0;
  return (value) => (value.id === 0 ? {...value, id: ++last} : value);
};

/** The number `before`, in `register` of the top frame, is found to be `after`; so are its copies. */
export const settleNumber = (
  {frames}: State,
  register: number,
  before: Any,
  after: Scalar,
): void => {
  const {registers} = frames[frames.length - 1];
  if (before.id === 0) {
    registers[register] = after;
    return;
  }
  // What is known of one copy was made of all: they must be copies in states that go the same ways.
  let {mark} = after;
  const isCopy = (value: Value): boolean => value.kind === 'any' && value.id === before.id;
  visitValues(frames, (value) => {
    if (isCopy(value)) mark = markOfBoth(mark, markOf(value));
  });
  const settled = {...after, mark};
  replaceValues(frames, isCopy, () => settled);
  registers[register] = settled;
};
