// One image on both sides of a session: every row is equal, and a claim of the figures is reported.
import {expect, test} from 'vitest';
import {session} from '../bench/bench-table.ts';
import {aaRates, aaTables} from '../rows/calibration-rows.ts';
import type {Comparison, ComparisonRow} from '../types.ts';
import {finding} from './findings.ts';
import {byIdentity} from './identity.ts';
import {compareSamples} from './samples.ts';
import {noisy} from '../testdata/compare.ts';

const same = {
  before: {label: 'a', imageHash: 'x'},
  after: {label: 'b', imageHash: 'x'},
  design: 'abba',
} as const;

test('an unsettled row is equal by identity, and keeps what its figures say', () => {
  const measured = compareSamples(session(8, {'task-clock': noisy(6, 0.1)}), same);
  expect(measured.rows[0].verdict).toBe('unsettled');
  const {rows, findings} = byIdentity(measured);
  expect(rows[0]).toMatchObject({
    verdict: 'equal',
    measuredVerdict: 'unsettled',
    reason: 'the same code, byte for byte, on both sides',
    needs: null,
    change: measured.rows[0].change,
    pAdjusted: measured.rows[0].pAdjusted,
  });
  expect(measured.findings.map(({code}) => code)).toContain('same-image');
  expect(findings[0].code).toBe('same-code');
  expect(findings.map(({code}) => code)).not.toContain('same-image');
});

test('a claim of the figures is reported, and counts in the calibration', () => {
  const measured = compareSamples(
    session(12, {'task-clock': (run, side) => 100 + (run % 3) / 10 + 20 * side}),
    same,
  );
  expect(measured.rows[0].verdict).toBe('more');
  const comparison = byIdentity(measured);
  expect(comparison.rows[0]).toMatchObject({verdict: 'equal', measuredVerdict: 'more'});
  expect(comparison.findings[1]).toMatchObject({code: 'same-code-claimed'});
  expect(comparison.findings[1].text).toContain('call task-clock changed');
  const [rate] = aaRates(aaTables({workload: 'w', before: same.before, comparison}));
  expect(rate).toMatchObject({tables: 1, wrong: 1});
});

test('a control that changed is a measurement error as well', () => {
  const row = {event: 'task-clock', verdict: 'unsettled', reason: 'withheld'} as ComparisonRow;
  const comparison = byIdentity({
    sameImage: true,
    rows: [row],
    aa: {changed: 1, rows: 1, quads: 6, events: ['page-faults']},
    findings: [finding('aa-changed', {events: 'page-faults'})],
  } as unknown as Comparison);
  expect(comparison.rows[0].verdict).toBe('equal');
  expect(comparison.findings.map(({code}) => code)).toEqual(['same-code', 'same-code-claimed']);
});

test('different code is judged by its figures', () => {
  const measured = compareSamples(session(8, {'task-clock': noisy(6, 0.01)}), {
    ...same,
    after: {label: 'b', imageHash: 'y'},
  });
  expect(byIdentity(measured)).toBe(measured);
});
