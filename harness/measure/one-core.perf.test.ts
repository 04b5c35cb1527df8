// The design for commands that share a core: pairs run together, elapsed time is refused, an
// interrupted pair is completed.
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import type {Comparison} from '../../results/types.ts';
import {runCli} from '../cli.ts';
import {noPerf, recordingIo} from '../testing/captured-io.ts';
import {prepareSession} from './prepare-session.ts';
import {runPrepared} from './run-session.ts';
import {readMeasureOptions} from './read-options.ts';

const root = mkdtempSync(join(tmpdir(), 'jitstat-one-core-'));
afterAll(() => rmSync(root, {recursive: true, force: true}));

const jitstat = async (...argv: string[]) => {
  const io = recordingIo({env: {...process.env, JITSTAT_STORE: join(root, 'store')}});
  const code = await runCli(io, ['ab', '--design', 'one-core', '--no-report', ...argv]);
  return {code, out: io.stdout(), err: io.stderr()};
};

const spin = (rounds: number): string[] => [
  'sh',
  '-c',
  `i=0; while [ $i -lt ${rounds} ]; do i=$((i+1)); done`,
];

describe.skipIf(noPerf !== null)(
  `one core${noPerf === null ? '' : ` (skipped: ${noPerf})`}`,
  () => {
    test('more work is found; elapsed time is left out, with the reason', async () => {
      const commands = ['--', ...spin(20_000), '--', ...spin(80_000)];
      const {code, out, err} = await jitstat('-r', '16', '--json', ...commands);
      expect({code, err}).toEqual({code: 0, err: ''});
      const comparison = JSON.parse(out) as Comparison;
      expect(comparison.design).toBe('one-core');
      const time = comparison.rows.find((row) => row.event === 'task-clock')!;
      expect(time.change!.ratio).toBeGreaterThan(1.2);
      expect(comparison.rows.map((row) => row.event)).not.toContain('duration_time');
      const left = comparison.notCounted.find((row) => row.event === 'duration_time')!;
      expect(left.reason).toContain('share one core');
    });

    test('both commands of a pair are on the same CPU at the same time', async () => {
      const allowed = 'grep Cpus_allowed_list /proc/self/status >> ';
      const log = join(root, 'cpus.txt');
      const command = ['sh', '-c', `${allowed}${log}`];
      await jitstat('-r', '4', '--no-aa', '--', ...command, '--', ...command);
      const lines = new Set(readFileSync(log, 'utf8').trim().split('\n'));
      // The trial runs are not pinned.
      const pinned = [...lines].filter((line) => /:\s*\d+$/.test(line));
      expect(pinned).toHaveLength(1);
    });

    test('only the missing block of an interrupted pair is added', async () => {
      const store = join(root, 'torn');
      const io = recordingIo({env: process.env});
      const argv = ['sh', '-c', ':'];
      const prepared = await prepareSession(io, {
        target: {kind: 'commands', before: argv, after: argv, cwd: root},
        options: {
          ...readMeasureOptions({values: {runs: 8, seed: 5}, positionals: [], rest: []}, io.now()),
          design: 'one-core',
        },
        store,
        quiet: true,
      });
      const first = await runPrepared(io, store, true, prepared);
      expect(first.session.status).toBe('finished');
      const runs = first.samples!.runs;
      const again = await prepareSession(io, {
        target: prepared.target,
        options: prepared.options,
        store,
        quiet: true,
      });
      const done = [
        {
          type: 'block',
          index: 0,
          quad: 0,
          position: 0,
          side: again.header.plan.order[0] === 'ABBA' ? 0 : 1,
          warmup: true,
          aa: false,
          placement: null,
          runs: [{events: {'task-clock': [1, 1, 1]}}],
        },
      ] as never;
      const second = await runPrepared(io, store, true, {...again, done});
      expect(second.samples!.runs).toBe(runs);
    });

    test.each([
      [['-e', 'duration_time', '--', 'true', '--', 'true'], 'waits for the other'],
      [['tailcall1'], 'compares two commands'],
    ])('%j is refused with a hint', async (argv, words) => {
      const {code, err} = await jitstat(...argv);
      expect(code).toBe(2);
      expect(err).toContain(words);
      expect(err).toContain('hint:');
    });
  },
);
