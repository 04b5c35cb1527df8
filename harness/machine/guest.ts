// The initramfs of every machine: our process 1 and the kernel shim, built by the user's compiler.
import {readFileSync} from 'node:fs';
import {buildShim} from '../shim/build-shim.ts';
import type {MachineArch} from './kernel-file.ts';
import {initramfs} from './initramfs.ts';

/** Throws UserError if there is no working C compiler. */
export const guestInitramfs = async (arch: MachineArch): Promise<Uint8Array> => {
  const [init, kernel] = await Promise.all([
    buildShim('guest-init', {arch}),
    buildShim('kernel', {arch}),
  ]);
  return initramfs([
    {name: 'init', data: readFileSync(init.path)},
    {name: 'kernel', data: readFileSync(kernel.path)},
  ]);
};
