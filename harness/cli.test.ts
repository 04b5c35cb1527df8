// The command line: a user's mistake is one message, one hint, exit 2, and nothing else.
import {mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {runCli} from './cli.ts';
import {readArguments} from './command/options.ts';
import {readMargins} from './command/option-values.ts';
import {commands} from './commands/index.ts';
import {recordingIo} from './testing/captured-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-cli-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));
writeFileSync(join(folder, 'a-file'), 'text');

const mistakes: readonly (readonly [argv: string, message: RegExp, hint: RegExp])[] = [
  ['abb', /no command 'abb'/, /'ab'/],
  ['ab', /No workload/, /list/],
  ['ab tailcal1', /tailcal1/, /tailcall1/],
  ['ab tailcall1 --before v57', /v57/, /v58/],
  ['ab tailcall1 --after nothing-like-it', /nothing-like-it/, /./],
  ['ab tailcall1 --befor v58', /--befor/, /--before/],
  ['ab tailcall1 -r many', /--runs .* 'many'/, /--runs/],
  ['ab tailcall1 -r 0', /whole number from 1/, /./],
  ['ab tailcall1 -r 1.5', /whole number/, /./],
  ['ab tailcall1 --repeat -5', /--repeat takes a whole number from 1 .*, not '-5'/, /./],
  ['ab tailcall1 -r -5', /--runs takes a whole number from 1 .*, not '-5'/, /./],
  ['ab tailcall1 --time -.5', /--time takes a positive number, not '-.5'/, /./],
  ['ab tailcall1 -5', /-5/, /./],
  ['ab tailcall1 --time soon', /--time .* 'soon'/, /./],
  ['ab tailcall1 --placement nowhere', /nowhere/, /./],
  ['ab tailcall1 --placement sweep:0:64:3', /sweep/, /multiples of 4/],
  ['ab tailcall1 --margin cycles', /EVENT=PCT/, /cycles=0.5%/],
  ['ab tailcall1 --margin cycles=x', /percentage/, /./],
  ['ab tailcall1 --events ,', /no event/, /./],
  ['ab tailcall1 --events cycles,cycles', /twice/, /./],
  ['ab tailcall1 --format pdf', /'pdf'/, /mail/],
  ['ab tailcall1 --fail-on slow', /slow/, /more/],
  ['ab tailcall1 --indirect jump', /jump/, /retpoline/],
  ['ab tailcall1 --kernel-only --user-only', /exclude/, /./],
  ['ab tailcall1 --store a-file', /not a folder/, /./],
  ['ab tailcall1 -o /proc/nowhere', /\/proc/, /./],
  ['ab -- true', /two commands/, /--/],
  ['ab tailcall1 -- true -- true', /before the first --/, /./],
  ['ab --repeat 5 -- true -- true', /--repeat has no meaning for commands/, /leave it out/],
  ['run --on kernel -- true', /--on has no meaning/, /./],
  ['run', /one workload/, /list/],
  ['run tailcall1 --on moon', /moon/, /kernel/],
  ['run tailcall1 --on kernel --variant v58', /--variant/, /./],
  ['ab --resume', /Nothing to resume/, /./],
  ['ab tailcall1 --margin 0', /--margin takes a percentage above 0/, /0\.5%/],
  ['ab tailcall1 --margin cycles=150', /below 100, not '150'/, /./],
  ['ab tailcall1 --margin =1', /EVENT=PCT or PCT, not '=1'/, /./],
  ['compare a-file --margin cycles=150', /below 100, not '150'/, /./],
  ['compare a-file --margin cycles=5x', /percentage .*'5x'/, /./],
  ['ab tailcall1 --store=', /--store takes a path/, /./],
  ['run a b', /run takes one workload, not also 'b'/, /run WORKLOAD/],
  ['list all', /list takes no argument 'all'/, /./],
  ['list -- true', /list takes no command after --/, /./],
  ['compare', /one file with both sides, or files for each side/, /compare BEFORE AFTER/],
  ['serve --port 70000', /--port takes a whole number from 0 to 65535/, /./],
  ['poke stress --order sideways', /--order does not know 'sideways'/, /right/],
  ['table --format mial', /--format does not know 'mial'/, /mail/],
];

test.each(mistakes)('jitstat %s', async (argv, message, hint) => {
  const before = readdirSync(folder);
  const io = recordingIo({cwd: folder, env: {...process.env, JITSTAT_STORE: ''}});
  const inFolder = argv.split(' ').map((word) => (word === 'a-file' ? join(folder, word) : word));
  const code = await runCli(io, inFolder);
  expect({code, out: io.stdout()}).toEqual({code: 2, out: ''});
  const lines = io.stderr().trimEnd().split('\n');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(message);
  expect(lines[1]).toMatch(/^ {2}hint: /);
  expect(lines[1]).toMatch(hint);
  expect(readdirSync(folder)).toEqual(before);
});

test.each(commands.map((entry) => [entry.name] as const))(
  'jitstat %s --help prints usage and options',
  async (name) => {
    const io = recordingIo();
    expect(await runCli(io, [name, '--help'])).toBe(0);
    expect(io.stdout()).toContain(`jitstat ${name}`);
    expect(io.stdout()).toContain('--json');
    expect(io.stderr()).toBe('');
  },
);

test('names of commands are unique and each module has the table it is listed with', async () => {
  for (const entry of commands) expect(await entry.load()).toMatchObject(await entry.table());
  expect(new Set(commands.map((entry) => entry.name)).size).toBe(commands.length);
});

test.each(commands.map((entry) => [entry.name, entry] as const))(
  'jitstat %s has two examples, which its own options read',
  async (name, entry) => {
    const table = {...entry, ...(await entry.table())};
    expect(table.examples.length).toBeGreaterThanOrEqual(2);
    for (const [call] of table.examples) {
      const [first, ...words] = [...call.matchAll(/'[^']*'|"[^"]*"|\S+/g)].map(([word]) =>
        word.replaceAll(/^['"]|['"]$/g, ''),
      );
      expect(first).toBe(name);
      expect(() => readArguments(table, words)).not.toThrow();
    }
  },
);

test('no line of help is wider than a terminal, and no option is left out', async () => {
  for (const entry of commands) {
    const io = recordingIo();
    await runCli(io, [entry.name, '--help']);
    const lines = io.stdout().split('\n');
    expect(
      lines.filter((line) => line.length > 80 && !/^ {2}jitstat|documents:/.test(line)),
    ).toEqual([]);
    for (const name of Object.keys((await entry.table()).options))
      expect(lines.filter((line) => line.includes(` --${name}`)).length).toBeGreaterThan(0);
  }
});

test.each([
  [['1'], {'*': 0.01}],
  [['1%', 'cycles=0.5'], {'*': 0.01, cycles: 0.005}],
  [['.5 %', 'cpu/event=0x3c/=2%'], {'*': 0.005, 'cpu/event=0x3c/': 0.02}],
  [['task-clock=5e-1'], {'task-clock': 0.005}],
])('--margin %j is one grammar for ab, run and compare', (given, expected) =>
  expect(readMargins('--margin', given)).toEqual(expected),
);
