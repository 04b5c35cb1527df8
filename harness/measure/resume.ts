// Prepares interrupted sessions once more, from their journals.
import {UserError} from '../../results/error.ts';
import {scratchFolder} from '../host/scratch.ts';
import type {JournalHeader} from '../../results/store/index.ts';
import {
  beingMeasured,
  loadSession,
  lockedError,
  resumeJournal,
  unfinishedJournals,
} from '../../results/store/index.ts';
import type {Io} from '../command/command.ts';
import {visible} from '../../results/visible.ts';
import {findPerf} from '../perf/perf.ts';
import {journalledOptions} from './journalled-options.ts';
import {usableBlocks} from './usable-blocks.ts';
import {cleanUp, setUp} from './hooks.ts';
import type {Subjects} from './subject.ts';
import {loadTarget} from './load-target.ts';
import {subjectsOf} from './subjects.ts';
import {resumeSlices} from './slices-session.ts';
import {canSlice} from './slices-target.ts';
import type {Measured, PreparedSession} from './session-types.ts';
import {releasePrepared} from './session-types.ts';

/** A journal may come from somebody else, so the user is told what will be run. */
const resumeNote = ({id, before, after, workload}: JournalHeader): string => {
  const sides = [before, after]
    .filter((side) => side !== null)
    .map(({command, label}) => visible(command ?? label));
  return `jitstat: going on with ${id}: ${workload === null ? 'running ' : ''}${sides.join(' and ')}\n`;
};

/**
 * Unfinished sessions of a store, oldest first; `id` picks one. A session that was stored just
 * before a kill is returned as it is. Throws if there is nothing to resume, or all are being
 * measured.
 */
export const prepareResume = async (
  io: Io,
  store: string,
  id: string | null,
  quiet: boolean,
): Promise<readonly (PreparedSession | Measured)[]> => {
  const {journals, finished, busy, problems} = unfinishedJournals(store);
  for (const {path, text} of problems)
    io.err(`jitstat: skipped ${visible(text.startsWith(path) ? text : `${path}: ${text}`)}\n`);
  const isChosen = (session: string): boolean => id === null || session.startsWith(id);
  const chosen = journals.filter(({header}) => isChosen(header.id));
  const stored = finished.filter(({header}) => isChosen(header.id));
  const locked = busy.filter((one) => isChosen(one.id));
  if (chosen.length + stored.length === 0) {
    if (locked.length > 0) throw lockedError(beingMeasured(locked[0].id), locked[0].holder);
    throw new UserError(
      id === null ? `Nothing to resume in ${store}.` : `No unfinished session '${id}' in ${store}.`,
      'A session that was killed leaves a journal there; jitstat history lists what finished.',
    );
  }
  const prepared: (PreparedSession | Measured)[] = [];
  try {
    for (const {header} of stored) prepared.push(await takeStored(store, header.id));
    for (const {header} of chosen) prepared.push(await resumeOne(io, store, header.id, quiet));
    return prepared;
  } catch (error) {
    for (const one of prepared)
      if ('journal' in one) {
        await cleanUp(one.subjects, io.err);
        releasePrepared(one);
      }
    throw error;
  }
};

/** A kill came between the end of the session and the removal of its journal. */
const takeStored = async (store: string, id: string): Promise<Measured> => {
  const stored = await loadSession(store, id);
  resumeJournal(store, id).journal.remove();
  return stored;
};

/** The journal is locked first and read afterwards, so that changes by another process are seen. */
const resumeOne = async (
  io: Io,
  store: string,
  id: string,
  quiet: boolean,
): Promise<PreparedSession> => {
  const {journal, content} = resumeJournal(store, id);
  const {header} = content;
  let isSetUp: Subjects | null = null;
  try {
    const {target: named, options} = journalledOptions(header);
    const target = loadTarget(named, io.cwd);
    const subjects = await subjectsOf(target, options, io);
    for (const side of ['before', 'after'] as const) {
      const then = header[side]?.imageHash;
      if (then !== subjects[side]?.info.imageHash) {
        throw new UserError(
          `The ${side} image of session ${header.id} is no longer what it was.`,
          'jitstat or the workload changed since; start the measurement again.',
        );
      }
    }
    if (!quiet) io.err(resumeNote(header));
    const {done, warnings} = usableBlocks(content);
    isSetUp = subjects;
    await setUp(subjects);
    const folder = scratchFolder('measure');
    const slices = canSlice(target)
      ? await resumeSlices({target, options, folder}, header, content.slices)
      : null;
    const perf = options.design === 'slices' ? null : await findPerf(io.env);
    return {header, journal, done, warnings, subjects, perf, slices, options, target, folder};
  } catch (error) {
    if (isSetUp !== null) await cleanUp(isSetUp, io.err);
    journal.close();
    throw error;
  }
};
