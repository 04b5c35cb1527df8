// Remembered results are those of the ranges asked for, also after all was forgotten.
import {expect, test} from 'vitest';
import {rangeOfNumber} from './range.ts';
import {remembering} from './remembered.ts';

test('more ranges and results than are remembered', () => {
  let computed = 0;
  const sum = remembering((what, a, b) => {
    computed++;
    return BigInt(what) + a.wide.umin + b.wide.umin;
  });
  const two = rangeOfNumber(2n);
  const first = rangeOfNumber(0n);
  expect([sum(1, first, two), sum(1, first, two), sum(3, first, two), computed]).toEqual([
    3n,
    3n,
    5n,
    2,
  ]);
  for (let number = 0n; number < 40_000n; number++) {
    const result = sum(7, rangeOfNumber(number), two);
    if (result !== number + 9n) expect(result).toBe(number + 9n);
  }
  expect(sum(1, first, two)).toBe(3n);
  expect(sum(1, two, first)).toBe(3n);
});
