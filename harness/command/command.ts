// What a command is: a name, its options as data, and a function from (io, arguments) to an exit
// code.

/** Exit codes of every command. */
export const exitCodes = {done: 0, changeFound: 1, wrongUse: 2, ownFailure: 3} as const;

/**
 * Text of others, such as a file's name, without what would move a terminal's cursor or break the
 * line.
 */
// eslint-disable-next-line no-control-regex
export const printable = (text: string): string =>
  text.replace(
    /[\u0000-\u001f\u007f-\u009f]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );

/** Larger inputs are not read, in bytes: a device or a pipe may never end. */
export const inputLimit = 128_000_000;

/**
 * The world a command may touch, so that tests can replace it. `out` and `err` write text as it is.
 */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Progress may be drawn only where this is true. */
  readonly errIsTerminal: boolean;
  readonly outIsTerminal: boolean;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  readonly stdin: () => Promise<Buffer>;
}

/**
 * Values of parsed options by long name; positionals in order; `rest` holds the arguments after
 * each `--`, in groups.
 */
export interface CommandArguments {
  readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
  readonly rest: readonly (readonly string[])[];
}

/**
 * One option: as `node:util` parseArgs takes it, with the placeholder and help line shown by
 * `--help`.
 */
export type CommandOptions = Readonly<
  Record<
    string,
    {
      readonly type: 'string' | 'boolean';
      readonly short?: string;
      readonly multiple?: boolean;
      readonly value?: string;
      readonly help: string;
    }
  >
>;

/** One command. `--json`, `--quiet` and `--help` are understood by all and need not be listed. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly usage: readonly string[];
  readonly options: CommandOptions;
  readonly run: (io: Io, args: CommandArguments) => Promise<number>;
}

export const text = (args: CommandArguments, name: string): string | undefined => {
  const value = args.values[name];
  return typeof value === 'string' ? value : undefined;
};

export const flag = (args: CommandArguments, name: string): boolean => args.values[name] === true;
