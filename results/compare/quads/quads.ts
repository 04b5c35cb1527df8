// The layout of a session: which runs form a block, which blocks form a quad, and which quads are
// complete.
import {UserError} from '../../error.ts';
import type {Samples, Warning} from '../../types.ts';

/**
 * Blocks in execution order, numbered quad by quad. A quad is complete when both sides have a block
 * in it; others are left out. A quad's contrast is mean(after blocks) - mean(before blocks) = sum
 * of `weight[b]` x block value.
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
  const blocks: Blocks = {firstRun: [], next: [], quads: new Map()};
  let block = -1;
  for (let i = 0; i < runs; i++) {
    if (warmup[i] === 1) continue;
    const run = block < 0 ? -1 : blocks.firstRun[block];
    if (run < 0 || quad[run] !== quad[i] || position[run] !== position[i])
      block = blockAt(blocks, samples, i);
    if (side[blocks.firstRun[block]] !== side[i]) {
      throw new UserError(
        `Quad ${quad[i]}, position ${position[i]} holds runs of both sides.`,
        'A block belongs to one side; give each block its own position.',
      );
    }
    raw[i] = block;
  }
  return arrange(samples, raw, blocks);
};

/** Blocks in order of appearance; those of one quad are chained by `next` (-1 = last). */
interface Blocks {
  readonly firstRun: number[];
  readonly next: number[];
  /** First block by quad number. */
  readonly quads: Map<number, number>;
}

/** The block of run `i`, created if it is new. */
const blockAt = (blocks: Blocks, samples: Samples, i: number): number => {
  const {firstRun, next, quads} = blocks;
  const first = quads.get(samples.quad[i]);
  let last = -1;
  for (let b = first ?? -1; b >= 0; b = next[b]) {
    if (samples.position[firstRun[b]] === samples.position[i]) return b;
    last = b;
  }
  const made = firstRun.length;
  firstRun.push(i);
  next.push(-1);
  if (last >= 0) next[last] = made;
  else quads.set(samples.quad[i], made);
  return made;
};

/** Numbers blocks quad by quad (in order of first appearance) and drops quads that lack a side. */
const arrange = (
  samples: Samples,
  raw: Int32Array,
  {firstRun, next, quads: members}: Blocks,
): Layout => {
  const total = firstRun.length;
  const renumber = new Int32Array(total).fill(-1);
  const firstBlock = new Int32Array(members.size + 1);
  const side = new Uint8Array(total);
  const weight = new Float64Array(total);
  const position = new Uint8Array(total);
  let quads = 0;
  let blocks = 0;
  let uneven = 0;
  for (const first of members.values()) {
    const count = [0, 0];
    for (let b = first; b >= 0; b = next[b]) count[samples.side[firstRun[b]]]++;
    if (count[0] === 0 || count[1] === 0) continue;
    if (count[0] !== count[1]) uneven++;
    firstBlock[quads++] = blocks;
    for (let b = first; b >= 0; b = next[b]) {
      renumber[b] = blocks;
      side[blocks] = samples.side[firstRun[b]];
      weight[blocks] = side[blocks] === 1 ? 1 / count[1] : -1 / count[0];
      position[blocks] = samples.position[firstRun[b]];
      blocks++;
    }
  }
  firstBlock[quads] = blocks;
  for (let i = 0; i < raw.length; i++) if (raw[i] >= 0) raw[i] = renumber[raw[i]];
  return {
    quads,
    blocks,
    blockOf: raw,
    firstBlock: firstBlock.subarray(0, quads + 1),
    side: side.subarray(0, blocks),
    weight: weight.subarray(0, blocks),
    position: position.subarray(0, blocks),
    warnings: doubts(members.size - quads, members.size, uneven),
  };
};

const doubts = (incomplete: number, quads: number, uneven: number): Warning[] => [
  ...(incomplete > 0
    ? [
        {
          code: 'incomplete-quads',
          text: `${incomplete} of ${quads} quads lack a side and are left out`,
          data: {incomplete, quads},
        },
      ]
    : []),
  ...(uneven > 0
    ? [
        {
          code: 'uneven-quads',
          text: `${uneven} quads have more blocks of one side: drift does not cancel in them`,
          data: {uneven},
        },
      ]
    : []),
];
