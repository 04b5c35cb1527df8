// The one place where the words of a command line become values.
import {parseArgs} from 'node:util';
import {closest} from '../../jit/closest.ts';
import {UserError} from '../../results/error.ts';
import type {CommandArguments, NamedTable, OptionValue} from './command.ts';
import {wordEnd} from './command.ts';
import type {Option, Options} from './option-types.ts';
import {isRepeatable} from './option-types.ts';
import {visible} from '../../results/visible.ts';
import {
  readChoice,
  readMargins,
  readPath,
  readPercent,
  readPositive,
  readWhole,
} from './option-values.ts';

/** Understood by every command. */
export const commonOptions = {
  json: {type: 'flag', group: 'output', help: 'one JSON document on stdout, nothing else there'},
  quiet: {type: 'flag', group: 'output', short: 'q', help: 'no progress and no notes'},
  help: {type: 'flag', group: 'output', short: 'h', help: 'this text'},
} as const satisfies Options;

/** `--store`, the same for every command. */
export const storeOption = {
  store: {
    type: 'folder',
    group: 'output',
    help: 'the store of sessions (default: $JITSTAT_STORE or ./jitstat-store)',
  },
} as const satisfies Options;

/** For commands that compile for sides of several kinds. */
export const rulesOption = {
  rules: {
    type: 'text',
    value: 'V',
    help: "verifier rules for a side that is not a variant of jitstat's own",
  },
} as const satisfies Options;

/** Reads a command line without its first word; each mistake gives one message and one hint. */
export const readArguments = (command: NamedTable, argv: readonly string[]): CommandArguments => {
  const [own, ...rest] = splitAtDashes(argv);
  const options: Options = {...command.options, ...commonOptions};
  const {values, positionals} = split(
    command,
    options,
    withNegatives(withWords(own, options), options),
  );
  if (values['help'] === true) return {values: {help: true}, positionals, rest};
  const read = Object.entries(values).map(([name, value]): [string, OptionValue] => [
    name,
    readOption(`--${name}`, options[name], value!),
  ]);
  checkPositionals(command, positionals);
  if (rest.length > 0 && command.takesCommands !== true)
    throw new UserError(
      `${command.name} takes no command after --.`,
      `jitstat ${command.usage[0]}`,
    );
  return {values: Object.fromEntries(read), positionals, rest};
};

type Raw = string | boolean | (string | boolean)[];

const readOption = (what: string, option: Option, raw: Raw): OptionValue => {
  const texts = (Array.isArray(raw) ? raw : [raw]).map(String);
  const [text] = texts;
  switch (option.type) {
    case 'flag':
      return option.multiple === true ? texts.length : true;
    case 'text':
      return option.multiple === true ? texts : text;
    case 'whole':
      return readWhole(what, text, option.least, option.most);
    case 'positive':
      return readPositive(what, text);
    case 'choice':
      return readChoice(what, text, option.of);
    case 'percent':
      return readPercent(what, text);
    case 'margin':
      return readMargins(what, texts);
    case 'words':
      return texts;
    case 'file':
    case 'folder':
      return readPath(what, text);
  }
};

const split = (
  command: NamedTable,
  options: Options,
  argv: readonly string[],
): {values: Readonly<Record<string, Raw | undefined>>; positionals: readonly string[]} => {
  try {
    return parseArgs({
      args: [...argv],
      options: Object.fromEntries(
        Object.entries(options).map(([name, option]) => [
          name,
          {
            type: option.type === 'flag' ? ('boolean' as const) : ('string' as const),
            multiple: isRepeatable(option),
            ...(option.short === undefined ? {} : {short: option.short}),
          },
        ]),
      ),
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const message = words.replace(/\. To specify.*$/s, '').split('\n')[0];
    const wrong = /'(--?[^' =]+)/.exec(message)?.[1] ?? '';
    throw new UserError(
      `${message.replace(/\.$/, '')}.`,
      command.spelledOtherwise?.[wrong] ??
        closest(
          wrong,
          Object.keys(options).map((option) => `--${option}`),
          `jitstat ${command.name} --help lists the options.`,
        ),
    );
  }
};

/**
 * A negative number after an option that takes a value is that value, but parseArgs would take it
 * for another option: `--repeat -1` becomes `--repeat=-1`, so that the reader of the value can say
 * what is wrong.
 */
const withNegatives = (argv: readonly string[], options: Options): string[] => {
  const takesValue = (word: string): boolean =>
    Object.entries(options).some(
      ([name, option]) => option.type !== 'flag' && isOption(word, name, option),
    );
  const joined: string[] = [];
  for (const word of argv) {
    const last = joined.at(-1);
    if (last === undefined || !/^-\.?\d/.test(word) || !takesValue(last)) joined.push(word);
    else joined.splice(-1, 1, last.startsWith('--') ? `${last}=${word}` : `${last}${word}`);
  }
  return joined;
};

const isOption = (word: string, name: string, {short}: Option): boolean =>
  word === `--${name}` || (short !== undefined && word === `-${short}`);

/** parseArgs gives an option one value: several words become one, `--name=A\0B`. */
const withWords = (argv: readonly string[], options: Options): string[] => {
  const joined: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const found = Object.entries(options).find(([name, option]) =>
      isOption(argv[at], name, option),
    );
    if (found?.[1].type !== 'words') {
      joined.push(argv[at]);
      continue;
    }
    const [name, {words}] = found;
    const taken = argv.slice(at + 1, at + 1 + words.length);
    if (taken.length < words.length)
      throw new UserError(
        `--${name} takes ${words.length} words: ${words.join(' ')}.`,
        `Write --${name} ${words.join(' ')}.`,
      );
    joined.push(`--${name}=${taken.join(wordEnd)}`);
    at += words.length;
  }
  return joined;
};

/**
 * The words before the first `--`, and the commands after it. `--separator WORD` among the former
 * ends commands by another word, so that `--` can be a word of one.
 */
const splitAtDashes = (argv: readonly string[]): string[][] => {
  const end = argv.indexOf('--');
  if (end === -1) return [[...argv]];
  const own = argv.slice(0, end);
  const separator = separatorOf(own);
  const groups: string[][] = [own, []];
  for (const argument of argv.slice(end + 1)) {
    if (argument === separator) groups.push([]);
    else groups.at(-1)!.push(argument);
  }
  return groups;
};

const separatorOf = (own: readonly string[]): string => {
  const at = own.findIndex((word) => /^--separator(?:=|$)/.test(word));
  if (at === -1) return '--';
  return own[at].slice('--separator='.length) || (own[at + 1] ?? '--');
};

const checkPositionals = (command: NamedTable, given: readonly string[]): void => {
  const {least, most, what} = command.positionals ?? {least: 0, most: 0, what: ''};
  if (given.length >= least && given.length <= most) return;
  const also = given.length > most ? `, not also '${visible(given[most])}'` : '';
  throw new UserError(
    most === 0
      ? `${command.name} takes no argument '${visible(given[0])}'.`
      : `${command.name} takes ${what}${also}.`,
    `jitstat ${command.usage[0]}`,
  );
};
