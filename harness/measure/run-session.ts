// Runs the blocks and slices of a prepared session, then concludes and stores it.
import {onStop} from '../host/signals.ts';
import {removeScratch} from '../host/scratch.ts';
import {finishSession, readJournal} from '../../results/store/index.ts';
import {StoreError, UserError} from '../../results/error.ts';
import type {Io} from '../command/command.ts';
import {visible} from '../../results/visible.ts';
import {passesOf} from '../perf/requested-events.ts';
import {progressBar} from '../host/progress.ts';
import {answerSoFar} from './answer-so-far.ts';
import {enoughOf} from './enough.ts';
import {oneSidedBlocks, plannedBlocks} from './plan.ts';
import {onOneCore, runTogether} from './one-core.ts';
import {cleanUp, HookProblem} from './hooks.ts';
import type {RunnerRequest} from './runner.ts';
import {RunProblem, runBlocks} from './runner.ts';
import {concludeSession, refusedSession} from './conclude.ts';
import {SliceProblem} from '../slices/slice-problem.ts';
import {processesOf} from '../slices/slices-plan.ts';
import type {SlicesOutcome} from './slices-target.ts';
import type {Measured, PreparedSession} from './session-types.ts';
import {needsTrial} from './trial-runs.ts';

/** Runs what is left of a prepared session and stores it. */
export const runPrepared = async (
  io: Io,
  store: string,
  quiet: boolean,
  prepared: PreparedSession | Measured,
): Promise<Measured> => {
  if ('session' in prepared) return prepared;
  const {header, options, subjects} = prepared;
  const blocks = header.kind === 'run' ? oneSidedBlocks(header.plan) : plannedBlocks(header.plan);
  const name = header.workload ?? header.before.label;
  const bar = progressBar(io, name, blocks.length, prepared.done.length, quiet);
  const soFar = answerSoFar(io, header, options, quiet);
  const letGo = onStop(() => {
    if (!quiet) io.err(stoppedNote(store, header.id));
  });
  try {
    const isOneCore = options.design === 'one-core';
    const early = slicesLead(options) ? await slicesOfPrepared(io, name, quiet, prepared) : null;
    const finished = await (isOneCore ? runTogether : runBlocks)({
      ...(await runRequestOf(prepared)),
      blocks: prepared.perf === null ? [] : blocks,
      onBlock: (done) => bar.step(done.length, soFar(done)),
      show: (text) => {
        if (!quiet) io.err(text);
      },
      onLeftBehind: ({info}) => {
        if (!quiet) io.err(leftBehindNote(info.label));
      },
      ...enoughOf(options, header, await reachesWidth(early, options)),
    });
    bar.end();
    const slices = early ?? (await slicesOfPrepared(io, name, quiet, prepared));
    const extra = await extrasOf(prepared);
    const {warnings} = prepared;
    const concluded = concludeSession(header, options, finished, extra, warnings, slices);
    const {session, samples, aaSamples} = concluded;
    for (const {text} of session.warnings)
      io.err(`jitstat: session ${session.id}: ${visible(text)}\n`);
    const folder = await finishSession(
      store,
      session,
      prepared.perf === null ? null : samples,
      aaSamples,
      slices !== null && 'processes' in slices ? slices.processes : null,
    );
    return {session, samples, aaSamples, folder};
  } catch (error) {
    throw await reported(store, prepared, error);
  } finally {
    bar.end();
    letGo();
    await cleanUp(subjects, io.err);
    prepared.journal.close();
    removeScratch(prepared.folder);
  }
};

/** What the runner needs to know of a prepared session, apart from what it reports to. */
const runRequestOf = async (
  prepared: PreparedSession,
): Promise<Omit<RunnerRequest, 'blocks' | 'onBlock'>> => {
  const {header, options, subjects, done, folder, journal, perf} = prepared;
  const {events, runsPerBlock} = header.plan;
  return {
    ...(options.design === 'one-core' ? {prefix: onOneCore()} : {}),
    done,
    before: subjects.before,
    after: subjects.after,
    passes: options.noMultiplex ? passesOf(events, await countersOf(prepared)) : [events],
    runsPerBlock,
    perf: perf!,
    region: options.region,
    ignoreFailure: options.ignoreFailure,
    folder,
    journal,
  };
};

/** Stores what was measured before an error, and returns the error to throw. */
const reported = async (
  store: string,
  prepared: PreparedSession,
  error: unknown,
): Promise<unknown> => {
  const atOnce = failedAtOnce(prepared, error);
  if (atOnce !== null) return atOnce;
  if (error instanceof RunProblem || error instanceof HookProblem || error instanceof SliceProblem)
    await storeRefused(store, prepared, error);
  return error instanceof StoreError ? keptError(store, prepared.header.id, error) : error;
};

/**
 * Commands without a trial run fail in their first quad; a session that does not get beyond it is
 * not kept.
 */
const failedAtOnce = (prepared: PreparedSession, error: unknown): Error | null => {
  const {target, options, journal} = prepared;
  if (needsTrial({target, options}) || readJournal(journal.path).blocks.length >= 4) return null;
  const isHook = error instanceof HookProblem;
  if (!isHook && !(error instanceof RunProblem)) return null;
  journal.remove();
  return isHook
    ? error
    : new UserError(
        `The first run of ${visible(error.side)} failed: ${error.trouble}.`,
        'Fix the command, or pass --ignore-failure.',
      );
};

const countersOf = async ({perf, header}: PreparedSession) =>
  (await import('../perf/probe.ts')).probeCounters(perf!, header.plan.events);

/** Commands have none, so the code that compiles and simulates is not loaded for them. */
const extrasOf = async (prepared: PreparedSession) =>
  prepared.target.kind === 'commands' ||
  (prepared.perf === null && prepared.target.afterProgram === undefined)
    ? null
    : (await import('./extra-rows.ts')).extraRowsOf(prepared);

/** A width to reach is left to slices, the sharper of both, unless an event is named for it. */
const slicesLead = ({until, primary, design}: PreparedSession['options']): boolean =>
  until?.kind === 'precision' && primary === null && design !== 'slices';

const reachesWidth = async (
  slices: SlicesOutcome | null,
  {until}: PreparedSession['options'],
): Promise<boolean> => {
  if (until === null || slices === null || 'missing' in slices) return false;
  const {isKnownTo} = await import('./slices-session.ts');
  return isKnownTo(until.target, slices.processes, slices.record.labels);
};

const slicesOfPrepared = async (
  io: Io,
  name: string,
  quiet: boolean,
  {slices, journal, options}: PreparedSession,
): Promise<SlicesOutcome | null> => {
  if (slices === null || 'missing' in slices) return slices;
  const bar = progressBar(
    io,
    `${name}, slices`,
    processesOf(slices.record.plan),
    slices.done.length,
    quiet,
  );
  try {
    const {finishSlices} = await import('./slices-session.ts');
    return await finishSlices(
      slices,
      (process, finished) => {
        journal.append({type: 'slices', process});
        bar.step(finished);
      },
      options.design === 'slices' || slicesLead(options) ? options.until : null,
    );
  } finally {
    bar.end();
  }
};

/** What was measured is in the journal of this store, so no other store can be chosen now. */
const keptError = (store: string, id: string, {message, hint}: StoreError): StoreError => {
  const [fix] = hint.replace(/\.$/, '').split(/, or choose another store/);
  const resume = `jitstat ab --resume ${id} --store ${store}`;
  return new StoreError(message, `${fix}, then: ${resume}; finished runs are in its journal.`);
};

const stoppedNote = (store: string, id: string): string =>
  '\njitstat: stopped; finished runs are kept.\n' +
  `  hint: jitstat ab --resume ${id} --store ${store} continues with the same plan.\n`;

const leftBehindNote = (label: string): string =>
  `jitstat: ${visible(label)} leaves processes in the background; they are ended with each block, ` +
  'so that they do not run into the next one.\n';

/**
 * Stores a session in which a run failed as refused, with the reason and the blocks it has, so that
 * nothing is lost.
 */
const storeRefused = async (
  store: string,
  {header, journal}: PreparedSession,
  problem: Error,
): Promise<void> => {
  journal.append({type: 'note', text: problem.message});
  const {blocks, slices} = readJournal(journal.path);
  const {session, samples, aaSamples} = refusedSession(header, problem.message, blocks);
  const processes = slices.map(({process}) => process);
  await finishSession(store, session, samples, aaSamples, processes.length > 0 ? processes : null);
};
