// Slices as part of a session: prepared with it, journalled with it, concluded with it.
import type {JournalHeader, JournalSlices} from '../../results/store/index.ts';
import {answerOf} from '../../results/compare/slices/slices-answer.ts';
import type {SliceProcess} from '../../results/compare/slices/types.ts';
import {UserError} from '../../results/error.ts';
import type {MeasureOptions, Target} from './measure-options.ts';
import {layoutOf, workloadOf} from './subjects.ts';
import type {SliceSubject} from '../slices/measure-slices.ts';
import {planSubject, runSlices, sliceSubject} from '../slices/measure-slices.ts';
import type {SlicePlan} from '../slices/slices-plan.ts';
import type {Trial} from '../slices/run.ts';

/** What a session's journal needs to go on with its slices. */
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

/** Slices of a session, or why it has none. */
export type SlicesOutcome =
  | {readonly record: SlicesRecord; readonly processes: readonly SliceProcess[]}
  | {readonly missing: string};

export type SlicesTarget = Extract<Target, {kind: 'workload'}> & {readonly after: string};

/** Two variants of a workload, both run by the user shim. */
export const canSlice = (target: Target): target is SlicesTarget =>
  target.kind === 'workload' &&
  target.after !== null &&
  ![target.before, target.after].includes('kernel');

/** `--design slices` for something that has no slices. */
export const refuseSlices = (target: Target, options: MeasureOptions): void => {
  if (options.until?.kind === 'decision')
    throw new UserError(
      '--design slices cannot stop as soon as it is decided.',
      'Give a width instead, --until 0.3%, or leave --design out.',
    );
  if (canSlice(target)) return;
  throw new UserError(
    '--design slices compares two variants of a workload.',
    target.kind === 'commands'
      ? 'Commands cannot be cut into slices; --design one-core is the sharpest design for them.'
      : 'Leave --design out to compare whole runs.',
  );
};

/** A share of the session's time, and in a session of few runs not more than they take. */
export const sliceSecondsOf = (options: MeasureOptions, runsSeconds: number): number =>
  options.design === 'slices'
    ? options.budgetSeconds * (options.until === null ? 1 : patience)
    : options.runs === null
      ? Math.min(mostSeconds, options.budgetSeconds / 6)
      : Math.min(mostSeconds, Math.max(leastSeconds, runsSeconds / 5));

/** With a width to reach a session may take this many times its budget. */
const patience = 5;
const mostSeconds = 10;
const leastSeconds = 0.5;

interface SlicesRequest {
  readonly target: SlicesTarget;
  readonly options: MeasureOptions;
  readonly cwd: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Compiles both sides and runs the pilot. Throws a UserError where either side fails in it. */
export const prepareSlices = async (
  request: SlicesRequest,
  seconds: number,
): Promise<PreparedSlices> => {
  const trial = hiddenTrial(request.env);
  const subject = await subjectOf(request, trial);
  const plan = await planSubject(subject, {
    seconds,
    aa: request.options.aa,
    ...(trial?.effect === undefined ? {} : {multipleOf: Math.ceil(1 / trial.effect)}),
  });
  return {
    record: {plan, labels: subject.labels, ...(trial === undefined ? {} : {trial})},
    subject,
    done: [],
  };
};

/** The slices that a killed session still has to do; null if it had none. */
export const resumeSlices = async (
  request: SlicesRequest,
  header: JournalHeader,
  done: readonly JournalSlices[],
): Promise<PreparedSlices | null> => {
  const record = header.options?.['slices'] as SlicesRecord | undefined;
  if (record === undefined) return null;
  const subject = await subjectOf(request, record.trial);
  const processes = new Map(done.map(({process}) => [process.index, process]));
  return {record, subject, done: [...processes.values()]};
};

const subjectOf = ({target, options, cwd, folder}: SlicesRequest, trial: Trial | undefined) =>
  sliceSubject({
    workload: workloadOf(target, cwd),
    before: target.before,
    after: target.after,
    layout: layoutOf(options),
    placement: options.placement,
    seed: options.seed,
    folder,
    ...(trial === undefined ? {} : {trial}),
  });

/**
 * Tests inject a known effect, which the result then carries as a warning: `effect=0.002` makes the
 * after side execute 1.002 times as much.
 */
const hiddenTrial = (env: SlicesRequest['env']): Trial | undefined => {
  const match = /^effect=(0\.\d+)$/.exec(env['JITSTAT_TEST_SLICES'] ?? '');
  return match === null ? undefined : {effect: Number(match[1])};
};

/** Runs what is left of the slices; `onProcess` gets each new one for the journal. */
export const finishSlices = async (
  {record, subject, done}: PreparedSlices,
  onProcess: (process: SliceProcess, finished: number) => void,
  until: MeasureOptions['until'] = null,
): Promise<SlicesOutcome> => ({
  record,
  processes: await runSlices(subject, {
    plan: record.plan,
    done,
    onProcess,
    ...(until === null ? {} : {enough: (all) => isKnownTo(until.target, all, record.labels)}),
  }),
});

/**
 * Stopping at a width of the interval does not look at the change itself, so that no error rate
 * suffers from looking often.
 */
const isKnownTo = (
  target: number,
  processes: readonly SliceProcess[],
  labels: readonly string[],
): boolean => {
  const answer = answerOf(processes, labels, 0.95);
  return answer !== null && (answer.overPlacements.high - answer.overPlacements.low) / 2 <= target;
};
