// Leftovers of killed processes are removed; folders that are in use, young or not ours stay.
import {existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {expect, test} from 'vitest';
import {ownerText, thisProcess} from '../../results/store/owner.ts';
import {removeScratch, scratchFolder, sweepScratch} from './scratch.ts';

test('old leftovers of processes that are gone are swept', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jitstat-sweep-test-'));
  const now = new Date();
  const old = new Date(now.getTime() - 2 * 3_600_000);
  const gone = ['jitstat-measure.4194304-1.a1B2c3', 'jitstat-perf.4194304-x.0f3a'];
  mkdirSync(join(folder, gone[0]));
  writeFileSync(join(folder, gone[0], 'block.job'), 'x');
  writeFileSync(join(folder, gone[1]), 'x');
  const staying = [
    'jitstat-measure.4194304-1.young1',
    `jitstat-perf.${ownerText(thisProcess())}.ab12`,
    'jitstat-shims-0',
    'other.4194304-1.a1B2c3',
  ];
  for (const name of staying) writeFileSync(join(folder, name), 'x');
  for (const name of [...gone, ...staying.slice(1)]) utimesSync(join(folder, name), old, old);
  try {
    expect(sweepScratch(now, folder).sort()).toEqual(gone);
    for (const name of staying) expect(existsSync(join(folder, name))).toBe(true);
  } finally {
    rmSync(folder, {recursive: true});
  }
});

test('a folder of this process is found by its name', () => {
  const folder = scratchFolder('test');
  expect(basename(folder)).toMatch(/^jitstat-test\.\d+-(?:\d+|x)\.\w{6}$/);
  removeScratch(folder);
  expect(existsSync(folder)).toBe(false);
});
