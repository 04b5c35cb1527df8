// How commands find their hub (--hub or $JITSTAT_HUB), a token, which is never on a command line,
// and the hub's database.
import {resolve} from 'node:path';
import {UserError} from '../../../results/error.ts';
import {readUserFile} from '../../../workloads/user/read-file.ts';
import type {CommandArguments, Io} from '../../command/command.ts';
import {text} from '../../command/command.ts';
import {readHubUrl} from './hub-client.ts';
import type {Hub} from './hub-client.ts';

export const readHub = (io: Io, args: CommandArguments): Hub => {
  const address = text(args, 'hub') ?? io.env['JITSTAT_HUB'];
  if (address === undefined || address === '')
    throw new UserError(
      'No hub is named.',
      'Give --hub URL or set JITSTAT_HUB; jitstat hub prints its address.',
    );
  const url = readHubUrl(address);
  const file = text(args, 'token-file');
  const token =
    file === undefined
      ? io.env['JITSTAT_TOKEN']
      : readUserFile(resolve(io.cwd, file), 'It holds one token.', 4096).toString();
  if (token === undefined || !/^jst_[\w-]{20,100}$/.test(token.trim()))
    throw new UserError(
      token === undefined || token.trim() === '' ? 'A token is needed.' : 'That is not a token.',
      'Set JITSTAT_TOKEN or give --token-file FILE; jitstat hub token ROLE NAME makes one.',
    );
  return {url, token: token.trim()};
};

/** The text of `--db` or $JITSTAT_DB, unread; `call` is the command line before it, for the hint. */
export const databaseOf = (io: Io, args: CommandArguments, call: string): string => {
  const db = text(args, 'db') ?? io.env['JITSTAT_DB'];
  if (db === undefined || db === '')
    throw new UserError(
      'No database is named.',
      `${call} --db postgres://USER@HOST/DATABASE, or set JITSTAT_DB.`,
    );
  return db;
};
