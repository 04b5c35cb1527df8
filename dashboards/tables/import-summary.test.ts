// A large import is printed in parts that together are the whole summary.
import {expect, test} from 'vitest';
import {importText} from '../../results/import/index.ts';
import {visibleTexts} from '../../results/visible.ts';
import {importSummary, importSummaryParts} from './import-summary.ts';

const rows = ['1000,,cycles,10000,50.00,,', '2000,,instructions,10000,50.00,2.00,insn per cycle'];
const csv = (tables: number): string => `${rows.join('\n')}\n`.repeat(tables);

test('parts of at least 64 kB, joined without a gap', () => {
  const document = importText(csv(2000), 'x');
  const parts = [...importSummaryParts(document)];
  expect(parts.slice(0, -1).every((part) => part.length > 60_000)).toBe(true);
  expect(parts.length).toBeGreaterThan(3);
  const one = importSummary(importText(csv(1), 'x'));
  expect(parts.join('')).toBe(
    [
      ...Array.from({length: 2000}, (_one, i) => `${one.replace('table 1', `table ${i + 1}`)}\n`),
      ...Array.from(
        {length: 1000},
        (_one, i) => `pair: ${2 * i + 1},${2 * i + 2} (by their order)`,
      ),
    ].join('\n'),
  );
});

test('what is visible already is not copied, and what is not leaves the rest as it was', () => {
  const plain = {rows: [{event: 'cycles', value: 1}], label: null};
  expect(visibleTexts(plain)).toBe(plain);
  const hostile = {first: [1, 'a'], 'k\u0007': {deep: ['x\u001b', 'y']}, last: Number.NaN};
  expect(visibleTexts(hostile)).toEqual({
    first: [1, 'a'],
    'k\\u0007': {deep: ['x\\u001b', 'y']},
    last: Number.NaN,
  });
});
