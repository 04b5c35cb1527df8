// Makes the database's results from the files of a store, which are the truth.
import {existsSync, readFileSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {UserError} from '../../../results/error.ts';
import {readAlertMoves} from '../../../results/history/alert-files.ts';
import {readNights} from '../../../results/history/index.ts';
import {readNotes} from '../../../results/history/notes.ts';
import {checkDocument, sha256} from '../../../results/store/checksum.ts';
import {sessionFolders} from '../../../results/store/find-session.ts';
import type {FleetJob} from '../protocol/messages.ts';
import {importMove, importNight, importNote} from './import-night.ts';
import {importSession} from './import-session.ts';
import type {Queryable} from './queryable.ts';
import {inTransaction} from './queryable.ts';
import {refreshHistory} from './refresh-history.ts';

export interface Rebuilt {
  readonly sessions: number;
  readonly nights: number;
  readonly notes: number;
  readonly moves: number;
  readonly histories: number;
  /** Files that were left out, and why. */
  readonly problems: readonly {readonly path: string; readonly text: string}[];
}

/**
 * Imports what the database does not have yet, one transaction per file; a rebuild that was stopped
 * can simply be run again.
 */
export const importStore = async (db: Queryable, store: string): Promise<Rebuilt> => {
  const found = sessionFolders(store);
  const problems = [...found.problems];
  const take = async (path: string, work: () => Promise<unknown>): Promise<number> => {
    try {
      await inTransaction(db, work);
      return 1;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push({path, text: error.message});
      return 0;
    }
  };
  let sessions = 0;
  const names = new Map<string, string>();
  for (const folder of found.folders) {
    const file = join(folder, 'session.json');
    sessions += await take(file, async () => {
      const text = readText(file);
      const {host, job} = originOf(folder, text);
      names.set(hostFolderOf(folder), host);
      await importSession(db, {id: basename(folder), checksum: sha256(text), text, host, job});
    });
  }
  const {nights, problems: nightProblems} = readNights(store);
  const {notes, problems: noteProblems} = readNotes(store);
  const {moves, problems: moveProblems} = readAlertMoves(store);
  let done = 0;
  for (const night of nights)
    done += await take(`night ${night.id}`, () =>
      importNight(db, night, names.get(night.machine) ?? night.machine),
    );
  for (const note of notes) await take(`note ${note.date}`, () => importNote(db, note));
  for (const move of moves) await take(`alert ${move.alert}`, () => importMove(db, move));
  return {
    sessions,
    nights: done,
    notes: notes.length,
    moves: moves.length,
    histories: await refreshHistory(db, Infinity),
    problems: [...problems, ...nightProblems, ...noteProblems, ...moveProblems],
  };
};

/** `data/HOST/yyyy/mm/id`, with the name the machine gave itself. */
const hostFolderOf = (folder: string): string => basename(dirname(dirname(dirname(folder))));

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${(error as Error).message}.`, 'Restore it.');
  }
};

/**
 * Written by the hub next to a session; without it the session's own host record names the host.
 */
const originOf = (folder: string, text: string): {host: string; job: FleetJob | null} => {
  const file = join(folder, 'origin.json');
  if (!existsSync(file)) {
    const {host} = documentOf(join(folder, 'session.json'), text) as {host?: {name?: unknown}};
    return {host: String(host?.name), job: null};
  }
  const origin = documentOf(file, readText(file)) as {host?: unknown; job?: FleetJob | null};
  if (typeof origin.host === 'string') return {host: origin.host, job: origin.job ?? null};
  throw new UserError(`${file} names no host.`, 'Restore it from a backup.');
};

const documentOf = (file: string, text: string): object => {
  try {
    checkDocument(Buffer.from(text));
    return JSON.parse(text) as object;
  } catch (error) {
    throw new UserError(`${file} is damaged (${(error as Error).message}).`, 'Restore it.');
  }
};
