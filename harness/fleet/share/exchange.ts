// A store and a hub exchange lists of what they have: push sends what the hub lacks, pull fetches
// what the store lacks. Both may be stopped at any moment and repeated.
import {basename} from 'node:path';
import {UserError} from '../../../results/error.ts';
import {finishedNights} from '../../../results/history/add-night.ts';
import {
  addSession,
  decodeFiles,
  encodeFiles,
  originFile,
} from '../../../results/store/add-session.ts';
import {sessionFolders} from '../../../results/store/find-session.ts';
import {RefusedError, UnreachableError} from '../protocol/hub-client.ts';
import type {Hub} from '../protocol/hub-client.ts';
import {callPatiently} from '../protocol/patience.ts';

export interface Exchanged {
  readonly sent: number;
  /** The other side had them. */
  readonly known: number;
  readonly problems: readonly {readonly id: string; readonly text: string}[];
}

const idsOfHub = async (hub: Hub): Promise<ReadonlySet<string>> => {
  const all = new Set<string>();
  for (let after = ''; ;) {
    const path = `/api/sessions?${new URLSearchParams({after})}`;
    const {ids} = await callPatiently<{ids: readonly string[]}>(hub, 'GET', path);
    if (ids.length === 0) return all;
    ids.forEach((id) => all.add(id));
    after = ids.at(-1)!;
  }
};

/**
 * Sends every finished session as one of `host`; a damaged one is reported, and the others are
 * still sent.
 */
export const pushStore = (hub: Hub, store: string, host: string): Promise<Exchanged> =>
  exchange(
    sessionFolders(store).folders.map((folder) => ({id: basename(folder), folder})),
    () => idsOfHub(hub),
    async ({folder}) => {
      const {[originFile]: _origin, ...session} = encodeFiles(folder);
      await callPatiently(hub, 'POST', '/api/sessions', {host, session});
    },
  );

/**
 * Sends the record of every night that is over; they are small, and the hub knows which ones it
 * has.
 */
export const pushNights = async (hub: Hub, store: string, host: string): Promise<Exchanged> => {
  let known = 0;
  const done = await exchange(
    finishedNights(store).map((night) => ({id: (JSON.parse(night) as {id: string}).id, night})),
    async () => new Set(),
    async ({night}) => {
      const body = {host, night};
      const {added} = await callPatiently<{added: boolean}>(hub, 'POST', '/api/nights', body);
      if (!added) known++;
    },
  );
  return {...done, sent: done.sent - known, known};
};

export const pullStore = async (hub: Hub, store: string): Promise<Exchanged> =>
  exchange(
    [...(await idsOfHub(hub))].map((id) => ({id})),
    async () => new Set(sessionFolders(store).folders.map((folder) => basename(folder))),
    async ({id}) => {
      const {files} = await callPatiently<{files: Readonly<Record<string, string>>}>(
        hub,
        'GET',
        `/api/sessions/${id}`,
      );
      await addSession(store, decodeFiles(files));
    },
  );

const exchange = async <T extends {readonly id: string}>(
  all: readonly T[],
  known: () => Promise<ReadonlySet<string>>,
  send: (one: T) => Promise<void>,
): Promise<Exchanged> => {
  const there = all.length === 0 ? new Set<string>() : await known();
  const missing = all.filter(({id}) => !there.has(id));
  const problems: {id: string; text: string}[] = [];
  for (const one of missing) {
    try {
      await send(one);
    } catch (error) {
      // Only this one is refused, unlike with a token that may not push at all.
      if (!(error instanceof UserError) || isForAll(error)) throw error;
      problems.push({id: one.id, text: error.message});
    }
  }
  const sent = missing.length - problems.length;
  return {sent, known: all.length - missing.length, problems};
};

const isForAll = (error: UserError): boolean =>
  error instanceof UnreachableError ||
  (error instanceof RefusedError && (error.status === 401 || error.status === 403));
