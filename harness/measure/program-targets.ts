// Turns the options of `ab` into a change of the program: two objects, one variant, the same
// packets.
import {readFileSync} from 'node:fs';
import {relative, resolve} from 'node:path';
import {UserError} from '../../results/error.ts';
import {visible} from '../../results/visible.ts';
import {scenarioNextTo} from '../../workloads/user/load.ts';
import type {CommandArguments, Io} from '../command/command.ts';
import {firstGiven, flag, text} from '../command/command.ts';
import {sayAllLeftOut} from '../command/left-out.ts';
import {runningVariant} from '../programs/running-variant.ts';
import {checkSide} from '../sides/resolve.ts';
import {playedBy} from './change-findings.ts';
import type {WorkloadTarget} from './measure-options.ts';
import {playedOptions} from './read-options.ts';
import {isPath} from '../input/named-workload.ts';
import {loadWorkloads} from './load-target.ts';

const usual = 'jitstat ab --before-program OLD.bpf.o --after-program NEW.bpf.o --variant V';
const usualPacket = 'tcp4';

/** Both objects are loaded and checked. Throws UserErrors. */
export const programTarget = (io: Io, args: CommandArguments): WorkloadTarget => {
  const {before, after, variant} = sidesOf(args);
  const target = loadWorkloads(
    {
      kind: 'workload',
      workload: before,
      afterProgram: after,
      before: variant,
      after: variant,
      ...playedOf(args, io.cwd, before, after),
    },
    io.cwd,
  );
  const {workloads} = target;
  if (workloads.before.type !== workloads.after.type)
    throw new UserError(
      `${visible(before)} runs a program of type ${workloads.before.type}, ${visible(after)} one ` +
        `of type ${workloads.after.type}.`,
      'Name programs of one type with --program, or in a scenario file.',
    );
  sayAllLeftOut(io, args, workloads.before);
  sayAllLeftOut(io, args, workloads.after);
  if (
    !flag(args, 'quiet') &&
    text(args, 'packet') === undefined &&
    text(args, 'scenario') === undefined
  )
    io.err(
      `jitstat: both programs play ${visible(playedBy(target, workloads.before))}; ` +
        '--packet and --scenario choose another.\n',
    );
  return target;
};

const sidesOf = (args: CommandArguments) => {
  if (['before-program', 'after-program'].every((name) => text(args, name) === undefined))
    throw new UserError(
      '--variant is for a change of the program.',
      'Two variants of a workload are --before V --after V.',
    );
  const [before, after] = ['before-program', 'after-program'].map((name) => {
    const given = text(args, name);
    if (given === undefined)
      throw new UserError(`A change of the program needs --${name} as well.`, usual);
    if (!isPath(given))
      throw new UserError(
        `--${name} ${visible(given)} is not the path of an object.`,
        'Give a BPF object or assembly text: ./my.bpf.o.',
      );
    return given;
  });
  const other = firstGiven(args, ['before', 'after']);
  if (other !== undefined)
    throw new UserError(
      `--${other} names a variant, and a change of the program is compared under one.`,
      'Name it with --variant.',
    );
  if (args.positionals.length > 0)
    throw new UserError(
      `${visible(args.positionals[0])} is a workload next to a change of the program.`,
      `Leave it out: ${usual}`,
    );
  return {before, after, variant: checkSide(text(args, 'variant') ?? runningVariant().name)};
};

/**
 * What both sides play: the given scenario or packet, the scenario next to one of them, or the
 * usual packet.
 */
const playedOf = (
  args: CommandArguments,
  cwd: string,
  before: string,
  after: string,
): ReturnType<typeof playedOptions> => {
  const given = playedOptions(args);
  if (given.scenario !== undefined || given.packet !== undefined) return given;
  const found = [before, after].flatMap((path) => scenarioNextTo(resolve(cwd, path)) ?? []);
  if (found.length === 0) return {...given, packet: usualPacket};
  const [first, second = first] = found.map((path) => readFileSync(path, 'utf8'));
  if (first !== second)
    throw new UserError(
      `${visible(found[0])} and ${visible(found[1])} differ, and both programs play the same.`,
      'Choose one with --scenario FILE, or give a packet with --packet.',
    );
  return {...given, scenario: relative(cwd, found[0])};
};
