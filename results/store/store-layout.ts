// The paths of things in a store folder, and the names of sessions.
import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {HostRecord} from '../types.ts';
import {writing} from './durable.ts';

//  <store>/
//    .gitignore                                     keeps what is large or passing out of git
//    data/<host>/<yyyy>/<mm>/<id>/session.json      one finished session, never rewritten
//                                 runs.json.gz      its raw runs
//    nights/<host>/<yyyy>/<night>.json              one night each
//    notes/<date>-<slug>.json                       what people know
//    journals/<id>.ndjson                           a session while it runs
//    tmp/                                           folders on their way to data/

const ignored = [
  '# Large or passing parts of a jitstat store; remove a line to keep that part in git.',
  'runs.json.gz',
  '/journals/',
  '/tmp/',
  '',
].join('\n');

/** A file or folder that does not belong where it is, and why. */
export interface StoreProblem {
  readonly path: string;
  readonly text: string;
}

/** Creates the folder and its .gitignore if they are missing. */
export const ensureStore = (store: string): void =>
  writing(store, () => {
    mkdirSync(store, {recursive: true});
    const file = join(store, '.gitignore');
    if (!existsSync(file)) writeFileSync(file, ignored);
  });

/** `20261122-093000123-k3f9`: UTC to the millisecond, then `random`; sorts by time as text. */
export const newSessionId = (now: Date, random: string): string =>
  `${now
    .toISOString()
    .replace(/[-:.Z]/g, '')
    .replace('T', '-')}-${random}`;

/** The folder name of a machine. */
export const hostFolder = (host: Pick<HostRecord, 'name'>): string =>
  host.name.replace(/[^A-Za-z0-9._-]+/g, '_').replace(/^\.+/, '_') || 'host';

/** `<store>/data/<host>/<yyyy>/<mm>/<id>`; year and month are those of the session's `created`. */
export const sessionFolder = (
  store: string,
  session: {readonly id: string; readonly created: string; readonly host: Pick<HostRecord, 'name'>},
): string =>
  join(
    store,
    'data',
    hostFolder(session.host),
    session.created.slice(0, 4),
    session.created.slice(5, 7),
    session.id,
  );

export const journalPath = (store: string, id: string): string =>
  join(store, 'journals', `${id}.ndjson`);
