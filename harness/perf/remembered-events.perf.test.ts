// perf is asked once what it can count; another perf, or a host with hardware counters, is asked again.
import {spawnSync} from 'node:child_process';
import {chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test, vi} from 'vitest';
import {noPerf} from '../testing/captured-io.ts';
import {hasHardwareCounters} from './countable.ts';
import {findCountable} from './remembered-events.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-remembered-'));
const calls = join(folder, 'calls.txt');
const events = ['task-clock', 'page-faults'];

const real = spawnSync('sh', ['-c', 'command -v perf']).stdout.toString().trim();

/** A perf that notes each call and does what the installed one does. */
const writePerf = (note: string): void => {
  const path = join(folder, 'perf');
  writeFileSync(path, `#!/bin/sh\n# ${note}\necho call >> ${calls}\nexec ${real} "$@"\n`);
  chmodSync(path, 0o755);
};

beforeAll(() => {
  if (noPerf !== null) return;
  writePerf('first');
  writeFileSync(calls, '');
  vi.stubEnv('PERF', undefined);
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'caches'));
  vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, {recursive: true, force: true});
});

const called = (): number => readFileSync(calls, 'utf8').split('\n').length - 1;
const asked = hasHardwareCounters() ? 2 : 0;

test.skipIf(noPerf !== null)(`what was found is remembered (skipped: ${noPerf})`, async () => {
  const first = await findCountable(process.env, events);
  expect(called()).toBe(2);
  expect(await findCountable(process.env, events)).toEqual(first);
  expect(called()).toBe(2 + asked);

  writePerf('another one');
  await findCountable(process.env, events);
  expect(called()).toBe(4 + asked);

  await findCountable(process.env, ['task-clock']);
  expect(called()).toBe(6 + asked);
});

test.skipIf(noPerf !== null)(`$PERF is asked each time (skipped: ${noPerf})`, async () => {
  const env = {...process.env, PERF: join(folder, 'perf')};
  const before = called();
  await findCountable(env, events);
  await findCountable(env, events);
  expect(called()).toBe(before + 4);
});
