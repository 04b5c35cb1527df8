// The layout of a session: which runs form a block, which blocks form a quad, and which quads are complete.
import {UserError} from '../error.ts';
import type {Samples, Warning} from '../types.ts';

/**
 * Blocks in execution order, numbered quad by quad. A quad is complete when both sides have a block in it; others are
 * left out. A quad's contrast is mean(after blocks) - mean(before blocks) =
 * sum of `weight[b]` x block value.
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
  const firstRun: number[] = [];
  const quads = new Map<number, number[]>();
  let members: number[] = [];
  let last = -1;
  let lastQuad = Number.NaN;
  for (let i = 0; i < runs; i++) {
    if (warmup[i] === 1) continue;
    if (quad[i] !== lastQuad) {
      lastQuad = quad[i];
      members = quads.get(lastQuad) ?? [];
      if (members.length === 0) quads.set(lastQuad, members);
      last = -1;
    }
    if (last < 0 || position[firstRun[last]] !== position[i]) {
      last = members.find((block) => position[firstRun[block]] === position[i]) ?? -1;
      if (last < 0) {
        last = firstRun.length;
        firstRun.push(i);
        members.push(last);
      }
    }
    if (side[firstRun[last]] !== side[i]) {
      throw new UserError(`Quad ${quad[i]}, position ${position[i]} holds runs of both sides.`, 'A block belongs to one side; give each block a position of its own.');
    }
    raw[i] = last;
  }
  return arrange(samples, raw, firstRun, quads);
};

/** Numbers blocks quad by quad (in order of first appearance) and drops quads that lack a side. */
const arrange = (samples: Samples, raw: Int32Array, firstRun: readonly number[], members: ReadonlyMap<number, readonly number[]>): Layout => {
  const renumber = new Int32Array(firstRun.length).fill(-1);
  const firstBlock: number[] = [];
  const order: number[] = [];
  const weight: number[] = [];
  let uneven = 0;
  for (const list of members.values()) {
    let after = 0;
    for (const block of list) after += samples.side[firstRun[block]];
    const before = list.length - after;
    if (after === 0 || before === 0) continue;
    if (after !== before) uneven++;
    firstBlock.push(order.length);
    for (const block of list) {
      renumber[block] = order.length;
      order.push(firstRun[block]);
      weight.push(samples.side[firstRun[block]] === 1 ? 1 / after : -1 / before);
    }
  }
  const quads = firstBlock.length;
  firstBlock.push(order.length);
  const incomplete = members.size - quads;
  const warnings: Warning[] = [];
  if (incomplete > 0) warnings.push({code: 'incomplete-quads', text: `${incomplete} of ${members.size} quads lack a side and are left out`, data: {incomplete, quads: members.size}});
  if (uneven > 0) warnings.push({code: 'uneven-quads', text: `${uneven} quads have more blocks of one side: drift does not cancel in them`, data: {uneven}});
  for (let i = 0; i < raw.length; i++) if (raw[i] >= 0) raw[i] = renumber[raw[i]];
  return {
    quads,
    blocks: order.length,
    blockOf: raw,
    firstBlock: Int32Array.from(firstBlock),
    side: Uint8Array.from(order, (run) => samples.side[run]),
    weight: Float64Array.from(weight),
    position: Uint8Array.from(order, (run) => samples.position[run]),
    warnings,
  };
};
