// The initramfs of every machine: our process 1 and the kernel shim, built by the user's compiler.
import {readFileSync} from 'node:fs';
import {buildShim} from '../shim/build-shim.ts';
import {initramfs} from './initramfs.ts';

/** Throws UserError if there is no working C compiler. */
export const guestInitramfs = async (): Promise<Uint8Array> => {
  const [init, kernel] = await Promise.all([buildShim('guest-init'), buildShim('kernel')]);
  return initramfs([
    {name: 'init', data: readFileSync(init.path)},
    {name: 'kernel', data: readFileSync(kernel.path)},
  ]);
};
