// Night records: what one run of `jitstat nightly` did and reported, one file each in the store.
import {join} from 'node:path';
import {checkDocument, sealDocument, withoutSeal} from '../store/checksum.ts';
import type {Derivation} from '../store/derived.ts';
import {readDerived} from '../store/derived.ts';
import {writeWhole} from '../store/durable.ts';
import {foldersBelow} from '../store/find-session.ts';
import type {StoreProblem} from '../store/store-layout.ts';
import {ensureStore, hostFolder} from '../store/store-layout.ts';
import {readDocuments, readStored} from '../store/read.ts';
import type {Night} from './types.ts';

/** `<store>/nights/<machine>/<yyyy>/<id>.json`. */
export const nightPath = (store: string, {id, machine, night}: Night): string =>
  join(store, 'nights', hostFolder({name: machine}), night.slice(0, 4), `${id}.json`);

/** As `unfinished` when a night begins, and again when it ends. Returns the path. */
export const writeNight = (store: string, night: Night): string => {
  ensureStore(store);
  const path = nightPath(store, night);
  writeWhole(store, path, sealDocument(night));
  return path;
};

/** All nights of a store, oldest first, and files that are not nights. */
export const readNights = (
  store: string,
): {nights: Night[]; problems: {path: string; text: string}[]} => {
  const {documents, problems} = readDocuments(
    join(store, 'nights'),
    (name) => !name.startsWith('.'),
    checkNight,
  );
  return {nights: documents.sort((a, b) => (a.id < b.id ? -1 : 1)), problems};
};

/** What lists and histories need from a night. */
export type NightBrief = Pick<
  Night,
  'id' | 'night' | 'machine' | 'suite' | 'status' | 'reason' | 'workloads' | 'alerts' | 'finished'
> & {readonly path: string; readonly isAaBad: boolean};

const derivation: Derivation = {
  version: '1',
  ignored: (name) => name.startsWith('.'),
  wanted: (name) => name.endsWith('.json'),
  fileOf: (name) => name,
  derive: (path) => {
    const night = readNight(path);
    const {id, machine, suite, status, reason, workloads, alerts, finished} = night;
    return {
      group: status,
      shared: {machine, suite},
      own: {
        id,
        night: night.night,
        status,
        ...(reason === undefined ? {} : {reason}),
        workloads,
        alerts: alerts.map(({data: _data, ...alert}) => alert),
        finished,
        isAaBad: night.aa === null || night.aa.bad,
      },
      parts: [],
    };
  },
};

/** Like `readNights`, through the index; only those of one status, if it is given. */
export const readNightBriefs = (
  store: string,
  status?: Night['status'],
  now?: () => number,
): {nights: NightBrief[]; problems: StoreProblem[]} => {
  const problems: StoreProblem[] = [];
  const folders = foldersBelow(join(store, 'nights'), [/./, /^\d{4}$/], problems);
  const group = status === undefined ? null : (one: string) => one === status;
  const nights = folders.flatMap((folder) => {
    const found = readDerived({store, folder, derivation, group, parts: []}, now);
    problems.push(...found.problems);
    return found.rows.map(
      ({path, shared, own}) => ({path, ...(shared as object), ...(own as object)}) as NightBrief,
    );
  });
  return {nights: nights.sort((a, b) => (a.id < b.id ? -1 : 1)), problems};
};

/** One night by the path of its file, verified. Throws an Error that says what is wrong. */
export const readNight = (path: string): Night => {
  const bytes = readStored(path);
  checkDocument(bytes);
  return checkNight(JSON.parse(bytes.toString()));
};

/** Throws an Error if it is not the record of a night. */
export const checkNight = (value: unknown): Night => {
  if (!isNight(value as Night | null))
    throw new Error('not a night of schema jitstat/night/1, or parts of it are missing');
  return withoutSeal(value as Night);
};

const isNight = (night: Night | null): boolean =>
  night?.schema === 'jitstat/night/1' &&
  [night.id, night.night, night.machine, night.suite, night.status, night.host?.id].every(
    (part) => typeof part === 'string',
  ) &&
  [night.workloads, night.alerts, night.notes].every(Array.isArray) &&
  night.workloads.every((entry) => typeof entry?.name === 'string') &&
  night.alerts.every(
    (alert) => typeof alert?.code === 'string' && typeof alert.text === 'string',
  ) &&
  night.notes.every((note) => typeof note === 'string');
