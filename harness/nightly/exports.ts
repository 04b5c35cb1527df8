// --export FORMAT=FILE: sessions and the night in a foreign format, written to or appended to the
// file that CI expects.
import {appendFileSync, existsSync, mkdirSync, statSync, writeFileSync} from 'node:fs';
import {dirname, resolve} from 'node:path';
import {UserError} from '../../results/error.ts';
import {closest} from '../../jit/closest.ts';
import type {Export} from '../../results/exports/index.ts';
import {exports} from '../../results/exports/index.ts';
import {exportNames} from '../../results/exports/names.ts';
import type {Night} from '../../results/history/index.ts';
import type {SessionEntry} from '../../results/store/index.ts';
import {listSessions, loadSession} from '../../results/store/index.ts';
import type {Samples, Session} from '../../results/types.ts';
import {userMessage} from '../command/trouble.ts';
import {checkWritable} from '../host/writable.ts';

export interface ExportRequest {
  readonly format: Export;
  readonly file: string;
}

export const findExport = (name: string): Export => {
  const found = exports.find((candidate) => candidate.name === name);
  if (found === undefined)
    throw new UserError(
      `There is no export '${name}'.`,
      closest(name, exportNames, `It is one of: ${exportNames.join(', ')}.`),
    );
  return found;
};

/** `junit=report.xml`, any number of times; checked before anything is measured. */
export const readExports = (values: readonly string[], cwd: string): ExportRequest[] =>
  values.map((value) => {
    const [name, ...rest] = value.split('=');
    const format = findExport(name);
    if (rest.join('=') === '')
      throw new UserError(
        `--export ${name} names no file.`,
        `For example --export ${name}=night.${name === 'junit' ? 'xml' : 'txt'}.`,
      );
    const file = resolve(cwd, rest.join('='));
    if (existsSync(file) && statSync(file).isDirectory())
      throw new UserError(`--export ${name}: ${file} is a folder.`, 'Name a file in it.');
    checkWritable(dirname(file));
    return {format, file};
  });

/**
 * The text of one export. `say` is told of sessions that cannot be read and are left out, and of
 * those whose runs are damaged, of which the summary is exported.
 */
export const exportText = async (
  store: string,
  ids: readonly string[],
  night: Night | null,
  format: Export,
  say: (text: string) => void,
): Promise<string> => {
  const entries = new Map(listSessions(store).entries.map((entry) => [entry.id, entry]));
  const sessions: {session: Session; samples: Samples | null}[] = [];
  for (const id of ids) {
    const entry = entries.get(id);
    try {
      if (entry === undefined) throw new UserError(`There is no session ${id}.`, '');
      sessions.push(
        format.needsRuns === true
          ? await withRuns(store, entry, say)
          : {session: entry.session, samples: null},
      );
    } catch (error) {
      say(`${userMessage(error)}; left out`);
    }
  }
  return format.write({sessions, night});
};

const withRuns = async (
  store: string,
  {folder, session}: SessionEntry,
  say: (text: string) => void,
): Promise<{session: Session; samples: Samples | null}> => {
  try {
    return await loadSession(store, folder);
  } catch (error) {
    say(`${userMessage(error)}; its summary is exported`);
    return {session, samples: null};
  }
};

/**
 * Exports the session that counts for each entry, the confirming one. Appends to a step summary, as
 * GitHub requires.
 */
export const writeExports = async (
  store: string,
  night: Night,
  requests: readonly ExportRequest[],
  say: (text: string) => void,
): Promise<void> => {
  const ids = night.workloads.flatMap(({session, confirm}) => confirm ?? session ?? []);
  for (const {format, file} of requests) {
    const text = await exportText(store, ids, night, format, say);
    writeOutput(file, text, {
      append: format.name === 'step-summary',
      hint: 'The night itself is in the store; jitstat history --export writes it again.',
    });
  }
};

/** Writes a file that the user named, and makes the folders above it. */
export const writeOutput = (
  file: string,
  text: string,
  {
    append = false,
    hint = 'Choose another place.',
  }: {readonly append?: boolean; readonly hint?: string} = {},
): void => {
  try {
    mkdirSync(dirname(file), {recursive: true});
    (append ? appendFileSync : writeFileSync)(file, text);
  } catch (error) {
    throw new UserError(
      `${file} cannot be written (${error instanceof Error ? error.message : String(error)}).`,
      hint,
    );
  }
};
