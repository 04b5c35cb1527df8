// The parts of a slices session's variance: slices, placements, processes; and what that says about
// the next session.
import {meanOf, varianceOf} from '../../stats/moments.ts';
import {median} from '../../stats/robust.ts';
import type {VarianceParts} from '../../types.ts';
import type {ProcessFigures} from './process.ts';

/** Variances of log ratios. */
export interface Variances {
  /** Of one pair's log ratio, from its slices alone. */
  readonly slices: number;
  /** Between placements, without the part that slices add. */
  readonly placement: number;
  /** Between processes, without the part that their placements add. */
  readonly process: number;
}

/** Moments of a nested layout; a part that comes out negative is 0. */
export const variancesOf = (processes: readonly ProcessFigures[]): Variances => {
  const slices = median(processes.flatMap(({pairs}) => pairs.map((pair) => pair.variance)));
  const within = mean(
    processes
      .map(({pairs}) => variance(pairs.map((pair) => pair.logRatio)))
      .filter(Number.isFinite),
  );
  const pairs = mean(processes.map((one) => one.pairs.length));
  const between = variance(processes.map((one) => one.logRatio));
  return {
    slices,
    placement: Math.max(0, within - slices),
    process: Math.max(0, between - within / pairs),
  };
};

/** As standard deviations; that of a slice is for one quad of slices. */
export const partsOf = (variances: Variances, quads: number): VarianceParts => ({
  slice: Math.sqrt(variances.slices * quads),
  placement: Math.sqrt(variances.placement),
  process: Math.sqrt(variances.process),
});

/** Nothing measured adds no variance. */
const mean = (values: readonly number[]): number => (values.length === 0 ? 0 : meanOf(values));

const variance = (values: readonly number[]): number =>
  values.length < 2 ? 0 : varianceOf(values);
