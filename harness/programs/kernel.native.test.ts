// Objects loaded by the running kernel: v618's code for them is the kernel's, every variant gives
// sizes, and nothing stays loaded.
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {release, tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {runCli} from '../cli.ts';
import {recordingIo} from '../testing/captured-io.ts';
import {askKernel} from './kernel-answer.ts';
import {compareWithLoaded} from './identical.ts';
import {kernelLoader, loadByKernel} from './kernel.ts';

const objects = join(import.meta.dirname, '..', '..', 'jit', 'bpf', 'testdata');
const names = readdirSync(objects).filter((name) => name.endsWith('.o'));
const loader = await kernelLoader();
const probe = 'path' in loader ? readFileSync(join(objects, 'sort.v3.O2.o')) : null;
const cannot =
  'missing' in loader
    ? loader.missing
    : askKernel(loader.path, {what: 'object', bytes: probe!}).programs.length === 0
      ? 'the kernel loads no program here'
      : null;
const path = 'path' in loader ? loader.path : '';
const is618 = release().startsWith('6.18.');
const skipped = (reason: string | null): string => (reason === null ? '' : ` (skipped: ${reason})`);

test.skipIf(cannot !== null || !is618)(
  `v618 writes the running kernel's code${skipped(cannot ?? (is618 ? null : 'not Linux 6.18'))}`,
  () => {
    for (const name of names) {
      const {programs, refused} = loadByKernel(path, readFileSync(join(objects, name)), true);
      expect(refused.map(({name: one}) => `${name} ${one}`)).toEqual([]);
      expect(programs.length).toBeGreaterThan(0);
      for (const one of programs)
        expect(`${name} ${one.name}: ${compareWithLoaded(one, 'v618').kind}`).toBe(
          `${name} ${one.name}: identical`,
        );
    }
  },
);

test.skipIf(cannot !== null)(
  `sizes by libbpf for variants and the kernel${skipped(cannot)}`,
  async () => {
    const io = recordingIo({cwd: objects});
    const argv = ['tc_b2b.v3.O2.o', '--before', 'v510', '--after', 'v618', '--after', 'kernel'];
    expect(await runCli(io, ['size', ...argv, '--json'])).toBe(0);
    const [variant, kernel] = JSON.parse(io.stdout());
    expect(variant.loader).toBe('libbpf');
    expect(variant.steps).toHaveLength(5);
    expect(kernel.steps).toBeNull();
    expect(kernel.sums.programs).toBe(variant.sums.programs);
  },
);

test.skipIf(cannot !== null)(
  `of an object that is cut off the place is named${skipped(cannot)}`,
  async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'jitstat-cut-'));
    const whole = readFileSync(join(objects, names[0]));
    writeFileSync(join(cwd, 'cut.o'), whole.subarray(0, whole.length / 2));
    const io = recordingIo({cwd});
    const argv = ['cut.o', '--before', 'v510', '--after', 'v618', '--no-cache'];
    expect(await runCli(io, ['size', ...argv, '--loader', 'libbpf'])).toBe(2);
    expect(io.stderr()).toMatch(/^jitstat: cut\.o: the section table is cut off: /);
    rmSync(cwd, {recursive: true});
  },
);

test.skipIf(cannot !== null)(
  `a file that is not an object is refused in the words of libbpf${skipped(cannot)}`,
  () => {
    const {programs, refused} = loadByKernel(path, Buffer.from('\x7fELF and no more'), false);
    expect(programs).toEqual([]);
    expect(refused[0].error.message).not.toBe('');
  },
);

test.skipIf(cannot !== null)(
  `a program that is not loaded gives one message and one hint${skipped(cannot)}`,
  async () => {
    for (const name of ['prog:4294967294', 'prog:no_such_name', 'pinned:/absent']) {
      const io = recordingIo();
      expect(await runCli(io, ['size', name, '--before', 'v510', '--after', 'v618'])).toBe(2);
      expect(io.stderr()).toContain('no such program is loaded');
    }
  },
);

const launcher = join(import.meta.dirname, '..', '..', 'jitstat');
const drops = ['--bounding-set', '-all', '--inh-caps', '-all', launcher, 'size'];
const withoutRights = (...argv: string[]) =>
  spawnSync('setpriv', [...drops, 'sort.v3.O2.o', '--before', 'v58', ...argv], {
    cwd: objects,
    encoding: 'utf8',
  });
const noSetpriv =
  process.getuid?.() !== 0 || spawnSync('setpriv', ['--version']).status !== 0
    ? 'needs root and setpriv'
    : null;

test.skipIf(noSetpriv !== null)(
  `root without CAP_BPF reads objects itself, and cannot have the kernel's code${skipped(noSetpriv)}`,
  () => {
    const {status, stdout} = withoutRights('--after', 'v618', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout).loader).toBe('own');
    const refused = withoutRights('--after', 'kernel');
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('needs root and CAP_BPF');
  },
);
