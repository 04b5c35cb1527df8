// Which findings a table for people shows: at most five, first what explains the change, then how
// it was measured.
import type {Finding} from '../../results/types.ts';

const most = 5;

/** About the method, not about the change: they come last. */
const aboutMethod = [
  'no-counters',
  'multiplexed',
  'multiplexed-unequal',
  'blocked-design',
  'one-run',
  'assumed-runs',
  'slices-parts',
  'slices-resolve',
  'slices-decide',
  'one-core-hint',
  'boots',
];

/** Of slices and simulated counts the answer comes before its details. */
const details = ['slices-steps', 'predicted', 'posted-fits', 'posted-fits-in-part'];

/** Findings that reverse how the whole table reads. */
const first = [
  'program-returns',
  'program-change',
  'same-image',
  'aa-changed',
  'same-code-claimed',
  'placement-turns-verdict',
  'emulated-time',
];

const rank = ({code}: Finding): number =>
  first.includes(code) ? -1 : aboutMethod.includes(code) ? 2 : details.includes(code) ? 1 : 0;

export const mainFindings = (
  findings: readonly Finding[],
): {readonly shown: readonly Finding[]; readonly others: number} => {
  const sorted = findings.toSorted((a, b) => rank(a) - rank(b));
  return {shown: sorted.slice(0, most), others: Math.max(0, sorted.length - most)};
};
