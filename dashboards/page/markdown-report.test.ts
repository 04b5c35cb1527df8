// Markdown of a chart: the picture by its path, numbers as a table, and no text of the data that
// becomes markup.
import {expect, test} from 'vitest';
import {decomposition} from '../charts/index.ts';
import {thread} from '../testdata/thread.ts';
import {markdownChart, markdownGlance} from './markdown-report.ts';

test('a chart', () => {
  expect(markdownChart(decomposition(thread())!, 'charts/a b.svg')).toBe(
    [
      '### Time on the CPU +6.45 %; the largest part is clock period, +6.26 %',
      '',
      '![instructions +2.12 %, cycles per instruction −1.90 %, clock period +6.26 %, time ' +
        'on the CPU +6.45 %](charts/a%20b.svg)',
      '',
      'Each bar starts where the last one ended. Figures are factors, whose product is the figure ' +
        'of the full bar; lengths are in log per cent, which add up. Thin lines: intervals.',
      '',
      '| part | value | low | high |',
      '| --- | --- | --- | --- |',
      '| instructions | 0.02093 |  |  |',
      '| cycles per instruction | -0.01916 |  |  |',
      '| clock period | 0.06071 |  |  |',
      '| time on the CPU | 0.06248 |  |  |',
      '',
    ].join('\n'),
  );
});

test('names cannot break out', () => {
  const comparison = {
    ...thread(),
    rows: [{...thread().rows[0], event: 'a|b](javascript:x)*c*<i>\n# d'}],
  };
  expect(markdownGlance(comparison)).toContain('a\\|b\\](javascript:x)\\*c\\*\\<i\\> \\# d');
});
