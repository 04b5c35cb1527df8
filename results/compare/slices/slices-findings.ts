// What slices say in sentences: the three answers, what the variance is made of, and whether whole
// runs agree.
import type {ComparisonRow, Finding, KnownChange, SlicesAnswer} from '../../types.ts';
import {finding} from '../findings.ts';
import {slicesEvent} from './rows.ts';

export const slicesFindings = (answer: SlicesAnswer): readonly Finding[] => {
  const {perPlacement, spread, overPlacements, parts, processes, placements, aa} = answer;
  return [
    finding(
      'slices-answers',
      {
        average: percent(overPlacements.ratio),
        half: halfWidth(overPlacements),
        processes,
        placements,
        typical: percent(perPlacement.ratio),
        own: share(perPlacement.halfWidth),
        low: percent(spread.low),
        high: percent(spread.high),
      },
      {overPlacements, perPlacement, spread},
    ),
    finding(
      'slices-parts',
      {
        slice: share(parts.slice),
        length: (answer.sliceNs / 1000).toPrecision(2),
        placement: share(parts.placement),
        process: share(parts.process),
        aa: aa === null ? '' : `; A/A ${percent(aa.change.ratio)} +-${halfWidth(aa.change)} %`,
      },
      {...parts, ...(aa === null ? {} : {aa})},
    ),
    ...stepsOf(answer),
    ...long(answer),
    ...turnsRound(answer),
  ];
};

const stepsOf = ({steps}: SlicesAnswer): readonly Finding[] =>
  steps.length < 2
    ? []
    : [
        finding('slices-steps', {
          list: steps
            .map(({label, change}) => `${label} ${percent(change.ratio)} +-${halfWidth(change)}`)
            .join(', '),
        }),
      ];

/** Slices of the running kernel take about 50 us on purpose. */
const longNs = 80_000;

const long = ({sliceNs}: SlicesAnswer): readonly Finding[] =>
  sliceNs < longNs
    ? []
    : [finding('slices-long', {length: (sliceNs / 1000).toPrecision(2)}, {sliceNs})];

/** A claim that single placements contradict is worth a sentence. */
const turnsRound = ({overPlacements, spread, placements}: SlicesAnswer): readonly Finding[] =>
  spread.against === 0
    ? []
    : [
        finding(
          'placement-turns-verdict',
          {
            average: percent(overPlacements.ratio),
            against: spread.against,
            placements,
            other: percent(overPlacements.ratio < 1 ? spread.worst : spread.best),
          },
          {overPlacements, spread},
        ),
      ];

/** The level at which slices and runs may disagree by chance alone. */
const jointZ = 2.575829;
const z95 = 1.959964;

/** Times of whole runs; slices are compared with the first that has an interval. */
const runEvents = ['ns-per-execution', 'task-clock'];

/**
 * Slices next to whole runs: which resolves what, and a finding if the two disagree beyond their
 * joint 99 % interval. Both use the same calling loop.
 */
export const slicesAndRuns = (
  answer: SlicesAnswer,
  rows: readonly ComparisonRow[],
): readonly Finding[] => {
  const timed = runEvents.flatMap((event) => rows.find((row) => row.event === event) ?? []);
  const runs = timed.flatMap(({event, change}) => (isKnown(change) ? [{event, change}] : []))[0];
  const slices = halfWidth(answer.overPlacements);
  if (timed.length === 0) return [];
  if (runs === undefined) return [finding('slices-decide', {slices}, {sharper: slicesEvent})];
  const [a, b] = [answer.overPlacements, runs.change].map((change) => ({
    value: Math.log(change.ratio),
    error: Math.log(change.high / change.low) / 2 / z95,
  }));
  const joint = jointZ * Math.hypot(a.error, b.error);
  const sharper = a.error <= b.error ? slicesEvent : runs.event;
  const words = {
    sharper,
    slices,
    runs: halfWidth(runs.change),
    event: runs.event,
  };
  return [
    finding('slices-resolve', words, {sharper}),
    ...(Math.abs(a.value - b.value) <= joint
      ? []
      : [
          finding(
            'slices-disagree',
            {
              ...words,
              slicesChange: percent(answer.overPlacements.ratio),
              runsChange: percent(runs.change.ratio),
            },
            {slices: answer.overPlacements, runs: runs.change},
          ),
        ]),
  ];
};

/** Whether slices are more precise than the whole runs next to them. */
export const isSharper = (findings: readonly Finding[]): boolean =>
  findings.some(({data}) => data?.['sharper'] === slicesEvent);

const isKnown = (change: ComparisonRow['change']): change is KnownChange =>
  change !== null && change.low !== null && change.high !== null;

const percent = (ratio: number): string => {
  const change = 100 * (ratio - 1);
  return `${change >= 0 ? '+' : ''}${change.toFixed(Math.abs(change) < 1 ? 2 : 1)}`;
};

const share = (logs: number): string => (100 * logs).toPrecision(2);

const halfWidth = ({low, high}: KnownChange): string => (50 * (high - low)).toPrecision(2);
