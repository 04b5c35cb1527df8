// What `jitstat doctor` says about machines: QEMU's version, whether KVM boots anything, and whether
// counts would be exact.
import type {KvmState} from './accelerator.ts';
import {kvmState} from './accelerator.ts';
import {findQemu} from './qemu.ts';

/** The plugin's declarations are of API version 1, which QEMU kept until 9.0. */
export const hasKnownPlugin = (version: string): boolean => {
  const [major, minor] = version.split('.').map(Number);
  return major >= 6 && (major < 9 || (major === 9 && minor === 0));
};

const kvmWords: Readonly<Record<KvmState, string>> = {
  boots: 'KVM boots',
  absent: 'no KVM (/dev/kvm)',
  closed: 'KVM may not be opened (the group of /dev/kvm may)',
  silent: 'KVM can be opened and boots nothing',
};

/** One line. */
export const describeMachines = async (): Promise<string> => {
  const qemu = findQemu('x86_64');
  if (qemu === null)
    return 'none: apt-get install --no-install-recommends qemu-system-x86 seabios boots kernel builds';
  const counts = hasKnownPlugin(qemu.version)
    ? 'counts: exact under emulation'
    : 'no counts: its plugin interface is not known';
  return `QEMU ${qemu.version}, ${kvmWords[await kvmState()]}, ${counts}`;
};
