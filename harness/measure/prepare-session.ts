// Everything up to the first measured block: host and events, subjects, trial runs, plan, journal.
import {UserError} from '../../results/error.ts';
import {removeScratch, scratchFolder, sweepScratch} from '../host/scratch.ts';
import {createJournal} from '../../results/store/index.ts';
import type {Plan} from '../../results/types.ts';
import type {Io} from '../command/command.ts';
import {readHost} from '../host/host-record.ts';
import {eventsToAsk, passesOf} from '../perf/requested-events.ts';
import {hasHardwareCounters} from '../perf/countable.ts';
import type {Perf} from '../perf/perf.ts';
import {findCountable} from '../perf/remembered-events.ts';
import {journalHeader} from './journal-header.ts';
import {formatPlacementPlan} from '../shim/placement-plan.ts';
import {makePlan, plannedSeconds, quadLimits} from './plan.ts';
import {elapsedNotCounted, refuseOneCore, withoutElapsed} from './one-core.ts';
import type {SlicesRecord} from './slices-target.ts';
import {canSlice, sliceSecondsOf} from './slices-target.ts';
import {commandSubjects, elapsedFirst} from './command-subjects.ts';
import {cleanUp, setUp} from './hooks.ts';
import type {Subjects} from './subject.ts';
import {fewestQuads} from '../../results/compare/quads/row.ts';
import type {MeasureOptions, Target} from './measure-options.ts';
import type {MeasureRequest, PreparedSession} from './session-types.ts';
import {needsTrial, trialRuns} from './trial-runs.ts';
import {commandsOf} from './again.ts';
import {durationText, plural} from '../../results/wording.ts';

/**
 * Everything up to the first measured block: checks the host, runs each side once, makes the plan,
 * opens the journal.
 */
export const prepareSession = async (io: Io, request: MeasureRequest): Promise<PreparedSession> => {
  const {options, target} = request;
  sweepScratch(io.now());
  if (options.design === 'slices')
    return (await import('./prepare-slices.ts')).prepareSlicesOnly(io, request);
  const isOneCore = options.design === 'one-core';
  if (isOneCore) refuseOneCore(target, options);
  const {perf, counted, notCounted} = await countable(io.env, request);
  const folder = scratchFolder('measure');
  let isSetUp: Subjects | null = null;
  try {
    const subjects =
      target.kind === 'commands'
        ? commandSubjects(target)
        : await (await import('./subjects.ts')).subjectsOf(target, options, io);
    const runsPerBlock = runsPerBlockOf(subjects, options);
    isSetUp = subjects;
    await setUp(subjects);
    const show = quietly(request.quiet, io.err);
    const runSeconds = needsTrial(request)
      ? await trialRuns(perf, counted, subjects, options, folder, show)
      : 0;
    refuseTooLong(runSeconds, request.left ?? Infinity);
    const slices = await slicesOf(request, folder, runSeconds * (options.runs ?? 0) * 2);
    const plan = planOf(request, subjects, {counted, runSeconds, runsPerBlock, slices});
    if (options.noMultiplex) await refuseTooFewQuads(perf, plan);
    if (io.errIsTerminal && !request.quiet) io.err(shortNote(plan, options, target, runSeconds));
    const found = {
      host: readHost(perf.version, hasHardwareCounters()),
      plan,
      commands: await commandsOf(request, subjects, perf, counted, plan, folder),
      notCounted: isOneCore ? [...notCounted, elapsedNotCounted] : notCounted,
    };
    const header = journalHeader(io.now(), request, subjects, found, recordOf(slices));
    return {
      header,
      journal: createJournal(request.store, header),
      done: [],
      warnings: [],
      subjects,
      perf,
      slices,
      options,
      target,
      folder,
    };
  } catch (error) {
    if (isSetUp !== null) await cleanUp(isSetUp, io.err);
    removeScratch(folder);
    throw error;
  }
};

/** perf, and the requested events that it can count. Throws a UserError if there are none. */
const countable = async (env: Io['env'], {options, target}: MeasureRequest) => {
  const asked = eventsToAsk(options.events, options.modifier, options.details);
  const found = await findCountable(env, target.kind === 'commands' ? elapsedFirst(asked) : asked);
  if (found.counted.length === 0)
    throw new UserError(
      'perf can count none of the events.',
      'jitstat doctor shows what this host can count.',
    );
  return found;
};

interface Tried {
  readonly counted: readonly string[];
  readonly runSeconds: number;
  readonly runsPerBlock: number | null;
  readonly slices: PreparedSession['slices'];
}

/** The plan that fits into the time, by the duration of the trial runs. */
const planOf = (
  {options, target, left}: MeasureRequest,
  {after}: Subjects,
  {counted, runSeconds, runsPerBlock, slices}: Tried,
): Plan =>
  makePlan({
    seed: options.seed,
    runs: options.runs,
    budgetSeconds: options.budgetSeconds - (slices === null ? 0 : sliceSecondsOf(options, 0)),
    keepsBudget: left !== undefined,
    runSeconds,
    runsPerBlock,
    warmupQuads: options.warmupQuads,
    ...(options.warmupRuns === undefined ? {} : {warmupRuns: options.warmupRuns}),
    aa: options.aa && after !== null,
    oneSided: after === null,
    stopsEarly: options.until !== null && options.keepsTime !== true,
    looksOften: options.until?.kind === 'decision',
    ...sizesOf(options),
    repeat: target.kind === 'workload' ? options.repeat : 1,
    placement: target.kind === 'workload' ? formatPlacementPlan(options.placement) : 'none',
    events: options.design === 'one-core' ? withoutElapsed(counted) : counted,
  });

/**
 * Sides that alternate should begin together, and commands that are prepared before every run or
 * read a file from its start are run one by one.
 */
const runsPerBlockOf = (subjects: Subjects, {design, runsPerBlock}: MeasureOptions) => {
  const isOneByOne = [subjects.before, subjects.after].some((one) => one?.joins === false);
  if (!isOneByOne) return runsPerBlock ?? (design === 'one-core' ? 1 : null);
  if (runsPerBlock !== null && runsPerBlock > 1)
    throw new UserError(
      '--prepare, --conclude and --input need blocks of one run.',
      'Leave --runs-per-block out.',
    );
  return 1;
};

/** Said before a minute is spent on runs that cannot settle anything. */
const shortNote = (
  plan: Plan,
  {runs, budgetSeconds}: MeasureOptions,
  {after}: Target,
  runSeconds: number,
): string => {
  if (runs === null) return longNote(plan, budgetSeconds, runSeconds);
  return after === null || plan.quads >= fewestQuads
    ? ''
    : `jitstat: -r ${runs} makes ${plural(plan.quads, 'quad')}; a verdict needs ` +
        `at least ${fewestQuads}: -r ${2 * fewestQuads * plan.runsPerBlock}\n`;
};

/** The smallest number of quads may take longer than the time that was given. */
const longNote = (plan: Plan, budgetSeconds: number, runSeconds: number): string => {
  const seconds = plannedSeconds(plan, runSeconds);
  return plan.quads > quadLimits.least || seconds <= 1.2 * budgetSeconds
    ? ''
    : `jitstat: ${plural(plan.quads, 'quad')}, the fewest that are measured, take about ` +
        `${durationText(seconds)}, not ${durationText(budgetSeconds)}\n`;
};

const quietly = (quiet: boolean, say: (text: string) => void) => (quiet ? () => {} : say);

const sizesOf = ({leastRuns, mostRuns}: MeasureOptions) => ({
  ...(leastRuns === undefined || leastRuns === null ? {} : {leastRuns}),
  ...(mostRuns === undefined || mostRuns === null ? {} : {mostRuns}),
});

const recordOf = (slices: PreparedSession['slices']): SlicesRecord | null =>
  slices !== null && 'record' in slices ? slices.record : null;

/** Slices next to whole runs; if they are impossible, the session continues and says why. */
const slicesOf = async (
  {target, options}: MeasureRequest,
  folder: string,
  runsSeconds: number,
): Promise<PreparedSession['slices']> => {
  if (!options.slices || !canSlice(target)) return null;
  try {
    const {prepareSlices} = await import('./slices-session.ts');
    return await prepareSlices({target, options, folder}, sliceSecondsOf(options, runsSeconds));
  } catch (error) {
    if (error instanceof UserError) return {missing: error.message};
    throw error;
  }
};

/** Each pass needs a quad, or its events would be lost. */
const refuseTooFewQuads = async (perf: Perf, {quads, events}: Plan): Promise<void> => {
  const {probeCounters} = await import('../perf/probe.ts');
  const passes = passesOf(events, await probeCounters(perf, events)).length;
  if (passes > quads)
    throw new UserError(
      `--no-multiplex needs ${passes} passes of whole quads, and this session has ${quads}.`,
      `Measure more with -r ${4 * passes} --runs-per-block 1, or name fewer events with -e.`,
    );
};

/** A quad and its warm-up have eight blocks of at least one run. */
const refuseTooLong = (runSeconds: number, left: number): void => {
  const least = 8 * runSeconds;
  if (least > left)
    throw new UserError(
      `one quad and its warm-up take ${least.toPrecision(2)} s, and ` +
        `${Math.max(0, left).toPrecision(2)} s are left`,
      'Give the night more time, or the workload a smaller repeat.',
    );
};
