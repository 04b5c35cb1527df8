// What `ab` measures when given commands: the first against each of the others.
import {UserError} from '../../results/error.ts';
import {visible} from '../../results/visible.ts';
import type {CommandArguments} from '../command/command.ts';
import {flag, text} from '../command/command.ts';
import {commandLines} from './command-lines.ts';
import {commandSubjects} from './command-subjects.ts';
import type {CommandTarget, Target} from './measure-options.ts';
import {refuseWorkloadOptions} from './read-options.ts';

/** One target for each command after the first; all are checked before anything runs. */
export const commandTargets = (args: CommandArguments, cwd: string): readonly Target[] => {
  refuseStray(args);
  refuseOutput(args);
  refuseWorkloadOptions(args);
  const [before, ...others] = commandLines(args);
  if (others.length === 0)
    throw new UserError(
      `ab compares two commands or more, and only ${visible(before.text)} was given.`,
      'Give a second command: jitstat ab -- CMD... -- CMD...; or one side: jitstat run -- CMD...',
    );
  const targets = others.map(
    (after) =>
      ({
        kind: 'commands',
        before: before.argv,
        after: after.argv,
        cwd,
        lines: {before, after},
      }) as const,
  );
  for (const target of targets) checkAll(target, args.rest.length);
  return targets;
};

/** A `--` inside a command splits it, and its second half is then not found as a program. */
const checkAll = (target: CommandTarget, commands: number): void => {
  try {
    commandSubjects(target);
  } catch (error) {
    if (commands < 3 || !(error instanceof UserError)) throw error;
    throw new UserError(
      `${error.message.replace(/\.$/, '')} (${commands} commands were given).`,
      `${error.hint.replace(/\.$/, '')}; if -- is a word of a command: ` +
        'jitstat ab --separator @ -- CMD... @ CMD...',
    );
  }
};

/** A word before `--` is a workload, or the value of an option as another tool spells it. */
const refuseStray = ({positionals, values, rest}: CommandArguments): void => {
  const [word] = positionals;
  if (word === undefined) return;
  const isDuration = /^\d+$/.test(word) && values['details'] !== undefined;
  throw new UserError(
    `Unexpected argument '${visible(word)}' before the first --.`,
    isDuration
      ? `-d is perf's --details here; poop's -d ${word} is --time ${Number(word) / 1000}.`
      : `Give workloads or ${rest.length < 2 ? 'two' : 'these'} commands, not both: ` +
          'jitstat ab -- CMD... -- CMD...',
  );
};

/** hyperfine's `--output` says where commands print to. */
const refuseOutput = (args: CommandArguments): void => {
  const place = text(args, 'output') ?? '';
  if (!['null', 'pipe', 'inherit'].includes(place)) return;
  throw new UserError(
    `--output is the folder of the page here, and not ${place}.`,
    'What commands print is dropped, and goes to stderr with --show-output; for a folder of that ' +
      `name: --output ./${place}.`,
  );
};

/** Words that contain blanks are commands as hyperfine takes them. */
export const refuseQuoted = (args: CommandArguments): void => {
  const quoted = args.positionals.find((word) => /\s/.test(word));
  if (quoted === undefined) return;
  const shown = args.positionals.map((word) => `'${visible(word)}'`).join(' ');
  const plain = args.positionals.map((word) => `-- ${visible(word)}`).join(' ');
  throw new UserError(
    `'${visible(quoted)}' is a command and not a workload.`,
    flag(args, 'no-shell')
      ? `Without a shell: jitstat ab ${plain}.`
      : `jitstat ab --shell sh ${shown}; or without a shell: jitstat ab ${plain}.`,
  );
};
