import {expect, test} from 'vitest';
import {skipReason, summaryLines} from './skip-reporter.ts';

test.each([
  [
    'seed > the thread (skipped if the shared files are absent) > one',
    'the shared files are absent',
  ],
  ['under valgrind (skipped: no valgrind) > counts', 'no valgrind'],
  ['git bisect (skipped without git) > finds', 'without git'],
  ['live (skipped: bpf(2) is not allowed) > loads', 'bpf(2) is not allowed'],
  ['plain', 'no reason in the title'],
])('%s: %s', (name, reason) => expect(skipReason(name)).toBe(reason));

test('reasons by frequency, then the counts alone on a line', () => {
  const reasons = new Map([
    ['no perf', 1],
    ['no browser', 31],
  ]);
  expect(summaryLines(reasons, {passed: 4, failed: 0, skipped: 32})).toEqual([
    'skipped: no browser (31 tests)',
    'skipped: no perf (1 test)',
    '4 passed, 0 failed, 32 skipped',
  ]);
});
