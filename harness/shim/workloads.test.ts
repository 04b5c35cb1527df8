// Every workload with every variant in the user shim: passes its expectations, or does what the workload says instead.
import {mkdtempSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import type {Placement} from '../../jit/types.ts';
import {variants} from '../../jit/variants/index.ts';
import {workloads} from '../../workloads/index.ts';
import type {Workload} from '../../workloads/types.ts';
import {buildShim} from './build.ts';
import {prepareJob} from './prepare.ts';
import type {ShimResult} from './result.ts';
import {describeResult} from './result.ts';
import {runShim} from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-workloads-'));
const shim = await buildShim('user');

const play = async (workload: Workload, variant: string, placement: Placement = {kind: 'fixed', offset: 0}): Promise<{result: ShimResult; words: string}> => {
  const {job, image} = prepareJob({workload, variant, placement, shim, repeat: 3});
  const path = join(folder, `${workload.name}-${variant}.job`);
  writeFileSync(path, job);
  const [result] = await runShim(shim, path);
  return {result, words: describeResult(result, image)};
};

describe.each(variants.map(({name}) => name))('%s', (variant) => {
  test.each(workloads.map((workload) => [workload.name, workload] as const))('%s', async (_, workload) => {
    const instead = workload.instead?.[variant];
    if (instead?.kind === 'refuse') {
      expect(() => prepareJob({workload, variant, placement: {kind: 'fixed', offset: 0}, shim, repeat: 1})).toThrow(instead.text);
      return;
    }
    const {result, words} = await play(workload, variant);
    if (instead?.kind === 'misbehave' && instead.outcome !== undefined) {
      expect(result.status).toBe(instead.outcome);
      return;
    }
    expect(words).toBe('ok');
  });
});
