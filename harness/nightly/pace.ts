// How many quads of how many runs fit into the seconds a night gives a workload.
import type {Plan} from '../../results/types.ts';
import {chooseRunsPerBlock} from '../measure/plan.ts';

/** With fewer quads a signed-rank test at 5 % cannot reject. */
export const leastQuads = 6;

const mostQuads = 60;

/** perf's own cost per block, in seconds. */
const blockCost = 0.008;

/**
 * Runs per side and per block that keep `seconds`, one warm-up quad included, at `runSeconds` a
 * run. At least one quad of one run.
 */
export const runsThatFit = (
  runSeconds: number,
  seconds: number,
): {readonly runs: number; readonly runsPerBlock: number} => {
  const blocks = 4 * (leastQuads + 1);
  const runsPerBlock = Math.max(
    1,
    Math.min(
      chooseRunsPerBlock(runSeconds),
      Math.floor((seconds / blocks - blockCost) / runSeconds),
    ),
  );
  const quads = Math.floor(seconds / (4 * (runsPerBlock * runSeconds + blockCost))) - 1;
  return {runs: 2 * runsPerBlock * Math.max(1, Math.min(mostQuads, quads)), runsPerBlock};
};

/** Where too few quads fitted, the words for it. */
export const shortNote = (name: string, {quads}: Plan): string | null =>
  quads >= leastQuads
    ? null
    : `${name}: ${quads} quad${quads === 1 ? '' : 's'} fitted into its time, and fewer than ${leastQuads} settle nothing; give the night more time or the workload a smaller repeat`;
