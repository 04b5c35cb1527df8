// Workloads with every kind of placement and branch still play after they were placed, linked and
// patched.
import {mkdtempSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import type {Layout, Placement} from '../../jit/types.ts';
import {findWorkload} from '../../workloads/list/index.ts';
import {buildShim} from './build-shim.ts';
import {prepareJob} from './prepare.ts';
import {describeResult} from './result.ts';
import {runShim} from './run-shim.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-layouts-'));
const shim = await buildShim('user');

/** Direct tail calls with replacements, indirect ones, subprograms. */
const names = ['tailcall1', 'tailcall5', 'tailcall_bpf2bpf3'];

// prettier-ignore
const rows: readonly (readonly [what: string, placement: Placement, layout: Partial<Layout>])[] = [
  ['the last offset of a page', {kind: 'fixed', offset: 4084}, {}],
  ['random', {kind: 'random', seed: 3}, {}],
  ['the allocator up to 5.17', {kind: 'binary-alloc', seed: 4}, {}],
  ['the allocator from 5.18', {kind: 'pack-alloc', seed: 5}, {}],
  ['plain indirect branches', {kind: 'random', seed: 6}, {indirectBranch: 'plain'}],
  ['lfence', {kind: 'random', seed: 7}, {indirectBranch: 'lfence'}],
  ['retpolines', {kind: 'random', seed: 8}, {indirectBranch: 'retpoline'}],
  ['int3 after jumps, landing pads', {kind: 'random', seed: 9}, {sls: true, ibt: true}],
  [
    'other structure offsets',
    {kind: 'random', seed: 10},
    {maxEntriesOffset: 0x20, ptrsOffset: 0x90, bpfFuncOffset: 0x38},
  ],
];

describe.each(['v58', 'rfc1', 'v510', 'v618'])('%s', (variant) => {
  test.each(rows)('%s', async (_, placement, layout) => {
    for (const name of names) {
      const workload = findWorkload(name);
      if (workload.instead?.[variant] !== undefined) continue;
      const {job, image} = prepareJob({workload, variant, placement, layout, shim, repeat: 2});
      const path = join(folder, `${variant}.job`);
      writeFileSync(path, job);
      expect(`${name}: ${describeResult((await runShim(shim, path))[0], image)}`).toBe(
        `${name}: ok`,
      );
    }
  });
});
