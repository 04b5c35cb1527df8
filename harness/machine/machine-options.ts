// Reads the options of kernel builds as sides: what is added to command lines, the CPU, QEMU's own.
import type {CommandArguments, Io} from '../command/command.ts';
import {number, text} from '../command/command.ts';
import {UserError} from '../../results/error.ts';
import type {KernelSide, KernelSideOptions} from './kernel-side.ts';
import {isKernelBuild, readKernelSide} from './kernel-side.ts';

export interface MachineSides {
  readonly before: KernelSide | null;
  readonly after: KernelSide | null;
  /** How often both builds are booted and timed; null = they are counted. */
  readonly boots: number | null;
}

const defaultBoots = 4;

/** Where a side's name is looked up. */
type Place = Pick<Io, 'cwd' | 'env'>;

/**
 * The kernel builds among the two sides, read and checked; null if neither side is one. Throws
 * UserError as `readKernelSide`, and for a side that cannot be compared with a kernel build.
 */
export const readMachineSides = (
  args: CommandArguments,
  io: Place,
  sides: {readonly before: string; readonly after: string},
): MachineSides | null => {
  refuseWithoutBuild(args, sides);
  if (!isKernelBuild(sides.before) && !isKernelBuild(sides.after)) return null;
  const isTimed = text(args, 'source') === 'perf';
  if (!isTimed) refuseOtherSource(args);
  if (isTimed && !(isKernelBuild(sides.before) && isKernelBuild(sides.after)))
    throw new UserError(
      '--source perf times two kernel builds, and one side is not a kernel build.',
      'Leave --source out: a variant and a kernel build are compared by exact counts.',
    );
  if (!isTimed && number(args, 'boots') !== undefined)
    throw new UserError('--boots is for kernel builds that are timed.', 'Add --source perf.');
  if ([sides.before, sides.after].includes('kernel'))
    throw new UserError(
      'The running kernel has no exact counts to compare with those of a kernel build.',
      'Give its image: kernel:/boot/vmlinuz-RELEASE.',
    );
  const read = (side: 'before' | 'after'): KernelSide | null =>
    isKernelBuild(sides[side])
      ? readKernelSide(sides[side], io.cwd, given(args, `append-${side}`), io.env)
      : null;
  const found = {
    before: read('before'),
    after: read('after'),
    boots: isTimed ? (number(args, 'boots') ?? defaultBoots) : null,
  };
  const arches = [found.before, found.after].map((side) => side?.kernel.arch ?? 'x86_64');
  if (arches[0] !== arches[1])
    throw new UserError(
      `The before side is ${arches[0]} code, the after side ${arches[1]} code.`,
      'Compare builds of one architecture; the variants write x86-64 code.',
    );
  return found;
};

/** Throws a UserError for a source that cannot count a kernel build. */
export const refuseOtherSource = (args: CommandArguments): void => {
  const source = text(args, 'source') ?? 'qemu';
  if (source !== 'qemu')
    throw new UserError(
      `--source ${source} does not measure a kernel build.`,
      'Kernel builds are counted by --source qemu, exactly and without time; ab times two of them.',
    );
};

/** The kernel build `side` of a command with one side. Throws UserError as `readKernelSide`. */
export const readOneMachine = (args: CommandArguments, io: Place, side: string): KernelSide =>
  readKernelSide(side, io.cwd, given(args, 'append'), io.env);

/** Throws a UserError for options of machines if no side is a kernel build. */
export const refuseWithoutBuild = (
  args: CommandArguments,
  sides: {readonly before?: string; readonly after?: string},
): void => {
  const builds = (['before', 'after'] as const).filter((side) => isKernelBuild(sides[side] ?? ''));
  const needs = {
    append: builds.length > 0,
    'append-before': builds.includes('before'),
    'append-after': builds.includes('after'),
    'cpu-model': builds.length > 0,
    boots: builds.length > 0,
    'qemu-opts': builds.length > 0,
  };
  for (const [name, has] of Object.entries(needs)) {
    if (has || (text(args, name) ?? number(args, name)) === undefined) continue;
    const [, side] = /^append-(.*)$/.exec(name) ?? [];
    throw new UserError(
      `--${name} is for a kernel build${side === undefined ? '' : ` on the ${side} side`}.`,
      'Name one: kernel:arch/x86/boot/bzImage, or kernel:FOLDER.',
    );
  }
};

const given = (args: CommandArguments, append: string): KernelSideOptions => ({
  append: text(args, append) ?? '',
  cpuModel: text(args, 'cpu-model') ?? null,
  qemuOptions: (text(args, 'qemu-opts') ?? '').split(' ').filter((word) => word !== ''),
});
