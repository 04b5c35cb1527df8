// What is unusual? Spikes, findings and warnings, the most serious first.
import {fewestAaQuads} from '../../results/rows/calibration-rows.ts';
import type {Comparison, Spike} from '../../results/types.ts';
import {formatCount, plural} from '../charts/axis-format.ts';
import {listNames, sideNames} from '../charts/verdicts.ts';
import type {Answer} from './short-answer.ts';
import {measuredRows} from './short-answer.ts';

interface NamedSpike extends Spike {
  readonly event: string;
  readonly unit: string;
  readonly side: 'before' | 'after';
}

/** All spikes of a comparison, the largest first. */
export const allSpikes = (comparison: Comparison): NamedSpike[] =>
  comparison.rows
    .flatMap((row) =>
      (['before', 'after'] as const).flatMap((side) =>
        row.spikes[side].map((spike) => ({...spike, event: row.event, unit: row.unit, side})),
      ),
    )
    .sort((a, b) => b.times - a.times);

/** Findings about what stands out, the most serious first, each with the headline of its card. */
const unusual: readonly (readonly [code: string, answer: string])[] = [
  ['aa-changed', 'The A/A is not clean'],
  ['spike-rate-changed', 'The rate of spikes changed'],
  ['one-run-spike', 'One unlucky run'],
  ['two-runs-spike', 'Two unlucky runs'],
  ['few-runs-spike', 'A few unlucky runs'],
  ['scaling-spike', 'A spike made by scaling'],
  ['spikes', 'Spikes'],
  ['clock-step', 'The clock stepped'],
  ['level-step', 'The level stepped'],
  ['burst', 'A burst of disturbance'],
  ['drift', 'Drift'],
  ['bimodal', 'Two modes'],
  ['carry-over', 'Carry-over between blocks'],
  ['impossible-ratio', 'An impossible ratio'],
];

/** Placement is named only if the interval of some share of the variance excludes zero. */
const placementMatters = (comparison: Comparison) => {
  const sure = (comparison.placement ?? []).some((one) => one.low > 0);
  return comparison.findings
    .filter((one) => sure && one.code === 'placement-share' && one.data?.['low'] !== 0)
    .map((one) => ({code: one.code, words: 'Placement matters', text: one.text}));
};

export const whatIsUnusual = (comparison: Comparison): Answer => {
  const question = 'What is unusual?';
  const spikes = allSpikes(comparison);
  const notes: string[] = [];
  const named = [
    ...unusual.flatMap(([code, words]) =>
      comparison.findings
        .filter((one) => one.code === code)
        .map((one) => ({code, words, text: one.text})),
    ),
    ...placementMatters(comparison),
  ][0];
  const dirty = comparison.aa !== null && comparison.aa.changed > 0;
  if (named !== undefined && spikes.length === 0 && named.code !== 'aa-changed')
    notes.push(`${named.text}.`);
  if (spikes.length > 0) {
    const {event, run, side, times, value, unit} = spikes[0];
    notes.push(
      `Largest: ${event}, run ${run} of ` +
        `${sideNames(comparison.before, comparison.after)[side]}, ` +
        `${formatCount(value, unit)} (${formatCount(times)} times the median).`,
    );
  }
  if (comparison.aa !== null && dirty)
    notes.unshift(
      `The A/A called ${comparison.aa.changed} of ${comparison.aa.rows} events changed ` +
        `(${listNames(comparison.aa.events)}).`,
    );
  const warnings = new Set(
    [...comparison.warnings, ...measuredRows(comparison).flatMap((row) => row.warnings)].map(
      (one) => one.text,
    ),
  ).size;
  if (warnings > 0) notes.push(`${plural(warnings, 'warning')} below.`);
  if (comparison.notCounted.length > 0)
    notes.push(`${plural(comparison.notCounted.length, 'event')} could not be counted.`);
  const answer = dirty
    ? 'The A/A is not clean'
    : spikes.length > 0
      ? plural(spikes.length, 'spike')
      : named !== undefined
        ? named.words
        : warnings > 0
          ? plural(warnings, 'warning')
          : 'Nothing';
  return {
    question,
    answer,
    detail:
      notes.length === 0
        ? `No spikes, no warnings` +
          `${comparison.aa === null || comparison.aa.quads < fewestAaQuads ? '' : ', and the A/A is clean'}.`
        : notes.join(' '),
  };
};
