// Finished sessions: written once as a folder, found again by id, prefix, `last` or path, and
// listed.
import {existsSync, readdirSync, rmSync, statSync} from 'node:fs';
import {basename, dirname, join, resolve} from 'node:path';
import {UserError} from '../error.ts';
import type {Samples, Session} from '../types.ts';
import {headFault, sessionFault} from './check-session.ts';
import {sweep, writeFolder} from './durable.ts';
import {ensureStore, journalPath, sessionFolder} from './store-layout.ts';
import {readStored} from './read.ts';
import {decodeRuns, encodeRuns} from './runs-file.ts';

export interface StoredSession {
  readonly session: Session;
  readonly samples: Samples | null;
  readonly aaSamples: Samples | null;
  readonly folder: string;
}

/** What a list shows of a session: everything but its figures. */
export type SessionHead = Omit<Session, 'comparison' | 'summary' | 'placements'>;

/** `session` is read when asked for and throws where its figures are damaged. */
export interface SessionEntry {
  readonly id: string;
  readonly folder: string;
  readonly head: SessionHead;
  readonly session: Session;
}

/** A file or folder that is not what its place says, and why. */
export interface StoreProblem {
  readonly path: string;
  readonly text: string;
}

/**
 * Writes the session's folder and then removes its journal; returns the folder. A folder that
 * exists is never rewritten, so
 * finishing twice after a crash does no harm. `samples` is null for a refused session.
 */
export const finishSession = async (
  store: string,
  session: Session,
  samples: Samples | null,
  aaSamples: Samples | null = null,
): Promise<string> => {
  ensureStore(store);
  sweep(store);
  const folder = sessionFolder(store, session);
  const summary = {...session, placements: samples === null ? session.placements : []};
  writeFolder(store, folder, {
    'session.json': sessionText(summary),
    ...(samples === null
      ? {}
      : {
          'runs.json.gz': encodeRuns(session.id, {
            samples,
            aaSamples,
            placements: session.placements,
          }),
        }),
  });
  rmSync(journalPath(store, session.id), {force: true});
  return folder;
};

/**
 * `ref` is an id, a prefix that fits one session only, `last`, or a path to a session's folder or
 * session.json.
 */
export const loadSession = async (store: string, ref: string): Promise<StoredSession> => {
  const folder = findFolder(store, ref);
  const session = readSession(join(folder, 'session.json'));
  const file = join(folder, 'runs.json.gz');
  if (!existsSync(file)) return {session, samples: null, aaSamples: null, folder};
  try {
    const {samples, aaSamples, placements} = decodeRuns(readStored(file));
    return {session: {...session, placements}, samples, aaSamples, folder};
  } catch (error) {
    throw new UserError(
      `${file} is damaged (${words(error)}).`,
      'The summary in session.json beside it can still be compared; restore the runs from a backup.',
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

/**
 * As `listSessions`, one at a time: an entry's `session` costs no second reading while the walk
 * stands at it.
 */
export function* walkSessions(store: string, problems: StoreProblem[]): Generator<SessionEntry> {
  const found = sessionFolders(store);
  problems.push(...found.problems);
  for (const folder of found.folders) {
    const file = join(folder, 'session.json');
    try {
      let text: string | null = readStored(file).toString();
      const head = parseSession(file, withoutFigures(text), headFault);
      if (head.id !== basename(folder))
        problems.push({path: folder, text: `holds session ${head.id}: copied or renamed by hand`});
      else
        yield {
          id: head.id,
          folder,
          head,
          get session() {
            return text === null ? readSession(file) : parseSession(file, text, sessionFault);
          },
        };
      text = null;
    } catch (error) {
      problems.push({path: file, text: faultWords(error)});
    }
  }
}

/** One top-level key a line: differences in git stay readable and the file parses at full speed. */
const sessionText = (session: Session): string =>
  `{\n${Object.entries(session)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`)
    .join(',\n')}\n}\n`;

/**
 * Leaves out the lines of `sessionText` that hold most of the bytes; a file laid out otherwise is
 * left as it is.
 */
const withoutFigures = (text: string): string =>
  ['comparison', 'placements'].reduce((rest, key) => {
    const start = rest.indexOf(`\n"${key}": `);
    const end = rest.indexOf('\n', start + 1);
    return start === -1 || rest[end - 1] !== ',' ? rest : rest.slice(0, start) + rest.slice(end);
  }, text);

const readSession = (file: string): Session => {
  let text: string;
  try {
    text = readStored(file).toString();
  } catch (error) {
    throw new UserError(
      `${file} cannot be read (${words(error)}).`,
      'Restore the folder from git, or remove it.',
    );
  }
  return parseSession(file, text, sessionFault);
};

const parseSession = (
  file: string,
  text: string,
  faultOf: (session: Session) => string | null,
): Session => {
  let session: Session;
  try {
    session = JSON.parse(text) as Session;
  } catch (error) {
    throw new UserError(
      `${file} is damaged (${words(error)}).`,
      'Restore the folder from git, or remove it.',
    );
  }
  const fault = faultOf(session);
  if (fault !== null)
    throw new UserError(
      `${file} is not a session: ${fault}.`,
      'A session.json of this version has schema jitstat/session/1.',
    );
  return session;
};

const findFolder = (store: string, ref: string): string => {
  if (ref.includes('/') || existsSync(join(ref, 'session.json'))) {
    const path = resolve(ref);
    if (basename(path) === 'session.json' && existsSync(path)) return dirname(path);
    if (existsSync(join(path, 'session.json'))) return path;
    throw new UserError(
      `${ref} is not the folder of a session.`,
      'Give an id, the beginning of one, `last`, or a folder that holds session.json.',
    );
  }
  const folders = sessionFolders(store).folders;
  const fits =
    ref === 'last' ? folders.slice(-1) : folders.filter((folder) => basename(folder) === ref);
  const found =
    fits.length > 0 ? fits : folders.filter((folder) => basename(folder).startsWith(ref));
  if (found.length === 1) return found[0];
  if (found.length > 1) {
    throw new UserError(
      `'${ref}' fits ${found.length} sessions.`,
      `Give more of the id: ${found
        .slice(0, 3)
        .map((folder) => basename(folder))
        .join(', ')}${found.length > 3 ? ', …' : ''}.`,
    );
  }
  if (folders.length === 0)
    throw new UserError(
      `There are no sessions in ${store}.`,
      'Measure first (jitstat ab …), or set JITSTAT_STORE or --store to the folder that holds them.',
    );
  throw new UserError(
    `There is no session '${ref}' in ${store}.`,
    `The newest is ${basename(folders.at(-1)!)}.`,
  );
};

/**
 * `<store>/data/<host>/<yyyy>/<mm>/<id>`, by id and thus by time; whatever else lies there is a
 * problem.
 */
const sessionFolders = (store: string): {folders: string[]; problems: StoreProblem[]} => {
  const problems: StoreProblem[] = [];
  let level = [join(store, 'data')];
  for (const shape of [/./, /^\d{4}$/, /^\d{2}$/, /^\d{8}-\d{6,9}-/]) {
    level = level.flatMap((folder) =>
      children(folder, problems).flatMap((name) => {
        if (shape.test(name.name) && name.isDirectory) return [join(folder, name.name)];
        problems.push({path: join(folder, name.name), text: 'does not belong into a store'});
        return [];
      }),
    );
  }
  return {folders: level.sort((a, b) => (basename(a) < basename(b) ? -1 : 1)), problems};
};

const children = (
  folder: string,
  problems: StoreProblem[],
): {name: string; isDirectory: boolean}[] => {
  try {
    return readdirSync(folder, {withFileTypes: true}).map((entry) => ({
      name: entry.name,
      isDirectory:
        entry.isDirectory() || (entry.isSymbolicLink() && leadsToFolder(join(folder, entry.name))),
    }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      problems.push({path: folder, text: words(error)});
    return [];
  }
};

/** False for a link to nothing, to itself, or to where this user may not look. */
const leadsToFolder = (link: string): boolean => {
  try {
    return statSync(link).isDirectory();
  } catch {
    return false;
  }
};

/** Without the path, which stands before it. */
const faultWords = (error: unknown): string =>
  words(error).replace(/^\S+ (?=is (?:damaged|not a session))/, '');

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));
