// nightly, history, note and bisect on the command line: what they print, where, and the exit code.
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {finishSession} from '../../results/store/index.ts';
import {testSamples, testSession} from '../../results/testdata/session.ts';
import {runCli} from '../cli.ts';
import {noPerf, recordingIo} from '../testing/captured-io.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jitstat-commands-'));
});
afterEach(() => rmSync(folder, {recursive: true}));

const call = async (...argv: string[]) => {
  const io = recordingIo({
    cwd: folder,
    env: {...process.env, JITSTAT_STORE: join(folder, 'store')},
  });
  return {code: await runCli(io, argv), out: io.stdout(), err: io.stderr()};
};

const fill = async (nights: number): Promise<void> => {
  for (let day = 1; day <= nights; day++) {
    const date = `2026-11-${String(day).padStart(2, '0')}`;
    const samples = testSamples(day, day > 15 ? 1.05 : 1, {'task-clock': 12.5});
    await finishSession(
      join(folder, 'store'),
      testSession(
        {
          id: `${date.replaceAll('-', '')}-020000000-aaaa`,
          created: `${date}T02:00:00.000Z`,
          night: `n${day}`,
        },
        samples,
      ),
      samples,
    );
  }
};

test.each<[string[], RegExp]>([
  [['nightly', '--suite', 'no.json'], /no\.json cannot be read: there is no such file/],
  [['nightly', '--fail-on', 'sometimes'], /--fail-on does not know 'sometimes'/],
  [
    ['nightly', '--export', 'juni=x'],
    /There is no export 'juni'\.\n {2}hint: Did you mean 'junit'\?/,
  ],
  [['nightly', '--export', 'junit'], /--export junit names no file/],
  [['nightly', 'tailcall1'], /nightly takes no argument 'tailcall1'/],
  [['note', '2026-11-22'], /note takes a date and a text/],
  [['note', '2026-02-30', 'x'], /'2026-02-30' is not a date/],
  [['history'], /No session in .* fits/],
  [['bisect'], /needs --good and --bad, or --variants/],
  [['bisect', '--good', 'a', '--bad', 'b'], /needs one command after --/],
  [['bisect', 'tailcall1', '--variants', 'v58'], /fewer than two/],
  [['bisect', 'tailcall1', '--variants', 'v58,rcf1'], /rcf1/],
  [['bisect', 'tailcall1', '--variants', 'v58,v58'], /names a variant twice/],
  [['bisect', '--step', 'none.json'], /not the state of a bisection/],
])('%j is a mistake with a hint', async (argv, message) => {
  const {code, out, err} = await call(...argv);
  expect({code, out}).toEqual({code: 2, out: ''});
  expect(err).toMatch(message);
  expect(err).toMatch(/\n {2}hint: \S/);
});

test('nightly --check reads a suite and measures nothing', async () => {
  writeFileSync(
    join(folder, 'suite.json'),
    JSON.stringify({schema: 'jitstat/suite/1', name: 'lab', workloads: [{command: ['true']}]}),
  );
  expect(await call('nightly', '--check', '--suite', 'suite.json')).toEqual({
    code: 0,
    out:
      'lab: 1 workload, no fault found.\n' +
      'A night takes about 62 s, at most 3 min if everything is measured again.\n',
    err: '',
  });
  expect(existsSync(join(folder, 'store'))).toBe(false);
});

test('history prints levels, change points and notes; a damaged file is named on stderr', async () => {
  await fill(28);
  expect((await call('note', '2026-11-16', 'new', 'microcode')).out).toContain(
    '2026-11-16-new-microcode.json',
  );
  writeFileSync(join(folder, 'store', 'data', 'stray'), '');
  const {code, out, err} = await call('history', '--event', 'task-clock');
  expect(code).toBe(0);
  expect(out).toMatch(
    new RegExp(
      String.raw`^Change points, newest first\n {2}2026-11-16 {2}tailcall1 on lab1\n` +
        String.raw` {4}rfc1 task-clock \+[45]\.\d\d % \(12\.\d+ msec to 13\.\d+ msec\)\n` +
        String.raw` {4}v58 -> rfc1 task-clock \+[45]\.\d\d % \(.* to \+[45]\.\d\d %\)\n` +
        String.raw` {4}between 20261115-020000000-aaaa and 20261116-020000000-aaaa\n\n`,
    ),
  );
  expect(out).toMatch(
    new RegExp(
      String.raw`\n\ntailcall1: v58 -> rfc1 on lab1, 28 nights, the last on 2026-11-28\n` +
        String.raw` {2}event +v58 +rfc1 +change +last change\n` +
        String.raw` {2}task-clock {2}12\.\d+ msec \+-0\.\d\d % {2}13\.\d+ msec \+-0\.\d\d %` +
        String.raw` {2}\+[45]\.\d\d % {2}2026-11-16\n\n`,
    ),
  );
  expect(out).toContain('  2026-11-16  note: new microcode\n');
  expect(err).toMatch(/skipped .*stray: does not belong in a store/);
  const json = JSON.parse((await call('history', '--json', '--quiet')).out) as {
    schema: string;
    series: unknown[];
  };
  expect([json.schema, json.series.length]).toEqual(['jitstat/history/1', 3]);
  expect((await call('history', '--export', 'csv', '-q')).out.split('\r\n').length).toBe(
    1 + 28 * 2 + 1,
  );
});

test.skipIf(noPerf !== null)(
  `a real night of two commands (${noPerf ?? 'perf counts here'})`,
  async () => {
    writeFileSync(
      join(folder, 'suite.json'),
      JSON.stringify({
        schema: 'jitstat/suite/1',
        name: 'real',
        seconds: 0.2,
        events: ['task-clock', 'page-faults'],
        failOn: 'more',
        confirm: false,
        // Every run has about the same page faults: few of them prove that the budget is exceeded.
        budgets: {'page-faults': {max: 1}},
        workloads: [
          {name: 'pair', beforeCommand: ['true'], afterCommand: ['true', 'x']},
          {name: 'gone', command: ['false']},
        ],
      }),
    );
    const {code, out} = await call(
      'nightly',
      '--suite',
      'suite.json',
      '--json',
      '--export',
      'junit=night.xml',
    );
    const night = JSON.parse(out) as {
      status: string;
      exitCode: number;
      workloads: {name: string; session: string | null}[];
      alerts: {code: string; workload?: string}[];
    };
    expect(code).toBe(1);
    expect(night).toMatchObject({
      status: 'finished',
      exitCode: 1,
      workloads: [{name: 'pair'}, {name: 'gone', session: null}],
    });
    expect(night.alerts.map(({code: alert, workload}) => `${alert} ${workload}`).sort()).toEqual(
      expect.arrayContaining(['budget-exceeded pair', 'missing-workload gone']),
    );
    expect(existsSync(join(folder, 'night.xml'))).toBe(true);
  },
);

test('folders of an output are made; one that cannot be made is a mistake', async () => {
  await fill(2);
  expect((await call('history', '--export', 'csv', '-o', 'new/deep/a.csv')).code).toBe(0);
  expect(readFileSync(join(folder, 'new/deep/a.csv'), 'utf8')).toMatch(/task-clock/);
  const {code, err} = await call('history', '-o', 'new/deep/a.csv/b');
  expect({code, err}).toMatchObject({
    code: 2,
    err: expect.stringMatching(/cannot be written .*\n {2}hint: \S/),
  });
});
