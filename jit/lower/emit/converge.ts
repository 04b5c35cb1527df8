// A driver that always settles, even with alignment nops: jumps get their forms first, assuming the
// worst padding, and keep them.
//
// 1. Every jump is near and every padding 15 bytes; jumps only ever become shorter, until none does.
// 2. The forms stay, and one walk puts in the real padding. No distance grows by that, so every
//    short jump still reaches its target.
import {emptyParts} from './arrangement.ts';
import type {Arrangement} from './arrangement.ts';
import {endsOf, sumsOf} from './kernel-pass.ts';
import type {Sums} from './kernel-pass.ts';
import {alignment, jumpAlways, toExit, toItself} from '../skeleton.ts';
import type {Skeleton} from '../skeleton.ts';

const worstPadding = 15;

export const arrangeConverging = (skeleton: Skeleton): Arrangement => {
  const {openCount, openKind} = skeleton;
  const sums = sumsOf(skeleton, false);
  const parts = emptyParts(openCount);
  const {openBytes, openNops, openDistance} = parts;
  for (let part = 0; part < openCount; part++)
    openBytes[part] = openKind[part] === alignment ? worstPadding : nearBytes(skeleton, part);
  let passes = 1;
  do {
    place(skeleton, sums, openBytes, false);
    passes++;
  } while (shorten(skeleton, sums, openBytes));
  place(skeleton, sums, openBytes, true);
  for (let part = 0; part < openCount; part++) {
    if (openKind[part] === alignment) openNops[part] = openBytes[part];
    else openDistance[part] = distance(skeleton, sums, part);
  }
  return {driver: 'converging', ends: endsOf(skeleton, sums), ...parts, passes};
};

const nearBytes = ({openKind}: Skeleton, part: number): number =>
  openKind[part] === jumpAlways ? 5 : 6;

/** Sums of the open parts from the sizes as they are; `align` puts the real padding in. */
const place = (
  {openCount, openInsn, openKind, base}: Skeleton,
  {straight, opened}: Sums,
  openBytes: Uint8Array,
  align: boolean,
): void => {
  const base16 = Number(base & 15n);
  let sum = 0;
  for (let part = 0; part < openCount; part++) {
    if (align && openKind[part] === alignment)
      openBytes[part] = -(base16 + straight[openInsn[part]] + sum) & 15;
    sum += openBytes[part];
    opened[part + 1] = sum;
  }
};

const distance = (
  {openInsn, openTarget}: Skeleton,
  {straight, opened, targetStraight, targetOpened}: Sums,
  part: number,
): number =>
  openTarget[part] === toItself
    ? -2
    : targetStraight[part] +
      opened[targetOpened[part]] -
      (straight[openInsn[part]] + opened[part + 1]);

/**
 * Turns near jumps that reach into short ones, and removes jumps to the next instruction. Returns
 * true if any jump changed.
 */
const shorten = (skeleton: Skeleton, sums: Sums, openBytes: Uint8Array): boolean => {
  const {openCount, openKind, openTarget, frame} = skeleton;
  let changed = false;
  for (let part = 0; part < openCount; part++) {
    if (openKind[part] === alignment || openBytes[part] === 0) continue;
    const by = distance(skeleton, sums, part);
    const vanishes = by === 0 && openKind[part] === jumpAlways && openTarget[part] !== toExit;
    if (vanishes) openBytes[part] = 0;
    else if (openBytes[part] > 2 && by >= -128 && by <= frame.layout.shortJumpMax)
      openBytes[part] = 2;
    else continue;
    changed = true;
  }
  return changed;
};
