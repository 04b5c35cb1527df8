// import, compare and table on the command line: stdout, exit codes, and mistakes answered in two
// lines.
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {finishSession} from '../../results/store/index.ts';
import {testSamples, testSession} from '../../results/testdata/session.ts';
import type {Comparison, ImportDocument} from '../../results/types.ts';
import {runCli} from '../cli.ts';
import {recordingIo} from '../testing/captured-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-foreign-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const table = (label: string, clock: string, instructions: string, command = './x'): string =>
  [
    `${label}:`,
    '',
    ` Performance counter stats for '${command}' (30 runs):`,
    '',
    `          ${clock} msec task-clock                #    0.987 CPUs utilized            ( +-  0.05% )`,
    `     ${instructions}      instructions              #    1.61  insn per cycle       ` +
      '    ( +-  0.01% )  (38.41%)',
    '   <not supported>      L1-icache-loads',
    '',
    '          1.358653 +- 0.000741 seconds time elapsed  ( +-  0.05% )',
    '',
  ].join('\n');

const before = table('Without', '1,340.52', '7,674,803,496');
const after = table('With', '1,426.95', '7,837,101,633');
const files: Readonly<Record<string, string>> = {
  'before.txt': before,
  'after.txt': after,
  'mail.txt': `> ${`Hello,\n\n${before}\nand\n\n${after}`.replaceAll('\n', '\n> ')}`,
  'odd.txt':
    `${before}\n${table('Other', '5.00', '6,000', './y')}\n` +
    `${table('Third', '5.00', '6,000', './z')}`,
  'prose.txt': 'no counts here\n',
  'samples.csv': [
    'quad,position,side,warmup,task-clock',
    ...Array.from({length: 10}, (_none, quad) =>
      ['before', 'after', 'after', 'before'].map(
        (side, position) =>
          `${quad},${position},${side},0,${(side === 'after' ? 110 : 100) + Math.sin(quad * 4 + position)}`,
      ),
    ).flat(),
  ].join('\n'),
  'hyperfine.json': JSON.stringify({
    results: [
      {
        command: 'a',
        mean: 1.5,
        stddev: 0.1,
        median: 1.5,
        user: 1,
        system: 0.2,
        min: 1.4,
        max: 1.6,
        times: [1.4, 1.6],
        exit_codes: [0, 0],
      },
      {command: 'a', mean: 3, stddev: 0.1, times: [2.9, 3.1], exit_codes: [0, 1]},
    ],
  }),
};
for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);

const run = async (...argv: string[]) => {
  const io = recordingIo({cwd: folder, env: {}, stdin: async () => Buffer.from(before)});
  const code = await runCli(io, argv);
  return {code, out: io.stdout(), err: io.stderr()};
};

describe('import', () => {
  test('--json is one document and nothing else', async () => {
    const {code, out, err} = await run('import', 'mail.txt', '--json');
    const document = JSON.parse(out) as ImportDocument;
    expect({
      code,
      err,
      schema: document.schema,
      tables: document.tables.map((one) => [one.label, one.runs, one.rows.length]),
    }).toEqual({
      code: 0,
      err: '',
      schema: 'jitstat/import/1',
      tables: [
        ['Without', 30, 3],
        ['With', 30, 3],
      ],
    });
    expect(document.tables[0].rows[1]).toEqual({
      event: 'instructions',
      value: 7674803496,
      unit: '',
      sem: 0.01,
      running: 38.41,
      metric: 1.61,
      metricUnit: 'insn per cycle',
      status: 'ok',
    });
  });
  test('stdin, and its own JSON read back', async () => {
    const {out} = await run('import', '-', '--json');
    writeFileSync(join(folder, 'import.json'), out);
    const again = await run('import', 'import.json', '--json');
    expect((JSON.parse(again.out) as ImportDocument).tables).toEqual(
      (JSON.parse(out) as ImportDocument).tables,
    );
  });
  test('a summary for people', async () => {
    const {code, out} = await run('import', 'mail.txt');
    expect(code).toBe(0);
    expect(out).toContain("table 1: Without, './x', 30 runs\n");
    expect(out).toContain(
      '1,340.52 msec task-clock                  +-0.05%  # 0.987 CPUs utilized',
    );
    expect(out).toContain('pair: 1,2 (by their labels)');
  });
  test('hyperfine: a standard deviation becomes a standard error', async () => {
    const document = JSON.parse(
      (await run('import', 'hyperfine.json', '--json')).out,
    ) as ImportDocument;
    expect(document.tables[0].elapsed?.sem).toBeCloseTo((100 * 0.1) / Math.sqrt(2) / 1.5, 9);
    expect(document.tables[1].warnings.map((warning) => warning.code)).toEqual(['failed-runs']);
  });
});

describe('compare', () => {
  const comparison = async (...argv: string[]): Promise<Comparison> => {
    const {code, out} = await run('compare', ...argv, '--json');
    expect(code).toBe(0);
    return JSON.parse(out) as Comparison;
  };
  test('two files, one mail, and a pair of a mail give the same', async () => {
    const [files2, mail, pair] = [
      await comparison('before.txt', 'after.txt'),
      await comparison('mail.txt'),
      await comparison('mail.txt', '--pair', '1,2'),
    ];
    expect(files2.rows.map((row) => row.change)).toEqual(mail.rows.map((row) => row.change));
    expect(pair).toEqual(mail);
    expect(mail.rows.find((row) => row.event === 'task-clock')?.change?.ratio).toBeCloseTo(
      1426.95 / 1340.52,
      9,
    );
    expect(mail.notCounted.map((one) => one.event)).toEqual(['L1-icache-loads']);
  });
  test('--pair turns the sides around', async () => {
    expect((await comparison('mail.txt', '--pair', '2,1')).rows[0].change?.ratio).toBeCloseTo(
      1340.52 / 1426.95,
      9,
    );
  });
  test('samples.csv with interleaved sides', async () => {
    const {design, rows} = await comparison('samples.csv');
    expect([design, rows[0].verdict]).toEqual(['abba', 'more']);
  });
  test('samples of commands lead with elapsed time, as their session does', async () => {
    const lines = files['samples.csv'].split('\n').map((line, at) => {
      const fields = line.split(',');
      const elapsed = at === 0 ? 'duration_time' : `${Number(fields[4]) * 2e6}`;
      return [...fields.slice(0, 4), elapsed, ...fields.slice(4)].join(',');
    });
    writeFileSync(join(folder, 'commands.csv'), lines.join('\n'));
    const primaryOf = async (...args: string[]) =>
      (await comparison('commands.csv', ...args)).rows.find(({primary}) => primary)?.event;
    expect(await primaryOf()).toBe('duration_time');
    expect(await primaryOf('--primary', 'task-clock')).toBe('task-clock');
  });
  test('--margin and --primary reach the rows', async () => {
    const {rows} = await comparison(
      'mail.txt',
      '--margin',
      'task-clock=20',
      '--primary',
      'instructions',
    );
    expect(rows.map((row) => [row.event, row.margin, row.primary]).slice(0, 2)).toEqual([
      ['task-clock', 0.2, false],
      ['instructions', 0.001, true],
    ]);
  });
  test('the mail table by default', async () => {
    const {out} = await run('compare', 'mail.txt');
    expect(out.split('\n')[0]).toMatch(/^\.\/x: Without -> With: slower, task-clock \+6\.45% \(/);
    expect(out).toMatch(/^task-clock \(msec\) +1340\.52 +1426\.95 +\+6\.45% /m);
  });
});

describe('table', () => {
  test('perf layout of a file is what import reads', async () => {
    const {out} = await run('table', 'mail.txt', '--format', 'perf');
    writeFileSync(join(folder, 'again.txt'), out);
    const rows = async (name: string) =>
      (JSON.parse((await run('import', name, '--json')).out) as ImportDocument).tables.map(
        (one) => [one.label, one.command, one.runs, one.elapsed, one.rows],
      );
    expect(await rows('again.txt')).toEqual(await rows('mail.txt'));
  });
  test('a stored session in every format', async () => {
    const store = join(folder, 'store');
    const samples = testSamples();
    await finishSession(store, testSession({}, samples), samples);
    for (const format of ['mail', 'perf', 'lkp', 'diff', 'markdown', 'benchfmt', 'csv']) {
      const {code, out} = await run('table', 'last', '--store', store, '--format', format);
      expect([format, code]).toEqual([format, 0]);
      expect(out).toContain('task-clock'.slice(0, format === 'benchfmt' ? 0 : undefined));
    }
    const {out} = await run('table', 'last', '--store', store, '--commit-message');
    expect(out.trimEnd().split('\n').length).toBeLessThanOrEqual(10);
    const csv = await run('table', 'last', '--store', store, '--format', 'csv');
    expect(csv.out).toMatch(/^quad,position,side,warmup,task-clock/);
    writeFileSync(join(folder, 'again.csv'), csv.out);
    expect(JSON.parse((await run('compare', 'again.csv', '--json')).out)).toMatchObject({
      design: 'abba',
    });
  });
  test('a table compared with itself and unknown events are refused', async () => {
    for (const wrong of [
      ['--pair', '1,1'],
      ['--primary', 'nothing'],
      ['--margin', 'nothing=1'],
    ])
      expect((await run('compare', 'mail.txt', ...wrong)).code).toBe(2);
    expect((await run('compare', 'absent.txt')).err).toContain('There is no file absent.txt');
  });
});

const mistakes: readonly (readonly [string[], RegExp])[] = [
  [['import'], /one file/],
  [['import', 'nowhere.txt'], /nowhere\.txt cannot be read/],
  [['import', 'prose.txt'], /no table/],
  [['compare'], /one file with both sides/],
  [['compare', 'before.txt'], /one table only/],
  [['compare', 'odd.txt'], /form a pair/],
  [['compare', 'mail.txt', '--pair', '1,7'], /no table 7/],
  [['compare', 'mail.txt', '--pair', 'x'], /--pair/],
  [['compare', 'before.txt', 'odd.txt'], /1 and 3 tables/],
  [['compare', 'mail.txt', '--executions', 'many'], /--executions/],
  [['compare', 'mail.txt', '--margin', 'x'], /--margin/],
  [['compare', 'mail.txt', '--format', 'pdf'], /'pdf'/],
  [['table', 'mail.txt', '--format', 'pdf'], /'pdf'/],
  [['table', 'odd.txt'], /belong together/],
  [['compare', 'prose.txt', 'before.txt'], /no table/],
];
test.each(mistakes)('jitstat %j', async (argv, message) => {
  const {code, out, err} = await run(...argv);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(message);
  expect(err.trimEnd().split('\n')).toHaveLength(2);
});

const seed = new URL('../../../shared/seed/', import.meta.url);
describe.skipIf(!existsSync(seed))(
  'the mail of the thread (skipped if the shared files are absent)',
  () => {
    const path = existsSync(seed) ? new URL(readdirSync(seed)[0], seed).pathname : '';
    test('--pair 3,4 answers from the posted numbers', async () => {
      const {out} = await run(
        'compare',
        path,
        '--pair',
        '3,4',
        '--executions',
        '12000000',
        '--json',
      );
      const comparison = JSON.parse(out) as Comparison;
      expect(comparison.decomposition.time).toBeCloseTo(0.0625, 3);
      expect(comparison.decomposition.clock).toBeCloseTo(0.0607, 3);
      expect(comparison.findings.some((finding) => /12\.07 M/.test(finding.text))).toBe(true);
    });
    test('every row of the mail table fits in 72 columns', async () => {
      for (const line of (await run('compare', path)).out
        .split('\n')
        .filter((one) => !one.startsWith('table ')))
        expect(line.length).toBeLessThanOrEqual(72);
      expect(readFileSync(path, 'utf8').length).toBeGreaterThan(1000);
    });
  },
);

describe('words and replies', () => {
  test('--words', async () =>
    expect((await run('compare', 'mail.txt', '--words')).out).toMatch(/^task-clock .* slower$/m));
  test('reply answers a mail; without a pair it says so', async () => {
    const {code, out} = await run('reply', 'mail.txt');
    expect(code).toBe(0);
    expect(out).toContain('\nSlower: task-clock +6.45%');
    expect((await run('reply', 'prose.txt')).code).toBe(2);
    expect((await run('reply', 'odd.txt')).err).toMatch(/form a pair/);
  });
});
