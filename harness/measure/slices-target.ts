// Which sessions have slices and for how long, decided before anything is compiled, and their
// types.
import {UserError} from '../../results/error.ts';
import type {SliceProcess} from '../../results/compare/slices/types.ts';
import type {SliceSubject} from '../slices/measure-slices.ts';
import type {SlicePlan} from '../slices/slices-plan.ts';
import type {Trial} from '../slices/run.ts';
import type {MeasureOptions, Target, WorkloadTarget} from './measure-options.ts';
import {patience} from './plan.ts';

/** What a session's journal needs to continue its slices. */
export interface SlicesRecord {
  readonly plan: SlicePlan;
  readonly labels: readonly string[];
  readonly trial?: Trial;
}

export interface PreparedSlices {
  readonly record: SlicesRecord;
  readonly subject: SliceSubject;
  readonly done: readonly SliceProcess[];
}

/** The slices of a session, or why it has none. */
export type SlicesOutcome =
  | {readonly record: SlicesRecord; readonly processes: readonly SliceProcess[]}
  | {readonly missing: string};

export type SlicesTarget = WorkloadTarget & {readonly after: string};

/** Both sides are run in the same way: by the user shim, or by the running kernel. */
export const canSlice = (target: Target): target is SlicesTarget =>
  target.kind === 'workload' &&
  target.after !== null &&
  (target.before === 'kernel') === (target.after === 'kernel');

/** Refuses `--design slices` for targets that cannot have slices. */
export const refuseSlices = (target: Target, options: MeasureOptions): void => {
  if (target.kind === 'workload' && target.after !== null && !canSlice(target))
    throw new UserError(
      '--design slices alternates both sides inside one process, and the code of a variant runs in ' +
        'a sandbox that allows no test runs in the kernel.',
      'Leave --design out to compare whole runs, or compare two programs under the running kernel: ' +
        '--before-program A --after-program B --variant kernel.',
    );
  if (!canSlice(target))
    throw new UserError(
      '--design slices compares two variants of a workload.',
      target.kind === 'commands'
        ? 'Commands cannot be cut into slices; --design one-core is the sharpest design for them.'
        : 'Leave --design out to compare whole runs.',
    );
  if (options.until?.kind === 'decision')
    throw new UserError(
      '--design slices cannot stop at a decision.',
      'Give a width instead, --until 0.3%, or leave --design out.',
    );
};

/**
 * A share of the session's time, more of a short one, because slices settle something if a few runs
 * do not; in a session of few runs, no more than those take.
 */
export const sliceSecondsOf = (options: MeasureOptions, runsSeconds: number): number =>
  options.design === 'slices'
    ? options.budgetSeconds * (options.until === null ? 1 : patience)
    : options.runs === null
      ? Math.min(
          mostSeconds,
          Math.max(options.budgetSeconds / 6, Math.min(usefulSeconds, options.budgetSeconds / 2)),
        )
      : Math.min(mostSeconds, Math.max(leastSeconds, runsSeconds / 5));

const mostSeconds = 10;
/** Half of all sessions of tailcall1 resolve 0.4 % in this time. */
const usefulSeconds = 2;
const leastSeconds = 0.5;
