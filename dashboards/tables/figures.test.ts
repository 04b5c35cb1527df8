// Figures as tables print them: short, with their sign.
import fc from 'fast-check';
import {expect, test} from 'vitest';
import type {ComparisonRow} from '../../results/types.ts';
import {changeCell, changeText, short} from './figures.ts';
import {readable} from './readable.ts';

test('short numbers keep five digits in eight columns', () => {
  fc.assert(
    fc.property(fc.double({min: 1e-4, max: 1e20, noNaN: true}), (value) => {
      const text = short(value);
      expect(text.length).toBeLessThanOrEqual(9);
      const scale = {M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18}[text.at(-1) ?? ''] ?? 1;
      expect(Math.abs((Number.parseFloat(text) * scale) / value - 1)).toBeLessThan(
        text.includes('e') ? 6e-3 : 6e-5,
      );
    }),
  );
});

test('changes carry a sign; from tenfold on they are factors without exponents', () => {
  expect(
    [1, 1.0645, 0.5, 0.99999, 21.5, 1210, 12345, 2e7].map((ratio) =>
      changeText({ratio, low: ratio, high: ratio, level: 0.95}),
    ),
  ).toEqual(['+0.00%', '+6.45%', '-50.0%', '-0.001%', 'x21.5', 'x1210', 'x12345', 'x2.0e7']);
});

const side = (mean: number, median: number | null) => ({
  n: 5,
  mean,
  median,
  sem: null,
  sd: null,
  running: null,
});
const row = (before: number, after: number, more: Partial<ComparisonRow>): ComparisonRow =>
  ({
    event: 'x',
    unit: '',
    kind: 'positive',
    primary: false,
    before: side(before, null),
    after: side(after, null),
    change: {ratio: after / before, low: null, high: null, level: 0.95},
    verdict: 'unsettled',
    reason: '',
    margin: 0.01,
    p: null,
    pAdjusted: null,
    spikes: {before: [], after: []},
    warnings: [],
    ...more,
  }) as ComparisonRow;

test('small counts change by a difference, a metric with a fraction in percent', () => {
  expect(changeCell(row(2, 3, {}))).toBe('+1');
  expect(changeCell(row(1.02, 1.12, {}))).toBe('+9.80%');
  // Typical counts of runs may have a fraction.
  expect(changeCell(row(1.5, 2, {before: side(1.5, 1.5), after: side(2, 2)}))).toBe('+0.50');
});

test('short times are not fractions of a second', () => {
  const shown = (before: number, after: number, unit: string) => {
    const [one] = readable({rows: [row(before, after, {unit})]} as never).rows;
    return [one.unit, short(one.before.mean), short(one.after.mean)];
  };
  expect(shown(0.5, 0.4, 'sec')).toEqual(['sec', '0.50000', '0.40000']);
  expect(shown(0.005, 0.004, 'sec')).toEqual(['msec', '5', '4']);
  expect(shown(1.215e-5, 1.102e-5, 'sec/op')).toEqual(['usec/op', '12.150', '11.020']);
  expect(shown(5e-8, 4.5e-8, 's')).toEqual(['nsec', '50', '45']);
  expect(shown(0.005, 0.004, 'M/s')).toEqual(['M/s', '5.00e-3', '4.00e-3']);
});
