// The layout of a session: which runs form a block, which blocks form a quad, and which quads are complete.
import {UserError} from '../error.ts';
import type {Samples, Warning} from '../types.ts';

/**
 * Blocks in execution order, numbered quad by quad. A quad is complete when both sides have a block in it; others are
 * left out. `sign` is +1/2 of the after side's mean and -1/2 of the before side's, so that a quad's contrast is
 * mean(after blocks) - mean(before blocks) = sum of `weight[b]` x block value.
 */
export interface Layout {
  readonly quads: number;
  readonly blocks: number;
  /** Block of each run, -1 = warm-up or part of an incomplete quad. */
  readonly blockOf: Int32Array;
  /** First block of each quad; one more entry than quads. */
  readonly firstBlock: Int32Array;
  /** 0 = before, 1 = after, by block. */
  readonly side: Uint8Array;
  /** +1/(after blocks) or -1/(before blocks) of the quad, by block. */
  readonly weight: Float64Array;
  readonly position: Uint8Array;
  readonly warnings: readonly Warning[];
}

export const layoutOf = (samples: Samples): Layout => {
  const {runs, quad, position, side, warmup} = samples;
  const raw = new Int32Array(runs).fill(-1);
  const number = new Map<number, number>();
  const quadOf: number[] = [];
  const positionOf: number[] = [];
  const sideOf: number[] = [];
  let last = -1;
  let lastKey = Number.NaN;
  for (let i = 0; i < runs; i++) {
    if (warmup[i] === 1) continue;
    const key = quad[i] * 256 + position[i];
    if (key !== lastKey) {
      const known = number.get(key);
      last = known ?? quadOf.length;
      lastKey = key;
      if (known === undefined) {
        number.set(key, last);
        quadOf.push(quad[i]);
        positionOf.push(position[i]);
        sideOf.push(side[i]);
      }
    }
    if (sideOf[last] !== side[i]) {
      throw new UserError(`Quad ${quad[i]}, position ${position[i]} holds runs of both sides.`, 'A block belongs to one side; give each block a position of its own.');
    }
    raw[i] = last;
  }
  return arrange(raw, quadOf, positionOf, sideOf);
};

/** Sorts blocks by quad (in order of first appearance) and drops quads that lack a side. */
const arrange = (raw: Int32Array, quadOf: readonly number[], positionOf: readonly number[], sideOf: readonly number[]): Layout => {
  const members = new Map<number, number[]>();
  quadOf.forEach((quad, block) => {
    const list = members.get(quad);
    if (list === undefined) members.set(quad, [block]);
    else list.push(block);
  });
  const renumber = new Int32Array(quadOf.length).fill(-1);
  const firstBlock: number[] = [];
  const order: number[] = [];
  const weight: number[] = [];
  let incomplete = 0;
  let uneven = 0;
  for (const list of members.values()) {
    const after = list.filter((block) => sideOf[block] === 1).length;
    const before = list.length - after;
    if (after === 0 || before === 0) {
      incomplete++;
      continue;
    }
    if (after !== before) uneven++;
    firstBlock.push(order.length);
    for (const block of list) {
      renumber[block] = order.length;
      order.push(block);
      weight.push(sideOf[block] === 1 ? 1 / after : -1 / before);
    }
  }
  const quads = firstBlock.length;
  firstBlock.push(order.length);
  const warnings: Warning[] = [];
  if (incomplete > 0) warnings.push({code: 'incomplete-quads', text: `${incomplete} of ${members.size} quads lack a side and are left out`, data: {incomplete, quads: members.size}});
  if (uneven > 0) warnings.push({code: 'uneven-quads', text: `${uneven} quads have more blocks of one side: drift does not cancel in them`, data: {uneven}});
  return {
    quads,
    blocks: order.length,
    blockOf: raw.map((block) => (block < 0 ? -1 : renumber[block])),
    firstBlock: Int32Array.from(firstBlock),
    side: Uint8Array.from(order, (block) => sideOf[block]),
    weight: Float64Array.from(weight),
    position: Uint8Array.from(order, (block) => positionOf[block]),
    warnings,
  };
};
