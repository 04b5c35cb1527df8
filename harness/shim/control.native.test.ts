// With control pipes in the shim, perf counts test runs only; the protocol is enable, ack, disable,
// ack for each run.
import {spawn} from 'node:child_process';
import {mkdtempSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Readable, Writable} from 'node:stream';
import {expect, test} from 'vitest';
import {findWorkload} from '../../workloads/list/index.ts';
import {buildShim} from './build-shim.ts';
import {prepareJob} from './prepare.ts';
import {prepareKernelJob} from './kernel-job.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-control-'));
const workload = findWorkload('tailcall2');
const runs = 3;

test.each(['user', 'kernel'] as const)('%s shim', async (name) => {
  const shim = await buildShim(name);
  const path = join(folder, name);
  writeFileSync(
    path,
    name === 'user'
      ? prepareJob({
          workload,
          variant: 'v618',
          placement: {kind: 'fixed', offset: 0},
          shim,
          repeat: 2,
        }).job
      : prepareKernelJob({workload, repeat: 2}).job,
  );
  const child = spawn(shim.path, [path, '--control', '4,5'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [, , , lines, commandPipe, answers] = child.stdio as unknown as readonly [
    null,
    null,
    null,
    Readable,
    Readable,
    Writable,
  ];
  let [commands, result] = ['', ''];
  lines.on('data', (chunk: Buffer) => (result += chunk.toString()));
  commandPipe.on('data', (chunk: Buffer) => {
    commands += chunk.toString();
    // perf answers with a newline and a zero.
    answers.write('ack\n\0');
  });
  await new Promise((resolve) => child.on('close', resolve));
  if (result.includes('not permitted')) return;
  expect(JSON.parse(result)).toMatchObject({status: 'ok', runs: {length: runs}});
  expect(commands).toBe('enable\ndisable\n'.repeat(runs));
});
