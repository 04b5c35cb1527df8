// Charts of any numbers: whatever a comparison or its samples hold, every chart is drawn at both
// widths without a warning.
import fc from 'fast-check';
import {expect, test} from 'vitest';
import type {Change, Comparison, ComparisonRow, Samples, Verdict} from '../../results/types.ts';
import {inlineSvg} from '../render/svg.ts';
import {buildSession} from '../testdata/build.ts';
import {thread} from '../testdata/thread.ts';
import {comparisonContext} from '../page/chart-context.ts';
import {drawCharts} from '../page/session-charts.ts';
import {matrix} from './index.ts';
import type {Chart} from './types.ts';
import {widths} from './types.ts';

const number = fc.oneof(
  fc.constantFrom(0, 1, -1, 1e-12, 1e18, NaN, Infinity),
  fc.double({noNaN: true, min: -1e6, max: 1e12}),
);
const ratio = fc.oneof(
  fc.constantFrom(0, 1, 1e-9, 1e9, NaN, Infinity),
  fc.double({noNaN: true, min: 0, max: 5}),
);
const change: fc.Arbitrary<Change | null> = fc.option(
  fc.tuple(ratio, ratio, ratio).map(([low, middle, high]) => ({
    ratio: middle,
    low: Math.min(low, middle),
    high: Math.max(middle, high),
    level: 0.95,
  })),
);
const name = fc.oneof(
  fc.constantFrom('task-clock', '<b>&"\'', 'a'.repeat(90), 'cpu_core/x.y_z/u', '\u00a0', 'ü→漢字'),
  fc.string({minLength: 1, maxLength: 30}),
);
const row: fc.Arbitrary<ComparisonRow> = fc
  .record({
    event: name,
    change,
    verdict: fc.constantFrom<Verdict>('more', 'less', 'equal', 'unsettled'),
    margin: fc.constantFrom(0, 0.001, 0.05),
  })
  .map((part) => ({...thread().rows[0], ...part}));
const part = fc.option(
  fc.oneof(fc.constantFrom(0, 1e-9), fc.double({noNaN: true, min: -3, max: 3})),
);
const comparison: fc.Arbitrary<Comparison> = fc
  .record({
    rows: fc.uniqueArray(row, {selector: (one) => one.event, maxLength: 8}),
    decomposition: fc.record({
      time: part,
      instructions: part,
      cpi: part,
      clock: part,
      utilisation: part,
    }),
    before: fc.record({label: name}),
    after: fc.record({label: name}),
  })
  .map((parts) => ({...thread(), ...parts}));

const drawn = async (charts: readonly (Chart | null)[]): Promise<void> => {
  for (const chart of charts) {
    if (chart === null) continue;
    for (const width of [widths.wide, widths.narrow])
      expect(await inlineSvg(chart, width)).not.toMatch(/NaN|Infinity|undefined(?!-)/);
  }
};

test('any comparison', async () => {
  await fc.assert(
    fc.asyncProperty(comparison, async (one) => {
      await drawn([
        ...drawCharts(comparisonContext(one, null, null)),
        matrix([
          {label: 'a', comparison: one},
          {label: one.before.label, comparison: one},
        ]),
      ]);
    }),
    {numRuns: 15, seed: 7},
  );
});

test('any samples', async () => {
  const {session, samples} = buildSession({
    seed: 1,
    workload: 'w',
    quads: 3,
    runsPerBlock: 1,
    placements: 6,
    events: [{event: 'task-clock', base: 10, noise: 0.1, effect: 1}],
  });
  const plain = session.comparison!.rows[0];
  await fc.assert(
    fc.asyncProperty(
      fc.array(number, {minLength: samples.runs, maxLength: samples.runs}),
      fc.boolean(),
      async (values, spiky) => {
        const one: Samples = {
          ...samples,
          events: [{...samples.events[0], value: Float64Array.from(values, Math.abs)}],
        };
        const spikes = spiky
          ? {
              before: [
                {run: 1, value: 3, times: 1e9},
                {run: 2, value: 0, times: 0},
              ],
              after: [],
            }
          : plain.spikes;
        await drawn(
          drawCharts(
            comparisonContext({...session.comparison!, rows: [{...plain, spikes}]}, session, one),
          ),
        );
      },
    ),
    {numRuns: 10, seed: 7},
  );
});
