// jitstat compare: two sessions, or any two tables that import understands, or one file that holds
// both sides.
import {formatComparison, tableFormats} from '../../dashboards/tables/index.ts';
import {tableName} from '../../dashboards/tables/import-summary.ts';
import {UserError} from '../../results/error.ts';
import {allEvents} from '../../results/compare/context.ts';
import {compareSamples} from '../../results/compare/samples.ts';
import {compareRuns} from '../../results/compare/side.ts';
import type {TablesContext} from '../../results/compare/summary/tables.ts';
import {compareTables} from '../../results/compare/summary/tables.ts';
import type {TablePair} from '../../results/import/pairs.ts';
import {pairTables} from '../../results/import/pairs.ts';
import type {Comparison, ImportTable, SideInfo} from '../../results/types.ts';
import type {Command, CommandArguments, Io} from '../command/command.ts';
import {exitCodes, flag, margins, number, storeOf, text} from '../command/command.ts';
import {storeOption} from '../command/options.ts';
import type {Source} from '../input/source.ts';
import {readSource, tablesOf} from '../input/source.ts';

export const command: Command = {
  name: 'compare',
  summary: 'compare two sessions, two files import understands, or the tables of one file',
  usage: ['compare BEFORE AFTER', 'compare samples.csv', 'compare MAIL [--pair 3,4]'],
  options: {
    pair: {
      type: 'text',
      value: 'B,A',
      help: 'tables to compare, numbered from 1 through all files in order',
    },
    executions: {
      type: 'positive',
      value: 'N',
      help: 'program executions in one run, for figures per execution',
    },
    primary: {
      type: 'text',
      value: 'EVENT',
      help: 'the event that gets half of the error budget (default task-clock)',
    },
    margin: {
      type: 'margin',
      help: 'changes within PCT count as equal, for EVENT or for all; may be given several times',
    },
    format: {type: 'choice', of: tableFormats, value: 'F', help: 'table format (default mail)'},
    ...storeOption,
  },
  positionals: {least: 1, most: 2, what: 'one file with both sides, or two sides'},
  run: async (io, args) => {
    const options = readOptions(args);
    const store = storeOf(io, args);
    const sources: Source[] = [];
    for (const ref of args.positionals) sources.push(await readSource(io, store, ref));
    const found = compareSources(sources, options);
    checkNames(found, options.context);
    if (flag(args, 'json'))
      io.out(
        `${JSON.stringify(found.length === 1 ? found[0].comparison : found.map((one) => one.comparison))}\n`,
      );
    else printAll(io, found, sources, options.format, flag(args, 'quiet'));
    return exitCodes.done;
  },
};

interface Options {
  readonly pair: readonly [number, number] | null;
  readonly executions: number | null;
  readonly context: Pick<TablesContext, 'primary' | 'margins' | 'warnings'>;
  readonly format: string;
}

/** An event named for the budget or a margin must be in one of the tables. */
const checkNames = (found: readonly Found[], {primary, margins}: Options['context']): void => {
  const events = [
    ...new Set(
      found.flatMap(({comparison}) =>
        [...comparison.rows, ...comparison.notCounted].map(({event}) => event),
      ),
    ),
  ];
  for (const name of [...(primary === undefined ? [] : [primary]), ...Object.keys(margins ?? {})]) {
    if (name !== allEvents && !events.includes(name))
      throw new UserError(
        `There is no event ${name} on both sides.`,
        `There are: ${events.join(', ')}.`,
      );
  }
};

/** `title` names the tables compared; null for sessions and samples. */
interface Found {
  readonly comparison: Comparison;
  readonly title: string | null;
}

const compareSources = (sources: readonly Source[], options: Options): Found[] => {
  const [first, second] = sources;
  if (second === undefined && first.kind === 'samples') {
    const {before, after, samples, design, warnings} = first;
    return [
      {
        title: null,
        comparison: compareSamples(samples, {
          before: withExecutions(before, options),
          after: withExecutions(after, options),
          design,
          warnings,
          ...options.context,
        }),
      },
    ];
  }
  if (second === undefined && first.kind === 'session' && first.stored.session.comparison !== null)
    return [{title: null, comparison: first.stored.session.comparison}];
  if (
    second !== undefined &&
    first.kind === 'session' &&
    second.kind === 'session' &&
    options.pair === null
  )
    return [{title: null, comparison: compareSessions(first, second, options)}];
  const tables = sources.map(tablesOf);
  const all = tables.flat();
  const pairs =
    options.pair !== null
      ? [picked(options.pair, all)]
      : second === undefined
        ? proposed(first, all)
        : acrossFiles(tables[0], tables[1], args(sources));
  const warnings =
    second !== undefined && first.ref === second.ref
      ? [{code: 'same-file', text: `both sides are ${first.ref}: no change can show`}]
      : [];
  return pairs.map(({before, after}) => ({
    title: `${tableName(all[before], before + 1)}\n${tableName(all[after], after + 1)}`,
    comparison: compareTwo(all, before, after, {
      ...options,
      context: {...options.context, warnings},
    }),
  }));
};

const args = (sources: readonly Source[]): string => sources.map((source) => source.ref).join(' ');

const compareTwo = (
  all: readonly ImportTable[],
  before: number,
  after: number,
  options: Options,
): Comparison => {
  const [b, a] = [all[before], all[after]];
  const others = all.filter(
    (table, i) =>
      i !== before && i !== after && table.command === b.command && table.command !== null,
  );
  return compareTables(b, a, {...options.context, others, ...sidesOf(b, a, options)});
};

/**
 * Named only where there is something to add, so that the comparison names tables by their labels.
 */
const sidesOf = (
  before: ImportTable,
  after: ImportTable,
  options: Options,
): Pick<TablesContext, 'before' | 'after'> => {
  if (options.executions === null) return {};
  const side = (table: ImportTable, fallback: string): SideInfo =>
    withExecutions(
      {label: table.label ?? fallback, ...(table.command === null ? {} : {command: table.command})},
      options,
    );
  return {before: side(before, 'before'), after: side(after, 'after')};
};

const withExecutions = (side: SideInfo, {executions}: Options): SideInfo =>
  executions === null ? side : {...side, executions};

const compareSessions = (
  first: Source & {kind: 'session'},
  second: Source & {kind: 'session'},
  options: Options,
): Comparison => {
  const side = ({
    stored,
    ref,
  }: Source & {kind: 'session'}): {info: SideInfo; samples: NonNullable<typeof stored.samples>} => {
    const {session, samples} = stored;
    if (session.kind !== 'run')
      throw new UserError(
        `${ref} holds two sides already.`,
        `jitstat table ${ref} prints its comparison; compare takes two sessions of jitstat run.`,
      );
    if (samples === null)
      throw new UserError(
        `${ref} holds no runs${session.reason === undefined ? '' : `: ${session.reason}`}.`,
        'Measure it again with jitstat run.',
      );
    return {info: {...session.before, session: session.id}, samples};
  };
  const [before, after] = [side(first), side(second)];
  const notCounted = [
    ...first.stored.session.notCounted,
    ...second.stored.session.notCounted.filter(
      ({event}) => !first.stored.session.notCounted.some((one) => one.event === event),
    ),
  ];
  const context = {
    before: withExecutions(before.info, options),
    after: withExecutions(after.info, options),
    design: 'blocked' as const,
    notCounted,
    ...options.context,
  };
  const [hostBefore, hostAfter] = [first.stored.session.host, second.stored.session.host];
  const warnings =
    hostBefore.id === hostAfter.id
      ? []
      : [
          {
            code: 'other-host',
            text: `measured on different hosts or settings: ${hostBefore.name} (${hostBefore.id}) and ${hostAfter.name} (${hostAfter.id})`,
          },
        ];
  return compareRuns(before.samples, after.samples, {...context, warnings});
};

const picked = (
  [before, after]: readonly [number, number],
  all: readonly ImportTable[],
): TablePair => {
  for (const number of [before, after]) {
    if (number < 1 || number > all.length)
      throw new UserError(
        `There is no table ${number}: there ${all.length === 1 ? 'is 1' : `are ${all.length}`}.`,
        listed(all),
      );
  }
  if (before === after)
    throw new UserError(`--pair names table ${before} twice.`, `Name two tables. ${listed(all)}`);
  return {before: before - 1, after: after - 1, why: 'labels'};
};

const proposed = (source: Source, all: readonly ImportTable[]): readonly TablePair[] => {
  const pairs = pairTables(all);
  if (pairs.length > 0) return pairs;
  if (all.length < 2)
    throw new UserError(
      `${source.ref} holds ${all.length === 0 ? 'no table' : 'one table only'}.`,
      'Name a second file, or a file with both sides.',
    );
  throw new UserError(
    `None of the ${all.length} tables of ${source.ref} are told to belong together.`,
    `Pick two with --pair. ${listed(all)}`,
  );
};

/** One table a file, or as many on both sides, taken in order. */
const acrossFiles = (
  before: readonly ImportTable[],
  after: readonly ImportTable[],
  names: string,
): readonly TablePair[] => {
  if (before.length === 0 || after.length === 0)
    throw new UserError(
      `The ${before.length === 0 ? 'first' : 'second'} file holds no table: ${names}.`,
      'jitstat import FILE shows what is understood.',
    );
  if (before.length === after.length)
    return before.map((_table, i) => ({before: i, after: before.length + i, why: 'order'}));
  throw new UserError(
    `The files hold ${before.length} and ${after.length} tables.`,
    `Pick two with --pair, numbered through both files. ${listed([...before, ...after])}`,
  );
};

const listed = (all: readonly ImportTable[]): string =>
  all.map((table, i) => tableName(table, i + 1)).join('; ');

const printAll = (
  io: Io,
  found: readonly Found[],
  sources: readonly Source[],
  format: string,
  quiet: boolean,
): void => {
  found.forEach(({comparison, title}, i) => {
    const options =
      sources.length === 1 && sources[0].kind === 'session'
        ? {session: sources[0].stored.session, samples: sources[0].stored.samples}
        : {};
    if (title !== null && found.length > 1) io.out(`${i > 0 ? '\n' : ''}${title}\n`);
    io.out(`${formatComparison(comparison, format, options)}\n`);
  });
  if (found.length > 1 && !quiet)
    io.err(`jitstat: ${found.length} pairs recognised; --pair B,A picks any two tables\n`);
};

const readOptions = (args: CommandArguments): Options => {
  const primary = text(args, 'primary');
  const pair = text(args, 'pair');
  const numbers = pair === undefined ? null : /^\s*(\d{1,6})\s*[,:]\s*(\d{1,6})\s*$/.exec(pair);
  if (pair !== undefined && numbers === null)
    throw new UserError(`--pair does not take '${pair}'.`, 'Two table numbers: --pair 3,4.');
  return {
    format: text(args, 'format') ?? 'mail',
    pair: numbers === null ? null : [Number(numbers[1]), Number(numbers[2])],
    executions: number(args, 'executions') ?? null,
    context: {...(primary === undefined ? {} : {primary}), margins: margins(args, 'margin')},
  };
};
