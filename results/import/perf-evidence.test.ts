// Every reason to take a candidate for a row has an example that no other reason covers.
import {expect, test} from 'vitest';
import {sourceOf} from './perf-codes.ts';
import {newDraft} from './perf-draft.ts';
import {evidence} from './perf-evidence.ts';
import {readRow} from './perf-row.ts';

test.each(evidence.map((one) => [one.name, one] as const))(
  '%s',
  (name, {example, inTable, within, headed}) => {
    const lead = within === true ? 'x ' : '';
    const place = {
      ...newDraft(sourceOf(lead + example)),
      position: lead.length,
      first: lead.length + example.search(/\S/),
      isLineStart: within !== true,
      isInTable: inTable,
      isHeaded: headed === true,
    };
    expect(readRow(place)).not.toBe(null);
    expect(readRow(place, new Set([name]))).toBe(null);
  },
);

test.each([
  '31,337 requests/sec\n',
  '12 packets (0.01%)\n',
  '  3 foo_bar lines of it\n',
  '1.5 cycles\n',
])('prose is not a row: %s', (text) =>
  expect(readRow({...newDraft(sourceOf(text)), first: text.search(/\S/), isLineStart: true})).toBe(
    null,
  ),
);
