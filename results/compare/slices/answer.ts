// The answer of a slices session: at one placement, over placements, averaged over placements and
// time. The process is the unit, placements are nested in it.
import {hodgesLehmann} from '../../stats/hodges-lehmann.ts';
import {median, sortedFinite} from '../../stats/robust.ts';
import type {KnownChange, SlicesAnswer} from '../../types.ts';
import {partsOf, variancesOf} from './parts.ts';
import type {ProcessFigures} from './process.ts';
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
): SlicesAnswer | null => {
  const measured = all.filter((process) => !process.aa);
  if (measured.length < fewestProcesses) return null;
  const figures = measured.map(processFigures);
  const aa = all.filter((process) => process.aa).map(processFigures);
  const pairs = figures.flatMap((one) => one.pairs);
  const ratios = sortedFinite(pairs.map((pair) => pair.logRatio));
  const at = (share: number): number => Math.exp(ratios[Math.round(share * (ratios.length - 1))]);
  const quads = measured[0].pairs[0].steps[0][0];
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
    perPlacement: {ratio: at(0.5), halfWidth: halfOf95 * Math.sqrt(variances.slices)},
    spread: {
      sd: Math.sqrt(variances.placement),
      low: at(0.025),
      high: at(0.975),
      best: at(0),
      worst: at(1),
    },
    overPlacements: changeOf(figures.map(workload), level),
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

const workload = (figures: ProcessFigures): number => figures.logRatio;

const changeOf = (logRatios: readonly number[], level: number): KnownChange => {
  const {value, low, high} = hodgesLehmann(logRatios, level);
  return {ratio: Math.exp(value), low: Math.exp(low), high: Math.exp(high), level};
};
