// A machine: one kernel build booted in QEMU, with our own process 1. Boot, hello, play, end; each
// has a deadline, and nothing is left running or lying around after any of them.
import type {ChildProcessWithoutNullStreams} from 'node:child_process';
import {spawn, spawnSync} from 'node:child_process';
import {
  closeSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {UserError} from '../../results/error.ts';
import {scratchFolder} from '../host/scratch.ts';
import type {Answer, Hello} from './protocol.ts';
import {fnv1a, jobRoom, parseAnswer, resultOffset} from './protocol.ts';
import type {MachineSetup} from './qemu.ts';
import {qemuArguments, requireQemu, sharedBytes} from './qemu.ts';

export interface Machine {
  readonly hello: Hello;
  readonly qemuVersion: string;
  readonly pid: number;
  /** Plays a job of the kernel shim; its result as the shim printed it. */
  readonly play: (job: Uint8Array, deadlineMs?: number) => Promise<string>;
  /** The counts the plugin wrote so far; empty without a plugin. */
  readonly counts: () => string;
  /** Ends the machine; what it used is removed. Never throws. */
  readonly end: () => Promise<void>;
}

/** Generous: emulation on a busy host takes minutes where hardware takes a second. */
const bootDeadlineMs = {kvm: 10_000, tcg: 120_000, plugin: 400_000} as const;
const playDeadlineMs = 600_000;

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
  const folder = scratchFolder('machine');
  const files = {
    initrd: join(folder, 'initrd'),
    console: join(folder, 'console.log'),
    shared: join(folder, 'shared'),
  };
  writeFileSync(files.initrd, initrd);
  writeFileSync(files.shared, '');
  truncateSync(files.shared, sharedBytes);
  const plugin = setup.plugin && {...setup.plugin, out: join(folder, 'counts')};
  const child = spawnTied(qemu.program, qemuArguments({...setup, plugin}, files));
  const port = openPort(child);
  const remove = (): void => rmSync(folder, {recursive: true, force: true});
  const name = `The machine of ${setup.kernel.path}`;
  const shared = openSync(files.shared, 'r+');
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await port.ended;
    closeSync(shared);
    process.off('exit', killNow);
    remove();
  };
  const killNow = (): void => {
    child.kill('SIGKILL');
    remove();
  };
  process.on('exit', killNow);

  const ask = async (line: string | null, ms: number, doing: string): Promise<Answer> => {
    if (line !== null) child.stdin.write(`${line}\n`);
    const answer = await port.answer(ms);
    if (typeof answer !== 'string') return answer;
    const tail = consoleTail(files.console) || port.stderr();
    await stop();
    throw new UserError(
      `${name} ${answer === 'silent' ? `did not answer within ${ms / 1000} s` : 'ended'} ${doing}.`,
      tail === '' ? 'Its console is empty.' : 'The end of its console is above.',
      tail === '' ? [] : tail.split('\n'),
    );
  };

  const first = await ask(null, deadlineMs, 'while it booted');
  if (first.kind !== 'hello') {
    await stop();
    throw new UserError(`${name} said something else than hello.`, 'Is its initramfs ours?');
  }
  const refused = unfit(first.hello);
  if (refused !== null) {
    await stop();
    throw new UserError(`${name} cannot be measured: ${refused.what}.`, refused.hint);
  }
  return {
    hello: first.hello,
    qemuVersion: qemu.version,
    pid: child.pid ?? 0,
    play: async (job, ms = playDeadlineMs) => {
      if (job.length > jobRoom)
        throw new UserError('The job is too large for a machine.', 'Use a smaller workload.');
      writeSync(shared, job, 0, job.length, 0);
      const answer = await ask(`play ${job.length} ${fnv1a(job)}`, ms, 'while it played a job');
      if (answer.kind === 'result') return readResult(shared, answer.bytes, answer.sum, name);
      const reason = answer.kind === 'failure' ? answer.reason : 'no result';
      throw new UserError(`${name} could not play the job: ${reason}.`, 'Try it again.');
    },
    counts: () => (plugin === null ? '' : readFileSync(plugin.out, 'latin1')),
    end: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.stdin.write('end\n');
        await Promise.race([
          port.ended,
          new Promise((resolve) => setTimeout(resolve, 5000).unref()),
        ]);
      }
      await stop();
    },
  };
};

const defaultDeadline = ({accelerator, plugin}: MachineSetup): number =>
  bootDeadlineMs[plugin === null ? accelerator : 'plugin'];

const hasSetpriv = (): boolean =>
  spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true'], {stdio: 'ignore'}).status === 0;

/** The child dies with this process, however this process ends, if util-linux is there. */
const spawnTied = (program: string, args: readonly string[]): ChildProcessWithoutNullStreams => {
  const tie = hasSetpriv() ? ['setpriv', '--pdeathsig', 'KILL'] : [];
  const [command, ...rest] = [...tie, program, ...args];
  return spawn(command, rest, {stdio: 'pipe', detached: true});
};

interface Port {
  /** The next answer, `ended` if the machine ends first, or `silent` after `ms`. */
  readonly answer: (ms: number) => Promise<Answer | 'ended' | 'silent'>;
  readonly ended: Promise<void>;
  readonly stderr: () => string;
}

const openPort = (child: ChildProcessWithoutNullStreams): Port => {
  const waiting: Answer[] = [];
  let wake: (() => void) | null = null;
  let over = false;
  let stderr = '';
  createInterface({input: child.stdout}).on('line', (line) => {
    const answer = parseAnswer(line.trim());
    if (answer === null) return;
    waiting.push(answer);
    wake?.();
  });
  child.stderr.on(
    'data',
    (chunk: Buffer) => (stderr = `${stderr}${chunk.toString()}`.slice(-4000)),
  );
  child.stdin.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => {
    const finish = (): void => {
      over = true;
      wake?.();
      resolve();
    };
    child.on('error', finish);
    child.on('close', finish);
  });
  return {
    ended,
    stderr: () => stderr.trim(),
    answer: async (ms) => {
      const deadline = Date.now() + ms;
      for (;;) {
        const next = waiting.shift();
        if (next !== undefined) return next;
        if (over) return 'ended';
        const left = deadline - Date.now();
        if (left <= 0) return 'silent';
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, left);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wake = null;
      }
    },
  };
};

/** Null if the machine can play; otherwise what it lacks. */
const unfit = (hello: Hello): {readonly what: string; readonly hint: string} | null => {
  if (!hello.shared)
    return {
      what: 'its kernel shows no shared memory',
      hint: 'Build it with CONFIG_PCI and CONFIG_SYSFS.',
    };
  if (hello.jit.trim() !== '1')
    return {
      what: 'its kernel does not turn the BPF JIT on, so the interpreter would be measured',
      hint: 'Build it with CONFIG_BPF_JIT and CONFIG_BPF_SYSCALL.',
    };
  return null;
};

const readResult = (shared: number, bytes: number, sum: number, name: string): string => {
  const result = Buffer.alloc(bytes);
  readSync(shared, result, 0, bytes, resultOffset);
  if (fnv1a(result) !== sum) throw new UserError(`${name} sent a damaged result.`, 'Try it again.');
  return result.toString('utf8');
};

/** The last lines of the console, without the carriage returns of a serial line. */
const consoleTail = (path: string): string => {
  try {
    const lines = readFileSync(path, 'latin1').replaceAll('\r', '').trim().split('\n');
    return lines
      .slice(-5)
      .join('\n')
      .replaceAll(/[^\x20-\x7e\n]/g, '?');
  } catch {
    return '';
  }
};
