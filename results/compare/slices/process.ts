// One process of slices in figures: for each pair of placements, the log ratio of the workload and
// of each step, and how precisely its slices give it.
import {sum} from 'simple-statistics';
import type {PairSummary, SliceProcess} from './types.ts';

/** The log ratio after/before, and nanoseconds of one execution. */
export interface StepFigures {
  readonly logRatio: number;
  readonly beforeNs: number;
  readonly afterNs: number;
}

/**
 * One pair: nanoseconds are sums over the steps; `variance` is that of the log ratio, from its
 * slices.
 */
export interface PairFigures extends StepFigures {
  readonly steps: readonly StepFigures[];
  readonly variance: number;
}

/** A median of n normal values has this many times the standard error of their mean. */
const medianCost = Math.sqrt(Math.PI / 2);
/** Median absolute distance to standard deviation, for normal values. */
const madToSd = 1.4826;

/**
 * The time of a repetition is the sum of the steps' times per execution; the after side's come from
 * the before side's and the log ratios, which are more robust than two medians.
 */
export const pairFigures = (pair: PairSummary, process: SliceProcess): PairFigures => {
  const steps = pair.steps.map(([quads, ratio, spread, ticks], at) => {
    const logRatio = ratio * 1e-9;
    const beforeNs = (ticks * process.clock.nsPerTick) / process.executions[at];
    return {
      logRatio,
      beforeNs,
      afterNs: beforeNs * Math.exp(logRatio),
      variance: (medianCost * madToSd * spread * 1e-9) ** 2 / quads,
    };
  });
  const beforeNs = sum(steps.map((step) => step.beforeNs));
  const afterNs = sum(steps.map((step) => step.afterNs));
  return {
    logRatio: Math.log(afterNs / beforeNs),
    steps,
    variance: sum(steps.map((step) => (step.afterNs / afterNs) ** 2 * step.variance)),
    beforeNs,
    afterNs,
  };
};

/** Means over the pairs of one process: one value for each series of the session. */
export interface ProcessFigures extends StepFigures {
  readonly index: number;
  readonly pairs: readonly PairFigures[];
  readonly steps: readonly StepFigures[];
}

export const processFigures = (process: SliceProcess): ProcessFigures => {
  const pairs = process.pairs.map((pair) => pairFigures(pair, process));
  return {
    index: process.index,
    pairs,
    steps: process.executions.map((_, step) => means(pairs.map((pair) => pair.steps[step]))),
    ...means(pairs),
  };
};

const means = (figures: readonly StepFigures[]): StepFigures => {
  const mean = (key: keyof StepFigures): number =>
    sum(figures.map((one) => one[key])) / figures.length;
  return {logRatio: mean('logRatio'), beforeNs: mean('beforeNs'), afterNs: mean('afterNs')};
};
