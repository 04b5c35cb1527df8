// jitstat table: a session, or anything import understands, as text for a list.
import {formatComparison, formatSide, perfTable} from '../../dashboards/tables/index.ts';
import type {Words} from '../../dashboards/tables/words.ts';
import {UserError} from '../../results/error.ts';
import {compareSamples} from '../../results/compare/samples.ts';
import {compareTables} from '../../results/compare/summary/tables.ts';
import {pairTables} from '../../results/import/pairs.ts';
import {formatSamplesCsv} from '../../results/samples/samples-csv.ts';
import type {Command} from '../command/command.ts';
import {exitCodes, flag, storeOf, text} from '../command/command.ts';
import type {Source} from '../input/source.ts';
import {readSource, tablesOf} from '../input/source.ts';
import {table} from '../usage/table.ts';

export const command: Command = {
  ...table,
  run: async (io, args) => {
    const format = flag(args, 'commit-message')
      ? 'commit-message'
      : (text(args, 'format') ?? 'mail');
    const words = flag(args, 'words') ? 'speed' : 'plain';
    const source = await readSource(io, storeOf(io, args), args.positionals[0] ?? 'last');
    io.out(
      `${flag(args, 'json') ? JSON.stringify(comparisonsOf(source)) : tableText(source, format, words)}\n`,
    );
    return exitCodes.done;
  },
};

const tableText = (source: Source, format: string, words: Words): string => {
  if (source.kind === 'session') {
    const {session, samples} = source.stored;
    if (session.comparison !== null)
      return formatComparison(session.comparison, format, {session, samples, words});
    if (format === 'perf') return tablesOf(source).map(perfTable).join('\n');
    if (format === 'mail') return formatSide(session);
    if (format === 'csv' && samples !== null) return formatSamplesCsv(samples).trimEnd();
    throw new UserError(
      `${source.ref} has one side only, so it has no ${format} table.`,
      'Use --format mail, perf or csv, or compare it with another session.',
    );
  }
  if (source.kind === 'tables' && format === 'perf')
    return source.document.tables.map(perfTable).join('\n');
  if (source.kind === 'samples' && format === 'csv')
    return formatSamplesCsv(source.samples).trimEnd();
  return comparisonsOf(source)
    .map((comparison) => formatComparison(comparison, format, {words}))
    .join('\n\n');
};

const comparisonsOf = (source: Source) => {
  if (source.kind === 'session')
    return source.stored.session.comparison === null ? [] : [source.stored.session.comparison];
  if (source.kind === 'samples') return [compareSamples(source.samples, source)];
  const {tables} = source.document;
  const pairs = pairTables(tables);
  if (pairs.length === 0)
    throw new UserError(
      `${source.ref} holds no two tables that belong together.`,
      'jitstat compare FILE --pair B,A picks two; --format perf prints each.',
    );
  return pairs.map(({before, after}) => compareTables(tables[before], tables[after]));
};
