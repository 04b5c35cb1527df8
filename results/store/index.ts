// The store: journals while a session runs, immutable folders once it is finished.
export {blocksToSamples} from './blocks.ts';
export {sweep, writeWhole} from './durable.ts';
export type {Journal} from './journal.ts';
export type {
  JournalBlock,
  JournalContent,
  JournalCount,
  JournalHeader,
  JournalNote,
  JournalRecord,
  JournalRun,
  JournalSlices,
} from './journal-types.ts';
export {beingMeasured, createJournal, resumeJournal} from './journal.ts';
export type {Holder, Lock} from './lock.ts';
export {LockedError, lockedError, takeLock} from './lock.ts';
export {readJournal, unfinishedJournals} from './read-journal.ts';
export {
  defaultStore,
  ensureStore,
  hostFolder,
  journalPath,
  newSessionId,
  sessionFolder,
} from './store-layout.ts';
export type {SessionEntry, SessionHead, StoredSession} from './session.ts';
export type {StoreProblem} from './store-layout.ts';
export {finishSession, listSessions, loadSession, walkSessions} from './session.ts';
export {comparisonFault, comparisonWithInfinities} from './shapes.ts';
export {loadSlices} from './slices-file.ts';
