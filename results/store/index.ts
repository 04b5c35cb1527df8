// The store: journals while a session runs, immutable folders once it is finished.
export {blocksToSamples} from './blocks.ts';
export {sweep, writeWhole} from './durable.ts';
export type {
  Journal,
  JournalBlock,
  JournalContent,
  JournalCount,
  JournalHeader,
  JournalNote,
  JournalRecord,
  JournalRun,
} from './journal.ts';
export {createJournal, readJournal, resumeJournal, unfinishedJournals} from './journal.ts';
export {
  defaultStore,
  ensureStore,
  hostFolder,
  journalPath,
  newSessionId,
  sessionFolder,
} from './store-layout.ts';
export type {SessionEntry, SessionHead, StoreProblem, StoredSession} from './session.ts';
export {finishSession, listSessions, loadSession, walkSessions} from './session.ts';
