// jitstat store: commands on a whole store. `verify` reads all of it and checks every checksum;
// `push` and `pull` exchange sessions with a hub; `rebuild` makes the hub's database anew from
// files.
import {existsSync} from 'node:fs';
import {UserError} from '../../results/error.ts';
import type {Verification} from '../../results/history/verify-store.ts';
import {verifyStore} from '../../results/history/verify-store.ts';
import {visible} from '../../results/visible.ts';
import {plural} from '../../results/wording.ts';
import type {Command, CommandArguments, Io} from '../command/command.ts';
import {exitCodes, flag, storeOf, text} from '../command/command.ts';
import {checkFleetNode} from '../fleet/packages.ts';
import {databaseOf, readHub} from '../fleet/protocol/read-hub.ts';
import {isName} from '../fleet/protocol/messages.ts';
import type {Exchanged} from '../fleet/share/exchange.ts';
import {table} from '../usage/store.ts';

type Action = (io: Io, args: CommandArguments, store: string) => Promise<number>;

export const command: Command = {
  ...table,
  run: async (io, args) => {
    const [word] = args.positionals;
    if (!Object.hasOwn(actions, word))
      throw new UserError(
        `store does not know '${word}'.`,
        'It takes one of verify, push, pull, rebuild; jitstat store --help says more.',
      );
    const store = storeOf(io, args);
    if (word !== 'pull' && !existsSync(store))
      throw new UserError(
        `There is no store at ${store}.`,
        'jitstat ab and jitstat nightly make one; name it with --store, or set JITSTAT_STORE.',
      );
    return actions[word as keyof typeof actions](io, args, store);
  },
};

const verify: Action = async (io, args, store) => {
  const found = await verifyStore(store);
  io.out(
    flag(args, 'json')
      ? `${JSON.stringify({schema: 'jitstat/verification/1', store, ...found})}\n`
      : textOf(found),
  );
  return found.problems.length > 0 ? exitCodes.changeFound : exitCodes.done;
};

const push: Action = async (io, args, store) => {
  checkFleetNode();
  const host = text(args, 'host');
  if (host === undefined || !isName(host))
    throw new UserError(
      host === undefined ? 'Whose sessions are they?' : `'${host}' is not a name.`,
      'Give --host NAME, the name of this host in the fleet.',
    );
  const {pushNights, pushStore} = await import('../fleet/share/exchange.ts');
  const hub = readHub(io, args);
  const sessions = await pushStore(hub, store, host);
  return sayExchanged(io, args, 'sent', sessions, await pushNights(hub, store, host));
};

const pull: Action = async (io, args, store) => {
  checkFleetNode();
  const {pullStore} = await import('../fleet/share/exchange.ts');
  return sayExchanged(io, args, 'fetched', await pullStore(readHub(io, args), store));
};

const sayExchanged = (
  io: Io,
  args: CommandArguments,
  what: string,
  {sent, known, problems: ofSessions}: Exchanged,
  nights?: Exchanged,
): number => {
  const problems = [...ofSessions, ...(nights?.problems ?? [])];
  if (flag(args, 'json'))
    io.out(`${JSON.stringify({[what]: sent, known, nights: nights?.sent, problems})}\n`);
  else {
    io.out(`${plural(sent, 'session')} ${what}, ${known} were there.\n`);
    if (nights !== undefined)
      io.out(`${plural(nights.sent, 'night')} ${what}, ${nights.known} were there.\n`);
    for (const {id, text: words} of problems) io.err(`jitstat: ${id}: ${visible(words)}\n`);
  }
  return problems.length > 0 ? exitCodes.changeFound : exitCodes.done;
};

const rebuild: Action = async (io, args, store) => {
  checkFleetNode();
  const db = databaseOf(io, args, 'jitstat store rebuild');
  const {rebuildDatabase} = await import('../fleet/share/rebuild-database.ts');
  const made = await rebuildDatabase(db, store);
  if (flag(args, 'json')) io.out(`${JSON.stringify(made)}\n`);
  else {
    io.out(
      `${made.sessions} sessions, ${made.nights} nights, ${made.notes} notes, ` +
        `${made.moves} moves of alerts, ${made.histories} histories.\n`,
    );
    for (const {path, text: words} of made.problems)
      io.err(`jitstat: ${visible(path)}: ${visible(words)}\n`);
  }
  return made.problems.length > 0 ? exitCodes.changeFound : exitCodes.done;
};

const actions = {verify, push, pull, rebuild};

const textOf = ({kinds, problems}: Verification): string => {
  const cell = (value: string | number): string => String(value).padStart(11);
  const unchecked = kinds.filter(({kind}) => kind !== 'notes').some((one) => one.unchecked > 0);
  return [
    `${'files'.padEnd(10)}${['checked', 'unchecked', 'damaged'].map(cell).join('')}`,
    ...kinds.map(
      (one) =>
        `${one.kind.padEnd(10)}${[one.checked, one.unchecked, one.damaged].map(cell).join('')}`,
    ),
    ...(unchecked ? ['Unchecked files were written before there were checksums.'] : []),
    ...problems.map(({path, text}) => visible(`${path}: ${text}`)),
    '',
  ].join('\n');
};
