// Adds one session to the database's index; the files stay the truth.
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {AddedSession} from '../../../results/store/add-session.ts';
import {importSession} from '../db/import-session.ts';
import type {Transaction} from './database.ts';
import type {Origin} from './origin.ts';

export const indexSession = async (
  tx: Transaction,
  {session, folder, checksum}: AddedSession,
  {host, job}: Origin,
): Promise<void> => {
  const text = readFileSync(join(folder, 'session.json'), 'utf8');
  await importSession(tx, {id: session.id, checksum, text, host, job});
};
