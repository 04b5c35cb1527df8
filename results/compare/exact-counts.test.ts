// Exact counts of two sides: facts, per execution, of the events that both have.
import {expect, test} from 'vitest';
import {compareExactCounts} from './exact-counts.ts';

test('every difference is a fact; an event that one side lacks gets no row', () => {
  const side = (label: string, counts: readonly (readonly [string, number])[]) => ({
    info: {label, executions: 4},
    counts: new Map(counts),
  });
  const {rows, design} = compareExactCounts(
    side('a', [
      ['qemu/image-instructions/', 100],
      ['qemu/loads/', 7],
      ['image/bytes/', 64],
    ]),
    side('b', [
      ['qemu/image-instructions/', 102],
      ['image/bytes/', 64],
    ]),
    {sameImage: false, findings: []},
  );
  expect(design).toBe('summary');
  expect(rows.map(({event, verdict, reason}) => [event, verdict, reason])).toEqual([
    ['qemu/image-instructions/', 'more', '2 in one repetition'],
    ['image/bytes/', 'equal', 'the same exact count'],
  ]);
  expect(rows[0].perExecution).toEqual({before: 25, after: 25.5});
});
