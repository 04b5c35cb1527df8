// A self-contained executable plays its job alone, is quiet if all is well, and reports a failure
// on stderr and by its exit code.
import {spawnSync} from 'node:child_process';
import {mkdtempSync, openSync, readFileSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {findWorkload} from '../../workloads/list/index.ts';
import {buildShim} from './build-shim.ts';
import {prepareJob} from './prepare.ts';
import {parseShimResults, shimExitCodes} from './result.ts';
import {writeExecutable} from './run-shim.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-executable-'));

const build = async (variant: string, workload = findWorkload('tailcall1')): Promise<string> => {
  const path = join(folder, variant);
  const shim = await buildShim('user');
  writeExecutable(
    shim,
    prepareJob({workload, variant, placement: {kind: 'random', seed: 7}, shim, repeat: 10}).job,
    path,
  );
  return path;
};

test('plays without arguments and without a result descriptor', async () => {
  const {status, stdout, stderr} = spawnSync(await build('rfc1'), {encoding: 'utf8'});
  expect({status, stdout, stderr}).toEqual({status: 0, stdout: '', stderr: ''});
});

test('writes its line to descriptor 3 if that is open', async () => {
  const out = join(folder, 'line');
  spawnSync(await build('v58'), {stdio: ['ignore', 'ignore', 'ignore', openSync(out, 'a')]});
  expect(parseShimResults(readFileSync(out, 'utf8'))).toMatchObject([
    {status: 'ok', runs: {length: 12}},
  ]);
});

test('a failure goes to stderr', async () => {
  const empty = findWorkload('empty');
  const scenario = empty.scenario.map((step) =>
    step.op === 'run' ? {...step, expect: {retval: 9}} : step,
  );
  const {status, stderr} = spawnSync(await build('v61', {...empty, scenario}), {encoding: 'utf8'});
  expect({status, stderr}).toEqual({
    status: shimExitCodes.wrong,
    stderr: expect.stringMatching(/^returned \d+, expected 9\n$/) as string,
  });
});

test('is small', async () => expect(statSync(await build('v618')).size).toBeLessThan(64 * 1024));
