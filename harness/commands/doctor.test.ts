// `jitstat doctor` in process: what it says about a host with perf, without perf, or with
// permission to count user mode only.
import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {runCli} from '../cli.ts';
import {probeEvents} from '../perf/countable.ts';
import {recordingIo} from '../testing/captured-io.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'jitstat-'));
});
afterAll(() => rmSync(folder, {recursive: true}));

const doctor = async (perf: string, ...args: string[]) => {
  const io = recordingIo({env: {...process.env, PERF: perf}});
  return {code: await runCli(io, ['doctor', ...args]), out: io.stdout()};
};

/** A perf that writes `text` to its `-o FILE`, whatever it is asked. */
const fakePerf = (text: string): string => {
  const path = join(folder, 'perf');
  writeFileSync(
    path,
    `#!/bin/sh\n[ "$1" = --version ] && echo perf version 6.1.0 && exit\nwhile [ "$1" != ` +
      `-o ]; do shift || exit 0; done\ncat > "$2" <<'END'\n${text}END\n`,
  );
  chmodSync(path, 0o755);
  return path;
};

test('every check has a line, and every bad one says what fixes it', async () => {
  const {code, out} = await doctor(fakePerf('task-clock: 5 5 5\n'));
  expect(code).toBe(0);
  for (const name of [
    'PMU',
    'counted  task-clock',
    'perf -r',
    'CPU governor',
    'turbo',
    'SMT',
    'ASLR',
    'NMI watchdog',
    'perf_event_paranoid',
    'clock source',
    'load',
    'container',
    'spectre_v2',
  ])
    expect(out).toContain(name);
  for (const [bad] of out.matchAll(/^BAD.*\n.*\n.*/gm)) expect(bad).toMatch(/\n {9}fix: /);
});

test('without perf, doctor says so, and reports all the rest', async () => {
  const {code, out} = await doctor(join(folder, 'gone'));
  expect(code).toBe(0);
  expect(out).toMatch(
    new RegExp(
      String.raw`^BAD {6}perf cannot be run as .*` +
        String.raw`\n {9}fix: Install perf \(Debian, as root: apt-get install -y linux-perf\)`,
      'm',
    ),
  );
  expect(out).toContain('clock source');
  const document = JSON.parse((await doctor(join(folder, 'gone'), '--json')).out) as {
    perf: unknown;
    host: {perf: unknown};
  };
  expect([document.perf, document.host.perf]).toEqual([null, null]);
});

test('events have the names perf falls back to if only user mode may be counted', async () => {
  const path = fakePerf(
    'task-clock:u: 5 5 5\npage-faults:u: 4 5 5\ncontext-switches:u: 0 5 5\nduration_time:u: 9 9 9\n',
  );
  const {counted, notCounted} = await probeEvents({path, version: '6.1.0'}, [
    'task-clock',
    'page-faults',
    'context-switches',
    'duration_time',
  ]);
  expect(counted).toEqual(['task-clock', 'page-faults:u', 'duration_time']);
  expect(notCounted).toEqual([
    {
      event: 'context-switches',
      status: 'not-supported',
      reason: expect.stringContaining('only user mode') as string,
    },
  ]);
});
