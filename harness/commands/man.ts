// jitstat man: the manual page.
import {writeFileSync} from 'node:fs';
import {resolve} from 'node:path';
import type {Command} from '../command/command.ts';
import {exitCodes, flag, text} from '../command/command.ts';
import {version} from '../command/own-version.ts';
import {manualPage} from '../reference/manual.ts';
import {listedTables} from '../reference/listed-tables.ts';
import {table} from '../usage/man.ts';

export const command: Command = {
  ...table,
  run: async (io, args) => {
    const page = manualPage(await listedTables(), version());
    const output = text(args, 'output');
    if (output !== undefined) writeFileSync(resolve(io.cwd, output), page);
    else io.out(flag(args, 'json') ? `${JSON.stringify({page})}\n` : page);
    return exitCodes.done;
  },
};
