// Faults of a tree that are found before anything is compiled: one message, one hint that says what
// to do. The tools are scripts of the test, and the trees do not hold any line of a kernel.
import {existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {runCli} from '../cli.ts';
import {recordingIo} from '../testing/captured-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-no-tree-'));
const before = {...process.env};
afterAll(() => {
  process.env = before;
  rmSync(folder, {recursive: true, force: true});
});

const bin = join(folder, 'bin');
const names = ['make', 'cc', 'ld', 'objcopy', 'readelf', 'flex', 'bison', 'bc', 'patch', 'git'];
const tool = (name: string, script = 'exit 0'): void =>
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, {mode: 0o755});

beforeAll(() => {
  process.env['JITSTAT_TREE_CACHE'] = join(folder, 'cache');
  process.env['PATH'] = bin;
  mkdirSync(bin);
  const place = join(folder, 'tree/arch/x86/net');
  mkdirSync(place, {recursive: true});
  writeFileSync(join(place, 'bpf_jit_comp.c'), '\n');
  writeFileSync(join(folder, 'tree/Makefile'), 'VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 0\n');
});

const side = async (text: string) => {
  const io = recordingIo({cwd: folder});
  const code = await runCli(io, ['jit', 'empty', '--variant', text, '--hex']);
  return {code, out: io.stdout(), err: io.stderr()};
};

const packages: Readonly<Record<string, string>> = {
  make: 'make',
  cc: 'gcc',
  ld: 'binutils',
  flex: 'flex',
  bison: 'bison',
  bc: 'bc',
};

test.each(Object.entries(packages))('without %s the package %s is named', async (name, wanted) => {
  for (const each of names) tool(each);
  rmSync(join(bin, name));
  const {code, out, err} = await side('tree:tree');
  expect({code, out}).toEqual({code: 2, out: ''});
  expect(err).toMatch(new RegExp(`^jitstat: A kernel's JIT cannot be built without ${name}\\b`));
  expect(err).toMatch(new RegExp(`\\n {2}hint: Install: apt-get install ${wanted}\\b.*\\n$`));
});

test.skipIf(!existsSync('/usr/include/libelf.h'))(
  'a configuration that fails ends with the last lines of make (skipped without libelf.h)',
  async () => {
    for (const each of names) tool(each);
    const script = 'i=0; while [ $i -lt 30 ]; do i=$((i+1)); echo "line $i"; done; exit 2';
    tool('make', script);
    const {code, err} = await side('tree:tree');
    expect(code).toBe(2);
    const [first, ...rest] = err.split('\n');
    expect(first).toBe('jitstat: tree:tree: configuring (allnoconfig) failed.');
    expect(rest.slice(0, 20)).toEqual(
      Array.from({length: 20}, (_, index) => `    line ${11 + index}`),
    );
    expect(rest[20]).toMatch(/^ {2}hint: The tree does not build as it is\. Try make -C /);
    expect(rest.slice(21)).toEqual(['']);
  },
);

test.each([
  ['a folder that is not there', 'tree:nowhere', 'There is no folder'],
  ['a folder without sources', 'tree:bin', 'is not a kernel source tree'],
  ['a configuration that is not there', 'tree:tree@none', 'There is no configuration'],
  ['a patch that is not there', 'tree:tree+none.diff', 'There is no patch'],
  ['a file that is not a patch', 'tree:tree+tree/Makefile', 'holds no patch'],
  ['a repository without a revision', 'git:tree', 'names no revision'],
])('%s', async (_name, text, message) => {
  const {code, err} = await side(text);
  expect(code).toBe(2);
  expect(err).toMatch(/^jitstat: [^\n]*\n {2}hint: [^\n]*\n$/);
  expect(err).toContain(message);
});

test('a failed build leaves nothing that could be taken for a good one', () => {
  const left = readdirSync(join(folder, 'cache')).flatMap((name) =>
    readdirSync(join(folder, 'cache', name)),
  );
  expect(left.filter((name) => /emitter|jitstat-build/.test(name))).toEqual([]);
});
