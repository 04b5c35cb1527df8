// One of the kernel's passes over a function: how large each open part is, and how far it jumps.
//
// The kernel walks over all instructions and updates their ends in place: a forward target is where
// it ended in the pass before, a backward one where it ended in this pass. These mixed distances
// decide the result, so they are reproduced. Here a pass visits the open parts only, about one
// instruction in ten: an end is the fixed code up to there, which is summed once, plus the open
// parts up to there.
import {refuse} from '../../refusal.ts';
import {alignment, jumpAlways, toExit, toItself} from '../skeleton.ts';
import type {Skeleton} from '../skeleton.ts';
import type {Parts} from './arrangement.ts';

export interface Pass {
  /** The kernel first assumes that every instruction takes 64 bytes. */
  readonly first: boolean;
  readonly padding: boolean;
  /** The code is written in this pass, so changes are fatal. */
  readonly image: boolean;
  /** The code's length after the pass before. */
  readonly length: number;
}

/** Instruction i ends at `straight[i] + opened[open parts up to i]`. */
export interface Sums {
  /** By instruction: its end if all open parts were empty. */
  readonly straight: Int32Array;
  /** `opened[n]`: the bytes of the first n open parts after the pass before. */
  readonly opened: Int32Array;
  /** By open part: `straight` of the target, and the number of open parts up to the target. */
  readonly targetStraight: Int32Array;
  readonly targetOpened: Int32Array;
}

/** `startsWithExit`: an exit in the first instruction begins at 0, although the prologue is there. */
export const sumsOf = (skeleton: Skeleton, startsWithExit: boolean): Sums => {
  const {fixed, count, openCount, openInsn, openTarget, firstExit, prologueBytes} = skeleton;
  const straight = new Int32Array(count + 1);
  const partsUpTo = new Int32Array(count + 1);
  let length = prologueBytes;
  straight[0] = length;
  let insn = 1;
  for (let part = 0; part <= openCount; part++) {
    const next = part < openCount ? openInsn[part] : count + 1;
    for (; insn < next; insn++) {
      length += fixed[insn];
      straight[insn] = length;
      partsUpTo[insn] = part;
    }
  }
  const targetStraight = new Int32Array(openCount);
  const targetOpened = new Int32Array(openCount);
  for (let part = 0; part < openCount; part++) {
    const isExit = openTarget[part] === toExit;
    const target = isExit ? firstExit - 1 : openTarget[part];
    if (target < 0 || (isExit && startsWithExit)) continue;
    targetStraight[part] = straight[target];
    targetOpened[part] = partsUpTo[target];
  }
  return {straight, opened: new Int32Array(openCount + 1), targetStraight, targetOpened};
};

const guessedEnd = (insn: number): number => 64 * (insn + 1);

/** Updates sizes, distances and sums; returns the new length. Refuses as the kernel does. */
export const runPass = (
  skeleton: Skeleton,
  {openBytes, openNops, openDistance}: Parts,
  {straight, opened, targetStraight, targetOpened}: Sums,
  {first, padding, image, length}: Pass,
): number => {
  const {openCount, openInsn, openKind, openTarget, count, variant, frame} = skeleton;
  const {checksEveryEnd} = variant.habits;
  const base16 = image ? Number(skeleton.base & 15n) : 0;
  const {shortJumpMax} = frame.layout;
  let sum = 0;
  for (let part = 0; part < openCount; part++) {
    const insn = openInsn[part];
    const target = openTarget[part];
    const begin = straight[insn] + sum;
    const before = first ? guessedEnd(insn) : straight[insn] + opened[part + 1];
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
      if (target === toItself) distance = -2;
      else if (first && target >= insn) distance = guessedEnd(target) - before;
      else distance = targetStraight[part] + opened[targetOpened[part]] - before;
      const always = openKind[part] === jumpAlways;
      if (distance === 0 && always && target !== toExit) {
        bytes = padding ? padded(skeleton, insn, before - begin, 0, 2, 5) : 0;
        blank = bytes;
      } else if (distance >= -128 && distance <= shortJumpMax) {
        blank = padding ? padded(skeleton, insn, before - begin - 2, 0, always ? 3 : 4) : 0;
        bytes = 2 + blank;
      } else bytes = always ? 5 : 6;
    }
    openBytes[part] = bytes;
    openNops[part] = blank;
    openDistance[part] = distance;
    const end = begin + bytes;
    if (image && end > length) fatal(skeleton, firstBeyond(straight, length - sum, insn));
    if (image && checksEveryEnd && end !== before) fatal(skeleton, insn);
    sum += bytes;
    opened[part + 1] = sum;
  }
  const end = straight[count] + sum;
  if (image && end > length) fatal(skeleton, firstBeyond(straight, length - sum, count));
  return end;
};

/** The first instruction that ends after `offset`; `last` if none before it does. */
const firstBeyond = (straight: Int32Array, offset: number, last: number): number => {
  let insn = 1;
  while (insn < last && straight[insn] <= offset) insn++;
  return insn;
};

const fatal = (skeleton: Skeleton, insn: number): never =>
  refuse(
    'fatal-error',
    `bpf_jit: fatal error (instruction ${skeleton.start + insn - 1} ends elsewhere than in the ` +
      'pass before)',
    'The layout was not stable when the image was allocated.',
  );

/** `bytes`, if the kernel can pad with that many. */
const padded = (
  skeleton: Skeleton,
  insn: number,
  bytes: number,
  ...allowed: readonly number[]
): number => {
  if (allowed.includes(bytes)) return bytes;
  return refuse(
    'jump-padding',
    `instruction ${skeleton.start + insn - 1}: unexpected jump padding: ${bytes} bytes`,
    'The kernel gives up here as well.',
  );
};

/** Turns `straight` into the ends after the last pass, in place; nothing may use the sums later. */
export const endsOf = (
  {openCount, openInsn, count}: Skeleton,
  {straight, opened}: Sums,
): Int32Array => {
  for (let part = 1; part <= openCount; part++) {
    const next = part < openCount ? openInsn[part] : count + 1;
    const sum = opened[part];
    for (let insn = openInsn[part - 1]; insn < next; insn++) straight[insn] += sum;
  }
  return straight;
};
