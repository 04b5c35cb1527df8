// A driver that always settles, even with alignment nops: jumps get their forms first, assuming the
// worst padding, and keep them.
//
// 1. Every jump is near and every padding 15 bytes; jumps only ever become shorter, until none does.
// 2. The forms stay, and one walk puts in the real padding. No distance grows by that, so every
//    short jump still reaches its target.
import {emptyParts} from './arrangement.ts';
import type {Arrangement} from './arrangement.ts';
import {alignment, jumpAlways, toExit, toItself} from '../skeleton.ts';
import type {Skeleton} from '../skeleton.ts';

const worstPadding = 15;

export const arrangeConverging = (skeleton: Skeleton): Arrangement => {
  const {count, openCount, openKind} = skeleton;
  const ends = new Int32Array(count + 1);
  const parts = emptyParts(openCount);
  const {openBytes, openNops, openDistance} = parts;
  for (let part = 0; part < openCount; part++) {
    openBytes[part] = openKind[part] === alignment ? worstPadding : nearBytes(skeleton, part);
  }
  let passes = 1;
  do {
    place(skeleton, ends, openBytes, false);
    passes++;
  } while (shorten(skeleton, ends, openBytes));
  place(skeleton, ends, openBytes, true);
  for (let part = 0; part < openCount; part++) {
    if (openKind[part] === alignment) openNops[part] = openBytes[part];
    else openDistance[part] = distance(skeleton, ends, part);
  }
  return {driver: 'converging', ends, ...parts, passes};
};

const nearBytes = ({openKind}: Skeleton, part: number): number =>
  openKind[part] === jumpAlways ? 5 : 6;

/** Ends of all instructions from the sizes as they are; `align` puts the real padding in. */
const place = (
  {fixed, count, openCount, openInsn, openKind, prologueBytes, base}: Skeleton,
  ends: Int32Array,
  openBytes: Uint8Array,
  align: boolean,
): void => {
  const base16 = Number(base & 15n);
  let length = prologueBytes;
  let part = 0;
  ends[0] = length;
  for (let i = 1; i <= count; i++) {
    length += fixed[i];
    if (part < openCount && openInsn[part] === i) {
      if (align && openKind[part] === alignment) openBytes[part] = -(base16 + length) & 15;
      length += openBytes[part++];
    }
    ends[i] = length;
  }
};

const distance = (
  {openInsn, openTarget, firstExit}: Skeleton,
  ends: Int32Array,
  part: number,
): number => {
  const target = openTarget[part];
  if (target === toItself) return -2;
  return ends[target === toExit ? firstExit - 1 : target] - ends[openInsn[part]];
};

/**
 * Turns near jumps that reach into short ones, and removes jumps to the next instruction. Returns
 * true if any jump changed.
 */
const shorten = (skeleton: Skeleton, ends: Int32Array, openBytes: Uint8Array): boolean => {
  const {openCount, openKind, openTarget, frame} = skeleton;
  let changed = false;
  for (let part = 0; part < openCount; part++) {
    if (openKind[part] === alignment || openBytes[part] === 0) continue;
    const by = distance(skeleton, ends, part);
    const vanishes = by === 0 && openKind[part] === jumpAlways && openTarget[part] !== toExit;
    if (vanishes) openBytes[part] = 0;
    else if (openBytes[part] > 2 && by >= -128 && by <= frame.layout.shortJumpMax)
      openBytes[part] = 2;
    else continue;
    changed = true;
  }
  return changed;
};
