// What a command is: a name, its options as data, and a function from (io, arguments) to an exit
// code.

import {resolve} from 'node:path';
import {defaultStore} from '../../results/store/default-store.ts';
import type {Options, Positionals} from './option-types.ts';
import {readWhole} from './option-values.ts';

/** Exit codes of every command. */
export const exitCodes = {done: 0, changeFound: 1, wrongUse: 2, ownFailure: 3} as const;

const usualInputMb = 256;
/** Longer texts do not fit into a string. */
const mostInputMb = 512;

/**
 * In bytes; larger inputs are refused, because a device or a pipe may never end.
 * `$JITSTAT_INPUT_MB` raises or lowers it.
 */
export const inputLimit = ({JITSTAT_INPUT_MB: text}: Io['env']): number =>
  1e6 *
  (text === undefined || text === ''
    ? usualInputMb
    : readWhole('$JITSTAT_INPUT_MB', text, 1, mostInputMb));

/**
 * The world a command may touch, so that tests can replace it. `out` and `err` write text as it is.
 */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Progress is drawn only if this is true. */
  readonly errIsTerminal: boolean;
  readonly outIsTerminal: boolean;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  readonly stdin: () => Promise<Buffer>;
}

/** What an option becomes when it is read: see option-types.ts. */
export type OptionValue =
  string | number | boolean | readonly string[] | Readonly<Record<string, number>>;

/**
 * Values of the options that were given, by long name; positionals in order; `rest` holds the
 * words after each `--`, in groups.
 */
export interface CommandArguments {
  readonly values: Readonly<Record<string, OptionValue | undefined>>;
  readonly positionals: readonly string[];
  readonly rest: readonly (readonly string[])[];
}

/**
 * How a command is called: everything that help, completion, the manual page and the reader of
 * options need. All commands understand `--json`, `--quiet` and `--help`, which need not be listed.
 */
export interface CommandTable {
  readonly usage: readonly string[];
  /** What people type, and what it does. */
  readonly examples: readonly (readonly [call: string, what: string])[];
  readonly options: Options;
  /** If absent, the command takes no words. */
  readonly positionals?: Positionals;
  /** It takes commands after `--`. */
  readonly takesCommands?: boolean;
  /** Options that people know from other tools, and what to use instead. */
  readonly spelledOtherwise?: Readonly<Record<string, string>>;
}

/** A table with the name it is listed under and one line on what it is for. */
export interface NamedTable extends CommandTable {
  readonly name: string;
  readonly summary: string;
}

/** One command. */
export interface Command extends CommandTable {
  readonly run: (io: Io, args: CommandArguments) => Promise<number>;
}

/** A text, choice or path. */
export const text = (args: CommandArguments, name: string): string | undefined => {
  const value = args.values[name];
  return typeof value === 'string' ? value : undefined;
};

/** All texts of an option that may be given several times. */
export const texts = (args: CommandArguments, name: string): readonly string[] => {
  const value = args.values[name];
  return Array.isArray(value) ? (value as readonly string[]) : [];
};

/** One of the words of a choice, or undefined if it was not given. */
export const choice = <T extends string>(
  args: CommandArguments,
  name: string,
  of: readonly T[],
): T | undefined => of.find((word) => word === args.values[name]);

/** All uses of an option that takes several words. */
export const wordLists = (args: CommandArguments, name: string): readonly (readonly string[])[] =>
  texts(args, name).map((one) => one.split(wordEnd));

/** Between the words of one use; no word of a command line can hold it. */
export const wordEnd = '\0';

/** A whole or positive number, a percentage as a fraction, or how many times a flag was given. */
export const number = (args: CommandArguments, name: string): number | undefined => {
  const value = args.values[name];
  return typeof value === 'number' ? value : undefined;
};

/** The first of these options that was given, for options that exclude each other. */
export const firstGiven = (args: CommandArguments, names: readonly string[]): string | undefined =>
  names.find((name) => args.values[name] !== undefined);

export const flag = (args: CommandArguments, name: string): boolean => args.values[name] === true;

/** Margins of equality as fractions, by event. */
export const margins = (args: CommandArguments, name: string): Readonly<Record<string, number>> => {
  const value = args.values[name];
  return typeof value === 'object' && !Array.isArray(value)
    ? (value as Readonly<Record<string, number>>)
    : {};
};

/** The store a command works in. */
export const storeOf = (io: Pick<Io, 'cwd' | 'env'>, args: CommandArguments): string => {
  const named = text(args, 'store');
  return named === undefined ? defaultStore(io.cwd, io.env) : resolve(io.cwd, named);
};
