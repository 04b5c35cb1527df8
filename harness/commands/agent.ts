// jitstat agent: measures the jobs that a hub has for this host, one at a time.
import {resolve} from 'node:path';
import {UserError} from '../../results/error.ts';
import type {Command} from '../command/command.ts';
import {storeOf, text} from '../command/command.ts';
import {checkFleetNode} from '../fleet/packages.ts';
import {readHub} from '../fleet/protocol/read-hub.ts';
import {isName} from '../fleet/protocol/messages.ts';
import {table} from '../usage/agent.ts';

export const command: Command = {
  ...table,
  run: async (io, args) => {
    checkFleetNode();
    const host = text(args, 'host');
    if (host === undefined || !isName(host))
      throw new UserError(
        host === undefined ? 'An agent needs the name of its host.' : `'${host}' is not a name.`,
        'For example --host skl9: letters, digits, . _ -.',
      );
    const [{runAgent}, {openAgentFolder}, {readHostFile}, {readHost}, {findPerf}, counters] =
      await Promise.all([
        import('../fleet/agent/run-agent.ts'),
        import('../fleet/agent/agent-folder.ts'),
        import('../fleet/agent/host-file.ts'),
        import('../host/host-record.ts'),
        import('../perf/perf.ts'),
        import('../perf/countable.ts'),
      ]);
    const file = readHostFile(resolve(io.cwd, text(args, 'suites') ?? 'host-suites.json'));
    const hub = readHub(io, args);
    const perf = await findPerf(io.env).catch(() => null);
    return runAgent({
      hub,
      host,
      file,
      folder: openAgentFolder(storeOf(io, args), host),
      record: readHost(perf?.version ?? null, counters.hasHardwareCounters()),
      say: (line) => io.err(`jitstat: ${io.now().toISOString().slice(0, 19)}Z ${line}\n`),
    });
  },
};
