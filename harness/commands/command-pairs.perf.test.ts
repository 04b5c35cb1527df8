// Two commands, as people compare them: elapsed time first, an end without Ctrl-C, no page unless
// asked.
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {loadSession} from '../../results/store/index.ts';
import type {Comparison} from '../../results/types.ts';
import {runCli} from '../cli.ts';
import {noPerf, recordingIo} from '../testing/captured-io.ts';

const root = mkdtempSync(join(tmpdir(), 'jitstat-pairs-'));
afterAll(() => rmSync(root, {recursive: true, force: true}));

const jitstat = async (store: string, ...argv: readonly string[]) => {
  const io = recordingIo({cwd: root, env: {...process.env, JITSTAT_STORE: join(root, store)}});
  return {code: await runCli(io, argv), out: io.stdout(), err: io.stderr()};
};

// So far apart that no busy host hides it.
const sleeps = ['--', 'sleep', '0.01', '--', 'sleep', '0.2'];

describe.skipIf(noPerf !== null)(
  `two commands${noPerf === null ? '' : ` (skipped: ${noPerf})`}`,
  () => {
    test('elapsed time is the first row and what --fail-on looks at', async () => {
      const argv = ['ab', '--fail-on', 'more', '--time', '90', '--json', ...sleeps];
      const {code, out} = await jitstat('gate', ...argv);
      expect(code).toBe(1);
      const {rows, findings, aa} = JSON.parse(out) as Comparison;
      expect(rows.slice(0, 2).map(({event}) => event)).toEqual(['duration_time', 'task-clock']);
      expect(rows[0]).toMatchObject({primary: true, verdict: 'more'});
      expect(findings.map(({code: one}) => one)).toContain('ended-early');
      expect(aa).not.toBeNull();
      expect(existsSync(join(root, 'gate', 'reports'))).toBe(false);
    });

    test('-r is all that is run: no A/A, no warm-up; blocks of one side share a perf', async () => {
      const argv = ['ab', '-q', '-r', '12', '--runs-per-block', '1', ...sleeps];
      expect((await jitstat('fixed', ...argv)).code).toBe(0);
      const {session, samples, aaSamples} = await loadSession(join(root, 'fixed'), 'last');
      expect(aaSamples).toBeNull();
      expect(samples!.runs).toBe(24);
      const letters = session.plan.order.join('');
      expect([...samples!.side].map((side) => 'AB'[side]).join('')).toBe(letters);
      expect([...samples!.position]).toEqual(Array.from({length: 24}, (_, run) => run % 4));
    });

    test('a page is written if it is asked for', async () => {
      const folder = join(root, 'page');
      const {code} = await jitstat('page-store', 'ab', '-q', '-r', '2', '-o', folder, ...sleeps);
      expect(code).toBe(0);
      expect(existsSync(join(folder, 'index.html'))).toBe(true);
    });
  },
);
