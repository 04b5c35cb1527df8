// From argv to an exit code: finds the command, parses its options, prints a user's mistake as one
// message and one hint.
import {parseArgs} from 'node:util';
import {UserError} from '../results/error.ts';
import type {Command, CommandArguments, CommandOptions, Io} from './command/command.ts';
import {exitCodes} from './command/command.ts';
import {troubleOf} from './command/trouble.ts';
import {commands} from './commands/index.ts';
import {closest} from '../jit/closest.ts';
import {readPackageFile} from '../workloads/package-file.ts';

const common = {
  json: {type: 'boolean', help: 'one JSON document on stdout, nothing else there'},
  quiet: {type: 'boolean', short: 'q', help: 'no progress and no notes on stderr'},
  help: {type: 'boolean', short: 'h', help: 'this text'},
} as const;

/** Runs one command line (without `node` and the script) and returns its exit code. */
export const runCli = async (io: Io, argv: readonly string[]): Promise<number> => {
  try {
    const [name, ...args] = argv;
    if (name === '--version') {
      io.out(`jitstat ${version()}\n`);
      return exitCodes.done;
    }
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      io.out(overview());
      return name === undefined ? exitCodes.wrongUse : exitCodes.done;
    }
    const command = await findCommand(name);
    const parsed = parse(command, args);
    if (parsed.values['help'] === true) {
      io.out(help(command));
      return exitCodes.done;
    }
    return await command.run(io, parsed);
  } catch (error) {
    return report(io, error);
  }
};

const version = (): string =>
  (JSON.parse(new TextDecoder().decode(readPackageFile('package.json'))) as {version: string})
    .version;

const findCommand = async (name: string): Promise<Command> => {
  const entry = commands.find((candidate) => candidate.name === name);
  if (entry === undefined) {
    const names = commands.map((candidate) => candidate.name);
    throw new UserError(
      `There is no command '${name}'.`,
      closest(name, names, 'jitstat --help lists the commands.'),
    );
  }
  return entry.load();
};

const parse = (command: Command, argv: readonly string[]): CommandArguments => {
  const [own, ...rest] = splitAtDashes(argv);
  const options = {...command.options, ...common};
  try {
    const {values, positionals} = parseArgs({
      args: withNegatives(own, options),
      options: stripHelp(options),
      allowPositionals: true,
      strict: true,
    });
    return {values: values as CommandArguments['values'], positionals, rest};
  } catch (error) {
    const message =
      error instanceof Error
        ? error.message.replace(/\. To specify.*$/s, '').split('\n')[0]
        : String(error);
    const wrong = /'(--?[^' =]+)/.exec(message)?.[1] ?? '';
    const names = Object.keys(options).map((option) => `--${option}`);
    throw new UserError(
      `${message.replace(/\.$/, '')}.`,
      closest(wrong, names, `jitstat ${command.name} --help lists the options.`),
    );
  }
};

/**
 * A negative number after an option that takes a value is that value, which parseArgs takes for
 * another option: `--repeat -1` becomes `--repeat=-1`, and what reads the value can say more.
 */
const withNegatives = (argv: readonly string[], options: CommandOptions): string[] => {
  const takesValue = (word: string): boolean =>
    Object.entries(options).some(
      ([name, {type, short}]) =>
        type === 'string' &&
        (word === `--${name}` || (short !== undefined && word === `-${short}`)),
    );
  const joined: string[] = [];
  for (const word of argv) {
    const last = joined.at(-1);
    if (last === undefined || !/^-\.?\d/.test(word) || !takesValue(last)) joined.push(word);
    else joined.splice(-1, 1, last.startsWith('--') ? `${last}=${word}` : `${last}${word}`);
  }
  return joined;
};

const stripHelp = (options: Record<string, object>) =>
  Object.fromEntries(
    Object.entries(options).map(([name, option]) => {
      const {
        help: _help,
        value: _value,
        ...rest
      } = option as {help?: string; value?: string; type: 'string' | 'boolean'};
      return [name, rest];
    }),
  );

const splitAtDashes = (argv: readonly string[]): string[][] => {
  const groups: string[][] = [[]];
  for (const argument of argv) {
    if (argument === '--') groups.push([]);
    else groups.at(-1)!.push(argument);
  }
  return groups;
};

const overview = (): string =>
  [
    'jitstat: did this change make the machine do more work, by how much, how sure are we, and why?',
    '',
    'Commands:',
    ...commands.map((entry) => `  ${entry.name.padEnd(10)} ${entry.summary}`),
    '',
    'jitstat COMMAND --help tells more of one. Exit codes: 0 done, 1 a gated change, 2 wrong use, 3 own failure.',
    '',
  ].join('\n');

const help = (command: Command): string => {
  const lines = Object.entries({...command.options, ...common}).map(([name, option]) => {
    const {short, value, help: words} = option as {short?: string; value?: string; help: string};
    const left = `${short === undefined ? '   ' : `-${short},`} --${name}${value === undefined ? '' : ` ${value}`}`;
    return `  ${left.padEnd(30)} ${words}`;
  });
  return [
    command.summary,
    '',
    ...command.usage.map((line) => `  jitstat ${line}`),
    '',
    'Options:',
    ...lines,
    '',
  ].join('\n');
};

/** Prints what the user can fix as one message and one hint, and a failure of our own whole. */
export const report = (io: Io, error: unknown): number => {
  const trouble = troubleOf(error);
  if (trouble !== null) {
    io.err(`jitstat: ${trouble.message}\n  hint: ${trouble.hint}\n`);
    return exitCodes.wrongUse;
  }
  io.err(
    `jitstat: internal failure: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return exitCodes.ownFailure;
};
