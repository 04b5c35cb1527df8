// jitstat note: records in the store what people know about a night; every series shows it.
import {writeNote} from '../../results/history/index.ts';
import type {Command} from '../command/command.ts';
import {exitCodes, flag, storeOf, text} from '../command/command.ts';
import {table} from '../usage/note.ts';

export const command: Command = {
  ...table,
  run: async (io, args) => {
    const [date, ...words] = args.positionals;
    const store = storeOf(io, args);
    const [machine, workload] = [text(args, 'machine'), text(args, 'workload')];
    const path = writeNote(store, {
      date,
      text: words.join(' '),
      ...(machine === undefined ? {} : {machine}),
      ...(workload === undefined ? {} : {workload}),
    });
    io.out(flag(args, 'json') ? `${JSON.stringify({path})}\n` : `${path}\n`);
    return exitCodes.done;
  },
};
