// jitstat hub: the server of a fleet, and what its admin does with its database.
import {UserError} from '../../results/error.ts';
import type {Command, CommandArguments, Io} from '../command/command.ts';
import {exitCodes, flag, number, storeOf, text, texts} from '../command/command.ts';
import {checkFleetNode} from '../fleet/packages.ts';
import {tokenRoles} from '../fleet/hub/fleet-schema.ts';
import type {TokenRole} from '../fleet/hub/fleet-schema.ts';
import type {ListedToken} from '../fleet/hub/tokens.ts';
import {isName} from '../fleet/protocol/messages.ts';
import {databaseOf} from '../fleet/protocol/read-hub.ts';
import {table} from '../usage/hub.ts';

const words = ['setup', 'token', 'tokens', 'revoke'] as const;

export const command: Command = {
  ...table,
  run: async (io, args) => {
    checkFleetNode();
    const [word, ...rest] = args.positionals;
    const db = databaseOf(io, args, 'jitstat hub');
    if (word === undefined) return serve(io, args, db);
    if (!words.some((known) => known === word))
      throw new UserError(`hub does not know '${word}'.`, `It takes ${words.join(', ')}.`);
    return administer(io, args, db, word, rest);
  },
};

const serve = async (io: Io, args: CommandArguments, db: string): Promise<number> => {
  const {runHub} = await import('../fleet/hub/run-hub.ts');
  const store = storeOf(io, args);
  const {url} = await runHub({
    db,
    store,
    port: number(args, 'port') ?? 7430,
    names: texts(args, 'name').map((name) => name.toLowerCase()),
    heartbeatSeconds: number(args, 'heartbeat') ?? 120,
    say: (line) => io.err(`jitstat: ${io.now().toISOString().slice(0, 19)}Z ${line}\n`),
  });
  io.out(flag(args, 'json') ? `${JSON.stringify({url, store})}\n` : `${url}\n`);
  if (!flag(args, 'quiet')) io.err(`jitstat: hub with store ${store}; end with Ctrl-C\n`);
  return new Promise(() => {});
};

const administer = async (
  io: Io,
  args: CommandArguments,
  db: string,
  word: string,
  rest: readonly string[],
): Promise<number> => {
  const [{prepareDatabase}, {openDatabase}, tokens] = await Promise.all([
    import('../fleet/hub/prepare-database.ts'),
    import('../fleet/hub/database.ts'),
    import('../fleet/hub/tokens.ts'),
  ]);
  const database = await openDatabase(await prepareDatabase(db), () => {});
  try {
    if (word === 'setup') io.out('The database is ready for a hub.\n');
    else if (word === 'token')
      io.out(`${await tokens.createToken(database, readTokenRequest(args, rest))}\n`);
    else if (word === 'tokens') {
      const list = await tokens.listTokens(database);
      io.out(flag(args, 'json') ? `${JSON.stringify(list)}\n` : tokenTable(list));
    } else {
      await tokens.revokeToken(database, rest[0] ?? '');
      io.out(`Token '${rest[0]}' is revoked.\n`);
    }
    return exitCodes.done;
  } finally {
    await database.close();
  }
};

const readTokenRequest = (
  args: CommandArguments,
  [role, given]: readonly string[],
): {role: TokenRole; name: string; host: string | null} => {
  const known = tokenRoles.find((one) => one === role);
  const host = text(args, 'host') ?? null;
  if (known === undefined)
    throw new UserError(
      role === undefined ? 'A token is for a role.' : `There is no role '${role}'.`,
      `The roles are ${tokenRoles.join(', ')}.`,
    );
  if ((known === 'agent') !== (host !== null))
    throw new UserError(
      known === 'agent' ? 'An agent measures on one host.' : `--host is for agents, not ${known}s.`,
      'jitstat hub token agent --host NAME --db URL',
    );
  const name = given ?? (host === null ? undefined : `host-${host}`);
  if (name === undefined || !isName(name) || (host !== null && !isName(host)))
    throw new UserError(
      name === undefined ? 'A token has a name: whose it is.' : 'A name is letters, digits, . _ -.',
      `jitstat hub token ${known} NAME --db URL`,
    );
  return {role: known, name, host};
};

const tokenTable = (list: readonly ListedToken[]): string =>
  list
    .map(
      ({name, role, host, revoked}) =>
        `${name.padEnd(24)} ${role.padEnd(10)} ${(host ?? '-').padEnd(16)}` +
        `${revoked === null ? 'in use' : 'revoked'}\n`,
    )
    .join('');
