// How jumps get their sizes: the kernel's passes, and its rules for giving up (facts sheet 5.1 to
// 5.4).
//
// A pass walks over the instructions with `ends` updated in place: a forward target is where it
// ended in the pass before, a backward one where it ended in this pass. Mixed distances are part of
// the result, so they are reproduced.
import {refuse} from '../../refusal.ts';
import {alignment, jumpAlways, toExit, toItself} from '../skeleton.ts';
import type {Skeleton} from '../skeleton.ts';

/** Sizes of all parts. `ends[i]` is the end of instruction i, `ends[0]` of the prologue. */
export interface Arrangement {
  readonly driver: 'kernel' | 'converging';
  readonly ends: Int32Array;
  /**
   * By open part: its bytes, how many of them are nops in front, and the distance it jumps
   * (alignment: where it ended a pass before).
   */
  readonly openBytes: Uint8Array;
  readonly openNops: Uint8Array;
  readonly openDistance: Int32Array;
  passes: number;
}

const mostPasses = 20;
const paddingFrom = mostPasses - 5;

/**
 * One pass over a function: new ends, sizes and distances; the new length. `image`: code is
 * written, so changes are fatal.
 */
interface Pass {
  readonly padding: boolean;
  readonly image: boolean;
  readonly length: number;
}

/** Called after each pass with the arrangement as it is then, for explanations. */
export type Watch = (arrangement: Arrangement, length: number) => void;

/**
 * Arranges one function as its kernel would. `extraPass` for programs with several functions.
 * Refuses as the kernel does.
 */
export const arrangeAsKernel = (
  skeleton: Skeleton,
  extraPass: boolean,
  watch?: Watch,
): Arrangement => {
  const {count, openCount, variant} = skeleton;
  const {padsJumps} = variant.habits;
  const ends = new Int32Array(count + 1);
  for (let i = 0; i <= count; i++) ends[i] = 64 * (i + 1);
  const arrangement = {driver: 'kernel' as const, ends, ...emptyParts(openCount), passes: 0};
  let length = 0;
  let image = false;
  for (let pass = 0; pass < mostPasses || image; pass++) {
    const next = runPass(skeleton, arrangement, {
      padding: padsJumps && pass >= paddingFrom,
      image,
      length,
    });
    arrangement.passes++;
    watch?.(arrangement, next);
    if (image) {
      if (next !== length) lengthChanged(next, length);
      if (extraPass) runExtraPass(skeleton, arrangement, next);
      return arrangement;
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

export const emptyParts = (count: number) => ({
  openBytes: new Uint8Array(count),
  openNops: new Uint8Array(count),
  openDistance: new Int32Array(count),
});

const runExtraPass = (skeleton: Skeleton, arrangement: Arrangement, length: number): void => {
  const next = runPass(skeleton, arrangement, {
    padding: skeleton.variant.habits.padsJumps,
    image: true,
    length,
  });
  arrangement.passes++;
  if (next !== length) lengthChanged(next, length);
};

const lengthChanged = (length: number, before: number): never =>
  refuse(
    'length-changed',
    `bpf_jit: proglen=${length} != oldproglen=${before}`,
    'The code changed its length after the image was allocated.',
  );

const fatal = (skeleton: Skeleton, i: number): never =>
  refuse(
    'fatal-error',
    `bpf_jit: fatal error (instruction ${skeleton.start + i - 1} ends elsewhere than in the pass before)`,
    'The layout was not stable when the image was allocated.',
  );

const runPass = (
  skeleton: Skeleton,
  {ends, openBytes, openNops, openDistance}: Arrangement,
  pass: Pass,
): number => {
  const {fixed, openCount, openInsn, openKind, openTarget, count, variant, firstExit, frame} =
    skeleton;
  const {checksEveryEnd, prologueInFirst} = variant.habits;
  const base16 = pass.image ? Number(skeleton.base & 15n) : 0;
  const {shortJumpMax} = frame.layout;
  let length = skeleton.prologueBytes;
  ends[0] = length;
  let i = 1;
  for (let part = 0; part <= openCount; part++) {
    const next = part < openCount ? openInsn[part] : count + 1;
    for (; i < next; i++) {
      length += fixed[i];
      if (pass.image && (length > pass.length || (checksEveryEnd && length !== ends[i])))
        fatal(skeleton, i);
      ends[i] = length;
    }
    if (part === openCount) break;
    const before = ends[i];
    let bytes: number;
    let blank = 0;
    let distance = 0;
    if (openKind[part] === alignment) {
      // From the end of this instruction a pass ago, padding included: what the patch in the thread
      // does, and why it does not settle.
      bytes = -(base16 + before) & 15;
      blank = bytes;
      distance = before;
    } else {
      const target = openTarget[part];
      if (target === toItself) distance = -2;
      else if (target === toExit)
        distance = (prologueInFirst && firstExit === 1 ? 0 : ends[firstExit - 1]) - before;
      else distance = ends[target] - before;
      const always = openKind[part] === jumpAlways;
      // What the instruction took before, less what comes before the jump.
      const room = before - ends[i - 1] - fixed[i];
      if (distance === 0 && always && target !== toExit) {
        bytes = pass.padding ? padding(skeleton, i, room, 0, 2, 5) : 0;
        blank = bytes;
      } else if (distance >= -128 && distance <= shortJumpMax) {
        blank = pass.padding ? padding(skeleton, i, room - 2, 0, always ? 3 : 4) : 0;
        bytes = 2 + blank;
      } else bytes = always ? 5 : 6;
    }
    openBytes[part] = bytes;
    openNops[part] = blank;
    openDistance[part] = distance;
    length += fixed[i] + bytes;
    if (pass.image && (length > pass.length || (checksEveryEnd && length !== before)))
      fatal(skeleton, i);
    ends[i] = length;
    i++;
  }
  return length;
};

const padding = (
  skeleton: Skeleton,
  i: number,
  bytes: number,
  ...allowed: readonly number[]
): number => {
  if (allowed.includes(bytes)) return bytes;
  return refuse(
    'jump-padding',
    `instruction ${skeleton.start + i - 1}: unexpected jump padding: ${bytes} bytes`,
    'The kernel gives up here, too.',
  );
};
