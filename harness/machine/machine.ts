// A machine: one kernel build booted in QEMU, with our own process 1. Boot, hello, play, end; each
// has a deadline, and nothing is left over after any of them.
import {readSync, writeSync} from 'node:fs';
import {UserError} from '../../results/error.ts';
import {openPort} from './command-port.ts';
import type {KernelFile, MachineArch} from './kernel-file.ts';
import type {Answer, Hello} from './protocol.ts';
import {fnv1a, jobRoom, resultOffset, wordOffset} from './protocol.ts';
import type {QemuProcess} from './qemu-process.ts';
import {startQemu} from './qemu-process.ts';
import type {MachineSetup} from './qemu.ts';
import {requireQemu} from './qemu.ts';

export interface Machine {
  readonly hello: Hello;
  readonly qemuVersion: string;
  readonly pid: number;
  /** Plays a job of the kernel shim; its result as the shim printed it. */
  readonly play: (job: Uint8Array, deadlineMs?: number) => Promise<string>;
  /** The kernel's name for each address, ascending; empty if it has none. */
  readonly symbols: (addresses: readonly bigint[]) => Promise<readonly string[]>;
  /** The counts the plugin wrote so far; empty without a plugin. */
  readonly counts: () => string;
  /** Between the two nothing of it runs, and what it is asked waits. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Ends the machine; what it used is removed. Never throws. */
  readonly end: () => Promise<void>;
}

/** The machine ended or fell silent while it played: another boot may do better. */
export class MachineLost extends UserError {}

/** Generous: emulation on a busy host takes minutes where hardware takes a second. */
const bootDeadlineMs = {kvm: 10_000, tcg: 120_000, plugin: 400_000} as const;
const playDeadlineMs = 600_000;
/** As in `harness/shim/native/kallsyms.h`. */
const addressesAtOnce = 8192;

/**
 * Boots `setup` with `initrd` (`harness/machine/guest.ts`). Throws a UserError that says how far it
 * came if no hello arrives in time.
 */
export const startMachine = async (
  setup: MachineSetup,
  initrd: Uint8Array,
  deadlineMs: number = defaultDeadline(setup),
): Promise<Machine> => {
  const qemu = requireQemu(setup.kernel.arch);
  const process = startQemu(qemu.program, setup, initrd);
  const line = openLine(setup.kernel, process);
  const hello = await readHello(line, deadlineMs);
  const {child, counts} = process;
  return {
    hello,
    qemuVersion: qemu.version,
    pid: child.pid ?? 0,
    play: (job, ms = playDeadlineMs) => line.exchange('play', job, ms),
    symbols: async (addresses) => {
      const names: string[] = [];
      for (let at = 0; at < addresses.length; at += addressesAtOnce) {
        const some = BigUint64Array.from(addresses.slice(at, at + addressesAtOnce));
        const text = await line.exchange('symbols', new Uint8Array(some.buffer), playDeadlineMs);
        names.push(...text.split('\n').slice(0, some.length));
      }
      return names;
    },
    counts,
    pause: () => child.kill('SIGSTOP'),
    resume: () => child.kill('SIGCONT'),
    end: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGCONT');
        child.stdin.write('end\n');
        await Promise.race([
          line.ended,
          new Promise((resolve) => setTimeout(resolve, 5000).unref()),
        ]);
      }
      await line.stop();
    },
  };
};

/** What is asked of a machine. A machine that ended or fell silent is stopped; all failures are thrown. */
interface Line {
  /** In messages. */
  readonly name: string;
  /** The answer to a line; null waits for the hello. */
  readonly ask: (line: string | null, ms: number) => Promise<Answer>;
  /** Puts `bytes` into the shared memory, rings, and reads what the guest put there. */
  readonly exchange: (command: string, bytes: Uint8Array, ms: number) => Promise<string>;
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
}

const openLine = (kernel: KernelFile, process: QemuProcess): Line => {
  const {child, shared, consoleTail, end} = process;
  const port = openPort(child);
  const name = `The machine of ${kernel.path}`;
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await port.ended;
    end();
  };
  const ask = async (line: string | null, ms: number): Promise<Answer> => {
    if (line !== null) child.stdin.write(`${line}\n`);
    const answer = await port.answer(ms);
    if (typeof answer !== 'string') return answer;
    const console = consoleTail();
    const said = [
      ...(console.length > 0 ? console : port.stderr().split('\n').filter(Boolean)),
      ...lastWord(shared),
    ];
    await stop();
    const isBoot = line === null;
    throw new (isBoot ? UserError : MachineLost)(
      `${name} ${answer === 'silent' ? `did not answer within ${ms / 1000} s` : 'ended'} ` +
        `${isBoot ? 'while it booted' : 'while it played a job'}.`,
      isBoot ? bootHint(said, kernel.arch) : aboveHint(said),
      said,
    );
  };
  const exchange = async (command: string, bytes: Uint8Array, ms: number): Promise<string> => {
    if (bytes.length > jobRoom)
      throw new UserError('The job is too large for a machine.', 'Use a smaller workload.');
    writeSync(shared, bytes, 0, bytes.length, 0);
    const answer = await ask(`${command} ${bytes.length} ${fnv1a(bytes)}`, ms);
    if (answer.kind === 'result') return readResult(shared, answer.bytes, answer.sum, name);
    const reason = answer.kind === 'failure' ? answer.reason : 'no result';
    throw new UserError(`${name} could not play the job: ${reason}.`, 'Try it again.');
  };
  return {name, ask, exchange, ended: port.ended, stop};
};

/** Waits for the hello; a machine that cannot be measured is stopped and refused. */
const readHello = async ({name, ask, stop}: Line, deadlineMs: number): Promise<Hello> => {
  const first = await ask(null, deadlineMs);
  if (first.kind !== 'hello') {
    await stop();
    throw new UserError(`${name} said something else than hello.`, 'Is its initramfs ours?');
  }
  const refused = unfit(first.hello);
  if (refused === null) return first.hello;
  await stop();
  throw new UserError(`${name} cannot be measured: ${refused.what}.`, refused.hint);
};

const defaultDeadline = ({accelerator, plugin}: MachineSetup): number =>
  bootDeadlineMs[plugin === null ? accelerator : 'plugin'];

interface Lack {
  readonly what: string;
  readonly hint: string;
}

const aboveHint = (said: readonly string[]): string =>
  said.length === 0 ? 'Its console is empty.' : 'The end of its console is above.';

const serialOptions: Readonly<Record<MachineArch, string>> = {
  x86_64: 'CONFIG_SERIAL_8250_CONSOLE and at least two ports (CONFIG_SERIAL_8250_RUNTIME_UARTS)',
  arm64: 'CONFIG_SERIAL_AMBA_PL011_CONSOLE and CONFIG_SERIAL_8250_PCI',
};

/** What a kernel lacks that did not come to our process 1, or where to see what it said. */
export const bootHint = (said: readonly string[], arch: MachineArch): string => {
  const has = (text: string): boolean => said.some((line) => line.includes(text));
  if (said.length === 0 || has('process 1: no /dev/ttyS'))
    return `Its kernel needs ${serialOptions[arch]}.`;
  return has('Unable to mount root fs')
    ? 'Its kernel needs CONFIG_BLK_DEV_INITRD.'
    : aboveHint(said);
};

/** Null if the machine can play; otherwise what it lacks. */
export const unfit = ({shared, jit, cmdline}: Pick<Hello, 'shared' | 'jit' | 'cmdline'>) =>
  shared ? jitLack(jit.trim(), cmdline) : noSharedMemory;

const noSharedMemory: Lack = {
  what: 'its kernel shows no shared memory',
  hint: 'Build it with CONFIG_PCI and CONFIG_SYSFS.',
};

/** 2 is on as well: the kernel writes what it compiles into its log. */
const jitIsOn = ['1', '2'];

/** `jit`: bpf_jit_enable as the kernel has it; empty if it has no such setting. */
const jitLack = (jit: string, cmdline: string): Lack | null => {
  const [asked] = /\S*\bbpf_jit_enable=0\b/.exec(cmdline) ?? [];
  if (asked !== undefined)
    return {
      what: jitIsOn.includes(jit)
        ? `its command line asks for no BPF JIT (${asked}), which its kernel always has`
        : `its command line turns the BPF JIT off (${asked}), so the interpreter would be measured`,
      hint: 'Leave that option out: only machine code is measured.',
    };
  if (jitIsOn.includes(jit)) return null;
  return {
    what: 'its kernel does not turn the BPF JIT on, so the interpreter would be measured',
    hint: 'Build it with CONFIG_BPF_JIT, CONFIG_BPF_SYSCALL, CONFIG_NET and CONFIG_PROC_SYSCTL.',
  };
};

/** Of process 1, which may have no other way to say it. */
const lastWord = (shared: number): readonly string[] => {
  const bytes = Buffer.alloc(64);
  readSync(shared, bytes, 0, bytes.length, wordOffset);
  const [word] = bytes.toString('latin1').split('\0', 1);
  return word === '' ? [] : [`process 1: ${word}`];
};

const readResult = (shared: number, bytes: number, sum: number, name: string): string => {
  const result = Buffer.alloc(bytes);
  readSync(shared, result, 0, bytes, resultOffset);
  if (fnv1a(result) !== sum) throw new UserError(`${name} sent a damaged result.`, 'Try it again.');
  return result.toString('utf8');
};
