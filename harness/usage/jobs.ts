// The usage and options of `jitstat jobs`.
import type {CommandTable} from '../command/command.ts';
import {hubOptions} from '../command/hub-options.ts';

/** The states of a job. */
export const jobStates = [
  'created',
  'retry',
  'active',
  'completed',
  'cancelled',
  'failed',
] as const;

export const table: CommandTable = {
  usage: ['jobs [--host NAME] [--state S] [--limit N]', 'jobs cancel|retry ID...'],
  examples: [
    ['jobs', 'what is running, what waits, what ended last'],
    ['jobs --state failed --json', 'for a script'],
    ['jobs cancel 3f2b7c1e-0000-4000-8000-000000000000', 'even while it is being measured'],
  ],
  options: {
    ...hubOptions,
    host: {type: 'text', value: 'NAME', help: 'only jobs for this host'},
    state: {type: 'choice', of: jobStates, value: 'S', help: 'only jobs in this state'},
    limit: {type: 'whole', least: 1, most: 10_000, help: 'how many to list (default 50)'},
  },
  positionals: {least: 0, most: Infinity, what: 'cancel or retry, and job ids'},
};
