// The code of every command, loaded when the command is called.
import type {Command} from '../command/command.ts';
import {commandTables} from '../usage/index.ts';

const loaders: Readonly<
  Record<(typeof commandTables)[number]['name'], () => Promise<{readonly command: Command}>>
> = {
  ab: () => import('./ab.ts'),
  run: () => import('./run.ts'),
  bisect: () => import('./bisect.ts'),
  plan: () => import('./plan.ts'),
  compare: () => import('./compare.ts'),
  reply: () => import('./reply.ts'),
  import: () => import('./import.ts'),
  table: () => import('./table.ts'),
  jit: () => import('./jit.ts'),
  annotate: () => import('./annotate.ts'),
  size: () => import('./size.ts'),
  review: () => import('./review.ts'),
  emitter: () => import('./emitter.ts'),
  poke: () => import('./poke.ts'),
  nightly: () => import('./nightly.ts'),
  history: () => import('./history.ts'),
  report: () => import('./report.ts'),
  serve: () => import('./serve.ts'),
  store: () => import('./store.ts'),
  note: () => import('./note.ts'),
  hub: () => import('./hub.ts'),
  agent: () => import('./agent.ts'),
  submit: () => import('./submit.ts'),
  jobs: () => import('./jobs.ts'),
  hosts: () => import('./hosts.ts'),
  doctor: () => import('./doctor.ts'),
  list: () => import('./list.ts'),
  completion: () => import('./completion.ts'),
  man: () => import('./man.ts'),
};

/** In the order of the overview. */
export const commands = commandTables.map((entry) => ({
  ...entry,
  load: async (): Promise<Command> => (await loaders[entry.name]()).command,
}));
