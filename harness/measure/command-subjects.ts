// Commands as the sides of a session.
import {statSync} from 'node:fs';
import {resolve} from 'node:path';
import {UserError} from '../../results/error.ts';
import {visible} from '../../results/visible.ts';
import {checkProgram} from '../perf/program.ts';
import type {CommandLine, CommandTarget} from './measure-options.ts';
import type {Subject, Subjects} from './subject.ts';

/** Both commands, found and executable; `after` is null for a one-sided session. */
export const commandSubjects = ({before, after, cwd, lines}: CommandTarget): Subjects => ({
  before: commandSubject(lines?.before ?? plain(before), cwd),
  after: after === null ? null : commandSubject(lines?.after ?? plain(after), cwd),
});

const plain = (argv: readonly string[]): CommandLine => ({argv, text: argv.join(' ')});

/** Any command: nothing to place, nothing reported; perf's exit code is the command's. */
const commandSubject = (line: CommandLine, cwd: string): Subject => {
  const {argv, text, name, input} = line;
  // A program that the setup builds need not exist yet.
  if (line.setup === undefined) checkProgram(argv, cwd, process.env['PATH']);
  if (input !== undefined) checkInput(resolve(cwd, input));
  return {
    info: {label: name ?? text, command: text},
    cwd,
    joins: line.prepare === undefined && line.conclude === undefined && input === undefined,
    around: line,
    prepare: async () => ({
      argv,
      placement: null,
      check: () => ({problem: null, results: [], counts: []}),
    }),
  };
};

const checkInput = (file: string): void => {
  if (statSync(file).isDirectory())
    throw new UserError(`${visible(file)} is a folder.`, 'Name a file after --input.');
};

/**
 * Tables list events in the order they were asked for, and of a command people want the time first.
 */
export const elapsedFirst = (events: readonly string[]): readonly string[] => [
  'duration_time',
  ...events.filter((event) => event !== 'duration_time'),
];
