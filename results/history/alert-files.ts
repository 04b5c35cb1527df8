// What people did to alerts, as files of the store: the database can be made again from them.
import {join} from 'node:path';
import {sealDocument} from '../store/checksum.ts';
import {writeWhole} from '../store/durable.ts';
import {readDocuments} from '../store/read.ts';
import {ensureStore} from '../store/store-layout.ts';
import {alertStates} from './alert-states.ts';
import type {AlertMove} from './alert-states.ts';

/** Writes `<store>/alerts/<yyyy>/<id>.json`; returns the path. */
export const writeAlertMove = (store: string, move: AlertMove): string => {
  ensureStore(store);
  const path = join(store, 'alerts', move.at.slice(0, 4), `${move.id}.json`);
  writeWhole(store, path, sealDocument(move));
  return path;
};

/** All moves in the order of their ids, and files that are not moves. */
export const readAlertMoves = (
  store: string,
): {moves: AlertMove[]; problems: {path: string; text: string}[]} => {
  const {documents, problems} = readDocuments(
    join(store, 'alerts'),
    (name) => !name.startsWith('.'),
    (value) => {
      if (!isMove(value as AlertMove | null))
        throw new Error(
          'not a move of an alert: schema jitstat/alert-move/1, or parts are missing',
        );
      return value as AlertMove;
    },
  );
  return {moves: documents.sort((a, b) => (a.id < b.id ? -1 : 1)), problems};
};

const isMove = (move: AlertMove | null): boolean =>
  move?.schema === 'jitstat/alert-move/1' &&
  [move.id, move.alert, move.at, move.by, move.note].every((part) => typeof part === 'string') &&
  (move.owner === null || typeof move.owner === 'string') &&
  alertStates.includes(move.state) &&
  !Number.isNaN(Date.parse(move.at));
