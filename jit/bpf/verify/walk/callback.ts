// Helpers that call a function of the program: which one, with what, and where the walk goes on.
import type {Program} from '../../../types.ts';
import {helperName} from '../../word/helpers.ts';
import {refuse} from '../../word/refuse.ts';
import {refuseDepth} from './frames.ts';
import {any, none} from './values.ts';
import type {Value} from './values.ts';
import {copyState, newFrame} from './walk-state.ts';
import type {Frame, State} from './walk-state.ts';
import type {Walker} from './walker.ts';

export interface Callback {
  readonly start: number;
  /** R1, R2, …; null if it is called later, on a stack of its own. */
  readonly args: readonly Value[] | null;
}

/** By helper: the argument that holds the function, and what that gets besides unknown values. */
const callbacks: Readonly<
  Record<string, {readonly at: number; readonly passes: readonly number[] | null}>
> = {
  for_each_map_elem: {at: 2, passes: [1, 0, 0, 3]},
  // Not called before the helper returns.
  timer_set_callback: {at: 2, passes: null},
  find_vma: {at: 3, passes: [0, 0, 4]},
  loop: {at: 2, passes: [0, 3]},
  user_ringbuf_drain: {at: 2, passes: [0, 3]},
};

export const callbackOf = (
  program: Program,
  {registers}: Frame,
  id: number,
  at: number,
): Callback | undefined => {
  const row = callbacks[helperName(id) ?? ''];
  const given = row === undefined ? undefined : registers[row.at];
  if (row === undefined || given === undefined) return undefined;
  if (given.kind !== 'function')
    return refuse(program, at, 'the callback must be the same function on all paths');
  const args = row.passes?.map((from) => (from === 0 ? any : registers[from])) ?? null;
  return {start: given.start, args};
};

/** The state in which the callback is about to run; when it returns, the helper does. */
export const enterCallback = (
  walker: Walker,
  state: State,
  {start, args}: Callback,
  at: number,
): State => {
  if (args === null) return enterLater(walker, start, at);
  const {frames} = copyState(state);
  refuseDepth(walker.program, frames.length, at);
  const chain = `${state.frames.at(-1)!.chain}/${at}`;
  const number = walker.startOf.get(start) ?? 0;
  const frame = newFrame(number, at + 1, chain, [none, ...args], frames.length);
  return {at: start, frames: [...frames, {...frame, isCallback: true}], last: state.last, steps: 0};
};

const unknownArguments = [none, any, any, any, any, any];

/** A function without a caller. It does not extend a call chain, as it may set itself. */
export const enterLater = ({startOf}: Walker, start: number, at: number): State => ({
  at: start,
  frames: [newFrame(startOf.get(start) ?? 0, -1, `later/${at}`, unknownArguments, 0)],
  last: null,
  steps: 0,
});
