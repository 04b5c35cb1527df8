// jitstat compare: two sessions, or any two tables that import understands, or one file that holds
// both sides.
import {formatComparison} from '../../dashboards/tables/index.ts';
import type {Words} from '../../dashboards/tables/words.ts';
import {UserError} from '../../results/error.ts';
import {allEvents} from '../../results/compare/context.ts';
import type {Command, CommandArguments, Io} from '../command/command.ts';
import {exitCodes, flag, margins, number, storeOf, text} from '../command/command.ts';
import type {Source} from '../input/source.ts';
import {readSource} from '../input/source.ts';
import type {CompareOptions, Found} from '../input/compare-sources.ts';
import {compareSides, compareSources} from '../input/compare-sources.ts';
import {sayUnreadLines} from '../input/unread-lines.ts';
import {table} from '../usage/compare.ts';

export const command: Command = {
  ...table,
  run: async (io, args) => {
    const options = readOptions(args);
    const store = storeOf(io, args);
    const found = await foundIn(io, store, args, options);
    checkNames(found, options.context);
    if (flag(args, 'json'))
      io.out(
        `${JSON.stringify(found.length === 1 ? found[0].comparison : found.map((one) => one.comparison))}\n`,
      );
    else printAll(io, found, options, flag(args, 'quiet'));
    return exitCodes.done;
  },
};

interface Options extends CompareOptions {
  readonly format: string;
  readonly words: Words;
}

/** An event named for the error budget or a margin must be in one of the tables. */
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

/** Before and after, each of one or several sources, or one source that holds both sides. */
const foundIn = async (
  io: Io,
  store: string,
  args: CommandArguments,
  options: Options,
): Promise<readonly Found[]> => {
  const {positionals, rest} = args;
  const isSides = rest.length === 1 && positionals.length > 0 && rest[0].length > 0;
  const isFiles = rest.length === 0 && (positionals.length === 1 || positionals.length === 2);
  if (!isSides && !isFiles)
    throw new UserError(
      'compare takes one file with both sides, two sides, or several files a side around --.',
      'jitstat compare BEFORE AFTER, compare FILE, or compare B1 B2 -- A1 A2.',
    );
  const read = async (refs: readonly string[]): Promise<Source[]> => {
    const sources: Source[] = [];
    for (const ref of refs) {
      const source = await readSource(io, store, ref);
      if (source.kind === 'tables') sayUnreadLines(io, args, source.document);
      sources.push(source);
    }
    return sources;
  };
  return isSides
    ? compareSides(await read(positionals), await read(rest[0]), options)
    : compareSources(await read(positionals), options);
};

const printAll = (io: Io, found: readonly Found[], options: Options, quiet: boolean): void => {
  const {format, words} = options;
  found.forEach(({comparison, title, stored}, i) => {
    if (title !== null && found.length > 1) io.out(`${i > 0 ? '\n' : ''}${title}\n`);
    io.out(`${formatComparison(comparison, format, {...stored, words})}\n`);
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
    words: flag(args, 'words') ? 'speed' : 'plain',
    pair: numbers === null ? null : [Number(numbers[1]), Number(numbers[2])],
    executions: number(args, 'executions') ?? null,
    context: {...(primary === undefined ? {} : {primary}), margins: margins(args, 'margin')},
  };
};
