// The list of a store's sessions, kept while no folder of it has changed: reading thousands of
// sessions for every page would take seconds.
import {readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {listSessions} from '../../results/store/index.ts';

export type Listing = ReturnType<typeof listSessions>;

/** A folder that changed less than this ago may change again without a later time. */
const settledMs = 2_000;

/**
 * Lists as `listSessions` does. A finished session is moved into the folder of its month and never
 * rewritten, so that folder's time tells.
 */
export const storeListing = (store: string, now: () => number = Date.now): (() => Listing) => {
  let kept: {readonly state: string; readonly listing: Listing} | null = null;
  return () => {
    const {state, newest} = folders(store);
    if (kept?.state === state) return kept.listing;
    const listing = listSessions(store);
    kept = now() - newest < settledMs ? null : {state, listing};
    return listing;
  };
};

/** Names and times of `data/<host>/<yyyy>/<mm>` and of what holds them. */
const folders = (store: string): {readonly state: string; readonly newest: number} => {
  const state: string[] = [];
  let newest = 0;
  let level = [join(store, 'data')];
  for (let depth = 0; depth < 4; depth++) {
    for (const folder of level) {
      const time = statSync(folder, {throwIfNoEntry: false})?.mtimeMs ?? 0;
      newest = Math.max(newest, time);
      state.push(`${folder} ${time}`);
    }
    if (depth < 3)
      level = level.flatMap((folder) => children(folder).map((name) => join(folder, name)));
  }
  return {state: state.join('\n'), newest};
};

const children = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};
