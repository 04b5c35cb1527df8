// Reads everything in a store and reports for each file whether its checksum matches.
import {existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {readNights} from './nights.ts';
import {readNotes} from './notes.ts';
import {readAlertMoves} from './alert-files.ts';
import {checkDocument} from '../store/checksum.ts';
import {readJournal} from '../store/read-journal.ts';
import {readStored} from '../store/read.ts';
import {listSessions, loadSession} from '../store/session.ts';
import {loadSlices, slicesFile} from '../store/slices-file.ts';

/** What was found of one kind of file; notes are written by hand and carry no checksum. */
export interface VerifiedKind {
  readonly kind: 'sessions' | 'runs' | 'slices' | 'journals' | 'nights' | 'notes' | 'alerts';
  /** Read, and the checksum matches. */
  checked: number;
  /** Read, but written before there were checksums, or without one. */
  unchecked: number;
  /** Damaged files, lines of journals and what does not belong there. */
  damaged: number;
}

export interface Verification {
  readonly kinds: readonly VerifiedKind[];
  readonly problems: readonly {readonly path: string; readonly text: string}[];
}

export const verifyStore = async (store: string): Promise<Verification> => {
  const problems: {path: string; text: string}[] = [];
  const [sessions, runs, slices, journals, nights, notes, alerts] = (
    ['sessions', 'runs', 'slices', 'journals', 'nights', 'notes', 'alerts'] as const
  ).map((kind): VerifiedKind => ({kind, checked: 0, unchecked: 0, damaged: 0}));
  const count = (kind: VerifiedKind, checked: boolean): void => {
    if (checked) kind.checked++;
    else kind.unchecked++;
  };
  const fail = (kind: VerifiedKind, path: string, error: unknown): void => {
    kind.damaged++;
    problems.push({path, text: wordsOf(path, error)});
  };

  const listed = listSessions(store);
  for (const {path, text} of listed.problems) fail(sessions, path, text);
  for (const entry of listed.entries) {
    const file = join(entry.folder, 'session.json');
    const runsPath = join(entry.folder, 'runs.json.gz');
    try {
      count(sessions, (entry.session, entry.checked));
    } catch (error) {
      fail(sessions, file, error);
      continue;
    }
    try {
      const {samples, checked} = await loadSession(store, entry.folder);
      if (samples !== null) count(runs, checked);
    } catch (error) {
      fail(runs, runsPath, error);
    }
    try {
      if (loadSlices(entry.folder, entry.id) !== null) count(slices, true);
    } catch (error) {
      fail(slices, join(entry.folder, slicesFile), error);
    }
  }

  for (const path of filesOf(join(store, 'journals'))) {
    try {
      const {checked, damaged, doubled} = readJournal(path);
      count(journals, checked);
      for (const line of damaged) fail(journals, path, `line ${line} is damaged`);
      for (const index of doubled) fail(journals, path, `block ${index} is there twice`);
    } catch (error) {
      fail(journals, path, error);
    }
  }
  const nightFiles = readNights(store);
  for (const {path, text} of nightFiles.problems) fail(nights, path, text);
  for (const path of filesOf(join(store, 'nights'), true))
    if (!nightFiles.problems.some((problem) => problem.path === path))
      count(nights, checkDocument(readStored(path)));
  const noteFiles = readNotes(store);
  for (const {path, text} of noteFiles.problems) fail(notes, path, text);
  notes.unchecked = noteFiles.notes.length;
  const moves = readAlertMoves(store);
  for (const {path, text} of moves.problems) fail(alerts, path, text);
  alerts.checked = moves.moves.length;
  return {kinds: [sessions, runs, slices, journals, nights, notes, alerts], problems};
};

const wordsOf = (path: string, error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(`${path} `, '');

const filesOf = (folder: string, deep = false): string[] =>
  existsSync(folder)
    ? readdirSync(folder, {recursive: deep, withFileTypes: true})
        .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
    : [];
