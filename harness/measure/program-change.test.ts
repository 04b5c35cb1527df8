// A change of the program on the command line: what is refused, and the names of its sides.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {runCli} from '../cli.ts';
import {recordingIo} from '../testing/captured-io.ts';
import {distinct} from './program-change.ts';

const root = mkdtempSync(join(tmpdir(), 'jitstat-change-'));
afterAll(() => rmSync(root, {recursive: true, force: true}));

const scenario = (packet: string, more: object = {}): string =>
  JSON.stringify({
    schema: 'jitstat/scenario/1',
    packets: {p: packet},
    steps: [{op: 'run', label: 'r', packet: 'p'}],
    ...more,
  });

beforeAll(() => {
  const files = {
    'old.s': 'r0 = 1; exit',
    'new.s': 'r0 = 1; exit',
    'two.s': '.program a\nr0 = 1; exit\n.program b\nr0 = 2; exit',
    'left.s': 'r0 = 1; exit',
    'left.scenario.json': scenario('00'.repeat(64)),
    'right.s': 'r0 = 1; exit',
    'right.scenario.json': scenario('01'.repeat(64)),
    'xdp.s': 'r0 = 1; exit',
    'xdp.scenario.json': scenario('00'.repeat(64), {type: 'xdp'}),
  };
  for (const [name, contents] of Object.entries(files)) writeFileSync(join(root, name), contents);
});

const pair = (before: string, after: string, ...more: readonly string[]) => [
  'ab',
  '--before-program',
  before,
  '--after-program',
  after,
  ...more,
];

describe('one message, one hint, exit 2', () => {
  test.each([
    [['ab', '--before-program', 'old.s'], 'A change of the program needs --after-program as well.'],
    [['ab', '--after-program', 'old.s'], 'A change of the program needs --before-program as well.'],
    [['ab', 'tailcall1', '--variant', 'v58'], '--variant is for a change of the program.'],
    [['ab', 'tailcall1', '--packet', 'tcp4'], '--packet is for object files'],
    [['ab', 'tailcall1', '--program', 'entry'], '--program is for object files'],
    [
      ['ab', '--packet', 'tcp4', '--', 'true', '--', 'true'],
      '--packet has no meaning for commands.',
    ],
    [pair('tailcall1', 'old.s'), '--before-program tailcall1 is not the path of an object.'],
    [pair('old.s', 'new.s', '--before', 'v58'), '--before names a variant'],
    [pair('old.s', 'new.s', 'tailcall1'), 'tailcall1 is a workload next to a change'],
    [pair('old.s', 'new.s', '--variant', 'v99'), "There is no variant 'v99'."],
    [pair('old.s', 'new.s', '--variant', 'kernel:x'), "There is no variant 'kernel:x'."],
    [pair('old.s', 'new.s', '--packet', 'tcp5'), "--packet does not know 'tcp5'."],
    [pair('old.s', 'new.s', '--packet', 'arp', '--scenario', 'left.scenario.json'), 'exclude each'],
    [pair('old.s', 'gone.s'), 'gone.s cannot be read: there is no such file.'],
    [pair('old.s', 'two.s'), 'two.s: entry: must say which program to run.'],
    [pair('old.s', 'two.s', '--program', 'b'), "there is no program 'b' in old.s"],
    [pair('left.s', 'right.s'), 'differ, and both programs play the same.'],
    [pair('old.s', 'xdp.s', '--packet', 'arp'), 'old.s runs a program of type sched_cls'],
    [pair('old.s', 'new.s', '--design', 'one-core'), '--design one-core compares two commands.'],
    [pair('old.s', 'new.s', '--source', 'qemu'), '--source qemu counts kernel builds'],
  ])('%s', async (argv, message) => {
    const io = recordingIo({cwd: root, env: {...process.env, JITSTAT_STORE: join(root, 'store')}});
    const code = await runCli(io, argv);
    const lines = io
      .stderr()
      .replace(/^jitstat: both programs play .*\n/, '')
      .trim()
      .split('\n');
    expect(code, io.stderr()).toBe(2);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain(message);
    expect(lines[1]).toMatch(/^ {2}hint: ./);
    expect(io.stdout()).toBe('');
  });
});

test.each([
  ['old.bpf.o', 'new.bpf.o', 'old.bpf.o', 'new.bpf.o'],
  ['/a/b/old.bpf.o', '/a/c/new.bpf.o', 'old.bpf.o', 'new.bpf.o'],
  ['/a/b/x/p.o', '/a/c/x/p.o', 'b/x/p.o', 'c/x/p.o'],
  ['p.o', 'new/p.o', 'p.o', 'new/p.o'],
  ['p.o', 'p.o', 'p.o', 'p.o'],
])('%s and %s are told apart', (before, after, left, right) => {
  expect(distinct(before, after)).toEqual({before: left, after: right});
});
