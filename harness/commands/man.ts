// jitstat man: the manual page.
import {writeFileSync} from 'node:fs';
import {resolve} from 'node:path';
import {readPackageFile} from '../../workloads/package-file.ts';
import type {Command} from '../command/command.ts';
import {exitCodes, flag, text} from '../command/command.ts';
import {manualPage} from '../reference/manual.ts';
import {listedTables} from '../reference/listed-tables.ts';
import {table} from '../usage/man.ts';

export const command: Command = {
  ...table,
  run: async (io, args) => {
    const {version} = JSON.parse(new TextDecoder().decode(readPackageFile('package.json'))) as {
      version: string;
    };
    const page = manualPage(await listedTables(), version);
    const output = text(args, 'output');
    if (output !== undefined) writeFileSync(resolve(io.cwd, output), page);
    else io.out(flag(args, 'json') ? `${JSON.stringify({page})}\n` : page);
    return exitCodes.done;
  },
};
