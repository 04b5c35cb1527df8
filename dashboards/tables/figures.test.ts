// Figures as tables print them: short, with their sign.
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {changeText, short} from './figures.ts';

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
