// Sessions for other stores: a list of ids, and the files of one session.
import {basename} from 'node:path';
import {encodeFiles, folderOf} from '../../../results/store/add-session.ts';
import {sessionFolders} from '../../../results/store/find-session.ts';
import {HubRefusal} from './hub-context.ts';
import type {Hub} from './hub-context.ts';

/** The most ids in one answer; the next request continues after the last one. */
const pageOfIds = 10_000;

export const listSharedSessions = (hub: Hub, after: string): {readonly ids: readonly string[]} => ({
  ids: sessionFolders(hub.store)
    .folders.map((folder) => basename(folder))
    .filter((id) => id > after)
    .slice(0, pageOfIds),
});

export const sharedSession = (
  hub: Hub,
  id: string,
): {readonly id: string; readonly files: Readonly<Record<string, string>>} => {
  const folder = folderOf(hub.store, id);
  if (folder === null)
    throw new HubRefusal(404, `The hub does not hold a session '${id}'.`, 'See its pages.');
  return {id, files: encodeFiles(folder)};
};
