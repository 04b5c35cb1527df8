// jitstat completion: prints what a shell needs to complete the command line.
import {variants} from '../../jit/variants/list/index.ts';
import {workloads} from '../../workloads/list/index.ts';
import type {Command} from '../command/command.ts';
import {exitCodes, flag} from '../command/command.ts';
import {readChoice} from '../command/option-values.ts';
import type {Shell} from '../reference/completion.ts';
import {completionScript, shells} from '../reference/completion.ts';
import {listedTables} from '../reference/listed-tables.ts';
import {table} from '../usage/completion.ts';

export const command: Command = {
  ...table,
  run: async (io, args) => {
    const shell = readChoice('completion', args.positionals[0], shells) as Shell;
    const names = {
      workloads: workloads.map(({name}) => name),
      variants: variants.map(({name}) => name),
    };
    const script = completionScript(shell, await listedTables(), names);
    io.out(flag(args, 'json') ? `${JSON.stringify({shell, script})}\n` : script);
    return exitCodes.done;
  },
};
