// jitstat store: what concerns a store as a whole. `verify` reads all of it and checks every sum.
import {existsSync} from 'node:fs';
import {UserError} from '../../results/error.ts';
import type {Verification} from '../../results/history/verify-store.ts';
import {verifyStore} from '../../results/history/verify-store.ts';
import {visible} from '../../results/visible.ts';
import type {Command} from '../command/command.ts';
import {exitCodes, flag, storeOf} from '../command/command.ts';
import {table} from '../usage/store.ts';

export const command: Command = {
  ...table,
  run: async (io, args) => {
    if (args.positionals[0] !== 'verify')
      throw new UserError(
        `store does not know '${args.positionals[0]}'.`,
        'jitstat store verify reads a whole store and checks it.',
      );
    const store = storeOf(io, args);
    if (!existsSync(store))
      throw new UserError(
        `There is no store at ${store}.`,
        'jitstat ab and jitstat nightly make one; name it with --store, or set JITSTAT_STORE.',
      );
    const found = await verifyStore(store);
    io.out(
      flag(args, 'json')
        ? `${JSON.stringify({schema: 'jitstat/verification/1', store, ...found})}\n`
        : textOf(found),
    );
    return found.problems.length > 0 ? exitCodes.changeFound : exitCodes.done;
  },
};

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
