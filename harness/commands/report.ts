// jitstat report: writes the page of stored sessions, or of comparison documents, with charts and
// their numbers.
import {resolve} from 'node:path';
import {UserError} from '../../results/error.ts';
import type {Report, ReportInput} from '../../dashboards/page/report-page.ts';
import {readBriefs, readHistory, readNights} from '../../results/history/index.ts';
import {comparisonFault, comparisonWithInfinities, loadSession} from '../../results/store/index.ts';
import type {Comparison} from '../../results/types.ts';
import type {Command, CommandArguments, Io} from '../command/command.ts';
import {exitCodes, flag, storeOf, text} from '../command/command.ts';
import {readInput as readText} from '../input/read-input.ts';
import {checkWritable} from '../host/writable.ts';
import {table} from '../usage/report.ts';

export const command: Command = {
  ...table,
  run: async (io, args) => {
    const night = text(args, 'night');
    if (args.positionals.length === 0 && night === undefined)
      throw new UserError(
        'report takes at least one session.',
        'Give an id, the beginning of one, `last`, or the path of a comparison document.',
      );
    const outDir = resolve(io.cwd, text(args, 'output') ?? 'jitstat-report');
    if (!flag(args, 'text')) checkWritable(outDir);
    const store = storeOf(io, args);
    if (night !== undefined)
      return finish(io, args, await reportNight(store, night, outDir, flag(args, 'interactive')));
    const sessions: ReportInput[] = [];
    for (const name of args.positionals) sessions.push(await readInput(io, store, name));
    if (flag(args, 'text')) return printCharts(io, sessions);
    const {writeReport} = await import('../../dashboards/page/report-page.ts');
    const {sessionExtras} = await import('../report/extras.ts');
    const title = text(args, 'title');
    const report = await writeReport({
      sessions,
      outDir,
      interactive: flag(args, 'interactive'),
      png: flag(args, 'png'),
      extras: await sessionExtras(sessions),
      ...(title === undefined ? {} : {title}),
    });
    return finish(io, args, report);
  },
};

const finish = (io: Io, args: CommandArguments, report: Report): number => {
  const quiet = flag(args, 'quiet');
  if (!quiet) report.notes.forEach((note) => io.err(`jitstat: ${note}\n`));
  if (flag(args, 'json')) io.out(`${JSON.stringify({index: report.index, files: report.files})}\n`);
  else if (!quiet) io.out(`report: ${report.index}\n`);
  return exitCodes.done;
};

/** Columns if no terminal says how many it has; wider charts show no more. */
const textColumns = {usual: 80, most: 120} as const;

const printCharts = async (io: Io, inputs: readonly ReportInput[]): Promise<number> => {
  const [{terminalReport, terminalUnicode}, {comparisonTitle, sessionTitle}] = await Promise.all([
    import('../../dashboards/render/terminal.ts'),
    import('../../dashboards/page/session-page.ts'),
  ]);
  const columns = Math.min(textColumns.most, Number(io.env['COLUMNS']) || textColumns.usual);
  for (const input of inputs) {
    const comparison = 'session' in input ? input.session.comparison : input.comparison;
    if (comparison === null)
      throw new UserError(
        'A session of one side has no comparison to draw.',
        'jitstat table prints its figures; jitstat compare takes two of them.',
      );
    const title = 'session' in input ? sessionTitle(input.session) : comparisonTitle(comparison);
    io.out(
      terminalReport(title, comparison, 'session' in input ? input.samples : null, {
        columns,
        unicode: terminalUnicode(io.env),
      }) + '\n',
    );
  }
  return exitCodes.done;
};

const reportNight = async (
  store: string,
  ref: string,
  outDir: string,
  interactive: boolean,
): Promise<Report> => {
  const {nights} = readNights(store);
  const found =
    ref === 'last'
      ? nights.slice(-1)
      : nights.filter((one) => one.id.startsWith(ref) || one.night === ref);
  if (found.length !== 1) {
    throw new UserError(
      found.length === 0
        ? `There is no night '${ref}' in ${store}.`
        : `'${ref}' fits ${found.length} nights.`,
      nights.length === 0 ? 'jitstat nightly measures one.' : `The newest is ${nights.at(-1)!.id}.`,
    );
  }
  const [night] = found;
  const ids = night.workloads
    .flatMap((one) => [one.session, one.confirm ?? null])
    .filter((id) => id !== null);
  const folders = new Map(readBriefs(store).briefs.map(({id, folder}) => [id, folder]));
  const sessions = [];
  for (const folder of ids.flatMap((id) => folders.get(id) ?? []))
    sessions.push(await loadSession(store, folder));
  const {writeFrontPage} = await import('../../dashboards/page/front.ts');
  return writeFrontPage({
    night,
    history: readHistory(store, {machine: night.machine}),
    sessions,
    outDir,
    interactive,
  });
};

const readInput = async (io: Io, store: string, name: string): Promise<ReportInput> => {
  if (!name.endsWith('.json') || name.endsWith('session.json')) return loadSession(store, name);
  const text = await readText(io, name);
  let document: {readonly schema?: unknown} | null;
  try {
    document = JSON.parse(text) as {schema?: unknown} | null;
  } catch (error) {
    throw new UserError(
      `${name} cannot be read as JSON: ${(error as Error).message}.`,
      'jitstat compare A B --json writes a document that report understands.',
    );
  }
  if (document?.schema !== 'jitstat/comparison/1')
    throw new UserError(
      `${name} is not a comparison document.`,
      'Its schema has to be jitstat/comparison/1, as jitstat compare --json writes it.',
    );
  const fault = comparisonFault(document);
  if (fault !== null)
    throw new UserError(
      `${name} is not a whole comparison document: ${fault}.`,
      'Write it again with jitstat compare A B --json.',
    );
  return {comparison: comparisonWithInfinities(document as Comparison)};
};
