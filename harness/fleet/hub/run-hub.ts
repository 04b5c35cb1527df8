// A hub from its start to its end: database, queue, listener, server.
import {mkdirSync} from 'node:fs';
import {ensureStore} from '../../../results/store/store-layout.ts';
import {storeView} from '../../../dashboards/serve/routes.ts';
import {sessionExtras} from '../../report/extras.ts';
import {listenToHosts, openDatabase} from './database.ts';
import {createRefresh} from './refresh.ts';
import {createLog} from './event-log.ts';
import {hubPages} from './hub-pages.ts';
import {startHubServer} from './hub-server.ts';
import {prepareDatabase} from './prepare-database.ts';
import {startQueue} from './queue.ts';
import {createWaiters} from './waiters.ts';

export interface HubOptions {
  readonly db: string;
  readonly store: string;
  readonly port: number;
  readonly names: readonly string[];
  readonly heartbeatSeconds: number;
  readonly say: (text: string) => void;
}

/** Runs until the process ends; resolves with the address once agents can come. */
export const runHub = async (options: HubOptions): Promise<{url: string}> => {
  const {store, heartbeatSeconds, say} = options;
  const login = await prepareDatabase(options.db);
  mkdirSync(store, {recursive: true});
  ensureStore(store);
  const sayError = saysOnce(say);
  const database = await openDatabase(login, sayError);
  const boss = await startQueue(database, {heartbeatSeconds, onError: sayError});
  const waiters = createWaiters();
  listenToHosts(login, waiters.wake);
  const hub = {
    database,
    boss,
    waiters,
    store,
    heartbeatSeconds,
    log: createLog(database, say),
    refresh: createRefresh(database, sayError),
  };
  hub.refresh();
  const {url} = await startHubServer({
    port: options.port,
    names: options.names,
    hub,
    pages: hubPages(hub, storeView({store, interactive: false, extras: sessionExtras})),
    onError: sayError,
  });
  return {url};
};

/** A server that is away for a minute gives one line, not hundreds. */
const saysOnce = (say: (text: string) => void): ((error: unknown) => void) => {
  let last = '';
  let at = 0;
  return (error) => {
    const text = error instanceof Error ? error.message || error.name : String(error);
    if (text === last && Date.now() - at < 10_000) return;
    [last, at] = [text, Date.now()];
    say(`trouble: ${text}`);
  };
};
