// The same code on both sides of one session: images that are identical byte for byte are equal
// whatever the figures say, and the figures serve as a control of the measurement.
import {isClaim} from '../claims.ts';
import type {Comparison, ComparisonRow, Finding} from '../types.ts';
import {finding} from './findings.ts';

const sameCode = 'the same code, byte for byte, on both sides';

/**
 * Every row of a session with one image becomes `equal`: identity is a stronger proof than any
 * interval. What the figures alone would say stays in `measuredVerdict`, and a claim among them is
 * reported as a measurement error. This holds only for sides that alternated in one session:
 * between two sessions the machine itself may have changed, and their figures are there to show it.
 */
export const byIdentity = (comparison: Comparison): Comparison => {
  if (!comparison.sameImage) return comparison;
  const claimed = [
    ...comparison.rows.filter(isClaim).map(({event}) => event),
    ...(comparison.aa?.events ?? []),
  ];
  const events = [...new Set(claimed)].join(', ');
  return {
    ...comparison,
    rows: comparison.rows.map(identical),
    findings: [
      finding('same-code', {}),
      ...(events === '' ? [] : [finding('same-code-claimed', {events})]),
      ...comparison.findings.filter(({code}) => !replaced.has(code)),
    ],
  };
};

/** Findings that are about the verdicts of the figures. */
const replaced: ReadonlySet<Finding['code']> = new Set(['same-image', 'aa-changed']);

const identical = (row: ComparisonRow): ComparisonRow => {
  if (row.verdict === 'equal') return row;
  const {quadsNeeded: _quads, needs: _needs, ...rest} = row;
  return {...rest, verdict: 'equal', reason: sameCode, measuredVerdict: row.verdict, needs: null};
};
