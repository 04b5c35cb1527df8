// Finished sessions: written once as a folder, found again by id, prefix, `last` or path, and
// listed. Checksums are verified whenever a file is read.
import {existsSync, rmSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {StoreError, UserError} from '../error.ts';
import type {Samples, Session} from '../types.ts';
import {checkDocument, sealDocument, sha256, withoutSeal} from './checksum.ts';
import {sweep, writeFolder} from './durable.ts';
import {findFolder, sessionFolders} from './find-session.ts';
import type {StoreProblem} from './store-layout.ts';
import {beingMeasured} from './journal.ts';
import {holdsLock, takeLock} from './lock.ts';
import {readStored} from './read.ts';
import {decodeRuns, encodeRuns} from './runs-file.ts';
import {withInfinities} from './infinities.ts';
import {headFault, sessionFault} from './shapes.ts';
import {encodeSlices, slicesFile} from './slices-file.ts';
import type {SliceProcess} from '../compare/slices/types.ts';
import {ensureStore, journalPath, sessionFolder} from './store-layout.ts';

export interface StoredSession {
  readonly session: Session;
  readonly samples: Samples | null;
  readonly aaSamples: Samples | null;
  readonly folder: string;
  /** False if the session was written before there were checksums: damage may go unnoticed. */
  readonly checked: boolean;
}

/** What a list shows of a session: everything but its figures. */
export type SessionHead = Omit<Session, 'comparison' | 'summary' | 'placements'>;

/** `session` is read when it is first used and throws if its figures are damaged. */
export interface SessionEntry {
  readonly id: string;
  readonly folder: string;
  readonly head: SessionHead;
  readonly checked: boolean;
  readonly session: Session;
}

/** What session.json holds next to the session. */
interface Stored {
  readonly session: Session;
  readonly checked: boolean;
  readonly runsChecksum: string | null;
}

interface RunsChecksum {
  readonly runsChecksum?: string | null;
}

/**
 * Writes the session's folder and then removes its journal; returns the folder. `samples` is null
 * for a session without runs, `slices` are its processes of slices. Throws if the session exists,
 * or if another process measures it.
 */
export const finishSession = async (
  store: string,
  session: Session,
  samples: Samples | null,
  aaSamples: Samples | null = null,
  slices: readonly SliceProcess[] | null = null,
): Promise<string> => {
  ensureStore(store);
  sweep(store);
  const lock = holdsLock(store, session.id)
    ? null
    : takeLock(store, session.id, beingMeasured(session.id));
  try {
    const folder = sessionFolder(store, session);
    if (existsSync(folder))
      throw new StoreError(
        `Session ${session.id} is finished already: ${folder} exists.`,
        'A finished session is never rewritten; measure again for a new one.',
      );
    const runs =
      samples === null
        ? null
        : encodeRuns(session.id, {samples, aaSamples, placements: session.placements});
    writeFolder(store, folder, {
      'session.json': sealDocument({
        ...session,
        placements: runs === null ? session.placements : [],
        runsChecksum: runs === null ? null : sha256(runs),
      }),
      ...(runs === null ? {} : {'runs.json.gz': runs}),
      ...(slices === null ? {} : {[slicesFile]: encodeSlices(session.id, slices)}),
    });
    rmSync(journalPath(store, session.id), {force: true});
    return folder;
  } finally {
    lock?.release();
  }
};

/**
 * `ref` is an id, a prefix that fits one session only, `last`, or a path to a session's folder or
 * session.json.
 */
export const loadSession = async (store: string, ref: string): Promise<StoredSession> => {
  const folder = findFolder(store, ref);
  const {session, checked, runsChecksum} = readSession(join(folder, 'session.json'));
  const file = join(folder, 'runs.json.gz');
  if (!existsSync(file)) return {session, samples: null, aaSamples: null, folder, checked};
  try {
    const bytes = readStored(file);
    if (checked && sha256(bytes) !== runsChecksum)
      throw new Error('its checksum does not fit: it was changed after it was written');
    const {samples, aaSamples, placements} = decodeRuns(bytes, session.id);
    return {session: {...session, placements}, samples, aaSamples, folder, checked};
  } catch (error) {
    throw new UserError(
      `${file} is damaged (${words(error)}).`,
      'The summary in session.json can still be compared; restore the runs from a backup.',
    );
  }
};

/** All sessions, oldest first. Damaged and foreign files are named in `problems` and skipped. */
export const listSessions = (
  store: string,
): {entries: SessionEntry[]; problems: StoreProblem[]} => {
  const problems: StoreProblem[] = [];
  return {entries: [...walkSessions(store, problems)], problems};
};

/** Like `listSessions`, one at a time: an entry's `session` is not read a second time meanwhile. */
function* walkSessions(store: string, problems: StoreProblem[]): Generator<SessionEntry> {
  const found = sessionFolders(store);
  problems.push(...found.problems);
  for (const folder of found.folders) {
    const file = join(folder, 'session.json');
    try {
      let bytes: Buffer | null = readStored(file);
      const checked = checkSeal(file, bytes);
      const head = parseStored(file, withoutFigures(bytes.toString()), checked, headFault).session;
      if (head.id !== basename(folder))
        problems.push({path: folder, text: `holds session ${head.id}: copied or renamed by hand`});
      else
        yield {
          id: head.id,
          folder,
          head,
          checked,
          get session() {
            return (
              bytes === null
                ? readSession(file)
                : parseStored(file, bytes.toString(), checked, sessionFault)
            ).session;
          },
        };
      bytes = null;
    } catch (error) {
      problems.push({path: file, text: faultWords(error)});
    }
  }
}

/**
 * Leaves out the lines that hold most of the bytes; a file with another layout is left unchanged.
 */
const withoutFigures = (text: string): string =>
  ['comparison', 'placements'].reduce((rest, key) => {
    const start = rest.indexOf(`\n"${key}": `);
    const end = rest.indexOf('\n', start + 1);
    return start === -1 || rest[end - 1] !== ',' ? rest : rest.slice(0, start) + rest.slice(end);
  }, text);

/**
 * A session by the path of its session.json, verified, and whether it has a checksum. Throws an
 * Error that says what is wrong, without the path.
 */
export const readSessionFile = (file: string): {session: Session; checked: boolean} => {
  try {
    const {session, checked} = readSession(file);
    if (session.id !== basename(dirname(file)))
      throw new Error(`holds session ${session.id}: copied or renamed by hand`);
    return {session, checked};
  } catch (error) {
    throw new Error(faultWords(error), {cause: error});
  }
};

/** A session.json as text, checked like a file; `name` is what messages call it. */
export const parseSession = (text: string, name: string): {session: Session; checked: boolean} =>
  parseStored(name, text, checkSeal(name, Buffer.from(text)), sessionFault);

const readSession = (file: string): Stored => {
  try {
    const bytes = readStored(file);
    const checked = checkSeal(file, bytes);
    return parseStored(file, bytes.toString(), checked, sessionFault);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw damaged(file, error);
  }
};

const checkSeal = (file: string, bytes: Buffer): boolean => {
  try {
    return checkDocument(bytes);
  } catch (error) {
    throw damaged(file, error);
  }
};

const parseStored = (
  file: string,
  text: string,
  checked: boolean,
  faultOf: (session: unknown) => string | null,
): Stored => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damaged(file, error);
  }
  const fault = faultOf(value);
  if (fault !== null)
    throw new UserError(
      `${file} is not a session: ${fault}.`,
      'Restore the folder from git, or remove it; it has schema jitstat/session/1.',
    );
  const {runsChecksum = null, ...session} = withoutSeal(value as Session & RunsChecksum);
  const isWhole = faultOf === sessionFault;
  return {session: isWhole ? withInfinities(session) : session, checked, runsChecksum};
};

const damaged = (file: string, error: unknown): UserError =>
  new UserError(
    `${file} is damaged (${words(error)}).`,
    'Restore the folder from git, or remove it.',
  );

/** Without the path, which is printed before it. */
const faultWords = (error: unknown): string =>
  words(error).replace(/^\S+ (?=is (?:damaged|not a session))/, '');

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));
