// jitstat serve: a store in the browser, read-only and for this machine only.
import {once} from 'node:events';
import {existsSync} from 'node:fs';
import {resolve} from 'node:path';
import {UserError} from '../../results/error.ts';
import {defaultStore} from '../../results/store/default-store.ts';
import type {Command} from '../command/command.ts';
import {exitCodes, flag, number} from '../command/command.ts';
import {optimizeLess} from '../command/optimize-less.ts';
import {sessionExtras} from '../report/extras.ts';
import {table} from '../usage/serve.ts';

export const command: Command = {
  ...table,
  run: async (io, args) => {
    const [folder] = args.positionals;
    const store = folder === undefined ? defaultStore(io.cwd, io.env) : resolve(io.cwd, folder);
    if (!existsSync(store))
      throw new UserError(
        `There is no store at ${store}.`,
        'jitstat ab and jitstat nightly make one; name it, or set JITSTAT_STORE.',
      );
    const port = number(args, 'port') ?? 7425;
    const [{startServer}, {storeView}] = await Promise.all([
      import('../../dashboards/serve/server.ts'),
      import('../../dashboards/serve/routes.ts'),
    ]);
    optimizeLess();
    const answer = storeView({
      store,
      interactive: flag(args, 'interactive'),
      extras: sessionExtras,
    });
    const {server, url} = await startServer({
      port,
      answer,
      onError: (error) =>
        io.err(
          `jitstat: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
        ),
    });
    io.out(flag(args, 'json') ? `${JSON.stringify({url, store})}\n` : `${url}\n`);
    if (!flag(args, 'quiet')) io.err(`jitstat: serving ${store}; end with Ctrl-C\n`);
    // Brings the store's index up to date before the first page is asked for. What is wrong with the
    // store is said on that page.
    await answer('/', new URLSearchParams()).catch(() => null);
    await once(server, 'close');
    return exitCodes.done;
  },
};
