// Reads journals: whole lines whose checksum matches, the first for each index; reports what it
// left out.
import {existsSync, readdirSync} from 'node:fs';
import {basename, join} from 'node:path';
import * as v from 'valibot';
import {UserError} from '../error.ts';
import {checkLine} from './checksum.ts';
import type {JournalBlock, JournalContent, JournalHeader, JournalRecord} from './journal-types.ts';
import type {Holder} from './lock.ts';
import {lockHolder} from './lock.ts';
import {isAlive} from './owner.ts';
import {isSliceProcess} from './slices-file.ts';
import {readStored} from './read.ts';
import {blockShape, headerFault} from './shapes.ts';
import {sessionFolder} from './store-layout.ts';

/**
 * Reads the whole lines of a journal; damaged and doubled ones are named and left out, and what
 * comes after them is kept. Throws UserError for a file without an intact header.
 */
export const readJournal = (path: string): JournalContent => {
  const bytes = readBytes(path);
  const wholeBytes = bytes.lastIndexOf(10) + 1;
  const [first, ...lines] = bytes.toString('utf8', 0, wholeBytes).split('\n').slice(0, -1);
  const header = readHeader(path, first ?? '');
  const checked = header.checked !== undefined;
  const records = lines.map((line) => readRecord(line, checked));
  const blocks = records.filter((record) => record?.type === 'block');
  const firsts = firstOfEachIndex(blocks);
  return {
    path,
    header,
    blocks: [...firsts],
    slices: records.filter((record) => record?.type === 'slices'),
    notes: records.flatMap((record) => (record?.type === 'note' ? [record.text] : [])),
    checked,
    doubled: blocks.filter((block) => !firsts.has(block)).map(({index}) => index),
    torn:
      wholeBytes === bytes.length
        ? null
        : {line: lines.length + 2, bytes: bytes.length - wholeBytes},
    damaged: records.flatMap((record, at) => (record === null ? [at + 2] : [])),
    wholeBytes,
  };
};

export interface Unfinished {
  /** Journals no living process writes, oldest first: `ab --resume` continues them. */
  readonly journals: JournalContent[];
  /** Journals left by a kill between the end of their session and their removal. */
  readonly finished: JournalContent[];
  /** Sessions that a process is measuring. */
  readonly busy: {readonly id: string; readonly holder: Holder}[];
  /** Files there that are not journals, and why. */
  readonly problems: {path: string; text: string}[];
}

export const unfinishedJournals = (store: string): Unfinished => {
  const found: Unfinished = {journals: [], finished: [], busy: [], problems: []};
  for (const path of journalFiles(store)) {
    try {
      const content = readJournal(path);
      const {header} = content;
      const holder = lockHolder(store, header.id) ?? ownerWithoutLock(content);
      if (holder !== null) found.busy.push({id: header.id, holder});
      else if (existsSync(join(sessionFolder(store, header), 'session.json')))
        found.finished.push(content);
      else found.journals.push(content);
    } catch (error) {
      // Another process has just finished it.
      if (!existsSync(path)) continue;
      found.problems.push({path, text: error instanceof Error ? error.message : String(error)});
    }
  }
  return found;
};

/** Before there were locks, only the header said who writes. */
const ownerWithoutLock = ({header: {owner, checked}, path}: JournalContent): Holder | null =>
  checked === undefined && owner !== undefined && owner.pid !== process.pid && isAlive(owner)
    ? {pid: owner.pid, host: null, path}
    : null;

const readHeader = (path: string, line: string): JournalHeader => {
  if (line === '')
    throw new UserError(
      `${path} is not a jitstat journal: it is empty or without a whole first line.`,
      'Nothing was measured yet when it was written; remove it.',
    );
  const header = parse(line) as Partial<JournalHeader> | null;
  const sum = checkLine(line);
  if (sum === 'wrong' || (sum === 'none' && header?.checked !== undefined))
    throw new UserError(
      `${path} is damaged: the checksum of its header does not fit.`,
      'Its blocks cannot be used without their plan; restore the file from a backup, or remove it.',
    );
  if (header?.schema !== 'jitstat/journal/1')
    throw new UserError(
      `${path} is not a jitstat journal.`,
      'Its first line does not hold a header of schema jitstat/journal/1.',
    );
  const fault = headerFault(header);
  if (fault !== null)
    throw new UserError(
      `${path} is damaged: ${fault}.`,
      'Restore it from a backup, or remove it and measure again.',
    );
  if (basename(path) !== `${header.id}.ndjson`)
    throw new UserError(
      `${path} holds the journal of session ${header.id}.`,
      'It was renamed or copied; a journal has the name of its session.',
    );
  return withoutSum(header as JournalHeader);
};

const readRecord = (line: string, checked: boolean): JournalRecord | null => {
  const sum = checkLine(line);
  if (sum === 'wrong' || (sum === 'none' && checked)) return null;
  const record = parse(line) as JournalRecord | null;
  if (record?.type === 'note') return typeof record.text === 'string' ? withoutSum(record) : null;
  if (record?.type === 'slices') return isSliceProcess(record.process) ? withoutSum(record) : null;
  return v.is(blockShape, record) ? withoutSum(record as JournalBlock) : null;
};

const withoutSum = <T extends object>(record: T): T => {
  const {crc: _crc, ...rest} = record as T & {crc?: string};
  return rest as unknown as T;
};

const parse = (line: string): unknown => {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return null;
  }
};

const firstOfEachIndex = (blocks: readonly JournalBlock[]): ReadonlySet<JournalBlock> => {
  const indexes = new Set<number>();
  return new Set(
    blocks.filter(({index}) => {
      const isFirst = !indexes.has(index);
      indexes.add(index);
      return isFirst;
    }),
  );
};

const journalFiles = (store: string): string[] => {
  const folder = join(store, 'journals');
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.ndjson'))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
};

const readBytes = (path: string): Buffer => {
  try {
    return readStored(path);
  } catch {
    throw new UserError(
      `${path} cannot be read.`,
      'Journals are in the journals/ folder of a store.',
    );
  }
};
