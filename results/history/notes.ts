// Notes: what people know about a night, one file each in the store, so that they are reviewed and
// merged like code.
import {createHash} from 'node:crypto';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {UserError} from '../error.ts';
import {writeWhole} from '../store/durable.ts';
import {ensureStore} from '../store/store-layout.ts';
import {readDocuments, readStored} from '../store/read.ts';
import type {Note} from './types.ts';

/**
 * Writes `<store>/notes/<date>-<slug>.json` and returns its path. The same words on the same date,
 * for the same machine and workload, are one note.
 */
export const writeNote = (store: string, note: Omit<Note, 'schema'>): string => {
  if (!isDate(note.date))
    throw new UserError(`'${note.date}' is not a date.`, 'Dates are written 2026-11-22.');
  const text = note.text.trim();
  if (text === '')
    throw new UserError(
      'The note is empty.',
      'For example: jitstat note 2026-11-22 "new microcode".',
    );
  ensureStore(store);
  const path = join(store, 'notes', `${note.date}-${slug(text)}${mark(text, note)}.json`);
  if (existsSync(path)) {
    const there = textIn(path);
    if (there !== text)
      throw new UserError(
        `${path} already holds '${there}'.`,
        'Word the note differently, or edit that file.',
      );
  }
  writeWhole(
    store,
    path,
    `${JSON.stringify({schema: 'jitstat/note/1', ...note, text}, null, 2)}\n`,
  );
  return path;
};

/** All notes by date, and files that are not notes. */
export const readNotes = (
  store: string,
): {notes: Note[]; problems: {path: string; text: string}[]} => {
  const {documents, problems} = readDocuments(
    join(store, 'notes'),
    (name) => !name.startsWith('.'),
    (value) => {
      const note = value as Note;
      if (note?.schema !== 'jitstat/note/1' || !isDate(note.date) || typeof note.text !== 'string')
        throw new Error('not a note: schema, date or text is missing');
      return note;
    },
  );
  return {notes: documents.sort((a, b) => (a.date < b.date ? -1 : 1)), problems};
};

/** A day that the calendar has, as `2026-02-28`. */
export const isDate = (text: unknown): boolean => {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
};

const textIn = (path: string): string => {
  try {
    return (JSON.parse(readStored(path).toString()) as Note).text;
  } catch {
    throw new UserError(`${path} is damaged.`, 'Restore it from git, or remove it.');
  }
};

const words = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');

const slugLength = 40;
const slug = (text: string): string =>
  words(text).slice(0, slugLength).replace(/-+$/, '') || 'note';

/**
 * Distinguishes what the slug alone would not: machines and workloads, and all texts except plain
 * words.
 */
const mark = (text: string, {machine, workload}: Pick<Note, 'machine' | 'workload'>): string => {
  const isWhole = text === words(text).replaceAll('-', ' ') && text.length <= slugLength;
  return isWhole && machine === undefined && workload === undefined
    ? ''
    : `-${createHash('sha256')
        .update(JSON.stringify([text, machine, workload]))
        .digest('hex')
        .slice(0, 8)}`;
};
