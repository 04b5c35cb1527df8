// The pages and scripts made from the tables of options: bash really completes with the script, man
// reads the page, docs/commands.md is up to date.
import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, describe, expect, test} from 'vitest';
import {commandsPage} from './commands-page.ts';
import {completionScript} from './completion.ts';
import {manualPage} from './manual.ts';
import {listedTables} from './listed-tables.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-reference-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));
mkdirSync(join(folder, 'a-folder'));
writeFileSync(join(folder, 'a-file'), '');

const tables = await listedTables();
const names = {workloads: ['tailcall1', 'tailcall2'], variants: ['v58', 'v510']};

const absent = (tool: string): string | null =>
  spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0 ? null : `no ${tool}`;

const run = (tool: string, args: readonly string[], input?: string) => {
  const {status, stdout, stderr} = spawnSync(tool, args, {cwd: folder, encoding: 'utf8', input});
  return {status, stdout, stderr};
};

const noBash = absent('bash');
describe.skipIf(noBash !== null)(`bash (skipped: ${noBash})`, () => {
  const script = completionScript('bash', tables, names);
  /** What bash offers with the cursor after the last word. */
  const offered = (...words: string[]): string[] => {
    const line = words.map((word) => `'${word}'`).join(' ');
    const {status, stdout, stderr} = run(
      'bash',
      [
        '--norc',
        '-c',
        `eval "$(cat)"; COMP_WORDS=(jitstat ${line}); COMP_CWORD=${words.length}; ` +
          '_jitstat; printf "%s\\n" "${COMPREPLY[@]}"',
      ],
      script,
    );
    expect({status, stderr}).toEqual({status: 0, stderr: ''});
    return stdout.split('\n').filter((word) => word !== '');
  };

  test.each([
    [['an'], ['annotate']],
    [
      ['ab', 'tailcall'],
      ['tailcall1', 'tailcall2'],
    ],
    [
      ['ab', '--bef'],
      ['--before', '--before-program'],
    ],
    [
      ['ab', 'tailcall1', '--before', 'v5'],
      ['v58', 'v510'],
    ],
    [
      ['table', '--format', 'm'],
      ['mail', 'markdown'],
    ],
    [['ab', '--store', 'a-'], ['a-folder']],
    [
      ['import', 'a-f'],
      ['a-file', 'a-folder'],
    ],
    [['ab', '-r', ''], []],
    [['ab', '--', 'ls', '--', 'a-fi'], ['a-file']],
    [['poke', 'ex'], ['explore']],
  ])('%j offers %j', (words, expected) =>
    expect(offered(...words).toSorted()).toEqual(expected.toSorted()),
  );
  test('every command offers all of its options', () => {
    for (const {name, options} of tables)
      expect(offered(name, '--').toSorted()).toEqual(
        Object.keys(options)
          .map((option) => `--${option}`)
          .toSorted(),
      );
  });
});

for (const shell of ['zsh', 'fish'] as const) {
  const missing = absent(shell);
  test.skipIf(missing !== null)(`${shell} reads its script (skipped: ${missing})`, () => {
    const file = join(folder, `script.${shell}`);
    writeFileSync(file, completionScript(shell, tables, names));
    expect(run(shell, ['-n', file])).toMatchObject({status: 0, stderr: ''});
  });
  test(`the script for ${shell} names every option of every command`, () => {
    const script = completionScript(shell, tables, names);
    for (const {name, options} of tables)
      for (const option of Object.keys(options))
        expect(
          script.includes(shell === 'zsh' ? `--${option}[` : `-l ${option}`),
          `${name} ${option}`,
        ).toBe(true);
  });
}

const page = manualPage(tables, '1.2.3');
const noMan = absent('groff');
test.skipIf(noMan !== null)(
  `groff formats the manual page without a warning (skipped: ${noMan})`,
  () => {
    const {status, stdout, stderr} = run('groff', ['-man', '-Tascii', '-ww', '-P-cbou'], page);
    expect({status, stderr}).toEqual({status: 0, stderr: ''});
    for (const {usage} of tables) expect(stdout).toContain(`jitstat ${usage[0].split(' ')[0]}`);
    expect(stdout).toContain('--fail-on');
  },
);
test('the manual page has a section for every command, and no line that roff would misread', () => {
  for (const {name, options} of tables) {
    expect(page).toContain(`.SS ${name}\n`);
    for (const option of Object.keys(options))
      expect(page).toContain(`\\fB\\-\\-${option.replaceAll('-', '\\-')}\\fR`);
  }
  const macros = ['TH', 'SH', 'SS', 'TP', 'PP', 'B', 'I', 'BR'];
  for (const [, macro] of page.matchAll(/^[.'](\S*)/gm)) expect(macros).toContain(macro);
});

const forTests = /\.(?:test|fixture)\.ts$|^(?:testing|testdata|bench)\//;
test('the manual page names every variable that the sources read', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const sources = ['harness', 'results', 'dashboards'].flatMap((room) =>
    readdirSync(join(root, room), {recursive: true, encoding: 'utf8'})
      .filter((file) => file.endsWith('.ts') && !forTests.test(file))
      .map((file) => readFileSync(join(root, room, file), 'utf8')),
  );
  const read = sources.flatMap((text) =>
    [...text.matchAll(/(?:\benv\['|\{)(JITSTAT_(?!TEST_)[A-Z_]+)/g)].map(([, name]) => name),
  );
  expect(read).toContain('JITSTAT_HUB');
  for (const name of new Set(read)) expect(page).toContain(`.B ${name}\n`);
});

test('docs/commands.md is made from these tables', async () =>
  expect(commandsPage(tables)).toMatchFileSnapshot(
    fileURLToPath(new URL('../../docs/commands.md', import.meta.url)),
  ));
