// jitstat note: writes what people know about a night into the store, where every series shows it.
import {UserError} from '../../results/error.ts';
import {writeNote} from '../../results/history/index.ts';
import {defaultStore} from '../../results/store/index.ts';
import type {Command} from '../command/command.ts';
import {exitCodes, flag, text} from '../command/command.ts';

export const command: Command = {
  name: 'note',
  summary: 'note what happened on a date; shown on every series of the history',
  usage: ['note 2026-11-22 "new microcode" [--machine NAME] [--workload W]'],
  options: {
    machine: {type: 'string', value: 'NAME', help: 'only on series of this machine'},
    workload: {type: 'string', value: 'W', help: 'only on series of this workload'},
    store: {
      type: 'string',
      value: 'DIR',
      help: 'the store (default: $JITSTAT_STORE or ./jitstat-store)',
    },
  },
  run: async (io, args) => {
    const [date, ...words] = args.positionals;
    if (date === undefined || words.length === 0)
      throw new UserError(
        'note takes a date and a text.',
        'For example: jitstat note 2026-11-22 "new microcode".',
      );
    const store = text(args, 'store') ?? defaultStore(io.cwd, io.env);
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
