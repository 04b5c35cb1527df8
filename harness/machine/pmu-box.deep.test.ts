// Real perf with hardware counters, and jitstat itself, in an emulated Arm machine whose counts are
// known to the instruction. JITSTAT_BOX_RUNS=200 looks at more runs of multiplexed events.
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {multiplexing} from '../../results/compare/count-doubts.ts';
import {importText} from '../../results/import/index.ts';
import {parseVerboseRuns} from '../../results/import/verbose.ts';
import type {Comparison} from '../../results/types.ts';
import {armKernel, armNode, armUserSpace} from '../testing/arm-files.ts';
import {installPackages} from '../testing/debian.ts';
import type {BoxAnswer} from '../testing/box-counted.ts';
import type {StepResult} from '../testing/pmu-box.ts';
import {runInBox} from '../testing/pmu-box.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-box-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const whyNot = (): string | null => {
  try {
    for (const get of [armKernel, armUserSpace, armNode]) get();
  } catch (error) {
    return (error as Error).message;
  }
  const main = fileURLToPath(new URL('../../dist/harness/main.js', import.meta.url));
  return existsSync(main) ? null : 'jitstat is not built';
};

const packages = ['qemu-system-arm', 'gcc-aarch64-linux-gnu', 'binutils'];
const reason = installPackages(packages) ?? whyNot();

/** An instruction takes four cycles of a nanosecond: time passes four times as fast. */
const shift = 2;
const cycles = 2 ** shift;
const runs = Number(process.env['JITSTAT_BOX_RUNS'] ?? 40);

const raw = 'cycles,instructions,r8,r8:u,r8:k,r11,r11:u,r11:k,instructions:u,cycles:u';
const ab = 'jitstat ab --no-report --no-aa --warmup 0 --seed 1 --json';
const passes = `${ab} --no-multiplex --runs-per-block 1 -e ${raw}`;
const [small, larger] = ['spin 5000000', 'spin 5050000'];
const steps = {
  doctor: 'jitstat doctor',
  defect:
    'echo 0 > n; perf stat -v -ddd -r 3 sh -c ' +
    `'read n < n; n=$((n + 1)); echo $n > n; exec spin $((n * n))000000'`,
  // So long that what the kernel executes at each start, which varies, does not change the rounded change.
  one: `${ab} -r 8 -- spin 80000000 -- spin 80800000`,
  passes: `${passes} -r 12 -- ${small} -- ${larger}`,
  few: `${passes} -r 2 -- ${small} -- ${larger}`,
  counted: 'node /jitstat/dist/harness/testing/box-counted.js /counted',
  phases: `perf stat -v -r ${runs} -e r8:uD${',r8:u'.repeat(9)} -- spin 12 125000`,
};

describe.skipIf(reason !== null)(
  `a PMU in a box${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    let results: ReadonlyMap<string, StepResult> = new Map();
    beforeAll(async () => {
      results = await runInBox(folder, steps, shift);
    }, 2_400_000);

    const of = (step: keyof typeof steps): StepResult => results.get(step)!;
    const comparison = (step: keyof typeof steps): Comparison => {
      const {stdout, stderr} = of(step);
      expect(stderr).not.toMatch(/^jitstat: /m);
      return JSON.parse(stdout) as Comparison;
    };
    const rowOf = ({rows}: Comparison, event: string) => rows.find((row) => row.event === event)!;

    test('doctor finds six counters, the CPU, and what this perf prints', () => {
      const {stdout} = of('doctor');
      expect(stdout).toMatch(/^host +box: Cortex-A72, 1 cores/m);
      expect(stdout).toContain('PMU      yes, 6 hardware events at a time without multiplexing');
      expect(stdout).toMatch(/perf -r {2}WRONG in perf 6\.1\..* \(the last run\)/);
    });

    test('perf 6.1 is convicted by its own output', () => {
      const {stderr} = of('defect');
      const [table] = importText(stderr, 'perf').tables;
      expect(table.warnings?.map(({code}) => code)).toContain('repeat-prints-last-run');
      // 2, 8 and 18 million instructions in user mode, and what the kernel does for the process.
      const counts = parseVerboseRuns(stderr).runs.map(
        (run) => run.find(({event}) => event === 'instructions')!.value / 1e6,
      );
      expect(counts.map(Math.floor)).toEqual([2, 8, 18]);
    });

    test('exactly 1 % more instructions: +1.00 %, no change per instruction or of the clock', () => {
      const found = comparison('one');
      const {change, verdict} = rowOf(found, 'instructions');
      expect(verdict).toBe('more');
      // The kernel's part of the count varies a little; in user mode alone it is exact, see below.
      expect(Math.abs(change!.ratio! - 1.01)).toBeLessThan(1.5e-4);
      const {instructions, cpi, clock} = found.decomposition;
      expect(instructions).toBeCloseTo(Math.log(1.01), 3);
      expect(cpi).toBeCloseTo(0, 6);
      expect(clock).toBeCloseTo(0, 3);
      expect(found.notCounted.map(({event}) => event)).toContain('LLC-loads');
    });

    test('passes: every event is counted all the time, and to the instruction', () => {
      const found = comparison('passes');
      const events = found.rows.map(({event}) => event).sort();
      expect(events).toEqual([...raw.split(','), 'duration_time'].sort());
      for (const {event, before, after} of found.rows)
        expect([event, before.running, after.running]).toEqual([event, 1, 1]);
      for (const [event, each] of [
        ['instructions:u', 1],
        ['r8:u', 1],
        ['cycles:u', cycles],
        ['r11:u', cycles],
      ] as const) {
        const {before, after, change} = rowOf(found, event);
        expect((100 * (change!.ratio! - 1)).toFixed(2)).toBe('1.00');
        const [from, to] = [before.median! / each, after.median! / each];
        expect(to - from).toBe(100_000);
        expect(from - 10_000_000).toBeGreaterThan(0);
        expect(from - 10_000_000).toBeLessThan(200);
      }
      const [part, sum] = [
        ['r8:u', 'r8:k'].map((event) => rowOf(found, event).before.mean!),
        rowOf(found, 'r8').before.mean!,
      ];
      expect((part[0] + part[1]) / sum).toBeCloseTo(1, 2);
    });

    test('passes that have too few quads are refused, and no event is lost', () => {
      const {status, stderr} = of('few');
      expect({status, stderr}).toEqual({
        status: 2,
        stderr:
          'jitstat: --no-multiplex needs 3 passes of whole quads, and this session has 1.\n' +
          '  hint: Measure more with -r 12 --runs-per-block 1, or name fewer events with -e.\n',
      });
    });

    const counted = (): BoxAnswer => {
      const {status, stdout, stderr} = of('counted');
      expect({status, stderr}).toEqual({status: 0, stderr: ''});
      return JSON.parse(stdout) as BoxAnswer;
    };

    test('slices count instructions and cycles: 400 and 404 an execution are +1.00 %', () => {
      const {rows, notCounted} = counted();
      expect(notCounted).toEqual([]);
      for (const [event, each] of [
        ['slices/instructions/', 1],
        ['slices/cycles/', cycles],
      ] as const) {
        const {verdict, change, figures} = rows.find((row) => row.event === event)!;
        expect([event, verdict]).toEqual([event, 'more']);
        expect(change!.ratio).toBeCloseTo(404 / 400, 5);
        // An empty slice's cost is known to an instruction or two of the 20,000 of a slice.
        expect(figures!.before! / each).toBeCloseTo(400, 0);
        expect(figures!.after! / each).toBeCloseTo(404, 0);
      }
    });

    test('a counter that another program has taken costs its own row, with the reason', () => {
      expect(counted().taken).toEqual([
        {
          event: 'slices/instructions/',
          status: 'not-supported',
          reason: "refused: another user of the counters took the event's place",
        },
      ]);
    });

    test('a region holds the executions and next to nothing else; a process its start as well', () => {
      const {regions} = counted();
      const more = (runs: readonly number[], each: number) =>
        runs.map((run) => run - each * 10_000);
      for (const [before, after] of Object.values(regions)) {
        expect(new Set(before).size).toBe(1);
        expect(after.map((run, i) => run - before[i])).toEqual([40_000, 40_000, 40_000]);
      }
      for (const run of more(regions.loop[0], 400)) expect(run).toBeLessThan(500);
      for (const run of more(regions.process[0], 400)) expect(run).toBeGreaterThan(5000);
    });

    test(`ten events on six counters: the claimed error holds the truth in ${runs} runs`, () => {
      const seen = parseVerboseRuns(of('phases').stderr).runs;
      expect(seen.length).toBe(runs);
      const held = seen.flatMap(([{value: truth}, ...scaled]) => {
        const rows = scaled.map(({value, enabled, running}, i) => ({
          event: `r8:u ${i}`,
          mean: value,
          running: running / enabled,
          variation: null,
        }));
        const [finding] = multiplexing(rows, rows, scaled[0].enabled / 1e9);
        const claim = Number(/may be off by ([\d.]+) %/.exec(finding.text)![1]) / 100;
        return scaled.map(({value}) => Math.abs(value / truth - 1) <= claim);
      });
      const shares = parseVerboseRuns(of('phases').stderr).runs.map((run) =>
        run.reduce((sum, {running, enabled}) => sum + running / enabled, 0),
      );
      for (const share of shares) expect(share).toBeCloseTo(6, 0);
      expect(held.filter(Boolean).length / held.length).toBeGreaterThanOrEqual(0.95);
    });
  },
);
