// perf stat -j prints whole nanoseconds with six decimals: they are not milliseconds.
import {expect, test} from 'vitest';
import {importText} from './index.ts';

test('task-clock of -j without a unit stays in nanoseconds', () => {
  const {tables} = importText(
    '{"counter-value" : "60715546.000000", "unit" : "", "event" : "task-clock", ' +
      '"event-runtime" : 100471749, "pcnt-running" : 100.00}\n',
    'x',
  );
  expect(tables[0].rows[0]).toMatchObject({event: 'task-clock', value: 60715546, unit: ''});
  expect(tables[0].warnings.map(({code}) => code)).toEqual(['clock-unit']);
});
