// From the words of a command line to commands: parameters filled in, each command with its name,
// its shell and its hooks.
import {UserError} from '../../results/error.ts';
import {visible} from '../../results/visible.ts';
import type {CommandArguments} from '../command/command.ts';
import {firstGiven, flag, number, text, texts, wordLists} from '../command/command.ts';
import {commandOptionTable} from './command-option-table.ts';
import type {CommandLine} from './measure-options.ts';
import {hookNames} from './measure-options.ts';

/** Values of parameters by name. */
type Setting = Readonly<Record<string, string>>;

/** More commands than this can only be a mistyped range. */
const mostCommands = 1000;

/** With `--shell` a positional is a command: `ab --shell sh "A | B" "C"`. */
export const withCommands = (args: CommandArguments): CommandArguments =>
  text(args, 'shell') === undefined || args.rest.length > 0
    ? args
    : {...args, positionals: [], rest: args.positionals.map((one) => [one])};

/** All commands in order. Throws a UserError for options that do not fit the number of commands. */
export const commandLines = (args: CommandArguments): readonly CommandLine[] => {
  const settings = settingsOf(args);
  const commands = args.rest.flatMap((words) => {
    refuseEmpty(words);
    return settings.map((setting) => ({
      words: words.map((word) => put(word, setting)),
      setting,
      isChosen: settings.length > 1,
    }));
  });
  const given = args.rest.length;
  const each = (option: string): readonly (string | undefined)[] => {
    const values = texts(args, option);
    if (![0, 1, given, commands.length].includes(values.length))
      throw new UserError(
        `--${option} was given ${values.length} times for ${commands.length} commands.`,
        `Give it once for all, or once for each.`,
      );
    return commands.map(({setting}, at) => {
      const value =
        values.length === 1
          ? values[0]
          : values[values.length === commands.length ? at : Math.floor(at / settings.length)];
      return value === undefined ? undefined : put(value, setting);
    });
  };
  const shell = shellOf(args);
  const hooks = hookNames.map((name) => [name, each(name)] as const);
  const names = namesOf(args, commands.length, each);
  return commands.map(({words}, at) => ({
    argv: shell === null ? words : [...shell, '-c', words.join(' ')],
    text: words.join(' '),
    ...(names[at] === undefined ? {} : {name: names[at]}),
    ...Object.fromEntries(
      hooks.flatMap(([hook, values]) =>
        values[at] === undefined ? [] : [[hook, [...(shell ?? ['sh']), '-c', values[at]]]],
      ),
    ),
    ...(text(args, 'input') === undefined ? {} : {input: text(args, 'input')}),
    ...(flag(args, 'show-output') ? {showOutput: true} : {}),
  }));
};

/** Several commands cannot share one name, unless it has a parameter in it. */
const namesOf = (
  args: CommandArguments,
  commands: number,
  each: (option: string) => readonly (string | undefined)[],
): readonly (string | undefined)[] => {
  const names = texts(args, 'name');
  if (names.length === 1 && commands > 1 && !names[0].includes('{'))
    return [names[0], ...Array.from({length: commands - 1}, () => undefined)];
  return each('name');
};

const refuseEmpty = (words: readonly string[]): void => {
  if (words.length === 0)
    throw new UserError('A command is missing after --.', 'jitstat ab -- CMD... -- CMD...');
};

const put = (word: string, setting: Setting): string =>
  Object.entries(setting).reduce(
    (done, [name, value]) => done.replaceAll(`{${name}}`, value),
    word,
  );

/** All combinations of the parameters' values; a single empty one if there are no parameters. */
const settingsOf = (args: CommandArguments): readonly Setting[] => {
  const lists = [
    ...wordLists(args, 'parameter-list').map(
      ([name, values]) => [name, values.split(',')] as const,
    ),
    ...wordLists(args, 'parameter-scan').map(
      ([name, least, most]) =>
        [name, scan(name, least, most, number(args, 'parameter-step-size') ?? 1)] as const,
    ),
  ];
  if (number(args, 'parameter-step-size') !== undefined && lists.length === 0)
    throw new UserError(
      '--parameter-step-size has no --parameter-scan to step through.',
      'For example --parameter-scan N 1 8 --parameter-step-size 2.',
    );
  const words = args.rest.flat().join(' ');
  const unused = lists.find(([name]) => !words.includes(`{${name}}`));
  if (unused !== undefined)
    throw new UserError(
      `No command holds {${visible(unused[0])}}.`,
      `Write {${visible(unused[0])}} where its values are to be put in.`,
    );
  const all = lists.reduce<readonly Setting[]>(
    (settings, [name, values]) =>
      settings.flatMap((setting) => values.map((value) => ({...setting, [name]: value}))),
    [{}],
  );
  if (all.length * args.rest.length > mostCommands)
    throw new UserError(
      `The parameters make ${all.length * args.rest.length} commands.`,
      `At most ${mostCommands} are measured; choose fewer values or a larger step.`,
    );
  return all;
};

/** Numbers from `least` to `most`, with as many decimals as bounds and step have. */
const scan = (name: string, least: string, most: string, step: number): readonly string[] => {
  const [from, to] = [Number(least), Number(most)];
  if (least.trim() === '' || most.trim() === '' || !Number.isFinite(from) || !(to >= from))
    throw new UserError(
      `--parameter-scan ${visible(name)} takes two numbers in order, not ` +
        `'${visible(least)}' and '${visible(most)}'.`,
      'For example --parameter-scan N 1 8.',
    );
  const steps = Math.floor((to - from) / step + 1e-9);
  if (steps >= mostCommands)
    throw new UserError(
      `--parameter-scan ${visible(name)} makes ${steps + 1} values.`,
      `At most ${mostCommands} commands are measured; choose a larger --parameter-step-size.`,
    );
  const decimals = Math.max(...[least, most, String(step)].map(decimalsOf));
  return Array.from({length: steps + 1}, (_, at) => (from + at * step).toFixed(decimals));
};

const decimalsOf = (text: string): number => /\.(\d+)$/.exec(text)?.[1].length ?? 0;

/** The words of a shell, or null if commands are run as they are. */
const shellOf = (args: CommandArguments): readonly string[] | null => {
  const shell = text(args, 'shell');
  if (shell === undefined) return null;
  if (flag(args, 'no-shell') || shell === 'none')
    throw new UserError(
      '--shell and --no-shell exclude each other.',
      'Without --shell, commands are run as they are: jitstat ab -- CMD... -- CMD...',
    );
  const words = shell === 'default' ? ['sh'] : shell.split(/\s+/).filter((word) => word !== '');
  if (words.length === 0)
    throw new UserError('--shell names no shell.', 'For example --shell bash.');
  return words;
};

/** Options for commands are a mistake if there is no command. */
export const refuseCommandOptions = (args: CommandArguments): void => {
  const options = [...Object.keys(commandOptionTable), 'parameter-list', 'parameter-scan', 'aa'];
  const given = firstGiven(args, options);
  if (given !== undefined)
    throw new UserError(
      `--${given} is for commands, and none was given.`,
      `Commands follow after --: jitstat ab --${given} … -- CMD... -- CMD...`,
    );
};
