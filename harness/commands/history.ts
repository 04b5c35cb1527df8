// jitstat history: every series of the store with its level, change points, spike rate and notes;
// exports; SQL if DuckDB is installed.
import {join, resolve} from 'node:path';
import {UserError} from '../../results/error.ts';
import type {SessionBrief} from '../../results/history/index.ts';
import {readBriefs, readHistory} from '../../results/history/index.ts';
import {readSessionFile} from '../../results/store/index.ts';
import type {Command, Io} from '../command/command.ts';
import {exitCodes, flag, storeOf, text} from '../command/command.ts';
import {optimizeLess} from '../command/optimize-less.ts';
import {visible} from '../../results/visible.ts';
import {exportText, findExport, writeOutput} from '../nightly/exports.ts';
import {historyText} from '../history/history-text.ts';
import {querySql} from '../history/sql.ts';
import {terminalCharts} from '../history/terminal-charts.ts';
import {table} from '../usage/history.ts';

export const command: Command = {
  ...table,
  run: async (io, args) => {
    optimizeLess();
    const store = storeOf(io, args);
    const json = flag(args, 'json');
    const sql = text(args, 'sql');
    if (sql !== undefined) {
      print(io, text(args, 'output'), await querySql(store, io.cwd, sql, json));
      return exitCodes.done;
    }
    const [workload, event, machine] = [
      text(args, 'workload'),
      text(args, 'event'),
      text(args, 'machine'),
    ];
    const filter = {
      ...(workload === undefined ? {} : {workload}),
      ...(machine === undefined ? {} : {machine}),
    };
    const history = readHistory(store, {
      ...filter,
      ...(event === undefined ? {} : {event}),
      all: flag(args, 'all'),
    });
    if (!flag(args, 'quiet'))
      for (const {path, text: why} of history.problems)
        io.err(`jitstat: skipped ${visible(`${path}: ${why}`)}\n`);
    if (history.series.length === 0)
      throw new UserError(...whyEmpty(store, readBriefs(store, filter).briefs));
    const format = text(args, 'export');
    if (format !== undefined) {
      const ids = [
        ...new Set(history.series.flatMap(({points}) => points.map(({session}) => session))),
      ].sort();
      print(
        io,
        text(args, 'output'),
        await exportText(store, ids, null, findExport(format), (said) =>
          io.err(`jitstat: ${said}\n`),
        ),
      );
      return exitCodes.done;
    }
    print(io, text(args, 'output'), json ? `${JSON.stringify(history)}\n` : historyText(history));
    if (!json && !flag(args, 'quiet') && text(args, 'output') === undefined)
      io.out(terminalCharts(io, history.series));
    return exitCodes.done;
  },
};

/** Message and hint for a history without a series: an empty store, or sessions that give none. */
const whyEmpty = (store: string, fitting: readonly SessionBrief[]): [string, string] => {
  const last = fitting.at(-1);
  if (last === undefined)
    return [
      `No session in ${store} fits.`,
      'jitstat nightly or jitstat ab fills a store; --store or JITSTAT_STORE names another.',
    ];
  const {session} = readSessionFile(join(last.folder, 'session.json'));
  const {id, status, reason, comparison, plan} = session;
  const others = fitting.length === 1 ? '' : ` (and ${fitting.length - 1} before it)`;
  if (status !== 'finished')
    return [
      `Session ${id}${others} has no series: ${visible(reason ?? status).replace(/\.$/, '')}.`,
      'Measure again what was refused.',
    ];
  if (comparison === null || comparison.rows.some(({change}) => change !== null))
    return [
      `Session ${id}${others} does not hold what was asked for.`,
      `It has: ${(comparison?.rows ?? session.summary).map(({event}) => event).join(', ')}.`,
    ];
  return [
    `Session ${id}${others} has no series: both of its sides have one name, and ` +
      `${plan.quads === 1 ? 'one quad gives' : `${plan.quads} quads give`} no ratio between them.`,
    'Measure more quads: a larger -r, or --runs-per-block 1.',
  ];
};

const print = (io: Io, output: string | undefined, content: string): void => {
  if (output === undefined) io.out(content);
  else writeOutput(resolve(io.cwd, output), content);
};
