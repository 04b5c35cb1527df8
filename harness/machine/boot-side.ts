// Boots a kernel build as a side and uses its machine; a machine that is lost on the way is booted
// once more.
import type {Io} from '../command/command.ts';
import {buildShim} from '../shim/build-shim.ts';
import {guestInitramfs} from './guest.ts';
import type {KernelSide} from './kernel-side.ts';
import {setupOf} from './kernel-side.ts';
import type {Machine} from './machine.ts';
import {MachineLost, startMachine} from './machine.ts';
import {requireQemu} from './qemu.ts';

/**
 * `counts`: with the plugin that counts each instruction. `onLost` hears why the first machine was
 * lost. Throws UserError as `startMachine`, and MachineLost if the second machine is lost as well.
 */
export const withMachine = async <T>(
  side: KernelSide,
  counts: boolean,
  use: (machine: Machine) => Promise<T>,
  onLost: (message: string) => void,
): Promise<T> => onceMore(() => once(side, counts, use), onLost);

/** Does it, and once more if a machine is lost; `onLost` hears why. */
export const onceMore = async <T>(
  attempt: () => Promise<T>,
  onLost: (message: string) => void,
): Promise<T> => {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof MachineLost)) throw error;
    onLost(error.message);
    return attempt();
  }
};

const once = async <T>(
  side: KernelSide,
  counts: boolean,
  use: (machine: Machine) => Promise<T>,
): Promise<T> => {
  requireQemu(side.kernel.arch);
  const plugin = counts ? (await buildShim('qemu-plugin')).path : null;
  const machine = await startMachine(setupOf(side, plugin), await guestInitramfs(side.kernel.arch));
  try {
    return await use(machine);
  } finally {
    await machine.end();
  }
};

/** Says on stderr that a machine was lost and is booted anew. */
export const lostNote =
  (io: Io, quiet: boolean) =>
  (message: string): void => {
    if (!quiet) io.err(`jitstat: ${message} It is booted once more.\n`);
  };
