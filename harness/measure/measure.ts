// The life of a session: host and events, subjects, trial runs, plan, journal, blocks, conclusion,
// store.
import {UserError} from '../../results/error.ts';
import {onStop} from '../host/signals.ts';
import {removeScratch, scratchFolder, sweepScratch} from '../host/scratch.ts';
import type {Journal, JournalBlock, JournalHeader} from '../../results/store/index.ts';
import {
  blocksToSamples,
  beingMeasured,
  createJournal,
  finishSession,
  loadSession,
  lockedError,
  newSessionId,
  readJournal,
  resumeJournal,
  unfinishedJournals,
} from '../../results/store/index.ts';
import {nextLook} from '../../results/compare/quads/stopping.ts';
import type {ExtraRows, Plan, Samples, Session, Warning} from '../../results/types.ts';
import type {Io} from '../command/command.ts';
import {visible} from '../../results/visible.ts';
import {readHost} from '../host/host-record.ts';
import {eventsToAsk, passesOf} from '../perf/requested-events.ts';
import {probeCounters} from '../perf/probe.ts';
import type {Perf} from '../perf/perf.ts';
import {hasHardwareCounters, probeEvents} from '../perf/countable.ts';
import {findPerf} from '../perf/perf.ts';
import {progressBar} from '../host/progress.ts';
import {derivedSeed, seededRandom} from '../random.ts';
import type {MeasureOptions, Target} from './options.ts';
import {compareWithKernel} from './compare-with-kernel.ts';
import {journalled, journalledOptions} from './journalled-options.ts';
import {formatPlacementPlan} from './placement-plan.ts';
import {makePlan, oneSidedBlocks, plannedBlocks} from './plan.ts';
import {
  elapsedNotCounted,
  onOneCore,
  refuseOneCore,
  runTogether,
  withoutElapsed,
} from './one-core.ts';
import {exitTrouble, runBlocks, RunProblem, underPerf} from './runner.ts';
import {concludeSession, refusedSession, ruleOf} from './conclude.ts';
import {usableBlocks} from './usable-blocks.ts';
import type {Subject} from './subject.ts';
import {layoutOf, subjectsOf, workloadOf} from './subjects.ts';
import {SliceProblem} from '../slices/measure-slices.ts';
import type {PreparedSlices, SlicesOutcome, SlicesTarget} from '../slices/session.ts';
import {
  canSlice,
  finishSlices,
  prepareSlices,
  refuseSlices,
  resumeSlices,
  sliceSecondsOf,
} from '../slices/session.ts';
import {simulateExtraRows} from '../simulate/simulate-pair.ts';

export interface MeasureRequest {
  readonly target: Target;
  readonly options: MeasureOptions;
  readonly store: string;
  readonly quiet: boolean;
  readonly night?: string;
  /**
   * Seconds that are left in all: the time of `options` is then kept even if it is short, and a
   * session of which not even one quad fits is refused.
   */
  readonly left?: number;
}

export interface Measured {
  readonly session: Session;
  readonly samples: Samples | null;
  readonly aaSamples: Samples | null;
  readonly folder: string;
}

/** A session that was prepared: its journal exists, its blocks are still to run. */
export interface PreparedSession {
  readonly header: JournalHeader;
  readonly journal: Journal;
  readonly done: readonly JournalBlock[];
  /** What was wrong with the journal it goes on with. */
  readonly warnings: readonly Warning[];
  readonly subjects: {readonly before: Subject; readonly after: Subject | null};
  /** Null if the session consists of slices only. */
  readonly perf: Perf | null;
  readonly slices: PreparedSlices | {readonly missing: string} | null;
  readonly options: MeasureOptions;
  readonly target: Target;
  readonly folder: string;
}

/** Measures one target from start to stored session. */
export const measure = async (io: Io, request: MeasureRequest): Promise<Measured> =>
  runPrepared(io, request.store, request.quiet, await prepareSession(io, request));

/**
 * Everything up to the first measured block: checks the host, runs each side once, makes the plan,
 * opens the journal.
 */
export const prepareSession = async (io: Io, request: MeasureRequest): Promise<PreparedSession> => {
  const {options, target} = request;
  sweepScratch(io.now());
  if (options.design === 'slices') return prepareSlicesOnly(io, request);
  const isOneCore = options.design === 'one-core';
  if (isOneCore) refuseOneCore(target, options);
  const perf = await findPerf(io.env);
  const {counted, notCounted} = await probeEvents(
    perf,
    eventsToAsk(options.events, options.modifier, options.details),
  );
  if (counted.length === 0)
    throw new UserError(
      'perf can count none of the events.',
      'jitstat doctor tells what this host can count.',
    );
  const folder = scratchFolder('measure');
  try {
    const subjects = await subjectsOf(target, options, io);
    const runSeconds = await trialRuns(perf, counted, subjects, options, folder);
    refuseTooLong(runSeconds, request.left ?? Infinity);
    const slices = await slicesOf(io, request, folder, runSeconds * (options.runs ?? 0) * 2);
    const now = io.now();
    const plan = makePlan({
      seed: options.seed,
      runs: options.runs,
      budgetSeconds: options.budgetSeconds - (slices === null ? 0 : sliceSecondsOf(options, 0)),
      keepsBudget: request.left !== undefined,
      runSeconds,
      // What alternates should begin together: one run a block.
      runsPerBlock: options.runsPerBlock ?? (isOneCore ? 1 : null),
      warmupQuads: options.warmupQuads,
      aa: options.aa && subjects.after !== null,
      oneSided: subjects.after === null,
      stopsEarly: options.until !== null,
      repeat: target.kind === 'workload' ? options.repeat : 1,
      placement: target.kind === 'workload' ? formatPlacementPlan(options.placement) : 'none',
      events: isOneCore ? withoutElapsed(counted) : counted,
    });
    const header: JournalHeader = {
      schema: 'jitstat/journal/1',
      id: newSessionId(now, sessionSuffix(options.seed, now)),
      created: now.toISOString(),
      kind: subjects.after === null ? 'run' : 'ab',
      workload: target.kind === 'workload' ? target.workload : null,
      before: subjects.before.info,
      after: subjects.after?.info ?? null,
      host: readHost(perf.version, hasHardwareCounters()),
      plan,
      commands: await commandsOf(request, subjects, perf, counted, plan, folder),
      notCounted: isOneCore ? [...notCounted, elapsedNotCounted] : notCounted,
      options: {...journalled(target, options), ...recordOf(slices)},
      ...(request.night === undefined ? {} : {night: request.night}),
    };
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
    removeScratch(folder);
    throw error;
  }
};

const recordOf = (slices: PreparedSession['slices']) =>
  slices !== null && 'record' in slices ? {slices: slices.record} : {};

/** Slices next to whole runs; where they cannot be had, the session goes on and says why. */
const slicesOf = async (
  io: Io,
  {target, options}: MeasureRequest,
  folder: string,
  runsSeconds: number,
): Promise<PreparedSession['slices']> => {
  if (!options.slices || !canSlice(target)) return null;
  try {
    return await prepareSlices(
      {target, options, folder, cwd: io.cwd, env: io.env},
      sliceSecondsOf(options, runsSeconds),
    );
  } catch (error) {
    if (error instanceof UserError) return {missing: error.message};
    throw error;
  }
};

/** A session without runs: no perf is needed. */
const prepareSlicesOnly = async (io: Io, request: MeasureRequest): Promise<PreparedSession> => {
  const {options, target} = request;
  refuseSlices(target, options);
  const folder = scratchFolder('measure');
  try {
    const subjects = await subjectsOf(target, options, io);
    const slices = await prepareSlices(
      {target: target as SlicesTarget, options, folder, cwd: io.cwd, env: io.env},
      sliceSecondsOf(options, 0),
    );
    const now = io.now();
    const {plan: size} = slices.record;
    const plan: Plan = {
      seed: options.seed,
      quads: 0,
      warmupQuads: 0,
      runsPerBlock: 0,
      order: [],
      repeat: options.repeat,
      placement: formatPlacementPlan(options.placement),
      events: [],
      aaQuads: 0,
    };
    const header: JournalHeader = {
      schema: 'jitstat/journal/1',
      id: newSessionId(now, sessionSuffix(options.seed, now)),
      created: now.toISOString(),
      kind: 'ab',
      workload: (target as SlicesTarget).workload,
      before: subjects.before.info,
      after: subjects.after?.info ?? null,
      host: readHost(null, hasHardwareCounters()),
      plan,
      commands: {again: slicesAgainLine(target as SlicesTarget, options, size.seconds)},
      notCounted: [],
      options: {...journalled(target, options), slices: slices.record},
      ...(request.night === undefined ? {} : {night: request.night}),
    };
    const journal = createJournal(request.store, header);
    return {
      header,
      journal,
      done: [],
      warnings: [],
      subjects,
      perf: null,
      slices,
      options,
      target,
      folder,
    };
  } catch (error) {
    removeScratch(folder);
    throw error;
  }
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
    throw error;
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

const stoppedNote = (store: string, id: string): string =>
  '\njitstat: stopped; finished runs are kept.\n' +
  `  hint: jitstat ab --resume ${id} --store ${store} goes on with the same plan.\n`;

/** A journal may come from somebody else: it says what will be run. */
const resumeNote = ({id, before, after, workload}: JournalHeader): string => {
  const sides = [before, after]
    .filter((side) => side !== null)
    .map(({command, label}) => visible(command ?? label));
  return `jitstat: going on with ${id}: ${workload === null ? 'running ' : ''}${sides.join(' and ')}\n`;
};

const leftBehindNote = (label: string): string =>
  `jitstat: ${visible(label)} leaves processes in the background; they are ended with each block, ` +
  'so that they do not run into the next one.\n';

/**
 * Takes back a prepared session that will not run: no journal and no scratch folder stay behind.
 */
export const discardPrepared = ({journal, folder}: PreparedSession): void => {
  journal.remove();
  removeScratch(folder);
};

/**
 * Unfinished sessions of a store, oldest first; `id` picks one. A session that was stored just
 * before a kill comes as it is. Throws if there is nothing to resume, or all are being measured.
 */
export const prepareResume = async (
  io: Io,
  store: string,
  id: string | null,
  quiet: boolean,
): Promise<readonly (PreparedSession | Measured)[]> => {
  const {journals, finished, busy, problems} = unfinishedJournals(store);
  for (const {path, text} of problems)
    io.err(`jitstat: skipped ${visible(text.startsWith(path) ? text : `${path}: ${text}`)}\n`);
  const isChosen = (session: string): boolean => id === null || session.startsWith(id);
  const chosen = journals.filter(({header}) => isChosen(header.id));
  const stored = finished.filter(({header}) => isChosen(header.id));
  const locked = busy.filter((one) => isChosen(one.id));
  if (chosen.length + stored.length === 0) {
    if (locked.length > 0) throw lockedError(beingMeasured(locked[0].id), locked[0].holder);
    throw new UserError(
      id === null ? `Nothing to resume in ${store}.` : `No unfinished session '${id}' in ${store}.`,
      'A session that was killed leaves a journal there; jitstat history lists what finished.',
    );
  }
  const prepared: (PreparedSession | Measured)[] = [];
  try {
    for (const {header} of stored) prepared.push(await takeStored(store, header.id));
    for (const {header} of chosen) prepared.push(await resumeOne(io, store, header.id, quiet));
    return prepared;
  } catch (error) {
    for (const one of prepared) if ('journal' in one) releasePrepared(one);
    throw error;
  }
};

/** A kill came between the end of the session and the removal of its journal. */
const takeStored = async (store: string, id: string): Promise<Measured> => {
  const stored = await loadSession(store, id);
  resumeJournal(store, id).journal.remove();
  return stored;
};

/** The journal is locked first and read then: what another process did to it meanwhile is seen. */
const resumeOne = async (
  io: Io,
  store: string,
  id: string,
  quiet: boolean,
): Promise<PreparedSession> => {
  const {journal, content} = resumeJournal(store, id);
  const {header} = content;
  try {
    const {target, options} = journalledOptions(header);
    const subjects = await subjectsOf(target, options, io);
    for (const side of ['before', 'after'] as const) {
      const then = header[side]?.imageHash;
      if (then !== subjects[side]?.info.imageHash) {
        throw new UserError(
          `The ${side} image of session ${header.id} is no longer what it was.`,
          'jitstat or the workload changed since; start the measurement again.',
        );
      }
    }
    if (!quiet) io.err(resumeNote(header));
    const {done, warnings} = usableBlocks(content);
    const folder = scratchFolder('measure');
    const slices = canSlice(target)
      ? await resumeSlices(
          {target, options, folder, cwd: io.cwd, env: io.env},
          header,
          content.slices,
        )
      : null;
    const perf = options.design === 'slices' ? null : await findPerf(io.env);
    return {header, journal, done, warnings, subjects, perf, slices, options, target, folder};
  } catch (error) {
    journal.close();
    throw error;
  }
};

/** Leaves the journal for another resume. */
const releasePrepared = ({journal, folder}: PreparedSession): void => {
  journal.close();
  removeScratch(folder);
};

/**
 * Runs each side once, outside the plan: both must work, and the longer one says how long a run
 * takes, in seconds.
 */
const trialRuns = async (
  perf: Perf,
  events: readonly string[],
  subjects: PreparedSession['subjects'],
  options: MeasureOptions,
  folder: string,
): Promise<number> => {
  let longest = 0;
  for (const subject of [subjects.before, subjects.after]) {
    if (subject === null) continue;
    const ready = await subject.prepare({
      index: -1,
      quad: 0,
      seed: derivedSeed(options.seed, 3),
      folder,
    });
    const {result, reported} = await underPerf(
      {perf, events, folder, region: options.region},
      subject,
      ready,
      1,
    );
    const {problem} = ready.check(reported, 1);
    if (problem !== null)
      throw new UserError(
        `The trial run of ${subject.info.label} failed: ${problem}.`,
        'jitstat jit WORKLOAD --variant V --listing shows the code.',
      );
    const trouble = exitTrouble(result, 1, options.ignoreFailure);
    if (trouble !== null)
      throw new UserError(
        `The trial run of ${visible(subject.info.label)} failed: ${trouble}.`,
        'Fix the command, or pass --ignore-failure.',
      );
    const elapsed = result.runs[0]?.find((count) => count.event === 'duration_time')?.value ?? 0;
    longest = Math.max(longest, elapsed / 1e9);
  }
  return longest;
};

/** How to measure again: jitstat's own line, and what perf was given for one block of each side. */
const commandsOf = async (
  {target, options}: MeasureRequest,
  subjects: PreparedSession['subjects'],
  perf: Perf,
  events: readonly string[],
  plan: Plan,
  folder: string,
) => {
  const argv = async (subject: Subject): Promise<readonly string[]> => {
    const ready = await subject.prepare({index: -1, quad: 0, seed: 0, folder});
    const words = ready.argv.map((word) => word.replace(`${folder}/block--1.job`, 'BLOCK.job'));
    return [
      perf.path,
      'stat',
      '-v',
      '-r',
      String(plan.runsPerBlock),
      '-e',
      events.join(','),
      '--',
      ...words,
    ];
  };
  return {
    again: againLine(target, options, plan),
    before: await argv(subjects.before),
    ...(subjects.after === null ? {} : {after: await argv(subjects.after)}),
  };
};

const slicesAgainLine = (
  target: SlicesTarget,
  options: MeasureOptions,
  seconds: number,
): readonly string[] => [
  'jitstat',
  'ab',
  target.workload,
  '--before',
  target.before,
  '--after',
  target.after,
  '--design',
  'slices',
  '--placement',
  formatPlacementPlan(options.placement),
  '--time',
  String(seconds),
  '--seed',
  String(options.seed),
];

const againLine = (target: Target, options: MeasureOptions, plan: Plan): readonly string[] => {
  const runs = plan.quads * plan.runsPerBlock * (target.after === null ? 4 : 2);
  const size = [
    '-r',
    String(runs),
    '--runs-per-block',
    String(plan.runsPerBlock),
    '--seed',
    String(plan.seed),
    ...(options.design === 'one-core' ? ['--design', 'one-core'] : []),
  ];
  if (target.kind === 'commands')
    return [
      'jitstat',
      target.after === null ? 'run' : 'ab',
      ...size,
      '--',
      ...target.before,
      ...(target.after === null ? [] : ['--', ...target.after]),
    ];
  const sides =
    target.after !== null
      ? ['--before', target.before, '--after', target.after]
      : target.before === 'kernel'
        ? ['--on', 'kernel']
        : ['--variant', target.before];
  return [
    'jitstat',
    target.after === null ? 'run' : 'ab',
    target.workload,
    ...sides,
    '--repeat',
    String(options.repeat),
    '--placement',
    formatPlacementPlan(options.placement),
    ...size,
  ];
};

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

/**
 * Extra rows: the comparison with the kernel's code if the kernel is a side; simulated counts
 * without a PMU, or if asked for.
 */
const extraRowsOf = async (
  {target, options}: PreparedSession,
  cwd: string,
): Promise<ExtraRows | null> => {
  if (target.kind !== 'workload' || target.after === null) return null;
  const ours = [target.before, target.after].filter((variant) => variant !== 'kernel');
  if (ours.length === 1) return compareWithKernel(workloadOf(target, cwd), ours[0]);
  if (
    ours.length === 0 ||
    options.simulate === 'never' ||
    (options.simulate === 'without a PMU' && hasHardwareCounters())
  )
    return null;
  return simulateExtraRows(workloadOf(target, cwd), target.before, target.after, {
    layout: layoutOf(options),
    placement: options.placement,
    tlb: options.tlb,
  });
};

/** Four letters that keep sessions of the same millisecond apart. */
export const sessionSuffix = (seed: number, now: Date): string => {
  const random = seededRandom(derivedSeed(seed, now.getTime() % 2 ** 32, process.pid));
  return Array.from({length: 4}, () => Math.floor(random() * 36).toString(36)).join('');
};
