// Tables with a row an interval, CPU or socket: what is compared of them.
import {describe, expect, test} from 'vitest';
import {importText} from '../../import/index.ts';
import {compareTables} from './tables.ts';

const compared = (text: string) => {
  const [before, after] = importText(text, 'x').tables;
  const {rows, findings, notCounted} = compareTables(before, after);
  return {
    means: rows.map((row) => [row.event, row.before.mean, row.after.mean, row.verdict]),
    codes: findings.map(({code}) => code),
    missing: notCounted.map(({event}) => event),
  };
};

const intervals = (label: string, ...counts: readonly string[]): string =>
  `${label}:\n${counts.map((count, i) => `     ${i + 1}.000100000      ${count}      cycles\n`).join('')}`;

describe('intervals', () => {
  test('the mean over them is compared, without an interval', () => {
    const {means, codes} = compared(
      intervals('before', '1,000,000', '5,000,000') +
        intervals('after', '2,000,000', '9,000,000', '7,000,000'),
    );
    expect(means).toEqual([['cycles', 3e6, 6e6, 'unsettled']]);
    expect(codes).toContain('intervals');
    expect(codes).not.toContain('places');
  });
});

describe('places', () => {
  const places = (label: string, second: string): string =>
    `${label}:\n Performance counter stats for 'system wide':\n\n` +
    'S0        2      1,000,000      cycles\nS0        2           12.5 Furlong  power/x/\n' +
    `S1        2      ${second}      cycles\nS1        2           13.5 Furlong  power/x/\n\n`;
  test('counts are added up', () => {
    const {means, codes} = compared(places('before', '3,000,000') + places('after', '1,000,000'));
    expect(means[0]).toEqual(['cycles', 4e6, 2e6, 'unsettled']);
    expect(codes).toContain('places');
    expect(codes).not.toContain('intervals');
  });
  test('a sum without one of them is not a count', () => {
    const {missing} = compared(places('before', '<not counted>') + places('after', '1,000,000'));
    expect(missing).toContain('cycles');
  });
});

test('rows that come twice without a time or place are not merged', () => {
  const twice = ` Performance counter stats for './a':\n\n   1,000      cycles\n   3,000      cycles\n\n`;
  expect(compared(twice + twice).means).toEqual([['cycles', 1000, 1000, 'unsettled']]);
});
