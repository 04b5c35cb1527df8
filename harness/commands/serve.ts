// jitstat serve: a store in the browser, for this machine only and only to read.
import {existsSync} from 'node:fs';
import {resolve} from 'node:path';
import {UserError} from '../../results/error.ts';
import {defaultStore} from '../../results/store/index.ts';
import type {Command} from '../command/command.ts';
import {exitCodes, flag, text} from '../command/command.ts';

export const command: Command = {
  name: 'serve',
  summary:
    'a store in the browser: nights, workloads, sessions, compare any two, search; this machine only, read-only',
  usage: ['serve [DIR] [--port N] [--interactive]'],
  options: {
    port: {type: 'string', value: 'N', help: 'port on 127.0.0.1 (default 7425; 0 = any free one)'},
    interactive: {type: 'boolean', help: 'pages with tooltips, zoom and marking of runs'},
  },
  run: async (io, args) => {
    const [folder, more] = args.positionals;
    if (more !== undefined) throw new UserError('serve takes one store.', 'jitstat serve DIR');
    const store = folder === undefined ? defaultStore(io.cwd, io.env) : resolve(io.cwd, folder);
    if (!existsSync(store))
      throw new UserError(
        `There is no store at ${store}.`,
        'jitstat ab and jitstat nightly make one; name it, or set JITSTAT_STORE.',
      );
    const port = readPort(text(args, 'port') ?? '7425');
    const [{startServer}, {storeView}, {sessionExtras}] = await Promise.all([
      import('../../dashboards/serve/server.ts'),
      import('../../dashboards/serve/routes.ts'),
      import('../report/extras.ts'),
    ]);
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
    await new Promise<void>((done) => {
      server.once('close', done);
      for (const signal of ['SIGINT', 'SIGTERM'] as const)
        process.once(signal, () => {
          server.close();
          server.closeAllConnections();
        });
    });
    return exitCodes.done;
  },
};

const readPort = (value: string): number => {
  const port = Number(value);
  if (!/^\d+$/.test(value) || port > 65_535)
    throw new UserError(`--port is not a port: '${value}'.`, 'A number from 0 to 65535.');
  return port;
};
