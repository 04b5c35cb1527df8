// From the runs of one event to one contrast per quad: winsorise the runs, take block means,
// prewhiten them, subtract sides.
import {describe} from '../../samples/side-stats.ts';
import {median, medianOfFew, neighbourCorrelation, robustSpread} from '../../stats/robust.ts';
import type {Layout} from './quads.ts';

/** Runs are winsorised at this many robust standard deviations from their neighbourhood. */
const limitInSpreads = 2;
/** The neighbourhood of a quad: this many quads before and after it. */
const neighbours = 2;
/** Blocks of fewer quads than this are too few to learn a correlation from. */
const fewestForCorrelation = 8;
/**
 * Subtracting the level of about twenty blocks lowers the correlation of neighbours by this much.
 */
const loweredBy = 0.06;
/** More quads than this are merged in neighbouring groups first. */
const mostQuads = 4096;

/**
 * Contrasts of one event, one entry a usable quad.
 *
 * `test` never looks at which side a run belongs to before the last step, so each entry's sign is a
 * fair coin if nothing changed and the order of sides was drawn at random: a sign-flip test on it
 * is exact under any drift, burst or clock step. `estimate` aligns the sides first, so its entries
 * estimate the change without bias from winsorising.
 */
export interface Contrasts {
  readonly test: Float64Array;
  readonly estimate: Float64Array;
  /** Quads merged into one entry; 1 for all but very long sessions. */
  readonly merged: number;
  /**
   * Variance of one contrast from blocks of the same side and quad; null if no quad has two blocks
   * of one side.
   */
  readonly within: () => number | null;
}

/**
 * `values` per run on an additive scale (logarithms or counts); NaN = not counted. Empty when no
 * quad is complete.
 */
export const contrastsOf = (values: Float64Array, layout: Layout): Contrasts => {
  const usable = usableLayout(values, layout);
  if (usable.quads === 0)
    return {
      test: new Float64Array(0),
      estimate: new Float64Array(0),
      merged: 1,
      within: () => null,
    };
  const medians = blockMedians(values, usable);
  const blind = winsorise(values, medians, usable, 0);
  const correlation = correlationOf(blind.blocks, usable);
  const test = quadContrasts(prewhiten(blind.blocks, correlation), usable);
  const shift = median(quadContrasts(medians, usable));
  const aligned = winsorise(values, medians, usable, shift);
  const gain = quadContrasts(prewhiten(Float64Array.from(usable.side), correlation), usable);
  const raw = quadContrasts(prewhiten(aligned.blocks, correlation), usable);
  const estimate = raw;
  for (let q = 0; q < usable.quads; q++) estimate[q] = shift + raw[q] / (gain[q] * aligned.kept);
  const merged = Math.ceil(usable.quads / mostQuads);
  return {
    test: merge(test, merged),
    estimate: merge(estimate, merged),
    merged,
    within: () => withinQuads(medians, usable),
  };
};

/** The layout without quads in which a block has no counted run. */
const usableLayout = (values: Float64Array, layout: Layout): Layout => {
  const counted = new Uint8Array(layout.blocks);
  for (let i = 0; i < values.length; i++)
    if (layout.blockOf[i] >= 0 && !Number.isNaN(values[i])) counted[layout.blockOf[i]] = 1;
  if (counted.every((flag) => flag === 1)) return layout;
  const renumber = new Int32Array(layout.blocks).fill(-1);
  const kept: number[] = [];
  const firstBlock: number[] = [];
  for (let q = 0; q < layout.quads; q++) {
    const blocks = range(layout.firstBlock[q], layout.firstBlock[q + 1]);
    if (!blocks.every((block) => counted[block] === 1)) continue;
    firstBlock.push(kept.length);
    for (const block of blocks) {
      renumber[block] = kept.length;
      kept.push(block);
    }
  }
  const quads = firstBlock.length;
  firstBlock.push(kept.length);
  return {
    ...layout,
    quads,
    blocks: kept.length,
    blockOf: layout.blockOf.map((block) => (block < 0 ? -1 : renumber[block])),
    firstBlock: Int32Array.from(firstBlock),
    side: Uint8Array.from(kept, (block) => layout.side[block]),
    weight: Float64Array.from(kept, (block) => layout.weight[block]),
    position: Uint8Array.from(kept, (block) => layout.position[block]),
  };
};

const range = (from: number, to: number): number[] =>
  Array.from({length: to - from}, (_, i) => from + i);

/** Mean winsorised residual of each block; `kept` is the share of runs within the limit. */
const winsorise = (
  values: Float64Array,
  medians: Float64Array,
  layout: Layout,
  shift: number,
): {readonly blocks: Float64Array; readonly kept: number} => {
  const level = neighbourhoodLevels(medians, layout, shift);
  const residual = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const block = layout.blockOf[i];
    residual[i] = block < 0 ? Number.NaN : values[i] - shift * layout.side[block] - level[block];
  }
  const spread = robustSpread(residual);
  // With a spread of zero (more than half of the runs are equal) there is no limit: the few other
  // values are the information.
  const limit = spread > 0 ? limitInSpreads * spread : Infinity;
  const sum = new Float64Array(layout.blocks);
  const count = new Int32Array(layout.blocks);
  let inside = 0;
  let all = 0;
  for (let i = 0; i < values.length; i++) {
    const value = residual[i];
    if (Number.isNaN(value)) continue;
    const block = layout.blockOf[i];
    const held = Math.max(-limit, Math.min(limit, value));
    sum[block] += held;
    count[block]++;
    all++;
    if (held === value) inside++;
  }
  for (let block = 0; block < layout.blocks; block++) sum[block] /= count[block];
  return {blocks: sum, kept: inside / all};
};

/** Median of each block's runs. */
const blockMedians = (values: Float64Array, layout: Layout): Float64Array => {
  const medians = new Float64Array(layout.blocks);
  const count = new Int32Array(layout.blocks + 1);
  for (let i = 0; i < values.length; i++)
    if (layout.blockOf[i] >= 0 && !Number.isNaN(values[i])) count[layout.blockOf[i] + 1]++;
  for (let b = 0; b < layout.blocks; b++) count[b + 1] += count[b];
  const sorted = new Float64Array(count[layout.blocks]);
  if (sorted.length === layout.blocks) {
    // One run per block: each is its own median.
    for (let i = 0; i < values.length; i++)
      if (layout.blockOf[i] >= 0 && !Number.isNaN(values[i]))
        medians[layout.blockOf[i]] = values[i];
    return medians;
  }
  const next = count.slice();
  for (let i = 0; i < values.length; i++)
    if (layout.blockOf[i] >= 0 && !Number.isNaN(values[i]))
      sorted[next[layout.blockOf[i]]++] = values[i];
  for (let b = 0; b < layout.blocks; b++) {
    medians[b] = median(sorted.subarray(count[b], count[b + 1]));
  }
  return medians;
};

/**
 * Per block: the median level of the quads around it, sides aligned by `shift` (one level for
 * several quads in very long sessions).
 */
const neighbourhoodLevels = (
  medians: Float64Array,
  layout: Layout,
  shift: number,
): Float64Array => {
  const levels = new Float64Array(layout.blocks);
  const aligned = medians.slice();
  for (let block = 0; block < layout.blocks; block++) aligned[block] -= shift * layout.side[block];
  const step = Math.ceil(layout.quads / mostQuads);
  for (let q = 0; q < layout.quads; q += step) {
    const from = layout.firstBlock[Math.max(0, q - neighbours)];
    const to = layout.firstBlock[Math.min(layout.quads, q + neighbours + 1)];
    levels.fill(
      medianOfFew(aligned, from, to),
      layout.firstBlock[q],
      layout.firstBlock[Math.min(layout.quads, q + step)],
    );
  }
  return levels;
};

/** Correlation of neighbouring blocks. */
const correlationOf = (blocks: Float64Array, layout: Layout): number => {
  if (layout.quads < fewestForCorrelation) return 0;
  return Math.min(0.8, Math.max(0, neighbourCorrelation(blocks) + loweredBy));
};

/**
 * Generalised least squares with AR(1) noise: each block less its two neighbours, (1 + r^2) x - r
 * (left + right), also across quads.
 */
const prewhiten = (blocks: Float64Array, r: number): Float64Array => {
  if (r === 0) return blocks;
  const last = blocks.length - 1;
  const weighed = new Float64Array(blocks.length);
  for (let b = 0; b <= last; b++)
    weighed[b] =
      (1 + r * r) * blocks[b] - r * ((b > 0 ? blocks[b - 1] : 0) + (b < last ? blocks[b + 1] : 0));
  return weighed;
};

const quadContrasts = (blocks: Float64Array, layout: Layout): Float64Array => {
  const contrasts = new Float64Array(layout.quads);
  for (let q = 0; q < layout.quads; q++) {
    for (let b = layout.firstBlock[q]; b < layout.firstBlock[q + 1]; b++)
      contrasts[q] += layout.weight[b] * blocks[b];
  }
  return contrasts;
};

/**
 * Mean over quads of the sum over sides of (variance of the side's blocks) / (their number); a side
 * with one block has no variance.
 */
const withinQuads = (blocks: Float64Array, layout: Layout): number | null => {
  let sum = 0;
  let quads = 0;
  for (let q = 0; q < layout.quads; q++) {
    const own = range(layout.firstBlock[q], layout.firstBlock[q + 1]);
    const [before, after] = [0, 1].map((side) =>
      describe(
        Float64Array.from(
          own.filter((block) => layout.side[block] === side),
          (block) => blocks[block],
        ),
      ),
    );
    if (before.sem === null || after.sem === null) continue;
    sum += before.sem ** 2 + after.sem ** 2;
    quads++;
  }
  return quads === 0 ? null : sum / quads;
};

const merge = (values: Float64Array, size: number): Float64Array => {
  if (size === 1) return values;
  const groups = new Float64Array(Math.floor(values.length / size));
  for (let g = 0; g < groups.length; g++) {
    for (let i = 0; i < size; i++) groups[g] += values[g * size + i] / size;
  }
  return groups;
};
