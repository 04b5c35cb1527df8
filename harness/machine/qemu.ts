// QEMU on this host: where it is, which version, and the command line of one machine.
import {spawnSync} from 'node:child_process';
import {UserError} from '../../results/error.ts';
import type {KernelFile, MachineArch} from './kernel-file.ts';

export type Accelerator = 'tcg' | 'kvm';

export interface Qemu {
  readonly program: string;
  /** `7.2.22`. */
  readonly version: string;
}

const programs: Readonly<Record<MachineArch, {program: string; packages: string}>> = {
  x86_64: {program: 'qemu-system-x86_64', packages: 'qemu-system-x86 seabios'},
  arm64: {program: 'qemu-system-aarch64', packages: 'qemu-system-arm'},
};

/** Null if it is not installed. */
export const findQemu = (arch: MachineArch): Qemu | null => {
  const {program} = programs[arch];
  const {status, stdout} = spawnSync(program, ['--version'], {encoding: 'utf8'});
  if (status !== 0) return null;
  return {program, version: /version (\d+(?:\.\d+)*)/.exec(stdout)?.[1] ?? 'unknown'};
};

/** As `findQemu`; throws a UserError that names the package. */
export const requireQemu = (arch: MachineArch): Qemu => {
  const found = findQemu(arch);
  if (found !== null) return found;
  const {program, packages} = programs[arch];
  throw new UserError(
    `jitstat needs ${program} to boot a kernel.`,
    `Install it: apt-get install --no-install-recommends ${packages}`,
  );
};

export interface MachineSetup {
  readonly kernel: KernelFile;
  readonly accelerator: Accelerator;
  /** QEMU's `-cpu`; by default all that the accelerator offers. */
  readonly cpuModel: string | null;
  /** Further words of the kernel's command line. */
  readonly append: string;
  /** Further arguments of QEMU. */
  readonly qemuOptions: readonly string[];
  /** One instruction is one nanosecond of virtual time: counts become exact. */
  readonly icount: boolean;
  /** A TCG plugin and the file it writes to. */
  readonly plugin: {readonly path: string; readonly out: string} | null;
  /** In front of QEMU: how it is kept on one core. */
  readonly prefix?: readonly string[];
}

export interface MachineFiles {
  readonly initrd: string;
  readonly console: string;
  readonly shared: string;
}

export const sharedBytes = 4 << 20;

/**
 * The arguments of one machine. The first serial port is the console (a file), the second the
 * command port (stdin and stdout); the shared memory is a PCI device in slot 5.
 */
export const qemuArguments = (setup: MachineSetup, files: MachineFiles): string[] => [
  ...board(setup),
  ...words`-smp 1 -m 256 -nodefaults -no-user-config -display none -no-reboot`,
  ...words`-name jitstat,debug-threads=on`,
  '-kernel',
  setup.kernel.path,
  '-initrd',
  files.initrd,
  '-append',
  commandLine(setup),
  '-serial',
  `file:${files.console}`,
  ...commandPort(setup),
  '-object',
  `memory-backend-file,id=jobs,share=on,mem-path=${files.shared},size=4M`,
  ...words`-device ivshmem-plain,memdev=jobs,addr=0x5`,
  ...(setup.icount ? words`-icount shift=0,sleep=off` : []),
  ...(setup.plugin === null ? [] : ['-plugin', `${setup.plugin.path},out=${setup.plugin.out}`]),
  ...setup.qemuOptions,
];

const words = ([text]: TemplateStringsArray): string[] => text.split(' ');

/** The CPU that is emulated if no other is named. */
const defaultCpu: Readonly<Record<MachineArch, string>> = {
  x86_64: 'max',
  arm64: 'cortex-a72',
};

const boards: Readonly<Record<MachineArch, string>> = {x86_64: 'q35', arm64: 'virt'};

const board = (setup: MachineSetup): string[] => [
  '-M',
  boards[setup.kernel.arch],
  '-accel',
  setup.accelerator,
  '-cpu',
  cpuOf(setup),
];

/** What `-cpu` gets. */
export const cpuOf = ({kernel, accelerator, cpuModel}: MachineSetup): string =>
  cpuModel ?? (accelerator === 'kvm' ? 'host' : defaultCpu[kernel.arch]);

/** `panic=-1` with `-no-reboot` makes a panic the end of the process. */
const commandLine = ({kernel, append}: MachineSetup): string => {
  const console = kernel.arch === 'x86_64' ? 'ttyS0' : 'ttyAMA0';
  return `console=${console} quiet panic=-1 rdinit=/init${append === '' ? '' : ` ${append}`}`;
};

const commandPort = ({kernel}: MachineSetup): string[] =>
  kernel.arch === 'x86_64'
    ? words`-serial stdio`
    : words`-chardev stdio,id=port,signal=off -device pci-serial,chardev=port,addr=0x4`;
