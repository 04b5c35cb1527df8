// The source of completion, manual page and commands page: every command's table, and the names
// that a word or an option may take.
import type {commandGroups} from '../usage/index.ts';
import {commandTables} from '../usage/index.ts';
import type {NamedTable} from '../command/command.ts';
import type {Option, Options} from '../command/option-types.ts';
import {commonOptions} from '../command/options.ts';

export type ListedTable = NamedTable & {readonly group: keyof typeof commandGroups};

/** In the order of the overview, with the options that every command has. */
export const listedTables = (): Promise<readonly ListedTable[]> =>
  Promise.all(
    commandTables.map(async ({name, group, summary, table}) => {
      const loaded = await table();
      const options: Options = {...loaded.options, ...commonOptions};
      return {...loaded, options, name, group, summary};
    }),
  );

/** Names that are known only when workloads and variants are loaded. */
export interface KnownNames {
  readonly workloads: readonly string[];
  readonly variants: readonly string[];
}

/** What may follow an option: words, or files and folders that the shell finds itself. */
export type Completion = 'files' | 'folders' | 'nothing' | readonly string[];

const takesVariant = ['before', 'after', 'variant', 'rules'];

export const completionOf = (name: string, option: Option, {variants}: KnownNames): Completion => {
  if (option.type === 'choice') return option.of;
  if (option.type === 'file') return 'files';
  if (option.type === 'folder') return 'folders';
  return takesVariant.includes(name) ? variants : 'nothing';
};

const takesWorkloads = ['ab', 'run', 'jit', 'annotate', 'bisect', 'size'];

/** The first words of commands that have several uses. */
const firstWords: Readonly<Record<string, readonly string[]>> = {
  completion: ['bash', 'zsh', 'fish'],
  emitter: ['check'],
  hosts: ['drain', 'resume'],
  hub: ['setup', 'token', 'tokens', 'revoke'],
  jobs: ['cancel', 'retry'],
  poke: ['explore', 'stress'],
  store: ['verify', 'push', 'pull', 'rebuild'],
};

/** Words that a command's positionals may be, in addition to files. */
export const wordsOf = ({name}: NamedTable, {workloads}: KnownNames): readonly string[] =>
  takesWorkloads.includes(name) ? workloads : (firstWords[name] ?? []);
