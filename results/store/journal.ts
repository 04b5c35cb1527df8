// The journal a session grows in: one JSON line a finished block, so that a killed session keeps
// every finished run.
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import {dirname, join} from 'node:path';
import {UserError} from '../error.ts';
import type {HostRecord, NotCounted, PlacementRecord, Plan, Session, SideInfo} from '../types.ts';
import {flushFolder, writing} from './durable.ts';
import {ensureStore, journalPath} from './store-layout.ts';
import type {Owner} from './owner.ts';
import {isAlive, thisProcess} from './owner.ts';
import {readStored} from './read.ts';

/**
 * First line of a journal: everything needed to go on with the same plan. `owner` is filled in by
 * `createJournal`.
 */
export interface JournalHeader {
  readonly schema: 'jitstat/journal/1';
  readonly id: string;
  readonly created: string;
  readonly kind: Session['kind'];
  readonly workload: string | null;
  readonly before: SideInfo;
  readonly after: SideInfo | null;
  readonly host: HostRecord;
  readonly plan: Plan;
  /** Exact commands as argv, by side. */
  readonly commands: Readonly<Record<string, readonly string[]>>;
  readonly notCounted: readonly NotCounted[];
  readonly night?: string;
  /** What else the runner needs to resume. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly owner?: Owner;
}

/**
 * Count scaled by perf (null = not counted), then enabled and running time in nanoseconds where the
 * source has them.
 */
export type JournalCount = readonly [
  value: number | null,
  enabled: number | null,
  running: number | null,
];

export interface JournalRun {
  readonly events: Readonly<Record<string, JournalCount>>;
  /** What the shim printed for this run. */
  readonly shim?: Readonly<Record<string, unknown>>;
}

/**
 * One finished block. `index` counts blocks from 0 over the whole session; `quad`, `position`,
 * `side`, `warmup` as in `Samples`.
 */
export interface JournalBlock {
  readonly type: 'block';
  readonly index: number;
  readonly quad: number;
  readonly position: number;
  readonly side: 0 | 1;
  readonly warmup: boolean;
  /** Part of the A/A beside the session. */
  readonly aa: boolean;
  readonly placement: PlacementRecord | null;
  readonly runs: readonly JournalRun[];
}

export interface JournalNote {
  readonly type: 'note';
  readonly text: string;
}

export type JournalRecord = JournalBlock | JournalNote;

export interface Journal {
  readonly path: string;
  /** Writes one whole line with one write and flushes it to the disk. */
  readonly append: (record: JournalRecord) => void;
  readonly close: () => void;
}

export interface JournalContent {
  readonly path: string;
  readonly header: JournalHeader;
  readonly blocks: readonly JournalBlock[];
  readonly notes: readonly string[];
  /** What a kill left of an unfinished line, dropped; null where the last line is whole. */
  readonly torn: {readonly line: number; readonly bytes: number} | null;
  /**
   * Whole lines that hold no block and no note, counted from 1: damage, left out. Their blocks are
   * run again.
   */
  readonly damaged: readonly number[];
  /** Bytes up to the end of the last whole line. */
  readonly wholeBytes: number;
}

export const createJournal = (store: string, header: JournalHeader): Journal => {
  ensureStore(store);
  const path = journalPath(store, header.id);
  const descriptor = writing(path, () => {
    mkdirSync(dirname(path), {recursive: true});
    return openSync(path, 'ax');
  });
  writeLine(descriptor, path, {...header, owner: thisProcess()});
  flushFolder(dirname(path));
  return journalOn(descriptor, path);
};

/** Opens the journal of a killed session to go on with it; a torn last line is cut off first. */
export const resumeJournal = (
  store: string,
  id: string,
): {journal: Journal; content: JournalContent} => {
  const path = journalPath(store, id);
  const content = readJournal(path);
  if (content.torn !== null) truncateSync(path, content.wholeBytes);
  return {journal: journalOn(openSync(path, 'a'), path), content};
};

/**
 * Reads the whole lines of a journal; damaged ones are named and left out, and what lies behind
 * them is kept.
 */
export const readJournal = (path: string): JournalContent => {
  const bytes = readBytes(path);
  const wholeBytes = bytes.lastIndexOf(10) + 1;
  const [first, ...lines] = bytes.toString('utf8', 0, wholeBytes).split('\n').slice(0, -1);
  const header = parseLine(first ?? '', isHeader);
  if (header === null)
    throw new UserError(
      `${path} is not a jitstat journal.`,
      'Its first line does not hold a header of schema jitstat/journal/1.',
    );
  const records = lines.map((line) => parseLine(line, isRecord));
  return {
    path,
    header,
    blocks: records.filter((record) => record?.type === 'block'),
    notes: records.flatMap((record) => (record?.type === 'note' ? [record.text] : [])),
    torn:
      wholeBytes === bytes.length
        ? null
        : {line: lines.length + 2, bytes: bytes.length - wholeBytes},
    damaged: records.flatMap((record, at) => (record === null ? [at + 2] : [])),
    wholeBytes,
  };
};

/**
 * Journals in a store that no living process writes, oldest first, and files there that are no
 * journals.
 */
export const unfinishedJournals = (
  store: string,
): {journals: JournalContent[]; problems: {path: string; text: string}[]} => {
  const journals: JournalContent[] = [];
  const problems: {path: string; text: string}[] = [];
  for (const path of journalFiles(store)) {
    try {
      const content = readJournal(path);
      const {owner} = content.header;
      if (owner === undefined || owner.pid === process.pid || !isAlive(owner))
        journals.push(content);
    } catch (error) {
      problems.push({path, text: error instanceof Error ? error.message : String(error)});
    }
  }
  return {journals, problems};
};

const journalOn = (descriptor: number, path: string): Journal => ({
  path,
  append: (record) => writeLine(descriptor, path, record),
  close: () => closeSync(descriptor),
});

const writeLine = (descriptor: number, path: string, record: unknown): void => {
  const line = Buffer.from(`${JSON.stringify(record)}\n`);
  writing(path, () => {
    if (writeSync(descriptor, line) !== line.length)
      throw new UserError(`${path} could not be written whole.`, 'Is the disk full?');
    fsyncSync(descriptor);
  });
};

const parseLine = <T>(line: string, isOne: (value: unknown) => value is T): T | null => {
  try {
    const value: unknown = JSON.parse(line);
    return isOne(value) ? value : null;
  } catch {
    return null;
  }
};

const isHeader = (value: unknown): value is JournalHeader =>
  (value as JournalHeader | null)?.schema === 'jitstat/journal/1';

const isRecord = (value: unknown): value is JournalRecord => {
  const record = value as JournalRecord | null;
  if (record?.type === 'note') return typeof record.text === 'string';
  return (
    record?.type === 'block' &&
    [record.index, record.quad, record.position, record.side].every(Number.isInteger) &&
    Array.isArray(record.runs)
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
      'Journals lie in the journals/ folder of a store.',
    );
  }
};
