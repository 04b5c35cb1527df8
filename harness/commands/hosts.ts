// jitstat hosts: the hosts of a fleet; drain one before work on it, and resume it.
import {UserError} from '../../results/error.ts';
import {visible} from '../../results/visible.ts';
import type {Command} from '../command/command.ts';
import {exitCodes, flag} from '../command/command.ts';
import {columns} from '../command/text-columns.ts';
import {checkFleetNode} from '../fleet/packages.ts';
import {readHub} from '../fleet/protocol/read-hub.ts';
import {isName} from '../fleet/protocol/messages.ts';
import type {ListedHost} from '../fleet/protocol/messages.ts';
import {callPatiently} from '../fleet/protocol/patience.ts';
import {table} from '../usage/hosts.ts';

const changes = ['drain', 'resume'] as const;

export const command: Command = {
  ...table,
  run: async (io, args) => {
    checkFleetNode();
    const hub = readHub(io, args);
    const [word, ...names] = args.positionals;
    if (word === undefined) {
      const hosts = await callPatiently<readonly ListedHost[]>(hub, 'GET', '/api/hosts');
      io.out(flag(args, 'json') ? `${JSON.stringify(hosts)}\n` : hostTable(hosts));
      return exitCodes.done;
    }
    const change = changes.find((one) => one === word);
    const wrong = names.find((name) => !isName(name));
    if (change === undefined || names.length === 0 || wrong !== undefined)
      throw new UserError(
        change === undefined
          ? `hosts does not know '${visible(word)}'.`
          : wrong === undefined
            ? `hosts ${change} needs the name of a host.`
            : `'${visible(wrong)}' is not a name.`,
        'jitstat hosts drain NAME, jitstat hosts resume NAME.',
      );
    for (const name of names) {
      await callPatiently(hub, 'POST', `/api/hosts/${name}/${change}`, {});
      if (!flag(args, 'quiet'))
        io.out(
          change === 'drain'
            ? `${name} gets no new job; the one it measures is finished.\n`
            : `${name} gets jobs again.\n`,
        );
    }
    return exitCodes.done;
  },
};

const hostTable = (hosts: readonly ListedHost[]): string => {
  if (hosts.length === 0)
    return 'There are no hosts; jitstat hub token agent --host NAME --db URL makes one.\n';
  return columns([
    ['host', 'class', 'state', 'queued', 'last seen (UTC)', 'suites'],
    ...hosts.map((host) => [
      host.name,
      host.class ?? '-',
      host.drained ? `${host.state}, drained` : host.state,
      String(host.queued),
      host.seen?.slice(0, 19).replace('T', ' ') ?? '-',
      host.suites?.join(' ') ?? '-',
    ]),
  ]);
};
