// Runs the blocks and slices of a prepared session, concludes and stores it.
import {onStop} from '../host/signals.ts';
import {removeScratch} from '../host/scratch.ts';
import type {JournalBlock} from '../../results/store/index.ts';
import {blocksToSamples, finishSession, readJournal} from '../../results/store/index.ts';
import {nextLook} from '../../results/compare/quads/stopping.ts';
import {StoreError} from '../../results/error.ts';
import type {Plan} from '../../results/types.ts';
import type {Io} from '../command/command.ts';
import {visible} from '../../results/visible.ts';
import {passesOf} from '../perf/requested-events.ts';
import {probeCounters} from '../perf/probe.ts';
import {progressBar} from '../host/progress.ts';
import type {MeasureOptions} from './measure-options.ts';
import {oneSidedBlocks, plannedBlocks} from './plan.ts';
import {onOneCore, runTogether} from './one-core.ts';
import {RunProblem, runBlocks} from './runner.ts';
import {concludeSession, refusedSession, ruleOf} from './conclude.ts';
import {SliceProblem} from '../slices/measure-slices.ts';
import type {SlicesOutcome} from './slices-session.ts';
import {finishSlices} from './slices-session.ts';
import type {Measured, PreparedSession} from './session-types.ts';
import {extraRowsOf} from './extra-rows.ts';

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
  const letGo = onStop(() => {
    if (!quiet) io.err(stoppedNote(store, header.id));
  });
  try {
    const isOneCore = options.design === 'one-core';
    const finished = await (isOneCore ? runTogether : runBlocks)({
      ...(isOneCore ? {prefix: onOneCore()} : {}),
      blocks: prepared.perf === null ? [] : blocks,
      done: prepared.done,
      before: subjects.before,
      after: subjects.after,
      passes: options.noMultiplex
        ? passesOf(header.plan.events, await probeCounters(prepared.perf!, header.plan.events))
        : [header.plan.events],
      runsPerBlock: header.plan.runsPerBlock,
      perf: prepared.perf!,
      region: options.region,
      ignoreFailure: options.ignoreFailure,
      folder: prepared.folder,
      journal: prepared.journal,
      onBlock: bar.step,
      onLeftBehind: ({info}) => {
        if (!quiet) io.err(leftBehindNote(info.label));
      },
      ...stoppingRule(options, header.plan),
    });
    bar.end();
    const slices = await slicesOfPrepared(io, name, quiet, prepared);
    const extra = prepared.perf === null ? null : await extraRowsOf(prepared, io.cwd);
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
    if (error instanceof RunProblem || error instanceof SliceProblem)
      await storeRefused(store, prepared, error);
    throw error instanceof StoreError ? keptError(store, header.id, error) : error;
  } finally {
    bar.end();
    letGo();
    prepared.journal.close();
    removeScratch(prepared.folder);
  }
};

const slicesOfPrepared = async (
  io: Io,
  name: string,
  quiet: boolean,
  {slices, journal, options}: PreparedSession,
): Promise<SlicesOutcome | null> => {
  if (slices === null || 'missing' in slices) return slices;
  const {processes, aaProcesses} = slices.record.plan;
  const bar = progressBar(
    io,
    `${name}, slices`,
    processes + aaProcesses,
    slices.done.length,
    quiet,
  );
  try {
    return await finishSlices(
      slices,
      (process, finished) => {
        journal.append({type: 'slices', process});
        bar.step(finished);
      },
      options.design === 'slices' ? options.until : null,
    );
  } finally {
    bar.end();
  }
};

/** What was measured is in the journal of this store: no other store can be chosen now. */
const keptError = (store: string, id: string, {message, hint}: StoreError): StoreError => {
  const [fix] = hint.replace(/\.$/, '').split(/, or choose another store/);
  const resume = `jitstat ab --resume ${id} --store ${store}`;
  return new StoreError(message, `${fix}, then: ${resume}; finished runs are in its journal.`);
};

const stoppedNote = (store: string, id: string): string =>
  '\njitstat: stopped; finished runs are kept.\n' +
  `  hint: jitstat ab --resume ${id} --store ${store} goes on with the same plan.\n`;

const leftBehindNote = (label: string): string =>
  `jitstat: ${visible(label)} leaves processes in the background; they are ended with each block, ` +
  'so that they do not run into the next one.\n';

const stoppingRule = (options: MeasureOptions, plan: Plan) => {
  const rule = ruleOf(options, plan);
  if (rule === null) return {};
  return {
    enough: (blocks: readonly JournalBlock[]): boolean =>
      nextLook(blocksToSamples(blocks.filter((block) => !block.aa)).samples, rule) === 'stop',
  };
};

/**
 * A run went wrong: the session is stored as refused with its reason and the blocks it has, so that
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
