// From a session of slices: how many processes would show a change of a given size, or prove that
// there is none.
import {normalQuantile} from '../../stats/distributions.ts';
import type {SlicesAnswer} from '../../types.ts';

/** A/B processes; the seconds include the A/A processes that run among them, null = not known. */
export interface ProcessesNeeded {
  readonly processes: number;
  readonly seconds: number | null;
}

export interface SlicesTarget {
  /** A fraction: 0.001 = 0.1 %. */
  readonly target: number;
  readonly toShow: ProcessesNeeded;
  readonly toProveEqual: ProcessesNeeded;
}

const power = normalQuantile(0.8);
/** The workload's row has half of the error budget, of which a quarter is held out. */
const toShow = normalQuantile(1 - (0.05 / 2) * (3 / 4) * (1 / 2)) + power;
const toProve = normalQuantile(0.95) + power;
const fewest = 8;

/** From the interval that the session itself reached. */
export const processesNeeded = (
  {overPlacements, processes, aa, secondsPerProcess}: SlicesAnswer,
  targets: readonly number[],
): readonly SlicesTarget[] => {
  const error = Math.log(overPlacements.high / overPlacements.low) / 2 / normalQuantile(0.975);
  const share = 1 + (aa === null ? 0 : aa.processes / processes);
  const needed = (quantiles: number, target: number): ProcessesNeeded => {
    const count = Math.ceil(processes * ((quantiles * error) / Math.log1p(target)) ** 2);
    const all = Math.max(fewest, count);
    return {
      processes: all,
      seconds: secondsPerProcess === null ? null : all * share * secondsPerProcess,
    };
  };
  return targets.map((target) => ({
    target,
    toShow: needed(toShow, target),
    toProveEqual: needed(toProve, target),
  }));
};
