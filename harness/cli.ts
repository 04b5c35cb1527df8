// From argv to an exit code: finds the command, parses its options, prints a user's mistake as one
// message and one hint.
import {UserError} from '../results/error.ts';
import type {Io} from './command/command.ts';
import {exitCodes} from './command/command.ts';
import {troubleOf} from './command/trouble.ts';
import {helpText} from './command/help.ts';
import {readArguments} from './command/options.ts';
import {version} from './command/own-version.ts';
import {visible, visibleLines} from '../results/visible.ts';
import {eraseLine} from './host/progress.ts';
import {commands} from './commands/index.ts';
import {commandGroups} from './usage/index.ts';
import {closest} from '../jit/closest.ts';
import {packageFile} from '../workloads/package-file.ts';

/** Runs one command line (without `node` and the script) and returns its exit code. */
export const runCli = async (rim: Io, argv: readonly string[]): Promise<number> => {
  const io = guarded(rim);
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
    const entry = findCommand(name);
    const table = {...entry, ...(await entry.table())};
    const parsed = readArguments(table, args);
    if (parsed.values['help'] === true) {
      io.out(helpText(table, about()));
      return exitCodes.done;
    }
    const command = await entry.load();
    return await command.run(io, parsed);
  } catch (error) {
    return report(io, error);
  }
};

/**
 * The last line of defence: whatever a command prints, no character of it controls the terminal.
 * Writers make names visible themselves, including line breaks.
 */
const guarded = (io: Io): Io => ({
  ...io,
  out: (text) => io.out(visibleLines(text)),
  err: (text) =>
    text.startsWith(eraseLine)
      ? io.err(eraseLine + visibleLines(text.slice(eraseLine.length)))
      : io.err(visibleLines(text)),
});

const about = (): string => `jitstat ${version()}; documents: ${packageFile('docs')}`;

const findCommand = (name: string): (typeof commands)[number] => {
  const entry = commands.find((candidate) => candidate.name === name);
  if (entry === undefined) {
    const names = commands.map((candidate) => candidate.name);
    throw new UserError(
      `There is no command '${name}'.`,
      closest(name, names, 'jitstat --help lists the commands.'),
    );
  }
  return entry;
};

const overview = (): string =>
  [
    'jitstat: did this change make the machine do more work, by how much, how sure are we, and why?',
    '',
    ...Object.entries(commandGroups).flatMap(([group, heading]) => [
      `${heading}:`,
      ...commands
        .filter((entry) => entry.group === group)
        .map((entry) => `  ${entry.name.padEnd(10)} ${entry.summary}`),
      '',
    ]),
    'Examples:',
    '  jitstat ab -- gzip -1 -c FILE -- gzip -6 -c FILE',
    '  jitstat compare mail.txt',
    '',
    'jitstat COMMAND --help says more about one command.',
    'Exit codes: 0 done, 1 a gated change, 2 wrong use, 3 own failure, 130 interrupted.',
    about(),
    '',
  ].join('\n');

/**
 * Prints errors that the user can fix as one message and one hint, and our own failures in full.
 */
export const report = (io: Io, error: unknown): number => {
  const trouble = troubleOf(error);
  if (trouble !== null) {
    const lines = trouble.lines?.map((line) => `    ${visible(line)}\n`).join('') ?? '';
    io.err(`jitstat: ${visible(trouble.message)}\n${lines}  hint: ${visible(trouble.hint)}\n`);
    return exitCodes.wrongUse;
  }
  io.err(
    `jitstat: internal failure: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return exitCodes.ownFailure;
};
