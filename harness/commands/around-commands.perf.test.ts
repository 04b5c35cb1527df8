// Hooks around commands, comparisons of several commands, and exported times.
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import type {Comparison, ImportDocument} from '../../results/types.ts';
import {loadSession} from '../../results/store/index.ts';
import {runCli} from '../cli.ts';
import {noPerf, recordingIo} from '../testing/captured-io.ts';

const root = mkdtempSync(join(tmpdir(), 'jitstat-around-'));
afterAll(() => rmSync(root, {recursive: true, force: true}));

const jitstat = async (...argv: readonly string[]) => {
  const io = recordingIo({cwd: root, env: {...process.env, JITSTAT_STORE: join(root, 'store')}});
  return {code: await runCli(io, argv), out: io.stdout(), err: io.stderr()};
};
const file = (name: string): string => join(root, name);
const log = (word: string, name = 'log'): string => `echo ${word} >> ${file(name)}`;

describe.skipIf(noPerf !== null)(
  `around commands${noPerf === null ? '' : ` (skipped: ${noPerf})`}`,
  () => {
    test('hooks run in their order, once for each run', async () => {
      const hooks = ['-s', log('setup'), '-p', log('prepare'), '-C', log('conclude')];
      const commands = ['--', 'sh', '-c', log('a'), '--', 'sh', '-c', log('b')];
      const {code, err} = await jitstat(
        'ab',
        '-r',
        '4',
        ...hooks,
        '-c',
        log('cleanup'),
        ...commands,
      );
      expect(code, err).toBe(0);
      const lines = readFileSync(file('log'), 'utf8').trim().split('\n');
      expect(lines.slice(0, 2)).toEqual(['setup', 'setup']);
      expect(lines.slice(-2)).toEqual(['cleanup', 'cleanup']);
      const {session} = await loadSession(join(root, 'store'), 'last');
      const again = session.commands['again'].join(' ');
      expect(again).toMatch(
        /--setup echo setup .* --prepare echo prepare .* -- sh -c .* -- sh -c /,
      );
      const runs = lines
        .slice(2, -2)
        .join(' ')
        .split('conclude')
        .filter((one) => one !== '');
      expect(runs).toHaveLength(8);
      for (const run of runs) expect(run).toMatch(/^ ?prepare [ab] $/);
    });

    test.each([
      ['--setup', 'echo no >&2; exit 3', /--setup of true ended with exit code 3; it said: no\./],
      ['--prepare', 'kill -9 $$', /--prepare of true was killed \(SIGKILL\)/],
      ['--conclude', 'exit 1', /--conclude of true ended with exit code 1/],
    ])(
      '%s that fails: one message, and cleanup runs all the same',
      async (hook, script, message) => {
        const done = file(`cleaned${hook}`);
        const {code, out, err} = await jitstat(
          'ab',
          '-r',
          '2',
          hook,
          script,
          '--cleanup',
          `touch ${done}`,
          '--',
          'true',
          '--',
          'true',
        );
        expect({code, out}).toEqual({code: 2, out: ''});
        expect(err).toMatch(message);
        expect(err.trimEnd().split('\n')).toHaveLength(2);
        expect(existsSync(done)).toBe(true);
      },
    );

    test('a prepare that fails later keeps the runs before it', async () => {
      const prepare = `echo x >> ${file('count')}; test $(wc -l < ${file('count')}) -lt 8`;
      const argv = ['ab', '-r', '8', '--prepare', prepare, '--', 'true', '--', 'true'];
      const {code, err} = await jitstat(...argv);
      expect(code).toBe(2);
      expect(err).toMatch(/--prepare of true ended with exit code 1/);
      const {session, samples} = await loadSession(join(root, 'store'), 'last');
      expect(session).toMatchObject({status: 'refused', reason: expect.stringMatching(/prepare/)});
      expect(samples!.runs).toBe(7);
    });

    test('what a setup leaves running keeps running until the end, and not longer', async () => {
      const setup = `sleep 1000 & echo $! > ${file('pid')}`;
      const alive = ['sh', '-c', `kill -0 $(cat ${file('pid')})`];
      const argv = ['ab', '-r', '2', '-s', setup, '-s', 'true', '--', ...alive, '--', ...alive];
      const {code, err} = await jitstat(...argv);
      expect(code, err).toBe(0);
      const pid = Number(readFileSync(file('pid'), 'utf8'));
      const isGone = (): boolean => {
        try {
          return /^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
        } catch {
          return true;
        }
      };
      // A killed process is gone only after it was given the CPU once more.
      await expect.poll(isGone, {timeout: 60_000}).toBe(true);
    });

    test('every run reads its input from the start; what is printed is shown', async () => {
      writeFileSync(file('input.txt'), 'twelve bytes');
      const {code, out, err} = await jitstat(
        'ab',
        '-r',
        '2',
        '--input',
        'input.txt',
        '--show-output',
        '--',
        'cat',
        '--',
        'wc',
        '-c',
      );
      expect(code, err).toBe(0);
      expect(err.match(/twelve bytes/g)).toHaveLength(2);
      expect(err.match(/^12$|(?<=\D)12$/gm)).toHaveLength(2);
      expect(out).not.toContain('twelve');
    });

    test('three commands: both against the first, one budget for their errors', async () => {
      const commands = ['--', 'sleep', '0.01', '--', 'sleep', '0.01', '--', 'sleep', '0.3'];
      const {code, out, err} = await jitstat('ab', '-r', '12', '--json', ...commands);
      expect(code, err).toBe(0);
      const [same, slower] = JSON.parse(out) as readonly Comparison[];
      expect(same.before.label).toBe('sleep 0.01');
      expect(slower).toMatchObject({
        before: {label: 'sleep 0.01'},
        after: {label: 'sleep 0.3'},
        rows: expect.arrayContaining([
          expect.objectContaining({event: 'duration_time', primary: true}),
        ]),
      });
      // A single comparison adjusts its primary event by (4 / 3) / 0.5 at most.
      const [row] = slower.rows;
      expect(row.pAdjusted! / row.p!).toBeGreaterThan(2.7);
      const text = await jitstat('ab', '-r', '2', '-n', 'one', '-n', '2', '-n', '3', ...commands);
      expect(text.out).toMatch(/\nall against one: .*\n2 .*\n3 .*\nverdicts are corrected over/);
    });

    test('exported times can be read back, and hold every run', async () => {
      const names = ['json', 'csv', 'markdown'].flatMap((one) => [
        `--export-${one}`,
        `times.${one}`,
      ]);
      const commands = ['--', 'sleep', '0.05', '--', 'sleep', '0.02'];
      const {code, err} = await jitstat('ab', '-r', '6', '-n', 'no | op', ...names, ...commands);
      expect(code, err).toBe(0);
      const read = await jitstat('import', '--json', 'times.json');
      const {tables} = JSON.parse(read.out) as ImportDocument;
      expect(tables.map(({command}) => command)).toEqual(['no | op', 'sleep 0.02']);
      expect(tables[1].elapsed!.seconds).toBeGreaterThan(0.005);
      const {results} = JSON.parse(readFileSync(file('times.json'), 'utf8')) as {
        results: readonly {times: readonly number[]; user: number | null; median: number}[];
      };
      // Times that perf lost are left out.
      const {samples} = await loadSession(join(root, 'store'), 'last');
      const elapsed = samples!.events.find(({event}) => event === 'duration_time')!.value;
      const counted = [...elapsed].filter((time, run) => samples!.side[run] === 0 && time > 0);
      expect(results[0].times).toHaveLength(counted.length);
      for (const time of results[1].times) expect(time).toBeGreaterThan(0);
      expect(results[1].median).toBeGreaterThan(0.005);
      const csv = readFileSync(file('times.csv'), 'utf8').trim().split('\n');
      expect(csv[0]).toBe('command,mean,stddev,median,user,system,min,max');
      expect(csv).toHaveLength(3);
      expect(readFileSync(file('times.markdown'), 'utf8')).toMatch(
        /\n\| `no \\\| op` \| \d+\.\d ± /,
      );
    });

    test.each([
      [
        ['--export-json', '/nonexistent/x', '--', 'true', '--', 'true'],
        /there is no folder \/nonexistent/,
      ],
      [['--export-json', 'x', 'tailcall1'], /--export-json is for commands/],
      [['--prepare', 'true', 'tailcall1'], /--prepare is for commands/],
      [
        ['--input', 'nowhere', '--', 'true', '--', 'true'],
        /nowhere cannot be used: there is no such/,
      ],
      [['--min-runs', '9', '--max-runs', '3', '--', 'a', '--', 'b'], /--min-runs 9 is more than/],
      [['-r', '4', '--min-runs', '9', '--', 'a', '--', 'b'], /-r gives the number of runs/],
      [
        ['-p', 'true', '--runs-per-block', '3', '--', 'true', '--', 'true'],
        /need blocks of one run/,
      ],
    ])('%j is refused', async (argv, message) => {
      const {code, out, err} = await jitstat('ab', ...argv);
      expect({code, out}).toEqual({code: 2, out: ''});
      expect(err).toMatch(message);
      expect(err).toMatch(/\n {2}hint: .+\n$/);
    });
  },
);
