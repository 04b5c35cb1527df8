// compare with several files per side: the session is the unit, and ambiguous input is asked about.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import type {Comparison} from '../../results/types.ts';
import {runCli} from '../cli.ts';
import {recordingIo} from '../testing/captured-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-several-files-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const run = async (...argv: string[]) => {
  const io = recordingIo({cwd: folder, env: {}});
  const code = await runCli(io, argv);
  return {code, out: io.stdout(), err: io.stderr()};
};

const session = (cycles: number): string =>
  ` Performance counter stats for './x' (10 runs):\n\n  ${cycles}      cycles     ( +- ` +
  ` 0.10% )\n\n      1.0000 +- 0.0010 seconds time elapsed  ( +-  0.10% )\n`;
for (const [name, cycles] of [
  ['b1', 1_003_000_000],
  ['b2', 1_006_000_000],
  ['a1', 1_103_000_000],
  ['a2', 1_106_000_000],
] as const)
  writeFileSync(join(folder, name), session(cycles));

test('the session is the unit: the spread between sessions is measured', async () => {
  const {code, out} = await run('compare', 'b1', 'b2', '--json', '--', 'a1', 'a2');
  const comparison = JSON.parse(out) as Comparison;
  const row = comparison.rows[0];
  expect(code).toBe(0);
  expect(row).toMatchObject({event: 'cycles', verdict: 'more', before: {n: 20}});
  expect(row.change!.ratio).toBeCloseTo(1.0995, 3);
  // Student's t with two degrees of freedom, for sessions 0.2 to 0.3 % apart.
  expect(row.change!.high! - row.change!.low!).toBeGreaterThan(0.015);
  expect(comparison.findings.map(({code: name}) => name)).toContain('replicates');
});
test('one file per side around -- is the same as without --', async () =>
  expect((await run('compare', 'b1', '--', 'a1')).out).toBe(
    (await run('compare', 'b1', 'a1')).out,
  ));
test('three files without -- are a mistake', async () => {
  const {code, err} = await run('compare', 'b1', 'b2', 'a1');
  expect([code, err]).toEqual([2, expect.stringMatching(/around --/)]);
});
test('two benchmarks of one file: the other file is asked for', async () => {
  const lines = ['Push', 'Pop'].map((name) => `Benchmark${name}-8  1000  101.0 ns/op\n`.repeat(3));
  writeFileSync(join(folder, 'go.txt'), lines.join(''));
  const {code, err} = await run('compare', 'go.txt');
  expect(code).toBe(2);
  expect(err).toMatch(/BenchmarkPush-8 and BenchmarkPop-8 are different benchmarks/);
  expect(err).toContain('jitstat compare go.txt OTHER');
  writeFileSync(join(folder, 'go2.txt'), lines[1]);
  expect((await run('compare', 'go.txt', 'go2.txt')).out).toContain(
    'of one side only, and not compared: BenchmarkPush-8',
  );
});
