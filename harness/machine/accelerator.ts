// Whether KVM runs a guest here: /dev/kvm may be there and boot nothing, so that only a probe tells.
// The probe is QEMU's own firmware, which says its name on a debug port before anything else.
import {spawn} from 'node:child_process';
import {accessSync, constants} from 'node:fs';
import type {MachineArch} from './kernel-file.ts';
import {tie} from './qemu-process.ts';
import type {Accelerator} from './qemu.ts';
import {findQemu} from './qemu.ts';

/** How KVM is. `silent`: it can be opened, and the firmware did not come up. */
export type KvmState = 'boots' | 'absent' | 'closed' | 'silent';

const deadlineMs = 5000;
const board = '-M q35 -m 64 -nodefaults -no-user-config -display none'.split(' ');
const debugPort = '-chardev stdio,id=out -device isa-debugcon,iobase=0x402,chardev=out'.split(' ');

/** Whether the firmware of an x86-64 machine says a word within `ms`. */
export const firmwareAnswers = (accelerator: Accelerator, ms = deadlineMs): Promise<boolean> => {
  const cpu = accelerator === 'kvm' ? 'host' : 'max';
  const args = ['qemu-system-x86_64', ...board, '-accel', accelerator, '-cpu', cpu, ...debugPort];
  const [command, ...rest] = [...tie(), ...args];
  const child = spawn(command, rest, {stdio: ['ignore', 'pipe', 'ignore']});
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), ms);
    let said = false;
    child.stdout.once('data', () => {
      said = true;
      child.kill('SIGKILL');
    });
    child.on('error', () => undefined);
    child.on('close', () => {
      clearTimeout(timer);
      resolve(said);
    });
  });
};

export const kvmState = async (): Promise<KvmState> => {
  try {
    accessSync('/dev/kvm', constants.F_OK);
  } catch {
    return 'absent';
  }
  try {
    accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
  } catch {
    return 'closed';
  }
  return findQemu('x86_64') !== null && (await firmwareAnswers('kvm')) ? 'boots' : 'silent';
};

/** KVM if it runs guests of that architecture here; it is tried for x86-64 only. */
export const accelerator = async (arch: MachineArch): Promise<Accelerator> =>
  arch === 'x86_64' && process.arch === 'x64' && (await kvmState()) === 'boots' ? 'kvm' : 'tcg';
