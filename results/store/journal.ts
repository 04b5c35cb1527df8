// The journal a session grows in: one JSON line per finished block, so that a killed session keeps
// every finished run.
import {closeSync, existsSync, fsyncSync, openSync, rmSync, truncateSync, writeSync} from 'node:fs';
import {StoreError, UserError} from '../error.ts';
import {checksumVersion, sealLine} from './checksum.ts';
import {createWhole, writing} from './durable.ts';
import type {JournalContent, JournalHeader, JournalRecord} from './journal-types.ts';
import type {Lock} from './lock.ts';
import {takeLock} from './lock.ts';
import {thisProcess} from './owner.ts';
import {readJournal} from './read-journal.ts';
import {ensureStore, journalPath} from './store-layout.ts';

export interface Journal {
  readonly path: string;
  /**
   * Writes one whole line with one write, so that it outlives this process; it is flushed to the
   * disk unless that was done within the last tenth of a second.
   */
  readonly append: (record: JournalRecord) => void;
  /** Closes the file and releases the lock. */
  readonly close: () => void;
  /** Removes the journal, for a session that is stored or will not run, and closes it. */
  readonly remove: () => void;
}

/** The journal appears with its whole header or not at all; the session is locked until `close`. */
export const createJournal = (store: string, header: JournalHeader): Journal => {
  ensureStore(store);
  const path = journalPath(store, header.id);
  return locked(store, header.id, () => {
    const first = {...header, owner: thisProcess(), checked: checksumVersion};
    createWhole(store, path, `${sealLine(first)}\n`);
    return path;
  });
};

/**
 * Opens the journal of a killed session to continue it; a torn last line is cut off first. Throws
 * LockedError if another process does so already, UserError if one has just finished it.
 */
export const resumeJournal = (
  store: string,
  id: string,
): {journal: Journal; content: JournalContent} => {
  let content: JournalContent | null = null;
  const journal = locked(store, id, () => {
    const path = journalPath(store, id);
    if (!existsSync(path))
      throw new UserError(
        `Session ${id} is no longer unfinished: another process has just ended it.`,
        'jitstat history lists what finished.',
      );
    content = readJournal(path);
    if (content.torn !== null) truncateSync(content.path, content.wholeBytes);
    return content.path;
  });
  return {journal, content: content!};
};

/** The message for a session that another process has locked. */
export const beingMeasured = (id: string): string => `Session ${id} is being measured`;

const locked = (store: string, id: string, prepare: () => string): Journal => {
  const lock = takeLock(store, id, beingMeasured(id));
  try {
    const path = prepare();
    return journalOn(openSync(path, 'a'), path, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
};

/** Flushing takes some milliseconds, which would come between short blocks. */
const flushMs = 100;

const journalOn = (descriptor: number, path: string, lock: Lock): Journal => {
  let isOpen = true;
  let flushed = 0;
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    closeSync(descriptor);
    lock.release();
  };
  return {
    path,
    append: (record) => {
      const now = Date.now();
      const isDue = now - flushed >= flushMs;
      writeLine(descriptor, path, record, isDue);
      if (isDue) flushed = now;
    },
    close,
    remove: () => {
      rmSync(path, {force: true});
      close();
    },
  };
};

const writeLine = (
  descriptor: number,
  path: string,
  record: JournalRecord,
  isFlushed: boolean,
): void => {
  const line = Buffer.from(`${sealLine(record)}\n`);
  writing(path, () => {
    if (writeSync(descriptor, line) !== line.length)
      throw new StoreError(`${path} could not be written whole.`, 'Make room on the disk.');
    if (isFlushed) fsyncSync(descriptor);
  });
};
