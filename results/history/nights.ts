// Night records: what one run of `jitstat nightly` did and said, one file each in the store.
import {join} from 'node:path';
import {sealDocument} from '../store/checksum.ts';
import {writeWhole} from '../store/durable.ts';
import {ensureStore, hostFolder} from '../store/store-layout.ts';
import {readDocuments} from '../store/read.ts';
import type {Night} from './types.ts';

/**
 * Writes `<store>/nights/<machine>/<yyyy>/<id>.json`: as `unfinished` when a night begins, and
 * again when it ends. Returns the path.
 */
export const writeNight = (store: string, night: Night): string => {
  ensureStore(store);
  const path = join(
    store,
    'nights',
    hostFolder({name: night.machine}),
    night.night.slice(0, 4),
    `${night.id}.json`,
  );
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
    (value) => {
      if (!isNight(value as Night | null))
        throw new Error('not a night of schema jitstat/night/1, or parts of it are missing');
      return value as Night;
    },
  );
  return {nights: documents.sort((a, b) => (a.id < b.id ? -1 : 1)), problems};
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
