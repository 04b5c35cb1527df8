// Reads the options of kernel builds as sides: what is added to command lines, the CPU, QEMU's own.
import type {CommandArguments} from '../command/command.ts';
import {text} from '../command/command.ts';
import {UserError} from '../../results/error.ts';
import type {KernelSide, KernelSideOptions} from './kernel-side.ts';
import {isKernelBuild, readKernelSide} from './kernel-side.ts';

export interface MachineSides {
  readonly before: KernelSide | null;
  readonly after: KernelSide | null;
}

/**
 * The kernel builds among the two sides, read and checked; null if neither side is one. Throws
 * UserError as `readKernelSide`, and for a side that cannot be compared with a kernel build.
 */
export const readMachineSides = (
  args: CommandArguments,
  cwd: string,
  sides: {readonly before: string; readonly after: string},
): MachineSides | null => {
  refuseWithoutBuild(args, sides);
  if (!isKernelBuild(sides.before) && !isKernelBuild(sides.after)) return null;
  refuseOtherSource(args);
  if ([sides.before, sides.after].includes('kernel'))
    throw new UserError(
      'The running kernel has no exact counts to compare with those of a kernel build.',
      'Give its image: kernel:/boot/vmlinuz-RELEASE.',
    );
  const read = (side: 'before' | 'after'): KernelSide | null =>
    isKernelBuild(sides[side])
      ? readKernelSide(sides[side], cwd, given(args, `append-${side}`))
      : null;
  const found = {before: read('before'), after: read('after')};
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
      'Kernel builds are counted by --source qemu, exactly and without time.',
    );
};

/** The kernel build `side` of a command with one side. Throws UserError as `readKernelSide`. */
export const readOneMachine = (args: CommandArguments, cwd: string, side: string): KernelSide =>
  readKernelSide(side, cwd, given(args, 'append'));

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
    'qemu-opts': builds.length > 0,
  };
  for (const [name, has] of Object.entries(needs)) {
    if (has || text(args, name) === undefined) continue;
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
