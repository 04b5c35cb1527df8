// jitstat nightly: measures a suite, compares with the nights before, and ends with an exit code to
// gate on.
import {resolve} from 'node:path';
import type {Night} from '../../results/history/index.ts';
import {readBriefs, readHistory, readNights} from '../../results/history/index.ts';
import {loadSession} from '../../results/store/index.ts';
import type {Command} from '../command/command.ts';
import {choice, exitCodes, flag, storeOf, text, texts} from '../command/command.ts';
import {visible} from '../../results/visible.ts';
import {checkHost} from '../host/host-checks.ts';
import {readHost} from '../host/host-record.ts';
import {readExports, writeExports} from '../nightly/exports.ts';
import {frontPage} from '../nightly/front-page.ts';
import {runNight} from '../nightly/night.ts';
import {seriesOfTonight, terminalCharts} from '../history/terminal-charts.ts';
import {failOnWords} from '../nightly/suite/fail-on.ts';
import type {Suite} from '../nightly/suite/suite.ts';
import {readSuite} from '../nightly/suite/suite.ts';
import {estimatedSeconds, pastSeconds, workloadsThatFit} from '../nightly/time-budget.ts';
import {realWorld} from '../nightly/runtime.ts';
import {checkWritable} from '../host/writable.ts';
import {table} from '../usage/nightly.ts';
import {durationText, plural} from '../../results/wording.ts';

export const command: Command = {
  ...table,
  run: async (io, args) => {
    const suite = readSuite(
      io.cwd,
      text(args, 'suite') ?? null,
      checkHost().map(({name}) => name),
    );
    const failOn = choice(args, 'fail-on', failOnWords);
    const requests = readExports(texts(args, 'export'), io.cwd);
    if (flag(args, 'check')) {
      io.out(
        flag(args, 'json')
          ? `${JSON.stringify(suite)}\n`
          : `${suite.name}: ${plural(suite.workloads.length, 'workload')}, no fault found.\n` +
              `${timeWords(suite)}\n${pastWords(suite, storeOf(io, args))}`,
      );
      return exitCodes.done;
    }
    const store = storeOf(io, args);
    checkWritable(store);
    if (text(args, 'output') !== undefined) checkWritable(text(args, 'output')!);
    const quiet = flag(args, 'quiet');
    if (!quiet)
      for (const {path, text: why} of readBriefs(store).problems)
        io.err(`jitstat nightly: skipped ${visible(`${path}: ${why}`)}\n`);
    const finished = await runNight(
      realWorld(io, store, quiet),
      store,
      failOn === undefined ? suite : {...suite, failOn},
      readHost(null, false),
    );
    if (flag(args, 'json')) io.out(`${JSON.stringify(finished.night)}\n`);
    else {
      const history = readHistory(store, {machine: finished.night.machine});
      io.out(frontPage({...finished, history, full: flag(args, 'full')}));
      if (!quiet) io.out(terminalCharts(io, seriesOfTonight(history.series, finished.sessions)));
    }
    await writeExports(store, finished.night, requests, (said) =>
      io.err(`jitstat nightly: ${said}\n`),
    );
    const output = text(args, 'output');
    if (output !== undefined) await writePages(store, finished.night, resolve(io.cwd, output));
    return finished.night.exitCode ?? exitCodes.ownFailure;
  },
};

/** How long a night of this suite takes, and what its limit leaves room for. */
const timeWords = (suite: Suite): string => {
  const {usual, most} = estimatedSeconds(suite, suite.workloads.length);
  const needs =
    `A night takes about ${durationText(usual)}, at most ${durationText(most)} if everything is ` +
    'measured again.';
  if (suite.time === null || suite.time >= usual) return needs;
  const fit = workloadsThatFit(suite);
  return (
    `${needs}\nIts limit of ${durationText(suite.time)} ` +
    (fit >= suite.workloads.length
      ? 'shortens every workload alike.'
      : `leaves room for ${fit} of ${suite.workloads.length} workloads a night; they take turns.`)
  );
};

/** What the nights of this suite took here: on a busy host that is more than a plan can know. */
const pastWords = (suite: Suite, store: string): string => {
  const {name} = readHost(null, false);
  const past = pastSeconds(readNights(store).nights, suite, name);
  if (past.length === 0) return '';
  const range = `${durationText(past[0])} to ${durationText(past.at(-1)!)}`;
  return past.length === 1
    ? `The last night of this suite took ${durationText(past[0])}.\n`
    : `The last ${past.length} nights of this suite took ${range}.\n`;
};

/** Drawing is loaded only when pages are asked for. */
const writePages = async (store: string, night: Night, outDir: string): Promise<void> => {
  const {writeFrontPage} = await import('../../dashboards/page/front.ts');
  const ids = night.workloads.flatMap(({session, confirm}) => confirm ?? session ?? []);
  const sessions = await Promise.all(ids.map((id) => loadSession(store, id)));
  await writeFrontPage({
    night,
    history: readHistory(store, {machine: night.machine}),
    sessions,
    outDir,
  });
};
