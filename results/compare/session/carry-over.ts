// What a run inherits from the one before it: traces of the other side, and the start of a block.
import {describe} from '../../samples/side-stats.ts';
import {studentTwoSided} from '../../stats/distributions.ts';
import {median, robustSpread} from '../../stats/robust.ts';
import type {Finding} from '../../types.ts';
import {finding, ratioPercent} from '../findings.ts';
import type {Layout} from '../quads/quads.ts';

/** A mean difference is news only with a p below this, and of at least this size (natural log). */
const strict = 0.0005;
const least = 0.005;

/**
 * Blocks that follow the other side against blocks that follow their own, both sides lined up by
 * their quad.
 */
export const carryOver = (logs: Float64Array, layout: Layout, event: string): Finding[] => {
  const sum = new Float64Array(layout.blocks);
  const runs = new Float64Array(layout.blocks);
  for (let i = 0; i < logs.length; i++) {
    if (layout.blockOf[i] < 0 || Number.isNaN(logs[i])) continue;
    sum[layout.blockOf[i]] += logs[i];
    runs[layout.blockOf[i]]++;
  }
  const means = sum.map((total, block) => total / runs[block]);
  const differences: number[] = [];
  for (let q = 0; q < layout.quads; q++) {
    const first = layout.firstBlock[q];
    if (layout.firstBlock[q + 1] - first !== 4 || layout.side[first + 1] !== layout.side[first + 2])
      continue;
    // In ABBA the third block follows its own side, the second follows the other.
    const difference = means[first + 1] - means[first + 2];
    if (!Number.isNaN(difference)) differences.push(difference);
  }
  const found = certainMean(differences);
  if (found === null) return [];
  return [
    finding(
      'carry-over',
      {
        event,
        percent: ratioPercent(found.mean),
        p: found.p.toPrecision(2),
        effect:
          'it affects both sides equally, but a change may appear smaller than it is: longer blocks ' +
          'or a pause between sides help',
      },
      {event, change: found.mean, p: found.p},
    ),
  ];
};

/** The first run of a block against the mean of the others of that block. */
export const firstRuns = (logs: Float64Array, layout: Layout, event: string): Finding[] => {
  const first = new Float64Array(layout.blocks).fill(Number.NaN);
  const rest = new Float64Array(layout.blocks);
  const runs = new Float64Array(layout.blocks);
  for (let i = 0; i < logs.length; i++) {
    const block = layout.blockOf[i];
    if (block < 0 || Number.isNaN(logs[i])) continue;
    if (Number.isNaN(first[block])) first[block] = logs[i];
    else {
      rest[block] += logs[i];
      runs[block]++;
    }
  }
  const differences: number[] = [];
  for (let block = 0; block < layout.blocks; block++)
    if (runs[block] > 0) differences.push(first[block] - rest[block] / runs[block]);
  const found = certainMean(differences);
  if (found === null) return [];
  return [
    finding(
      'first-run',
      {
        event,
        percent: ratioPercent(found.mean),
        p: found.p.toPrecision(2),
        effect: 'it affects both sides equally and cancels; longer blocks dilute it',
      },
      {event, change: found.mean, p: found.p},
    ),
  ];
};

/** The winsorised mean of differences; null unless it is both large and certain. */
const certainMean = (
  differences: readonly number[],
): {readonly mean: number; readonly p: number} | null => {
  if (differences.length < 8) return null;
  const centre = median(differences);
  const limit = 3 * robustSpread(differences, centre);
  const stats = describe(
    Float64Array.from(differences, (value) =>
      Math.max(centre - limit, Math.min(centre + limit, value)),
    ),
  );
  if (stats.mean === null || stats.sem === null || stats.sem === 0) return null;
  const p = studentTwoSided(stats.mean / stats.sem, differences.length - 1);
  return p > strict || Math.abs(stats.mean) < least ? null : {mean: stats.mean, p};
};
