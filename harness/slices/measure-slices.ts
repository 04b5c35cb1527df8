// Slices of one target: compiles both sides, makes a plan from a pilot, and runs the planned
// processes.
import type {Layout, Placement} from '../../jit/types.ts';
import {UserError} from '../../results/error.ts';
import {countedEvent} from '../../results/compare/slices/rows.ts';
import type {SliceProcess} from '../../results/compare/slices/types.ts';
import type {NotCounted} from '../../results/types.ts';
import type {Workload} from '../../workloads/types.ts';
import type {PlacementPlan} from '../shim/placement-plan.ts';
import {buildShim} from '../shim/build-shim.ts';
import type {Shim} from '../shim/build-shim.ts';
import {kernelRunLabels, runLabels} from './slices-job.ts';
import {planSlices} from './pilot.ts';
import type {PlannedProcess, SlicePlan} from './slices-plan.ts';
import {sequenceOf, withCounters} from './slices-plan.ts';
import type {ProcessOutcome, ProcessSize, SliceCounter, Trial} from './run.ts';
import {runProcess} from './run.ts';
import {refuseWithoutRuns, sliceSide} from './sides.ts';
import {SliceProblem} from './slice-problem.ts';
import type {SliceSide} from './slice-side.ts';

/** Both sides compiled, and how their processes are run. */
export interface SliceSubject {
  readonly before: SliceSide;
  readonly after: SliceSide;
  readonly shim: Shim;
  readonly labels: readonly string[];
  /** How many functions of the larger side are copied. */
  readonly functions: number;
  /** How long a slice is, if not the usual length of user space. */
  readonly sliceNs?: number;
  readonly placement: Placement | null;
  readonly seed: number;
  readonly folder: string;
  readonly trial?: Trial;
}

export interface SliceSubjectRequest {
  readonly workload: Workload;
  /** The after side's workload, if it is a different one. */
  readonly afterWorkload?: Workload;
  readonly before: string;
  readonly after: string;
  readonly layout: Partial<Layout>;
  readonly placement: PlacementPlan;
  readonly seed: number;
  readonly folder: string;
  readonly trial?: Trial;
}

export const sliceSubject = async (request: SliceSubjectRequest): Promise<SliceSubject> => ({
  ...(request.before === 'kernel' ? await loadedSides(request) : await copiedSides(request)),
  placement: copyPlacement(request.placement),
  seed: request.seed,
  folder: request.folder,
  ...(request.trial === undefined ? {} : {trial: request.trial}),
});

type SidesRequest = Pick<
  SliceSubjectRequest,
  'workload' | 'afterWorkload' | 'before' | 'after' | 'layout'
>;

const copiedSides = async ({
  workload,
  afterWorkload = workload,
  before: variant,
  after: other,
  layout,
}: SidesRequest) => {
  const shim = await buildShim('slices');
  const before = sliceSide(workload, variant, layout, shim);
  const after =
    other === variant && afterWorkload === workload
      ? before
      : sliceSide(afterWorkload, other, layout, shim);
  const functions = Math.max(...[before, after].map(([[template]]) => template.functions.length));
  return {before, after, shim, labels: runLabels(before[0][0]), functions};
};

/** Both sides as the running kernel compiles and places them. */
const loadedSides = async ({workload, afterWorkload = workload}: SidesRequest) => {
  refuseWithoutRuns(workload);
  refuseXdp(workload);
  return {
    before: {workload},
    after: {workload: afterWorkload},
    shim: await buildShim('kernel-slices'),
    labels: kernelRunLabels(workload),
    functions: 1,
    sliceNs: kernelSliceNs,
  };
};

/**
 * For a test run of an XDP program with a repeat, the kernel changes its dispatcher before and
 * after, which took 20 ms of waiting on Linux 6.18.
 */
const refuseXdp = ({name, type}: Workload): void => {
  if (type === 'xdp')
    throw new UserError(
      `${name} is an XDP program, and the running kernel waits for some 20 ms around every test run ` +
        'of one, so that it cannot be cut into slices there.',
      'Leave --design out to compare whole runs, or name a variant: its code runs in user space.',
    );
};

/** Long next to the system call that each slice is: 20 to 100 us. */
const kernelSliceNs = 50_000;

/** `random` and sweeps draw the address of every function; other placements are followed. */
const copyPlacement = (plan: PlacementPlan): Placement | null =>
  plan.kind === 'as' && plan.placement.kind !== 'random' ? plan.placement : null;

const oneProcess = (
  subject: SliceSubject,
  size: ProcessSize,
  planned: PlannedProcess,
): Promise<ProcessOutcome> => runProcess({...subject, ...size, ...planned, clock: 'best'});

/**
 * Runs the pilot; both sides are known to work after it. Events that this host cannot count are left
 * out, with the reason.
 */
export const planSubject = async (
  subject: SliceSubject,
  options: {
    readonly seconds: number;
    readonly aa: boolean;
    readonly sliceNs?: number;
    readonly multipleOf?: number;
    readonly counters?: readonly SliceCounter[];
  },
): Promise<SlicePlan> => {
  const plan = await planSlices({
    seconds: options.seconds,
    aa: options.aa,
    functions: subject.functions,
    steps: subject.labels.length,
    wanted: {...(subject.sliceNs === undefined ? {} : {sliceNs: subject.sliceNs}), ...options},
    run: (size, index) => oneProcess(subject, size, {index, aa: false}),
  });
  const counters: SliceCounter[] = [];
  const notCounted: NotCounted[] = [];
  for (const counter of options.counters ?? []) {
    const outcome = await oneProcess(subject, {...plan.size, ...smallest}, {...tried, counter});
    if ('process' in outcome) counters.push(counter);
    else
      notCounted.push({
        event: countedEvent(counter.event),
        status: 'not-supported',
        reason: outcome.problem,
      });
  }
  return {...withCounters(plan, counters), ...(notCounted.length === 0 ? {} : {notCounted})};
};

/** The size of a process that only shows whether an event can be counted. */
const smallest = {pairs: 1, quads: 1} as const;
const tried = {index: -9, aa: false} as const;

/** Processes may take this many times the planned time in all; then the session ends early. */
const patience = 1.5;
/** At least this many are run, however slow. */
const fewest = 12;

export interface SliceRunRequest {
  readonly plan: SlicePlan;
  readonly done: readonly SliceProcess[];
  readonly onProcess: (process: SliceProcess, finished: number) => void;
  /** Called after each process: true ends the session there. */
  readonly enough?: (processes: readonly SliceProcess[]) => boolean;
}

/** Runs what is left of the plan and returns all processes. Throws a SliceProblem. */
export const runSlices = async (
  subject: SliceSubject,
  {plan, done, onProcess, enough}: SliceRunRequest,
): Promise<readonly SliceProcess[]> => {
  const finished = [...done];
  const known = new Set(done.map(({index}) => index));
  const begun = performance.now();
  for (const one of sequenceOf(plan)) {
    if (known.has(one.index)) continue;
    const isLate = performance.now() - begun > patience * 1000 * plan.seconds;
    if (finished.length >= fewest && (isLate || enough?.(finished) === true)) break;
    const outcome = await oneProcess(subject, plan.size, one);
    // If another user takes a counter away, only its own rows are lost.
    if ('problem' in outcome && outcome.refused && one.counter !== undefined) continue;
    if ('problem' in outcome)
      throw new SliceProblem(
        `process ${one.index + 1} of the slices${one.aa ? ' (A/A)' : ''}: ${outcome.problem}.`,
        'The finished processes are kept in the store; ' +
          'jitstat jit WORKLOAD --variant V --listing shows the code.',
      );
    finished.push(outcome.process);
    onProcess(outcome.process, finished.length);
  }
  return finished;
};
