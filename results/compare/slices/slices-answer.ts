// The answer of a slices session: at one placement, over placements, averaged over placements and
// time. The process is the unit, placements are nested in it.
import {median, sortedFinite} from '../../stats/robust.ts';
import type {KnownChange, SlicesAnswer} from '../../types.ts';
import {changeByOffset, changeOf} from './offsets.ts';
import {partsOf, variancesOf} from './variance-parts.ts';
import type {PairFigures, ProcessFigures} from './process.ts';
import {processFigures} from './process.ts';
import type {SliceProcess} from './types.ts';

/** Fewer processes than this say nothing. */
export const fewestProcesses = 4;

const halfOf95 = 1.959964;

/** Null with fewer than 4 processes of the comparison itself. */
export const answerOf = (
  all: readonly SliceProcess[],
  labels: readonly string[],
  level: number,
  secondsPerProcess: number | null = null,
): SlicesAnswer | null => {
  const timed = all.filter(({event}) => event === undefined);
  const measured = timed.filter((process) => !process.aa);
  if (measured.length < fewestProcesses) return null;
  const figures = measured.map(processFigures);
  const aa = timed.filter((process) => process.aa).map(processFigures);
  const pairs = figures.flatMap((one) => one.pairs);
  const ratios = sortedFinite(pairs.map((pair) => pair.logRatio));
  const at = (share: number): number => Math.exp(ratios[Math.round(share * (ratios.length - 1))]);
  const quads = measured[0].pairs[0].steps[0][0];
  const average = changeOf(figures.map(workload), level);
  const variances = variancesOf(figures);
  return {
    processes: measured.length,
    placements: pairs.length,
    sliceNs: median(
      measured.flatMap((one) =>
        one.pairs.flatMap(({steps}) => steps.map((step) => step[3] * one.clock.nsPerTick)),
      ),
    ),
    clock: measured[0].clock.name,
    overheadNs: median(measured.map((one) => one.clock.overheadNs)),
    secondsPerProcess,
    perPlacement: {ratio: at(0.5), halfWidth: halfOf95 * Math.sqrt(variances.slices)},
    spread: {
      sd: Math.sqrt(variances.placement),
      low: at(0.025),
      high: at(0.975),
      best: at(0),
      worst: at(1),
      against: pairs.filter((pair) => contradicts(pair, average)).length,
    },
    overPlacements: average,
    byOffset: changeByOffset(measured, figures, level),
    parts: partsOf(variances, quads),
    steps: labels.map((label, step) => ({
      label,
      change: changeOf(
        figures.map((one) => one.steps[step].logRatio),
        level,
      ),
    })),
    aa: aa.length < 2 ? null : {processes: aa.length, change: changeOf(aa.map(workload), level)},
  };
};

/** A placement shows more although the average shows less, or vice versa. */
const contradicts = ({logRatio, variance}: PairFigures, {low, high}: KnownChange): boolean => {
  const half = halfOf95 * Math.sqrt(variance);
  return (high < 1 && logRatio - half > 0) || (low > 1 && logRatio + half < 0);
};

const workload = (figures: ProcessFigures): number => figures.logRatio;
