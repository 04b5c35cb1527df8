// jitstat nightly: measures a suite, compares with the nights before, and ends with an exit code
// one can gate on.
import {resolve} from 'node:path';
import {UserError} from '../../results/error.ts';
import type {Night} from '../../results/history/index.ts';
import {readHistory} from '../../results/history/index.ts';
import {defaultStore, listSessions, loadSession} from '../../results/store/index.ts';
import type {Command} from '../command/command.ts';
import {exitCodes, flag, printable, text} from '../command/command.ts';
import {checkHost} from '../host/host-checks.ts';
import {readHost} from '../host/host-record.ts';
import {exportNames, readExports, writeExports} from '../nightly/exports.ts';
import {frontPage} from '../nightly/front-page.ts';
import {runNight} from '../nightly/night.ts';
import {seriesOfTonight, terminalCharts} from '../history/terminal-charts.ts';
import {failOnWords} from '../nightly/suite/suite-keys.ts';
import type {FailOn} from '../nightly/suite/suite-keys.ts';
import {readSuite} from '../nightly/suite/suite.ts';
import {realWorld} from '../nightly/runtime.ts';
import {checkWritable} from '../host/writable.ts';

export const command: Command = {
  name: 'nightly',
  summary: 'measure a suite, compare with the nights before, gate on confirmed changes',
  usage: [
    'nightly [--suite suite.json] [--fail-on new-more] [--store DIR]',
    'nightly --check --suite suite.json',
  ],
  options: {
    suite: {
      type: 'string',
      value: 'FILE',
      help: 'what to measure (default: tailcall1 and flow_dissector, v58 against rfc1)',
    },
    'fail-on': {
      type: 'string',
      value: 'WHAT',
      help: `which confirmed changes of gated events exit with 1: ${failOnWords.join(', ')}`,
    },
    store: {
      type: 'string',
      value: 'DIR',
      help: 'where sessions and nights are kept (default: $JITSTAT_STORE or ./jitstat-store)',
    },
    export: {
      type: 'string',
      multiple: true,
      value: 'FORMAT=FILE',
      help: `also write ${exportNames.join(', ')}; may be given several times`,
    },
    output: {
      type: 'string',
      short: 'o',
      value: 'DIR',
      help: 'also the front page, the history and every session as static pages',
    },
    full: {type: 'boolean', help: 'the whole front page even when nothing changed'},
    check: {type: 'boolean', help: 'check the suite file and measure nothing'},
  },
  run: async (io, args) => {
    if (args.positionals.length > 0)
      throw new UserError(
        `nightly takes no '${args.positionals[0]}'.`,
        'Name the suite with --suite FILE.',
      );
    const suite = readSuite(
      io.cwd,
      text(args, 'suite') ?? null,
      checkHost().map(({name}) => name),
    );
    const failOn = readFailOn(text(args, 'fail-on'));
    const wanted = args.values['export'];
    const requests = readExports(Array.isArray(wanted) ? wanted : [], io.cwd);
    if (flag(args, 'check')) {
      io.out(
        flag(args, 'json')
          ? `${JSON.stringify(suite)}\n`
          : `${suite.name}: ${suite.workloads.length} workload${suite.workloads.length === 1 ? '' : 's'}, no fault found.\n`,
      );
      return exitCodes.done;
    }
    const store = text(args, 'store') ?? defaultStore(io.cwd, io.env);
    checkWritable(store);
    if (text(args, 'output') !== undefined) checkWritable(text(args, 'output')!);
    const quiet = flag(args, 'quiet');
    if (!quiet)
      for (const {path, text: why} of listSessions(store).problems)
        io.err(`jitstat nightly: skipped ${printable(`${path}: ${why}`)}\n`);
    const finished = await runNight(
      realWorld(io, store, quiet),
      store,
      failOn === null ? suite : {...suite, failOn},
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

const readFailOn = (value: string | undefined): FailOn | null => {
  const found = failOnWords.find((word) => word === value);
  if (value !== undefined && found === undefined)
    throw new UserError(
      `--fail-on does not know '${value}'.`,
      `It takes one of: ${failOnWords.join(', ')}.`,
    );
  return found ?? null;
};
