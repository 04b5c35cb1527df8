// jitstat report: writes the page of stored sessions, or of comparison documents, with charts and their numbers.
import {readFile} from 'node:fs/promises';
import {resolve} from 'node:path';
import {UserError} from '../../jit/error.ts';
import type {ReportInput} from '../../dashboards/page/report.ts';
import {defaultStore, loadSession} from '../../results/store/index.ts';
import type {Comparison} from '../../results/types.ts';
import type {Command} from '../command.ts';
import {exitCodes, flag, text} from '../command.ts';
import {checkWritable} from '../writable.ts';

export const command: Command = {
  name: 'report',
  summary: 'write the page of stored sessions: charts, table, spikes, host; works without network and scripts',
  usage: ['report SESSION... -o DIR [--interactive] [--png]', 'report COMPARISON.json... -o DIR'],
  options: {
    output: {type: 'string', short: 'o', value: 'DIR', help: 'folder for index.html and the numbers beside it (default: jitstat-report)'},
    store: {type: 'string', value: 'DIR', help: 'store of the sessions (default $JITSTAT_STORE or jitstat-store)'},
    title: {type: 'string', value: 'TEXT', help: 'title of the page'},
    interactive: {type: 'boolean', help: 'tooltips, zoom and marking of runs (needs scripts in the reader\'s browser)'},
    png: {type: 'boolean', help: 'each chart as PNG too'},
  },
  run: async (io, args) => {
    if (args.positionals.length === 0) throw new UserError('report takes at least one session.', 'Give an id, the beginning of one, `last`, or the path of a comparison document.');
    const outDir = resolve(io.cwd, text(args, 'output') ?? 'jitstat-report');
    checkWritable(outDir);
    const store = resolve(io.cwd, text(args, 'store') ?? defaultStore(io.cwd, io.env));
    const sessions: ReportInput[] = [];
    for (const name of args.positionals) sessions.push(await readInput(io.cwd, store, name));
    const {writeReport} = await import('../../dashboards/page/report.ts');
    const {sessionExtras} = await import('../extras.ts');
    const title = text(args, 'title');
    const report = await writeReport({
      sessions, outDir, interactive: flag(args, 'interactive'), png: flag(args, 'png'), extras: await sessionExtras(sessions),
      ...title === undefined ? {} : {title},
    });
    if (!flag(args, 'quiet')) report.notes.forEach((note) => io.err(`jitstat: ${note}\n`));
    io.out(flag(args, 'json') ? `${JSON.stringify({index: report.index, files: report.files})}\n` : `report: ${report.index}\n`);
    return exitCodes.done;
  },
};

const readInput = async (cwd: string, store: string, name: string): Promise<ReportInput> => {
  if (!name.endsWith('.json') || name.endsWith('session.json')) return loadSession(store, name);
  const path = resolve(cwd, name);
  try {
    const document = JSON.parse(await readFile(path, 'utf8')) as Partial<Comparison>;
    if (document.schema === 'jitstat/comparison/1') return {comparison: document as Comparison};
  } catch (error) {
    throw new UserError(`${name} cannot be read as JSON: ${(error as Error).message}.`, 'jitstat compare A B --json writes a document that report understands.');
  }
  throw new UserError(`${name} is not a comparison document.`, 'Its schema has to be jitstat/comparison/1, as jitstat compare --json writes it.');
};
