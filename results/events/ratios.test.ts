// Our own quotients: exact when they must be, with intervals that contain the truth as often as
// they claim.
import {expect, test} from 'vitest';
import {importText} from '../import/index.ts';
import {ratioNote, ratios, sideRatios, tableRatios} from './ratios.ts';
import {seededNormal} from '../testdata/random.ts';
import type {Samples} from '../types.ts';

const samplesOf = (events: Readonly<Record<string, readonly number[]>>): Samples => {
  const runs = Object.values(events)[0].length;
  return {
    runs,
    quad: new Int32Array(runs),
    position: new Uint8Array(runs),
    side: new Uint8Array(runs),
    warmup: new Uint8Array(runs),
    placement: new Int32Array(runs).fill(-1),
    events: Object.entries(events).map(([event, values]) => ({
      event,
      unit: '',
      value: Float64Array.from(values),
      enabled: null,
      running: null,
    })),
  };
};
const ratio = (samples: Samples, name: string) =>
  sideRatios(samples, 0).find(({info}) => info.name === name);

test('a constant quotient has an interval of zero width', () => {
  const found = ratio(
    samplesOf({instructions: [100, 220, 300], cycles: [50, 110, 150]}),
    'instructions per cycle',
  );
  expect([found?.value, found?.low, found?.high, found?.n]).toEqual([2, 2, 2, 3]);
});

test('runs in which one of the two was not counted are left out of both', () => {
  expect(
    ratio(
      samplesOf({instructions: [100, Number.NaN, 300], cycles: [50, 9, 100]}),
      'instructions per cycle',
    ),
  ).toMatchObject({n: 2});
  expect(
    ratio(samplesOf({instructions: [100], cycles: [50]}), 'instructions per cycle'),
  ).toMatchObject({value: 2, low: null, high: null});
});

test('95 % intervals of a noisy clock hold the truth in about 95 % of 600 samples', () => {
  const normal = seededNormal(7);
  let held = 0;
  for (let k = 0; k < 600; k++) {
    const msec = Array.from({length: 20}, () => 100 * Math.exp(0.05 * normal()));
    // The clock varies by 2 % on its own; cycles follow the time.
    const cycles = msec.map((time) => time * 3e6 * (1 + 0.02 * normal()));
    const found = ratio(samplesOf({'task-clock': msec, cycles}), 'clock');
    if (
      found !== undefined &&
      found.low !== null &&
      found.high !== null &&
      found.low <= 3 &&
      found.high >= 3
    )
      held++;
  }
  expect(held / 600).toBeGreaterThan(0.92);
  expect(held / 600).toBeLessThan(0.98);
});

test('a table without runs gives quotients without intervals; two rows of one name give none', () => {
  const text = (rows: string): string => ` Performance counter stats for 'x':\n\n${rows}\n`;
  const [table] = importText(
    text('   1,000      instructions   # 0.5 insn per cycle\n   2,000      cycles\n'),
    'x',
  ).tables;
  expect(tableRatios(table).map(({info, value, low}) => [info.name, value, low])).toEqual([
    ['instructions per cycle', 0.5, null],
  ]);
  const [twice] = importText(
    text(
      '   1,000      cpu_core/instructions/\n   1,000      cpu_atom/instructions/\n' +
        '   2,000      cpu_core/cycles/\n   2,000      cpu_atom/cycles/\n',
    ),
    'x',
  ).tables;
  expect(tableRatios(twice)).toEqual([]);
});

test('the pair that is not a share of a whole is named as such', () => {
  expect(
    ratios.filter(({part, unit}) => part === 'no' && unit === '%').map(({above}) => above),
  ).toEqual(['iTLB-load-misses']);
  expect(ratioNote('iTLB-load-misses:u')).toMatch(/neither is part of the other/);
});
