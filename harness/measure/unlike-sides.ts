// Sides that are run in different ways: the running kernel's process also loads and verifies the
// programs, a user-space one does not. Only what is counted around the test runs can be compared.
import {finding} from '../../results/compare/findings.ts';
import type {Finding, Samples, SideInfo} from '../../results/types.ts';

interface Sides {
  readonly before: SideInfo;
  readonly after: SideInfo | null;
}

/** Counted by both shims around the test runs alone, by the same clock. */
const comparable: ReadonlySet<string> = new Set(['ns-per-execution']);

const isUnlike = ({before, after}: Sides): boolean =>
  after?.source !== undefined && before.source !== undefined && after.source !== before.source;

/** The events that mean the same on both sides: all of them, unless the sides are unlike. */
export const comparableSamples = (sides: Sides, samples: Samples): Samples =>
  isUnlike(sides)
    ? {...samples, events: samples.events.filter(({event}) => comparable.has(event))}
    : samples;

/** What was left out of the table, and why. The runs of all events are stored. */
export const unlikeSides = (sides: Sides, {events}: Samples): readonly Finding[] => {
  if (!isUnlike(sides)) return [];
  const left = events.map(({event}) => event).filter((event) => !comparable.has(event));
  return left.length === 0
    ? []
    : [
        finding(
          'unlike-sides',
          {kept: [...comparable].join(', '), left: left.join(', ')},
          {compared: [...comparable], left},
        ),
      ];
};
