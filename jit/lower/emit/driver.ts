// How jumps get their sizes: the kernel's passes, and its rules for giving up (facts sheet 5.1 to
// 5.4).
import {refuse} from '../../refusal.ts';
import type {Skeleton} from '../skeleton.ts';
import {emptyParts} from './arrangement.ts';
import type {Arrangement} from './arrangement.ts';
import {endsOf, runPass, sumsOf} from './kernel-pass.ts';

const mostPasses = 20;
const paddingFrom = mostPasses - 5;

/** Called after each pass with the sizes of the open parts then, for explanations. */
export type Watch = (openBytes: Uint8Array, length: number) => void;

/**
 * Arranges one function as its kernel would. `extraPass` for programs with several functions.
 * Refuses as the kernel does.
 */
export const arrangeAsKernel = (
  skeleton: Skeleton,
  extraPass: boolean,
  watch?: Watch,
): Arrangement => {
  const {padsJumps, prologueInFirst} = skeleton.variant.habits;
  const sums = sumsOf(skeleton, prologueInFirst && skeleton.firstExit === 1);
  const parts = emptyParts(skeleton.openCount);
  const arranged = (passes: number): Arrangement => ({
    driver: 'kernel',
    ends: endsOf(skeleton, sums),
    ...parts,
    passes,
  });
  let length = 0;
  let image = false;
  for (let pass = 0; pass < mostPasses || image; pass++) {
    const next = runPass(skeleton, parts, sums, {
      first: pass === 0,
      padding: padsJumps && pass >= paddingFrom,
      image,
      length,
    });
    watch?.(parts.openBytes, next);
    if (image) {
      checkLength(next, length);
      if (!extraPass) return arranged(pass + 1);
      const last = {first: false, padding: padsJumps, image, length};
      checkLength(runPass(skeleton, parts, sums, last), length);
      return arranged(pass + 2);
    }
    image = next === length;
    length = next;
  }
  return refuse(
    'no-convergence',
    `no image after ${mostPasses} passes: the program is not compiled`,
    'Use a variant or driver that converges (--driver converging).',
  );
};

const checkLength = (length: number, before: number): void => {
  if (length !== before)
    refuse(
      'length-changed',
      `bpf_jit: proglen=${length} != oldproglen=${before}`,
      'The code changed its length after the image was allocated.',
    );
};
