// A kernel build as a side: `kernel:FILE` or `kernel:DIR`, with what is added to its command line.
import type {KernelFile} from './kernel-file.ts';
import {readKernelFile} from './kernel-file.ts';
import type {MachineSetup} from './qemu.ts';

const prefix = 'kernel:';

export const isKernelBuild = (side: string): boolean => side.startsWith(prefix);

export interface KernelSideOptions {
  readonly append: string;
  readonly cpuModel: string | null;
  readonly qemuOptions: readonly string[];
}

export interface KernelSide {
  readonly text: string;
  readonly kernel: KernelFile;
  readonly options: KernelSideOptions;
}

/** Throws UserError if there is no bootable kernel of that name. */
export const readKernelSide = (
  text: string,
  cwd: string,
  options: KernelSideOptions,
  env: Readonly<Record<string, string | undefined>> = {},
): KernelSide => ({
  text,
  kernel: readKernelFile(text.slice(prefix.length), cwd, env['KBUILD_OUTPUT']),
  options,
});

/** Equal for sides that would boot the same kernel in the same way: an A/A. */
export const sideIdentity = ({kernel, options}: KernelSide): string =>
  JSON.stringify([kernel.sha256, options]);

/** A machine that counts exactly (with `plugin`), or one that only loads and dumps. */
export const setupOf = (side: KernelSide, plugin: string | null): MachineSetup => ({
  kernel: side.kernel,
  accelerator: 'tcg',
  cpuModel: side.options.cpuModel,
  append: side.options.append,
  qemuOptions: side.options.qemuOptions,
  icount: plugin !== null,
  plugin: plugin === null ? null : {path: plugin, out: ''},
});
