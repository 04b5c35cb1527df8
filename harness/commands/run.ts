// jitstat run: measures one side only and stores it, to compare later, for example across a reboot.
import {UserError} from '../../results/error.ts';
import {formatSide} from '../../dashboards/tables/index.ts';
import type {Command, CommandArguments, Io} from '../command/command.ts';
import {exitCodes, flag, storeOf, text} from '../command/command.ts';
import {sayWhatRuns} from '../command/left-out.ts';
import {commandLines, refuseCommandOptions, withCommands} from '../measure/command-lines.ts';
import {isKernelBuild} from '../machine/kernel-side.ts';
import {readOneMachine, refuseOtherSource, refuseWithoutBuild} from '../machine/machine-options.ts';
import {machineRun} from '../machine/machine-session.ts';
import {measure} from '../measure/measure.ts';
import type {Target} from '../measure/measure-options.ts';
import {playedOptions, readMeasureOptions, refuseWorkloadOptions} from '../measure/read-options.ts';
import type {Measured} from '../measure/session-types.ts';
import {loadWorkloads} from '../measure/load-target.ts';
import {checkSide} from '../sides/resolve.ts';
import {checkWritable} from '../host/writable.ts';
import {table} from '../usage/run.ts';

export const command: Command = {
  ...table,
  run: async (io, given) => {
    const args = withCommands(given);
    const store = storeOf(io, args);
    checkWritable(store);
    const options = readMeasureOptions(args, io.now());
    const target = targetOf(io, args);
    refuseWithoutBuild(args, {before: target.kind === 'workload' ? target.before : ''});
    const request = {options: {...options, aa: false}, store, quiet: flag(args, 'quiet')};
    if (target.kind === 'workload' && isKernelBuild(target.before)) {
      refuseOtherSource(args);
      return show(
        io,
        args,
        await machineRun(
          io,
          request,
          target.workloads.before,
          readOneMachine(args, io, target.before),
        ),
      );
    }
    if (options.source !== 'perf')
      throw new UserError(
        `run measures one side with perf; --source ${options.source} is for ab.`,
        'jitstat annotate WORKLOAD --variant V counts one side under valgrind.',
      );
    return show(io, args, await measure(io, {...request, target}));
  },
};

const show = (io: Io, args: CommandArguments, {session}: Measured): number => {
  if (flag(args, 'json')) io.out(`${JSON.stringify(session)}\n`);
  else {
    io.out(`${formatSide(session)}\n`);
    if (!flag(args, 'quiet')) io.out(`session: ${session.id}\n`);
  }
  return exitCodes.done;
};

const targetOf = (io: Io, args: CommandArguments): Target => {
  const [command] = args.rest;
  if (command !== undefined) {
    if (args.rest.length > 1 || command.length === 0)
      throw new UserError('run takes exactly one command.', 'jitstat run -- CMD...');
    refuseWorkloadOptions(args);
    const [before] = commandLines(args);
    return {
      kind: 'commands',
      before: before.argv,
      after: null,
      cwd: io.cwd,
      lines: {before, after: null},
    };
  }
  refuseCommandOptions(args);
  const [workload] = args.positionals;
  if (workload === undefined)
    throw new UserError('run takes exactly one workload.', 'jitstat list names them.');
  const on = text(args, 'on') ?? 'user';
  if (!['user', 'kernel'].includes(on) && !isKernelBuild(on))
    throw new UserError(`--on does not take '${on}'.`, 'user, kernel, or kernel:FILE.');
  if (on !== 'user' && text(args, 'variant') !== undefined)
    throw new UserError(
      `--variant has no meaning with --on ${on}.`,
      'The kernel compiles with its own JIT; leave --variant out.',
    );
  const before = on === 'user' ? checkSide(text(args, 'variant') ?? 'v618') : on;
  const named = {kind: 'workload' as const, workload, before, after: null, ...playedOptions(args)};
  const target = loadWorkloads(named, io.cwd);
  sayWhatRuns(io, args, target.workloads.before);
  return target;
};
