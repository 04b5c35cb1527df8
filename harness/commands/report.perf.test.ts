// jitstat report and serve in process: files written, PNG if the package is installed, mistakes as
// messages.
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {finishSession} from '../../results/store/index.ts';
import {cases} from '../../dashboards/testdata/cases.ts';
import {fillStore} from '../../dashboards/testdata/store.ts';
import {thread} from '../../dashboards/testdata/thread.ts';
import {runCli} from '../cli.ts';
import {recordingIo} from '../testing/captured-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-report-'));
const store = join(folder, 'store');
const out = join(folder, 'out');
const noPng = await import(['@resvg', 'resvg-js'].join('/')).then(
  () => null,
  () => 'no @resvg/resvg-js',
);

beforeAll(async () => {
  const {session, samples} = cases.oneRun();
  await finishSession(store, session, samples);
  writeFileSync(join(folder, 'comparison.json'), JSON.stringify(thread()));
  writeFileSync(join(folder, 'other.json'), '{}');
  writeFileSync(join(folder, 'null.json'), 'null');
  writeFileSync(join(folder, 'empty.json'), JSON.stringify({schema: 'jitstat/comparison/1'}));
  writeFileSync(join(folder, 'row.json'), JSON.stringify({...thread(), rows: [{event: 1}]}));
  writeFileSync(join(folder, 'file'), '');
});

afterAll(() => rmSync(folder, {recursive: true, force: true}));

const jitstat = async (...args: string[]) => {
  const io = recordingIo({cwd: folder, env: {}});
  return {code: await runCli(io, args), out: io.stdout(), err: io.stderr()};
};

test('the newest session becomes a page with its numbers next to it', async () => {
  expect(await jitstat('report', 'last', '--store', store, '-o', out)).toEqual({
    code: 0,
    out: `report: ${join(out, 'index.html')}\n`,
    err: '',
  });
  const page = readFileSync(join(out, 'index.html'), 'utf8');
  for (const words of [
    'tailcall1: v58',
    'Did it change?',
    'Is it the code?',
    'Not counted',
    'no hardware counters',
    'Seed',
  ])
    expect(page.includes(words)).toBe(true);
  expect(/<script|https?:\/\/(?!www\.w3\.org\/)/.test(page)).toBe(false);
  for (const file of [
    'charts/forest.csv',
    'charts/forest.json',
    'charts/forest.svg',
    'charts/bytes.csv',
    'comparison.json',
    'report.md',
  ])
    expect(`${file} ${existsSync(join(out, file))}`).toBe(`${file} true`);
});

test('--text prints the charts as text and writes nothing', async () => {
  const {code, out: printed} = await jitstat(
    'report',
    'last',
    '--store',
    store,
    '--text',
    '-o',
    join(folder, 'text'),
  );
  expect([code, existsSync(join(folder, 'text'))]).toEqual([0, false]);
  expect(printed).toMatch(
    /^tailcall1: v58 -> rfc1\ntask-clock .* more\n\ntask-clock, every run, log scale from /,
  );
  expect(printed).toMatch(/^[\x20-\x7e\n]*$/);
});

test('a comparison document becomes a page too', async () => {
  const {code, out: printed} = await jitstat(
    'report',
    'comparison.json',
    '-o',
    join(folder, 'thread'),
    '--json',
  );
  expect(code).toBe(0);
  expect((JSON.parse(printed) as {files: string[]}).files.at(-1)).toBe(
    join(folder, 'thread', 'index.html'),
  );
});

test('a night becomes a front page with a page for each session and the history', async () => {
  const nights = join(folder, 'nights');
  await fillStore(nights);
  const {code, out: printed} = await jitstat(
    'report',
    '--night',
    '2026-10-13',
    '--store',
    nights,
    '-o',
    join(folder, 'night'),
    '--json',
  );
  expect(code).toBe(0);
  const {files} = JSON.parse(printed) as {files: string[]};
  for (const file of ['index.html', 'history.html', 'sessions/20261013-020000000-n12/index.html'])
    expect(files).toContain(join(folder, 'night', file));
  expect(
    readFileSync(join(folder, 'night/index.html'), 'utf8').includes(
      'task-clock of rfc1 rose by 4.0 %',
    ),
  ).toBe(true);
});

test.skipIf(noPng !== null)(
  `--png draws each chart as PNG${noPng === null ? '' : `: skipped, ${noPng}`}`,
  async () => {
    expect(
      (await jitstat('report', 'comparison.json', '-o', join(folder, 'png'), '--png')).code,
    ).toBe(0);
    expect(readFileSync(join(folder, 'png/charts/forest.png')).subarray(1, 4).toString()).toBe(
      'PNG',
    );
  },
);

describe('mistakes are messages', () => {
  test.each([
    [['report'], 'report takes at least one session.'],
    [['report', 'nothing', '--store', 'store'], "There is no session 'nothing'"],
    [['report', '--night', 'last', '--store', 'store'], "There is no night 'last'"],
    [['report', 'other.json'], 'other.json is not a comparison document.'],
    [['report', 'null.json'], 'null.json is not a comparison document.'],
    [
      ['report', 'empty.json'],
      'empty.json is not a whole comparison document: its before is missing',
    ],
    [['report', 'row.json'], 'its rows[0].event is 1, not string.'],
    [['report', 'absent.json'], 'absent.json cannot be read'],
    [['report', 'comparison.json', '-o', 'file'], 'file is not a folder'],
    [['report', 'comparison.json', '-o', '/proc/report'], '/proc cannot be written'],
    [['serve', 'absent'], 'There is no store at'],
    [
      ['serve', 'store', '--port', 'http'],
      "--port takes a whole number from 0 to 65535, not 'http'.",
    ],
    [['serve', 'store', 'two'], "serve takes one store, not also 'two'."],
  ])('%j', async (args, words) => {
    const {code, err, out: printed} = await jitstat(...args);
    expect([code, printed]).toEqual([2, '']);
    expect(err).toContain(words);
    expect(err).toMatch(/\n {2}hint: \S/);
    expect(err.split('\n')).toHaveLength(3);
  });
});
