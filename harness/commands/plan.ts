// jitstat plan: from a stored session's noise, how many quads would show 1 %, 0.5 % and 0.1 %.
import {UserError} from '../../jit/error.ts';
import {planQuads} from '../../results/compare/plan.ts';
import {defaultStore, loadSession} from '../../results/store/index.ts';
import type {Command} from '../command.ts';
import {exitCodes, flag, text} from '../command.ts';

const targets = [0.01, 0.005, 0.001] as const;

export const command: Command = {
  name: 'plan',
  summary: "how many quads a workload's recorded noise needs for 1 %, 0.5 %, 0.1 %",
  usage: ['plan SESSION [--store DIR]'],
  options: {store: {type: 'string', value: 'DIR', help: 'store (default $JITSTAT_STORE or ./jitstat-store)'}},
  run: async (io, args) => {
    const {session, samples} = await loadSession(text(args, 'store') ?? defaultStore(io.cwd, io.env), args.positionals[0] ?? 'last');
    if (samples === null) throw new UserError(`The runs of session ${session.id} are not stored here.`, 'Plan on the machine that measured it, or keep runs.json.gz.');
    const rows = planQuads(samples, targets);
    if (flag(args, 'json')) {
      io.out(`${JSON.stringify({schema: 'jitstat/plan/1', session: session.id, targets, rows})}\n`);
      return exitCodes.done;
    }
    const k = session.plan.runsPerBlock;
    io.out([
      `Quads needed to tell a change of the given size from none (5 % error, 80 % power),`,
      `from the noise of session ${session.id}; one quad = ${4 * k} runs (${2 * k} per side)`,
      '',
      `${'event'.padEnd(28)}${targets.map((target) => `${target * 100} %`.padStart(10)).join('')}`,
      ...rows.map((row) => `${row.event.padEnd(28)}${row.quads.map((quads) => (quads === null ? '-' : String(quads)).padStart(10)).join('')}`),
      '',
    ].join('\n'));
    return exitCodes.done;
  },
};
