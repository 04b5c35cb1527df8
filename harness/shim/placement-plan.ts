// The addresses of images during a session: `--placement`, or `placement` of a suite, read once and
// carried as a value. Journals and sessions hold its text.
import {formatPlacement, parsePlacement} from '../../jit/image/placement.ts';
import type {Placement} from '../../jit/types.ts';
import {UserError} from '../../results/error.ts';
import {derivedSeed} from '../derived-seed.ts';

/**
 * `random`: each block at a new place. `sweep`: one offset in the page after another, in bytes,
 * both ends included. `as`: every block by one image placement; a seed draws a new place for each.
 */
export type PlacementPlan =
  | {readonly kind: 'random'}
  | {readonly kind: 'sweep'; readonly from: number; readonly to: number; readonly step: number}
  | {readonly kind: 'as'; readonly placement: Placement};

export const placementHelp =
  'random (default: fresh per block), fixed:OFFSET, stride:PAGES, random:SEED, ' +
  'sweep[:FROM:TO:STEP], binary-alloc:SEED, pack-alloc:SEED';

/**
 * `sweep` alone: every place in a cache line. Slices draw from all offsets of the page in any case.
 */
const wholeLine = {kind: 'sweep', from: 0, to: 60, step: 4} as const;

/** Throws a UserError or Refusal. */
export const readPlacementPlan = (text: string): PlacementPlan => {
  if (text === 'random') return {kind: 'random'};
  if (text === 'sweep') return wholeLine;
  return text.startsWith('sweep:')
    ? readSweep(text)
    : {kind: 'as', placement: parsePlacement(text)};
};

const readSweep = (text: string): PlacementPlan => {
  const match = /^sweep:(\d+):(\d+):(\d+)$/.exec(text);
  const [from, to, step] = (match ?? []).slice(1).map(Number);
  if (match === null || step < 4 || step % 4 !== 0 || from % 4 !== 0 || to < from || to > 4088)
    throw new UserError(
      `'${text}' is not a sweep.`,
      'sweep:FROM:TO:STEP in bytes, multiples of 4, for example sweep:0:64:4.',
    );
  return {kind: 'sweep', from, to, step};
};

/** The text that `readPlacementPlan` reads. */
export const formatPlacementPlan = (plan: PlacementPlan): string => {
  switch (plan.kind) {
    case 'random':
      return 'random';
    case 'sweep':
      return `sweep:${plan.from}:${plan.to}:${plan.step}`;
    case 'as':
      return formatPlacement(plan.placement);
  }
};

/**
 * The placement of one block. Each side of a quad gets its own random one; a sweep takes its
 * next offset with every quad, the same for both sides.
 */
export const placementOfBlock = (
  plan: PlacementPlan,
  {index, quad, seed}: {readonly index: number; readonly quad: number; readonly seed: number},
): Placement => {
  switch (plan.kind) {
    case 'random':
      return {kind: 'random', seed};
    case 'sweep': {
      const offsets = Math.floor((plan.to - plan.from) / plan.step) + 1;
      return {kind: 'fixed', offset: plan.from + (quad % offsets) * plan.step};
    }
    case 'as':
      return 'seed' in plan.placement
        ? {...plan.placement, seed: derivedSeed(plan.placement.seed, index + 1)}
        : plan.placement;
  }
};

/** One placement for all blocks; if blocks change theirs, the start of pages. */
export const onePlacement = (plan: PlacementPlan): Placement =>
  plan.kind === 'as' ? plan.placement : {kind: 'fixed', offset: 0};
