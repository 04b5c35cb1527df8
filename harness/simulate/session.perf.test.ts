// Sessions of simulated counts: rows for one repetition, findings with their figures.
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import type {Comparison} from '../../results/types.ts';
import {runCli} from '../cli.ts';
import {noCompiler, noValgrind, recordingIo} from '../testing/captured-io.ts';

const store = mkdtempSync(join(tmpdir(), 'jitstat-simulated-'));
afterAll(() => rmSync(store, {recursive: true, force: true}));

const missing = noValgrind ?? noCompiler;

const compared = async (...args: string[]): Promise<Comparison> => {
  const io = recordingIo();
  expect(
    await runCli(io, ['ab', ...args, '--no-report', '--store', store, '--json']),
    io.stderr(),
  ).toBe(0);
  return JSON.parse(io.stdout()) as Comparison;
};

const finding = (comparison: Comparison, code: string) =>
  comparison.findings.find((one) => one.code === code);

describe.skipIf(missing !== null)(
  `ab --source${missing === null ? '' : ` (skipped: ${missing})`}`,
  () => {
    test('callgrind: tailcall1 next to the figures posted for it', async () => {
      const comparison = await compared(
        'tailcall1',
        '--before',
        'v58',
        '--after',
        'rfc1',
        '--source',
        'callgrind',
      );
      const difference = Object.fromEntries(
        comparison.rows.map((row) => [row.event, row.after.mean! - row.before.mean!]),
      );
      expect(difference).toMatchObject({
        'callgrind/instructions/': -39,
        'callgrind/branches/': 84,
        'callgrind/loads/': -36,
        'callgrind/stores/': -36,
      });
      expect(
        comparison.rows.every(
          (row) => row.kind === 'exact' && /^(?:callgrind|image)\//.test(row.event),
        ),
      ).toBe(true);
      const {before, perExecution} = comparison.rows[0];
      expect(perExecution?.before).toBe(before.mean! / 12);
      expect(finding(comparison, 'posted-fits')?.text).toContain('16 July 2020');
      expect(finding(comparison, 'posted-fits-in-part')?.text).toContain(
        'fits 10 of the 12 test runs',
      );
      const {predicted, simulated} = finding(comparison, 'predicted')!.data!;
      expect(predicted).toEqual(simulated);
    });

    test('callgrind: flow_dissector, and what its gap to the thread can be', async () => {
      const comparison = await compared('flow_dissector', '--source', 'callgrind');
      const differs = finding(comparison, 'posted-differs')!;
      expect(differs.text).toContain('the gap (-18.7 instructions');
      expect(differs.text).toContain(
        'Left are +63 instructions that touch no memory and do not branch (start count ' +
          '+12, allocate stack +17, bypass +17, unwind +17)',
      );
      expect(finding(comparison, 'steps')!.data).toMatchObject({
        unit: 'instructions per program execution',
      });
    });

    test('cachegrind: TLB rows carry their geometry as a warning', async () => {
      const {rows} = await compared(
        'tail_chain_10',
        '--source',
        'cachegrind',
        '--placement',
        'stride:256',
        '--tlb',
        'itlb=128/8',
      );
      expect(rows.every((row) => /^(?:cachegrind|image)\//.test(row.event))).toBe(true);
      const misses = rows.find((row) => row.event === 'cachegrind/iTLB-load-misses/')!;
      expect([misses.before.mean, misses.after.mean]).toEqual([11, 11]);
      expect(misses.warnings).toEqual([
        {
          code: 'simulated-model',
          text: expect.stringContaining('itlb=128/8,dtlb=64/64,stlb=2048/8'),
        },
      ]);
      expect(rows.find((row) => row.event === 'image/code-pages/')!.warnings).toEqual([]);
    });
  },
);
