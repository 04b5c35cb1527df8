// A finished session of another store becomes one of this: all its files are checked first, and a
// session that the store already has is left unchanged.
import {existsSync, mkdirSync, readdirSync, renameSync, rmSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {UserError} from '../error.ts';
import type {Session} from '../types.ts';
import {sha256} from './checksum.ts';
import {sweep, writeFolder} from './durable.ts';
import {findFolder} from './find-session.ts';
import {readStored} from './read.ts';
import {loadSession} from './session.ts';
import {loadSlices, slicesFile} from './slices-file.ts';
import {ownerText, thisProcess} from './owner.ts';
import {ensureStore, sessionFolder} from './store-layout.ts';

/** Where a session of a fleet came from; written next to it when it is added, never rewritten. */
export const originFile = 'origin.json';

/** Both become parts of paths. */
const idPattern = /^\d{8}-\d{6,9}-[0-9a-z]+$/;
const createdPattern = /^\d{4}-\d{2}-\d{2}T/;

let sequence = 0;

/** The files a session's folder may hold. */
const known = ['session.json', 'runs.json.gz', slicesFile, originFile];

export type SessionFiles = Readonly<Record<string, Uint8Array>>;

export interface AddedSession {
  readonly session: Session;
  readonly folder: string;
  /** Of session.json. */
  readonly checksum: string;
  /** False if the store had it already, byte for byte. */
  readonly added: boolean;
}

/** The files of a session's folder. */
export const readSessionFiles = (folder: string): SessionFiles =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((name) => known.includes(name))
      .map((name) => [name, readStored(join(folder, name))]),
  );

/** The same as texts of base64, for a request. */
export const encodeFiles = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(readSessionFiles(folder)).map(([name, bytes]) => [
      name,
      Buffer.from(bytes).toString('base64'),
    ]),
  );

/** Back to bytes. */
export const decodeFiles = (files: Readonly<Record<string, string>>): SessionFiles =>
  Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name, Buffer.from(text, 'base64')]),
  );

/** `sha256:…` of a session's session.json. */
const sessionChecksum = (files: SessionFiles): string => sha256(files['session.json']);

/**
 * Throws UserError if a file is missing, unknown, damaged or without a checksum, or if the store
 * has another session of this id.
 */
export const addSession = async (store: string, files: SessionFiles): Promise<AddedSession> => {
  const odd = Object.keys(files).find((name) => !known.includes(name));
  if (odd !== undefined || files['session.json'] === undefined)
    throw new UserError(
      odd === undefined ? 'A session without session.json.' : `'${odd}' is not a session's file.`,
      'Send the files of one session folder.',
    );
  ensureStore(store);
  sweep(store);
  const checksum = sessionChecksum(files);
  const incoming = join(store, 'tmp', `${ownerText(thisProcess())}.in${sequence++}`);
  writeFolder(store, incoming, files);
  try {
    const {session, checked} = await loadSession(store, incoming);
    if (!checked || !idPattern.test(session.id) || !createdPattern.test(session.created))
      throw new UserError(
        `Session ${session.id} ${checked ? 'has an odd id or date' : 'carries no checksum'}.`,
        'Only sessions as jitstat writes them since 0.2.0 are shared.',
      );
    loadSlices(incoming, session.id);
    const folder = sessionFolder(store, session);
    const added = moveInto(incoming, folder);
    if (!added && sessionChecksum(readSessionFiles(folder)) !== checksum)
      throw new UserError(
        `Session ${session.id} is in the store with other content.`,
        'A finished session is never rewritten; one of the two was changed.',
      );
    return {session, folder, checksum, added};
  } finally {
    rmSync(incoming, {recursive: true, force: true});
  }
};

/** False if the target exists: another request may just have made it. */
const moveInto = (from: string, target: string): boolean => {
  if (existsSync(target)) return false;
  mkdirSync(dirname(target), {recursive: true});
  try {
    renameSync(from, target);
    return true;
  } catch (error) {
    if (!existsSync(target)) throw error;
    return false;
  }
};

/** The folder of a session by its whole id; null if the store does not hold it. */
export const folderOf = (store: string, id: string): string | null => {
  try {
    const folder = findFolder(store, id);
    return folder.endsWith(`/${id}`) ? folder : null;
  } catch {
    return null;
  }
};
