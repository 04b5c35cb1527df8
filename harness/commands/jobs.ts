// jitstat jobs: what a fleet measures, has measured and will measure; cancel a job, or try it again.
import {UserError} from '../../results/error.ts';
import {visible} from '../../results/visible.ts';
import type {Command} from '../command/command.ts';
import {choice, exitCodes, flag, number, text} from '../command/command.ts';
import {columns} from '../command/text-columns.ts';
import {checkFleetNode} from '../fleet/packages.ts';
import {readHub} from '../fleet/protocol/read-hub.ts';
import {isName, isUuid} from '../fleet/protocol/messages.ts';
import type {ListedJob} from '../fleet/protocol/messages.ts';
import {callPatiently} from '../fleet/protocol/patience.ts';
import {jobStates, table} from '../usage/jobs.ts';

const changes = ['cancel', 'retry'] as const;

export const command: Command = {
  ...table,
  run: async (io, args) => {
    checkFleetNode();
    const hub = readHub(io, args);
    const [word, ...ids] = args.positionals;
    if (word === undefined) {
      const host = text(args, 'host');
      if (host !== undefined && !isName(host))
        throw new UserError(`'${host}' is not a name.`, 'jitstat hosts lists the hosts.');
      const query = new URLSearchParams({limit: String(number(args, 'limit') ?? 50)});
      if (host !== undefined) query.set('host', host);
      const state = choice(args, 'state', jobStates);
      if (state !== undefined) query.set('state', state);
      const jobs = await callPatiently<readonly ListedJob[]>(hub, 'GET', `/api/jobs?${query}`);
      io.out(flag(args, 'json') ? `${JSON.stringify(jobs)}\n` : jobTable(jobs));
      return exitCodes.done;
    }
    const change = changes.find((one) => one === word);
    const wrong = ids.find((id) => !isUuid(id));
    if (change === undefined || ids.length === 0 || wrong !== undefined)
      throw new UserError(
        change === undefined
          ? `jobs does not know '${visible(word)}'.`
          : wrong === undefined
            ? `jobs ${change} needs the id of a job.`
            : `'${visible(wrong)}' is not the id of a job.`,
        'jitstat jobs cancel ID, jitstat jobs retry ID; jitstat jobs lists the ids.',
      );
    for (const id of ids) {
      const {state} = await callPatiently<{state: string}>(
        hub,
        'POST',
        `/api/jobs/${id}/${change}`,
        {},
      );
      io.out(flag(args, 'json') ? `${JSON.stringify({id, state})}\n` : `${id}  ${state}\n`);
    }
    return exitCodes.done;
  },
};

const jobTable = (jobs: readonly ListedJob[]): string => {
  if (jobs.length === 0) return 'There are no such jobs.\n';
  const rows = jobs.map((job) => [
    job.id,
    job.host,
    job.attempt === 0 ? job.state : `${job.state} (${job.attempt + 1})`,
    job.suite,
    job.variant ?? '-',
    [job.good, job.commit].flatMap((one) => one?.slice(0, 12) ?? []).join('..'),
    job.submitter,
    (job.ended ?? job.started ?? job.created).slice(0, 19).replace('T', ' '),
    job.message?.split('\n')[0] ?? '',
  ]);
  const titles = ['id', 'host', 'state', 'suite', 'variant', 'commit', 'by', 'since (UTC)', ''];
  return columns([titles, ...rows]);
};
