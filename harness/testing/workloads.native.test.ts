// Every workload with every variant in the user shim: it meets its expectations or does what it
// declares instead; the table in the docs.
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {variants} from '../../jit/variants/list/index.ts';
import {loadUserWorkload, workloads} from '../../workloads/list/index.ts';
import type {Workload} from '../../workloads/types.ts';
import {buildShim} from '../shim/build-shim.ts';
import {prepareJob} from '../shim/prepare.ts';
import {describeResult} from '../shim/result.ts';
import {runShim} from '../shim/run-shim.ts';
import {workloadsPage} from './workloads-page.ts';
import type {Cell} from './workloads-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-workloads-'));
afterAll(() => rmSync(folder, {recursive: true}));
const shim = await buildShim('user');
const names = variants.map(({name}) => name);
const cells = new Map<string, Cell[]>();

const play = async (workload: Workload, variant: string): Promise<{cell: Cell; words: string}> => {
  const options = {
    workload,
    variant,
    placement: {kind: 'fixed', offset: 0},
    shim,
    repeat: 2,
  } as const;
  let prepared;
  try {
    prepared = prepareJob(options);
  } catch (error) {
    return {cell: 'refused', words: String(error)};
  }
  const path = join(folder, 'job');
  writeFileSync(path, prepared.job);
  const [result] = await runShim(shim, path);
  return {cell: result.status as Cell, words: describeResult(result, prepared.image)};
};

test.each(workloads.map((workload) => [workload.name, workload] as const))(
  '%s',
  async (name, workload) => {
    const row: Cell[] = [];
    for (const variant of names) {
      const {cell, words} = await play(workload, variant);
      const instead = workload.instead?.[variant];
      const expected = instead?.kind === 'refuse' ? 'refused' : (instead?.outcome ?? 'ok');
      expect(`${variant}: ${cell === expected ? cell : words}`).toBe(`${variant}: ${expected}`);
      if (instead?.kind === 'refuse') expect(words).toContain(instead.text);
      row.push(cell);
    }
    cells.set(name, row);
  },
);

test.each(['two_stage.s', 'by_protocol.bpf.o'])(
  'the example %s, loaded as by a user',
  async (file) => {
    const workload = loadUserWorkload(
      new URL(`../../workloads/examples/${file}`, import.meta.url).pathname,
    );
    for (const variant of names)
      expect(`${variant}: ${(await play(workload, variant)).words}`).toBe(`${variant}: ok`);
  },
);

test('docs/workloads.md is this table', () => {
  const missing = workloads.filter(({name}) => !cells.has(name)).map(({name}) => name);
  expect(missing, 'workloads that fail in some variant have no row').toEqual([]);
  const file = new URL('../../docs/workloads.md', import.meta.url);
  const page = workloadsPage(
    names,
    workloads.map((workload) => ({workload, cells: cells.get(workload.name)!})),
  );
  if (process.env['JITSTAT_UPDATE'] === '1') writeFileSync(file, page);
  expect(readFileSync(file, 'utf8')).toBe(page);
});
