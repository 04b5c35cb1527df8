// jitstat note: writes what people know about a night into the store, where every series shows it.
import {writeNote} from '../../results/history/index.ts';
import type {Command} from '../command/command.ts';
import {exitCodes, flag, storeOf, text} from '../command/command.ts';
import {storeOption} from '../command/options.ts';

export const command: Command = {
  name: 'note',
  summary: 'note what happened on a date; shown on every series of the history',
  usage: ['note 2026-11-22 "new microcode" [--machine NAME] [--workload W]'],
  options: {
    machine: {type: 'text', value: 'NAME', help: 'only on series of this machine'},
    workload: {type: 'text', value: 'W', help: 'only on series of this workload'},
    ...storeOption,
  },
  positionals: {least: 2, most: Infinity, what: 'a date and a text'},
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
