// The store: journals while a session runs, immutable folders once it is finished.
export {blocksToSamples} from './blocks.ts';
export {sweep} from './durable.ts';
export type {Journal} from './journal.ts';
export type {
  JournalBlock,
  JournalContent,
  JournalHeader,
  JournalRun,
  JournalSlices,
} from './journal-types.ts';
export {beingMeasured, createJournal, resumeJournal} from './journal.ts';
export {lockedError, takeLock} from './lock.ts';
export {readJournal, unfinishedJournals} from './read-journal.ts';
export {hostFolder, newSessionId} from './store-layout.ts';
export type {SessionEntry, SessionHead, StoredSession} from './session.ts';
export type {StoreProblem} from './store-layout.ts';
export {
  finishSession,
  listSessions,
  loadSession,
  readSessionFile,
  parseSession,
} from './session.ts';
export {comparisonWithInfinities} from './infinities.ts';
export {comparisonFault} from './shapes.ts';
export {loadSlices} from './slices-file.ts';
