// Slices as part of a session: prepared, journalled and concluded with it.
import type {JournalHeader, JournalSlices} from '../../results/store/index.ts';
import {answerOf} from '../../results/compare/slices/slices-answer.ts';
import type {SliceProcess} from '../../results/compare/slices/types.ts';
import type {MeasureOptions} from './measure-options.ts';
import type {PreparedSlices, SlicesOutcome, SlicesRecord, SlicesTarget} from './slices-target.ts';
import {layoutOf} from './subjects.ts';
import {planSubject, runSlices, sliceSubject} from '../slices/measure-slices.ts';
import {hasHardwareCounters} from '../perf/countable.ts';
import type {SliceCounter, Trial} from '../slices/run.ts';

interface SlicesRequest {
  readonly target: SlicesTarget;
  readonly options: MeasureOptions;
  readonly folder: string;
}

/** Compiles both sides and runs the pilot. Throws a UserError if either side fails in it. */
export const prepareSlices = async (
  request: SlicesRequest,
  seconds: number,
): Promise<PreparedSlices> => {
  const {slicesTrial: trial} = request.options;
  const subject = await subjectOf(request, trial);
  const plan = await planSubject(subject, {
    seconds,
    aa: request.options.aa,
    ...(trial?.effect === undefined ? {} : {multipleOf: Math.ceil(1 / trial.effect)}),
    counters: request.target.before === 'kernel' ? [] : countersOf(trial),
  });
  return {
    record: {plan, labels: subject.labels, ...(trial === undefined ? {} : {trial})},
    subject,
    done: [],
  };
};

const countersOf = (trial: Trial | undefined): readonly SliceCounter[] =>
  trial?.counter !== undefined ? [trial.counter] : hasHardwareCounters() ? counters : [];

/** The slices that a killed session still has to run; null if it had none. */
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

const subjectOf = ({target, options, folder}: SlicesRequest, trial: Trial | undefined) =>
  sliceSubject({
    workload: target.workloads.before,
    afterWorkload: target.workloads.after,
    before: target.before,
    after: target.after,
    layout: layoutOf(options),
    placement: options.placement,
    seed: options.seed,
    folder,
    ...(trial === undefined ? {} : {trial}),
  });

/** Generic hardware events, as perf_event_open(2) numbers them. */
const counters: readonly SliceCounter[] = [
  {event: 'cycles', type: 0, config: 0},
  {event: 'instructions', type: 0, config: 1},
];

/** Runs the slices that are left; `onProcess` gets each new process for the journal. */
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
 * Stopping at a width of the interval does not look at the change itself, so looking often does not
 * cost any error rate.
 */
export const isKnownTo = (
  target: number,
  processes: readonly SliceProcess[],
  labels: readonly string[],
): boolean => {
  const answer = answerOf(processes, labels, 0.95);
  return answer !== null && (answer.overPlacements.high - answer.overPlacements.low) / 2 <= target;
};
