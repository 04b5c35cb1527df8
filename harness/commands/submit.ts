// jitstat submit: has a fleet measure a suite at a commit, on one host or on all hosts of a class.
import {randomUUID} from 'node:crypto';
import {UserError} from '../../results/error.ts';
import {visible} from '../../results/visible.ts';
import type {Command} from '../command/command.ts';
import {exitCodes, flag, text} from '../command/command.ts';
import {checkFleetNode} from '../fleet/packages.ts';
import {readHub} from '../fleet/protocol/read-hub.ts';
import {isCommit, isName} from '../fleet/protocol/messages.ts';
import type {Submission, Submitted} from '../fleet/protocol/messages.ts';
import {callPatiently} from '../fleet/protocol/patience.ts';
import {table} from '../usage/submit.ts';

const commitHint = 'For example --commit $(git rev-parse HEAD): 7 to 64 hexadecimal digits.';

export const command: Command = {
  ...table,
  run: async (io, args) => {
    checkFleetNode();
    const [suite] = args.positionals;
    const [host, of, variant] = ['host', 'class', 'variant'].map((key) => text(args, key) ?? null);
    const commit = text(args, 'commit');
    for (const name of [suite, host, of, variant])
      if (name !== null && !isName(name))
        throw new UserError(`'${name}' is not a name.`, 'Names are letters, digits, . _ -.');
    if ((host === null) === (of === null))
      throw new UserError(
        'A job is for one host or for one class.',
        'Give --host NAME or --class NAME; jitstat hosts lists them.',
      );
    const good = text(args, 'good') ?? null;
    if (commit === undefined) throw new UserError('A job needs a commit.', commitHint);
    for (const one of good === null ? [commit] : [good, commit])
      if (!isCommit(one.toLowerCase()))
        throw new UserError(`'${visible(one)}' is not a commit.`, commitHint);
    const request: Submission = {
      request: randomUUID(),
      suite,
      variant,
      commit: commit.toLowerCase(),
      good: good?.toLowerCase() ?? null,
      host,
      class: of,
      interactive: flag(args, 'interactive'),
    };
    const hub = readHub(io, args);
    const answer = await callPatiently<Submitted>(hub, 'POST', '/api/submit', request);
    if (flag(args, 'json')) io.out(`${JSON.stringify(answer)}\n`);
    else {
      for (const job of answer.jobs)
        io.out(`${job.id}  ${job.host}${job.duplicate ? '  (was queued already)' : ''}\n`);
      for (const {host: name, reason} of answer.skipped)
        io.err(`jitstat: no job for ${name}: it ${reason}\n`);
    }
    return exitCodes.done;
  },
};
