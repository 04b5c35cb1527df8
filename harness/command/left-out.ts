// Notes on programs of an object that are left out of a workload.
import {visible} from '../../results/visible.ts';
import type {Workload} from '../../workloads/types.ts';
import type {UserWorkload} from '../../workloads/user/load.ts';
import type {CommandArguments, Io} from './command.ts';
import {flag} from './command.ts';

/** To stderr, unless the command is to be quiet; `name` is empty for a whole section. */
export const sayLeftOut = (
  io: Io,
  args: CommandArguments,
  {name, error}: {readonly name: string; readonly error: Error},
): void => {
  if (flag(args, 'quiet')) return;
  const program = name === '' ? '' : ` program ${visible(name)}`;
  const reason = error.message.replace(`program ${name}: `, '');
  io.err(`jitstat: left out${program}: ${visible(reason)}\n`);
};

/**
 * Names everything that a workload was loaded without, so that nobody takes it for the whole
 * object.
 */
export const sayAllLeftOut = (
  io: Io,
  args: CommandArguments,
  {leftOut = []}: Workload & Partial<UserWorkload>,
): void => leftOut.forEach((one) => sayLeftOut(io, args, one));

/**
 * Says if less than the whole of a user's object is measured, or not on the input it is made for.
 */
export const sayWhatRuns = (
  io: Io,
  args: CommandArguments,
  workload: Workload & Partial<UserWorkload>,
): void => {
  sayAllLeftOut(io, args, workload);
  if (workload.isUnscripted !== true || flag(args, 'quiet')) return;
  io.err(
    `jitstat: no scenario: ${visible(workload.entry)} runs on a packet of 64 zero bytes, and may ` +
      'leave early; docs/scenario.md says how to give it another\n',
  );
};
