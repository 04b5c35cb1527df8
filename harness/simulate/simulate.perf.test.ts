// Simulated counts against published figures, against a second tool of valgrind, and against
// themselves.
import {describe, expect, test} from 'vitest';
import {code} from '../../jit/variants/ops.ts';
import {variants} from '../../jit/variants/list/index.ts';
import type {Variant} from '../../jit/variants/variant.ts';
import {findWorkload} from '../../workloads/list/index.ts';
import {noCompiler, noValgrind} from '../testing/captured-io.ts';
import {countLines} from './count.ts';
import {posted} from './posted.ts';
import {predictDifference} from './predict.ts';
import type {CountedCode} from './simulate.ts';
import {countCode, simulate, traceExecutions} from './simulate.ts';
import {stepDifferences} from './step-counts.ts';

const missing = noValgrind ?? noCompiler;
const skipped = missing === null ? '' : ` (skipped: ${missing})`;

const placement = {kind: 'fixed', offset: 0} as const;
const count = (workload: string, variant: string | Variant): Promise<CountedCode> =>
  countCode({workload: findWorkload(workload), variant, placement});

const sum = ({lines}: CountedCode, field: 'executions' | 'branches' | 'loads' | 'stores'): number =>
  lines.reduce((total, line) => total + line[field], 0);
const totals = (code: CountedCode) => ({
  instructions: sum(code, 'executions'),
  branches: sum(code, 'branches'),
  loads: sum(code, 'loads'),
});
const difference = (before: CountedCode, after: CountedCode) => {
  const [from, to] = [totals(before), totals(after)];
  return {
    instructions: to.instructions - from.instructions,
    branches: to.branches - from.branches,
    loads: to.loads - from.loads,
  };
};

describe.skipIf(missing !== null)(`under valgrind${skipped}`, () => {
  test(
    'tailcall1: the differences of the mail of 16 July 2020, to within one event per ' +
      'repetition',
    async () => {
      const found = difference(await count('tailcall1', 'v58'), await count('tailcall1', 'rfc1'));
      expect(found).toEqual({instructions: -39, branches: 84, loads: -36});
      const mail = posted.find((entry) => entry.source.includes('16 July'))!;
      for (const event of ['instructions', 'branches', 'loads'] as const)
        expect(Math.abs(found[event] - mail[event])).toBeLessThan(1);
    },
  );

  // 12 executions of 29 programs entered, 17 of them by a tail call. Prologues +88, unwinding +76
  // (59 pops and 17 adds), bypass nops +17.
  test('flow_dissector: more instructions and loads, the same branches', async () => {
    const [before, after] = [
      await count('flow_dissector', 'v58'),
      await count('flow_dissector', 'rfc1'),
    ];
    expect(difference(before, after)).toEqual({instructions: 181, branches: 0, loads: 59});
    const steps = new Map(
      stepDifferences(before.lines, after.lines).map((step) => [step.step, step]),
    );
    expect([
      steps.get('bypass')?.instructions,
      steps.get('unwind')?.instructions,
      steps.get('unwind')?.loads,
    ]).toEqual([17, 76, 59]);
  });

  test('every total is the sum over the listing; the test runs add up to it', async () => {
    const simulated = await simulate({
      workload: findWorkload('tailcall2'),
      variant: 'v510',
      placement,
    });
    expect(simulated.totals).toMatchObject({
      'callgrind/instructions/': sum(simulated, 'executions'),
      'callgrind/branches/': sum(simulated, 'branches'),
      'callgrind/loads/': sum(simulated, 'loads'),
      'callgrind/stores/': sum(simulated, 'stores'),
    });
    for (const event of ['instructions', 'branches', 'loads'] as const) {
      expect(simulated.runs.reduce((total, run) => total + run[event], 0)).toBe(
        simulated.totals[`callgrind/${event}/`],
      );
    }
  });

  test('ten runs give identical counts', async () => {
    const first = await count('tailcall2', 'rfc1');
    for (let run = 2; run <= 10; run++)
      expect((await count('tailcall2', 'rfc1')).lines).toEqual(first.lines);
    const request = {workload: findWorkload('tail_chain_2'), variant: 'rfc1', placement};
    expect((await simulate(request)).totals).toEqual((await simulate(request)).totals);
  });

  // Lackey writes every access; callgrind's executions times what the text of each instruction says
  // must give the same sums.
  test.each(['tailcall1', 'xsk_redirect', 'callee_saved_4', 'flow_dissector_16'])(
    '%s: instructions, loads and stores as lackey traces them',
    async (workload) => {
      const counted = await count(workload, 'rfc1');
      const traced = await traceExecutions({
        workload: findWorkload(workload),
        variant: 'rfc1',
        placement,
      });
      const total = (field: 'instructions' | 'loads' | 'stores'): number =>
        traced.reduce((all, execution) => all + execution[field], 0);
      expect(traced).toHaveLength(counted.runs.length);
      expect([total('instructions'), total('loads'), total('stores')]).toEqual([
        sum(counted, 'executions'),
        sum(counted, 'loads'),
        sum(counted, 'stores'),
      ]);
      expect(traced.map((execution) => execution.instructions)).toEqual(
        counted.runs.map((run) => run.instructions),
      );
    },
  );

  const nop = 0x90;
  const v58 = variants.find((each) => each.name === 'v58')!;
  const withNop = (step: string): Variant => ({
    ...v58,
    name: `v58-nop-${step}`,
    prologue: v58.prologue.map((each) =>
      each.step !== step ? each : {...each, ops: (frame) => [code([nop]), ...each.ops(frame)]},
    ),
    direct: v58.direct.map((each) =>
      each.step !== step
        ? each
        : {
            ...each,
            write: (draft, variant, frame) => {
              draft.bytes.push(nop);
              each.write(draft, variant, frame);
            },
          },
    ),
  });

  test.each(['push frame', 'allocate stack', 'check count', 'bump count'])(
    'a nop in step %j is counted there, as often as the step runs',
    async (step) => {
      const before = await count('tailcall1', 'v58');
      const after = await count('tailcall1', withNop(step));
      const added = after.lines.filter((line) => line.text === 'nop');
      const times = added.reduce((total, line) => total + line.executions, 0);
      expect(times).toBeGreaterThan(0);
      expect(added.every((line) => line.step === step)).toBe(true);
      expect(difference(before, after)).toEqual({instructions: times, branches: 0, loads: 0});
      const changed = stepDifferences(before.lines, after.lines).filter(
        (each) => each.instructions !== 0,
      );
      expect(changed).toEqual([{step, instructions: times, branches: 0, loads: 0, stores: 0}]);
    },
  );

  const modelled = ['v58', 'rfc1', 'v510', 'v61', 'v618'];
  test.each([
    'tailcall1',
    'tailcall2',
    'tailcall3',
    'tailcall4',
    'tailcall6',
    'tail_chain_5',
    'flow_dissector',
  ])('%s: prediction and simulation agree for all variants', async (workload) => {
    const sides = [];
    for (const variant of modelled) sides.push(await count(workload, variant));
    const hits = sides.map((side) =>
      side.lines.reduce((total, line) => total + (line.step === 'target' ? line.branches : 0), 0),
    );
    for (const [from, before] of sides.entries()) {
      for (const [to, after] of sides.entries()) {
        // v618 does not count an empty slot as a tail call, so tailcall2 goes on for two more
        // there.
        if (hits[from] !== hits[to]) continue;
        expect(predictDifference(before, after), `${modelled[from]} -> ${modelled[to]}`).toEqual(
          difference(before, after),
        );
      }
    }
    expect(hits.filter((each) => each === hits[0]).length).toBeGreaterThanOrEqual(4);
  });

  test(
    'stride 256 puts eleven programs into one set of both TLB levels: each misses once; ' +
      'next to each other, none',
    async () => {
      const tlb = {
        itlb: {entries: 128, ways: 8},
        dtlb: {entries: 64, ways: 4},
        stlb: {entries: 2048, ways: 8},
      };
      const misses = async (workload: string, pages: number): Promise<readonly number[]> => {
        const {totals: found} = await simulate({
          workload: findWorkload(workload),
          variant: 'rfc1',
          placement: {kind: 'stride', pages},
          tlb,
        });
        return [
          found['cachegrind/iTLB-loads/'],
          found['cachegrind/iTLB-load-misses/'],
          found['image/code-pages/'],
        ];
      };
      expect(await misses('tail_chain_10', 256)).toEqual([11, 11, 11]);
      expect(await misses('tail_chain_10', 16)).toEqual([11, 0, 11]);
      expect(await misses('tail_chain_10', 1)).toEqual([0, 0, 11]);
      expect(await misses('tail_chain_7', 256)).toEqual([0, 0, 8]);
    },
  );
});

test('code that runs where the listing has no instruction is refused', () => {
  const line = {
    symbol: 'entry',
    address: 16n,
    offset: 0,
    bytes: '90',
    text: 'nop',
    leadsTo: null,
    insn: 0,
    step: 'body',
  };
  const part = (address: number) => ({events: ['Ir'], costs: new Map([[address, {Ir: 1}]])});
  const run = (address: number) => ({
    label: 'run',
    first: part(16),
    warm: part(address),
    jumps: new Map<number, boolean>(),
  });
  expect(countLines([run(16)], [line], 2).lines[0].executions).toBe(1);
  expect(() => countLines([run(17)], [line], 2)).toThrow('0x11');
  expect(() => countLines([run(16)], [line], 3)).toThrow(
    expect.objectContaining({
      name: 'UserError',
      message: expect.stringContaining('not equally often'),
    }),
  );
});
