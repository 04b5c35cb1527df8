// jitstat reply: a plain-text answer to a mail with measurements.
import {replyText} from '../../dashboards/reply/index.ts';
import {UserError} from '../../results/error.ts';
import {compareTables} from '../../results/compare/summary/tables.ts';
import {importText} from '../../results/import/index.ts';
import {pairTables} from '../../results/import/pairs.ts';
import type {Command} from '../command/command.ts';
import {exitCodes, flag} from '../command/command.ts';
import {readInput} from '../input/read-input.ts';
import {sayUnreadLines} from '../input/unread-lines.ts';
import {table} from '../usage/reply.ts';

export const command: Command = {
  ...table,
  run: async (io, args) => {
    const [ref] = args.positionals;
    const mail = await readInput(io, ref);
    const document = importText(mail, ref);
    sayUnreadLines(io, args, document);
    const {tables} = document;
    const pairs = pairTables(tables);
    if (pairs.length === 0)
      throw new UserError(
        tables.length === 0
          ? `${ref} holds no table jitstat understands.`
          : `Cannot tell which of the ${tables.length} tables of ${ref} form a pair.`,
        tables.length === 0
          ? 'jitstat import FILE says what is read.'
          : 'jitstat compare FILE --pair B,A compares two of them.',
      );
    const claims = pairs.map((pair) => {
      const [before, after] = [tables[pair.before], tables[pair.after]];
      const others = tables.filter(
        (table) => table !== before && table !== after && table.command === before.command,
      );
      return {before, after, comparison: compareTables(before, after, {others})};
    });
    io.out(
      flag(args, 'json')
        ? `${JSON.stringify(claims.map(({comparison}) => comparison))}\n`
        : `${replyText(mail, claims)}\n`,
    );
    return exitCodes.done;
  },
};
