// How many functions may be on the call stack.
import type {Program} from '../../../types.ts';
import {refuse} from '../../word/refuse.ts';

const maxFrames = 8;

/** `frames` is their number before another one is entered. */
export const refuseDepth = (program: Program, frames: number, at: number): void => {
  if (frames >= maxFrames)
    refuse(
      program,
      at,
      `the call stack of ${maxFrames + 1} frames is too deep`,
      'Recursion and chains of more than 8 functions are not allowed.',
    );
};
