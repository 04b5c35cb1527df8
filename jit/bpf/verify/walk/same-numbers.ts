// Registers and stack slots that hold the same unknown number, in the verifier walk: copies get one
// id, so that what a branch finds out of one of them holds for all.
import type {Value} from './values.ts';
import {replaceValues} from './walk-state.ts';
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
  before: Value,
  after: Value,
): void => {
  if (before.kind === 'any' && before.id !== 0)
    replaceValues(
      frames,
      (value) => value.kind === 'any' && value.id === before.id,
      () => after,
    );
  frames[frames.length - 1].registers[register] = after;
};
