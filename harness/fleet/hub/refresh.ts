// Brings histories up to date with new sessions: one pass at a time, shortly after the last
// request.
import {refreshHistory} from '../db/refresh-history.ts';
import type {Queryable} from '../db/queryable.ts';
import type {Database} from './database.ts';

/** Sessions come in groups: how long to wait after the first of them, in milliseconds. */
const delayMs = 1000;

/** A pass that fails is repeated with the next request, or when a hub starts. */
export const createRefresh = (
  database: Database,
  onError: (error: unknown) => void,
): (() => void) => {
  let planned = false;
  let running = Promise.resolve();
  const pass = async (): Promise<void> => {
    const client = await database.pool.connect();
    try {
      await refreshHistory(client as unknown as Queryable, Infinity);
      client.release();
    } catch (error) {
      client.release(true);
      throw error;
    }
  };
  return () => {
    if (planned) return;
    planned = true;
    setTimeout(() => {
      planned = false;
      running = running.then(pass).catch(onError);
    }, delayMs).unref();
  };
};
