// The main job in process: tables, JSON, refusals and faults of real images, with the installed
// perf.
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import type {Comparison} from '../results/types.ts';
import {hasHardwareCounters} from './perf/countable.ts';
import {runCli} from './cli.ts';
import {noCompiler, noPerf, recordingIo} from './testing/captured-io.ts';

const reason = noPerf ?? noCompiler;
const store = mkdtempSync(join(tmpdir(), 'jitstat-job-'));
afterAll(() => rmSync(store, {recursive: true, force: true}));

const jitstat = async (...argv: string[]) => {
  const io = recordingIo({env: {...process.env, JITSTAT_STORE: store}});
  const code = await runCli(io, argv);
  return {code, out: io.stdout(), err: io.stderr()};
};

/** In how many runs perf lost the elapsed time, as the comparison says. */
const lostTimes = ({warnings}: Comparison): number =>
  Number(warnings.find(({code}) => code === 'elapsed-lost')?.data?.['lost'] ?? 0);

const plain = ['--runs-per-block', '1', '--no-report', '--seed', '3'];
const quick = ['--repeat', '1000', '--no-simulate', ...plain];

describe.skipIf(reason !== null)(
  `the main job${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    test('two variants: one valid comparison as JSON, rows add up', async () => {
      const {code, out, err} = await jitstat(
        'ab',
        'tailcall1',
        '--before',
        'v58',
        '--after',
        'rfc1',
        '-r',
        '16',
        ...quick,
        '--json',
      );
      expect({code, err}).toEqual({code: 0, err: ''});
      const comparison = JSON.parse(out) as Comparison;
      expect(comparison).toMatchObject({
        schema: 'jitstat/comparison/1',
        design: 'abba',
        quads: 8,
        sameImage: false,
        before: {workload: 'tailcall1', variant: 'v58'},
        after: {variant: 'rfc1'},
      });
      for (const row of comparison.rows)
        expect(['more', 'less', 'equal', 'unsettled']).toContain(row.verdict);
      for (const row of comparison.rows.filter((one) => !/^(?:image|slices)\//.test(one.event))) {
        // perf may lose the elapsed time of a run, and says so.
        const lost = row.event === 'duration_time' ? lostTimes(comparison) : 0;
        for (const side of [row.before, row.after]) {
          expect(side.n).toBeGreaterThanOrEqual(16 - lost);
          expect(side.n).toBeLessThanOrEqual(16);
        }
      }
      expect(comparison.slices?.processes).toBeGreaterThanOrEqual(4);
      // Which of the two: whether whole runs give an interval.
      const codes = comparison.findings.map(({code}) => code).join();
      expect(codes).toMatch(/slices-(?:resolve|decide)/);
      const counted = comparison.rows.map((row) => row.event);
      const missing = comparison.notCounted.map((entry) => entry.event);
      expect(counted).toContain('task-clock');
      for (const event of ['cycles', 'instructions'])
        expect(hasHardwareCounters() ? counted : missing).toContain(event);
      for (const event of ['task-clock', 'iTLB-load-misses', 'L1-dcache-prefetch-misses'])
        expect(counted.includes(event), event).not.toBe(missing.includes(event));
      expect(comparison.rows.find((row) => row.event === 'image/bytes/')).toMatchObject({
        verdict: 'more',
        kind: 'exact',
      });
      expect(comparison.aa).toMatchObject({quads: 4});
    });

    test('the same variant twice is an A/A, and says so', async () => {
      const {code, out} = await jitstat(
        'ab',
        'tailcall1',
        '--before',
        'v58',
        '--after',
        'v58',
        '-r',
        '16',
        ...quick,
      );
      expect(code).toBe(0);
      expect(out).toMatch(/the same (?:image|code)\b[^]*on both sides/);
      for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(72);
    });

    test('fixed placement twice puts the same bytes at the same addresses', async () => {
      await jitstat('ab', 'empty', '--placement', 'fixed:64', '-r', '2', ...quick, '--no-aa');
      const {loadSession} = await import('../results/store/index.ts');
      const {session} = await loadSession(store, 'last');
      expect(
        new Set(
          session.placements
            .filter((one) => one.side === 'before')
            .map((one) => JSON.stringify(one.addresses)),
        ).size,
      ).toBe(1);
      expect(session.placements.every((one) => one.text === 'fixed:64')).toBe(true);
    });

    test.each([
      [
        'crashes',
        ['tailcall_bpf2bpf2', '--before', 'rfc1', '--after', 'v510'],
        /rfc1 failed: .*crash: SIGSEGV: stack overflow.* in run 'to the limit'.* at target0\.subprogram\+0x/,
      ],
      [
        'loses a register',
        ['live_across_miss', '--before', 'v58', '--after', 'unwind-nop5-push'],
        /unwind-nop5-push failed: .*wrong: returned \d+, expected \d+ in run/,
      ],
      [
        'is refused by its verifier',
        ['tailcall_bpf2bpf1', '--before', 'v58', '--after', 'rfc1'],
        /tail_calls are not allowed in programs with bpf-to-bpf calls/,
      ],
    ])(
      'an image that %s: a named result, one hint, exit 2, nothing half-written',
      async (_, argv, words) => {
        const before = existsSync(join(store, 'journals'))
          ? readdirSync(join(store, 'journals'))
          : [];
        const {code, out, err} = await jitstat('ab', ...argv, '-r', '4', ...quick);
        expect({code, out}).toEqual({code: 2, out: ''});
        expect(err.trimEnd().split('\n')).toHaveLength(2);
        expect(err).toMatch(words);
        expect(
          existsSync(join(store, 'journals')) ? readdirSync(join(store, 'journals')) : [],
        ).toEqual(before);
      },
    );

    test('commands: compared like images; a failing one is named', async () => {
      const fine = await jitstat('ab', ...plain, '-r', '4', '--', 'true', '--', 'true');
      expect(fine.code).toBe(0);
      const failing = await jitstat(
        'ab',
        ...plain,
        '-r',
        '4',
        '--',
        'true',
        '--',
        'sh',
        '-c',
        'sleep 0.3; exit 3',
      );
      expect(failing.code).toBe(2);
      expect(failing.err).toContain('exit code 3');
      const absent = await jitstat('ab', ...plain, '-r', '4', '--', 'true', '--', './is-not-there');
      expect(absent).toMatchObject({code: 2, out: ''});
      expect(absent.err).toContain('is-not-there');
    });

    test('one side is stored and shown', async () => {
      const {code, out} = await jitstat(
        'run',
        'empty',
        '--variant',
        'v618',
        '-r',
        '8',
        '--repeat',
        '1000',
        '--runs-per-block',
        '1',
        '--no-simulate',
      );
      expect(code).toBe(0);
      expect(out).toContain('task-clock');
    });

    test('--fail-on gates the primary event', async () => {
      const {code} = await jitstat(
        'ab',
        ...plain,
        '-r',
        '16',
        '--no-aa',
        '--fail-on',
        'more',
        '--primary',
        'duration_time',
        '--',
        'true',
        '--',
        'sleep',
        '0.2',
      );
      expect(code).toBe(1);
    });

    test('counts in passes, in the region of the test runs, until it is known', async () => {
      const {code, out} = await jitstat(
        'ab',
        'empty',
        ...quick,
        '-r',
        '8',
        '--no-multiplex',
        '--region',
        'loop',
        '--no-aa',
        '--no-slices',
      );
      expect(code).toBe(0);
      expect(out).toContain('No event was multiplexed');
      expect(
        (await jitstat('ab', 'empty', ...quick, '--until', '90%', '--time', '1', '--no-aa')).code,
      ).toBe(0);
    });
  },
);

test('without perf: one message, one hint, exit 2', async () => {
  const io = recordingIo({env: {...process.env, PERF: '/nonexistent/perf', JITSTAT_STORE: store}});
  expect(await runCli(io, ['ab', '-r', '4', '--', 'true', '--', 'true'])).toBe(2);
  expect(io.stderr()).toMatch(/perf cannot be run[\s\S]*hint: .*apt-get install/);
});

test('no scratch files are left in the store after all this', () => {
  const left = existsSync(join(store, 'journals')) ? readdirSync(join(store, 'journals')) : [];
  expect(left).toEqual([]);
  expect(readFileSync(join(store, '.gitignore'), 'utf8')).toContain('runs.json.gz');
});
