// Commands as the sides of a session.
import {checkProgram} from '../perf/program.ts';
import type {Target} from './measure-options.ts';
import type {Subject, Subjects} from './subject.ts';

type CommandTarget = Extract<Target, {kind: 'commands'}>;

/** Both commands, found and executable; `after` is null for a one-sided session. */
export const commandSubjects = ({before, after, cwd}: CommandTarget): Subjects => {
  for (const argv of [before, after])
    if (argv !== null) checkProgram(argv, cwd, process.env['PATH']);
  return {
    before: commandSubject(before, cwd),
    after: after === null ? null : commandSubject(after, cwd),
  };
};

/** Any command: nothing to place, nothing reported; its exit code is judged by perf's. */
const commandSubject = (argv: readonly string[], cwd: string): Subject => ({
  info: {label: argv.join(' '), command: argv.join(' ')},
  cwd,
  joins: true,
  prepare: async () => ({
    argv,
    placement: null,
    check: () => ({problem: null, results: [], counts: []}),
  }),
});

/** Tables list events in the order they were asked for: of a command people want to know the time. */
export const elapsedFirst = (events: readonly string[]): readonly string[] => [
  'duration_time',
  ...events.filter((event) => event !== 'duration_time'),
];
