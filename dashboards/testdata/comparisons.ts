// Comparisons that tests of tables print, and what mail programs do to them.
import type {Comparison, ComparisonRow, SideStats} from '../../results/types.ts';
import {mailWidth} from '../tables/ascii.ts';

const stats = (mean: number | null, n = 512): SideStats => ({
  n,
  mean,
  median: mean,
  sem: mean === null ? null : mean / 1000,
  sd: mean === null ? null : mean / 50,
  running: 0.31,
});

/** One row with the figures of both sides. */
export const row = (
  event: string,
  before: number | null,
  after: number | null,
  more: Partial<ComparisonRow> = {},
): ComparisonRow => ({
  event,
  unit: '',
  kind: 'positive',
  before: stats(before),
  after: stats(after),
  change:
    before === null || after === null || before === 0
      ? null
      : {
          ratio: after / before,
          low: (0.999 * after) / before,
          high: (1.002 * after) / before,
          level: 0.95,
        },
  verdict: 'more',
  reason: '',
  p: 0.001,
  pAdjusted: 0.01,
  margin: 0.01,
  primary: false,
  spikes: {before: [], after: []},
  warnings: [],
  ...more,
});

/** The comparison that most tests print. */
export const base: Comparison = {
  schema: 'jitstat/comparison/1',
  before: {label: 'Without', workload: 'flow_dissector', variant: 'v58'},
  after: {label: 'With', workload: 'flow_dissector', variant: 'rfc1'},
  design: 'abba',
  quads: 128,
  sameImage: false,
  rows: [
    row('task-clock', 1340.52, 1426.95, {unit: 'msec', primary: true, direction: 'lower'}),
    row('instructions', 7674803496, 7837101633),
    row('iTLB-load-misses', 571, 12267, {
      verdict: 'unsettled',
      reason: 'the interval holds 0',
      needs: {runs: 900, seconds: 1200},
      spikes: {
        before: [],
        after: [{run: 317, value: 12069000, times: 25127, with: ['page-faults']}],
      },
    }),
    row('callgrind/instructions/', 123456, 123456, {verdict: 'equal'}),
    row('LLC-loads', null, null, {verdict: 'unsettled', reason: 'the interval holds 0'}),
  ],
  notCounted: [
    {event: 'L1-icache-loads', status: 'not-supported', reason: 'the CPU does not count it'},
    {event: 'L1-dcache-prefetches', status: 'not-supported', reason: 'the CPU does not count it'},
  ],
  decomposition: {
    time: 0.0625,
    instructions: 0.0209,
    cpi: -0.0192,
    clock: 0.0607,
    utilisation: null,
  },
  findings: [
    {
      code: 'clock',
      text:
        'clock, not code: +6.25 % time = +6.07 % clock period \u2212 1.92 % cycles per ' +
        'instruction \u00b1 nothing',
    },
  ],
  warnings: [{code: 'w', text: 'a doubt'}],
  aa: {changed: 0, rows: 16, quads: 25, events: []},
};

/** Long names, forty events, huge and tiny numbers. */
export const wide: Comparison = {
  ...base,
  before: {label: 'b'.repeat(200)},
  after: {label: '\u4e16\u754c'.repeat(80)},
  design: 'blocked',
  quads: null,
  aa: null,
  rows: Array.from({length: 40}, (_none, i) =>
    row(
      `uncore_imc_${i}/cas_count_read,umask=0x${'f'.repeat(i * 3)}/`,
      10 ** (i - 10),
      10 ** (i - 10) * (1 + i),
    ),
  ),
  findings: [{code: 'x', text: 'y'.repeat(300)}],
};

/** As a mail that quotes a quotation. */
export const quoteTwice = (text: string): string =>
  text
    .split('\n')
    .map((line) => `> > ${line}`)
    .join('\n');

/** Breaks every line over 72 at its last blank, as mail programs do with what they quote. */
export const rewrap = (text: string): string =>
  text
    .split('\n')
    .flatMap((line) => {
      const parts: string[] = [];
      let rest = line;
      while (rest.length > mailWidth) {
        const cut = rest.lastIndexOf(' ', mailWidth);
        if (cut <= 4) break;
        parts.push(rest.slice(0, cut));
        rest = rest.slice(cut + 1);
      }
      return [...parts, rest];
    })
    .join('\n');
