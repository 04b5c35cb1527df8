// What goes wrong with machines, as a user meets it: each error is one message and one hint, a machine
// that is killed is booted once more, and nothing is left however a session ends. JITSTAT_ENDS=50 ends
// as many sessions at random moments.
import {spawn} from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {afterAll, describe, expect, test} from 'vitest';
import {seededRandom} from '../derived-seed.ts';
import {debianKernels, noDebianKernels} from '../testing/debian-kernels.ts';
import {leftRunning, markedProcesses} from '../testing/marked-processes.ts';
import type {MarkedProcess} from '../testing/marked-processes.ts';
import {jitstatIn, main} from './machine-command.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-trouble-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const title = noDebianKernels === null ? '' : ` (skipped: ${noDebianKernels})`;
const kernel = `kernel:${debianKernels?.v61}`;

const jitstat = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  jitstatIn(folder, args, env);

/** A folder of programs as on a host without QEMU. */
const pathWithoutQemu = (): string => {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const named = (process.env['PATH'] ?? '').split(':').filter((one) => existsSync(one));
  for (const place of named)
    for (const name of readdirSync(place))
      if (!name.startsWith('qemu') && !existsSync(join(bin, name)))
        try {
          symlinkSync(join(place, name), join(bin, name));
        } catch {
          // A broken link of the same name is there already.
        }
  return bin;
};

describe.skipIf(noDebianKernels !== null)(`errors${title}`, () => {
  const onKernel = ['jit', 'empty', '--on', kernel];
  const onBothSides = ['--before', kernel, '--after', kernel];
  const jitOff = 'sysctl.net.core.bpf_jit_enable=0';
  const isJitOff = new RegExp(
    String.raw`^jitstat: The machine of .* cannot be measured: its command line turns the BPF JIT off ` +
      String.raw`\(sysctl\.net\.core\.bpf_jit_enable=0\), so the interpreter would be measured\.\n` +
      String.raw` {2}hint: Leave that option out`,
  );
  const file = (name: string, at: number, magic: string): string => {
    const bytes = Buffer.alloc(0x100000);
    bytes.write(magic, at, 'latin1');
    writeFileSync(join(folder, name), bytes);
    return `kernel:${join(folder, name)}`;
  };

  test.each([
    [
      'no QEMU',
      () => jitstat(onKernel, {PATH: pathWithoutQemu()}),
      /^jitstat: jitstat needs qemu-system-x86_64 to boot a kernel\.\n {2}hint: Install it: apt-get/,
    ],
    [
      'vmlinux',
      () => jitstat(['jit', 'empty', '--on', file('vmlinux', 0, '\x7fELF')]),
      /is an ELF vmlinux, .*\n {2}hint: Give the compressed image: arch\/x86\/boot\/bzImage/,
    ],
    [
      'a kernel that does not start',
      () => jitstat(['jit', 'empty', '--on', file('damaged', 0x202, 'HdrS')]),
      /The machine of .* (?:ended|did not answer)/,
    ],
    [
      'a panic',
      () => jitstat([...onKernel, '--append', 'rdinit=/absent']),
      new RegExp(
        String.raw`ended while it booted\.\n {4}.*Kernel panic - not syncing: VFS: Unable to mount ` +
          String.raw`root fs.*\n[^]*\n {2}hint: .*CONFIG_BLK_DEV_INITRD`,
      ),
    ],
    [
      'one serial port',
      () => jitstat([...onKernel, '--append', '8250.nr_uarts=1']),
      /ended while it booted\.\n(?: {4}.*\n)* {4}process 1: no \/dev\/ttyS1\n {2}hint: .*CONFIG_SERIAL_8250/,
    ],
    ['JIT off', () => jitstat([...onKernel, '--append', jitOff]), isJitOff],
    [
      'JIT off on one side',
      () => jitstat(['ab', 'empty', ...onBothSides, '--append-after', jitOff, '--no-report']),
      isJitOff,
    ],
    [
      'JIT off on the side that is timed first',
      () => jitstat(['ab', 'empty', ...onBothSides, '--append-before', jitOff, '--source', 'perf']),
      isJitOff,
    ],
    [
      'a CPU that QEMU does not know',
      () => jitstat([...onKernel, '--cpu-model', 'nonsense']),
      / {4}.*unable to find CPU model 'nonsense'/,
    ],
  ])(
    '%s',
    async (_name, run, words) => {
      const {status, stderr, mark} = run();
      expect(stderr).toMatch(words);
      expect(status).toBe(2);
      expect(stderr.match(/^ {2}hint: /gm)?.length).toBe(1);
      expect(stderr).not.toMatch(/^ {4}at /m);
      expect(await leftRunning(mark)).toEqual([]);
    },
    600_000,
  );
});

/** A session in a separate scratch folder. */
const start = (name: string, args: readonly string[]) => {
  const scratch = join(folder, name);
  mkdirSync(scratch);
  const mark = `JITSTAT_MARK=${process.pid}-${name}`;
  const child = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    env: {...process.env, TMPDIR: scratch, JITSTAT_MARK: mark.slice(13)},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const machines = () => markedProcesses(mark).filter(({line}) => /^(?:\S*\/)?qemu-/.test(line));
  return {child, ended, mark, scratch, machines, out: () => out, err: () => err};
};

describe.skipIf(noDebianKernels !== null)(`ends${title}`, () => {
  test('a machine that is killed in a run is booted once more; an A/A is called one', async () => {
    const store = join(folder, 'store');
    const args = ['ab', 'empty', '--before', kernel, '--after', kernel, '--no-report'];
    const session = start('killed', [...args, '--store', store]);
    await expect.poll(() => session.machines().length, {timeout: 400_000}).toBe(2);
    // The plugin writes from the first job on.
    const writes = ({pid}: MarkedProcess): boolean => {
      try {
        return readFileSync(`/proc/${pid}/fd/6`, 'latin1').includes('window');
      } catch {
        return false;
      }
    };
    let victim: MarkedProcess | undefined;
    await expect
      .poll(() => (victim = session.machines().find(writes)), {timeout: 500_000})
      .toBeDefined();
    process.kill(victim!.pid, 'SIGKILL');
    expect(await session.ended).toBe(0);
    expect(session.err()).toMatch(/ended while it played a job\. It is booted once more\./);
    expect(session.out()).toMatch(/qemu\/image-instructions\/ .*\+0\.00%/);
    expect(session.out()).toMatch(
      /boot the same kernel with the same command line: this\s+is\s+an\s+A\/A/,
    );
    expect(await leftRunning(session.mark)).toEqual([]);
  }, 1_200_000);

  const count = Number(process.env['JITSTAT_ENDS'] ?? 4);
  test(
    `${count} sessions ended at random moments leave nothing`,
    async () => {
      const random = seededRandom(1);
      const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const;
      for (let i = 0; i < count; i++) {
        const session = start(`end-${i}`, ['jit', 'empty', '--on', kernel]);
        if (i % 2 === 0)
          await expect.poll(() => session.machines().length, {timeout: 300_000}).toBe(1);
        await sleep(random() * 6000);
        session.child.kill(signals[i % signals.length]);
        await session.ended;
        expect(await leftRunning(session.mark)).toEqual([]);
        expect(readdirSync(session.scratch)).toEqual([]);
      }
      expect(readdirSync('/dev/shm').filter((name) => /jitstat|qemu/i.test(name))).toEqual([]);
    },
    120_000 + count * 400_000,
  );
});
