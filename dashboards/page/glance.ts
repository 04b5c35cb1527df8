// At a glance: the four answers at the top of a page, in words made from a comparison.
import type {Comparison, ComparisonRow, Decomposition, Spike, Verdict} from '../../results/types.ts';
import {formatChange, formatCount, formatInterval, formatLog, plural} from '../charts/format.ts';
import {countVerdicts, listNames, sideNames} from '../charts/verdicts.ts';

/** One question with its answer in a few words and the reason in a sentence; `tone` colours the answer as a verdict. */
export interface Answer {
  readonly question: string;
  readonly answer: string;
  readonly detail: string;
  readonly tone?: Verdict;
}

/** The four answers in reading order. */
export const glance = (comparison: Comparison): readonly Answer[] => [
  didItChange(comparison),
  byHowMuch(comparison),
  isItTheCode(comparison),
  whatIsUnusual(comparison),
];

const changedRows = (comparison: Comparison): readonly ComparisonRow[] =>
  comparison.rows.filter((row) => row.verdict === 'more' || row.verdict === 'less');

export const primaryRow = (comparison: Comparison): ComparisonRow | undefined =>
  comparison.rows.find((row) => row.primary) ?? comparison.rows[0];

const didItChange = (comparison: Comparison): Answer => {
  const question = 'Did it change?';
  const {rows, aa} = comparison;
  if (rows.length === 0) return {question, answer: 'Nothing was counted', detail: 'No event could be counted on this host; the reasons are below.'};
  const beside = aa === null ? 'No A/A was measured beside it.' : `The A/A beside it called ${aa.changed} of ${plural(aa.rows, 'event')} changed.`;
  const counts = `${countVerdicts(rows)}.`;
  if (comparison.sameImage) {
    return {question, answer: 'Same image on both sides', detail: `An A/A: the code is identical. ${counts}`};
  }
  const changed = changedRows(comparison);
  if (changed.length > 0) return {question, answer: `Yes, ${changed.length} of ${plural(rows.length, 'event')}`, detail: `${counts} ${beside}`};
  const allEqual = rows.every((row) => row.verdict === 'equal');
  return {question, answer: allEqual ? 'No, equal within the margin' : 'No change shown', detail: `${counts} ${beside}`};
};

const byHowMuch = (comparison: Comparison): Answer => {
  const question = 'By how much?';
  const row = primaryRow(comparison);
  if (row === undefined) return {question, answer: 'Not known', detail: 'There is no event to compare.'};
  if (row.change === null || !Number.isFinite(row.change.ratio)) return {question, answer: `${row.event}: no ratio`, detail: row.reason};
  const sides = row.before.mean === null || row.after.mean === null ? ''
    : `Mean ${formatCount(row.before.mean)} → ${formatCount(row.after.mean, row.unit)}.`;
  const needed = row.verdict === 'unsettled' && row.quadsNeeded !== undefined ? ` About ${plural(row.quadsNeeded, 'quad')} would settle it.` : '';
  return {
    question,
    answer: `${row.event} ${formatChange(row.change.ratio)}`,
    detail: `${row.verdict}; ${Math.round(row.change.level * 100)} % interval ${formatInterval(row.change.low, row.change.high)}. ${sides}${needed}`,
    tone: row.verdict,
  };
};

type PartName = 'instructions' | 'cpi' | 'clock' | 'utilisation';

const parts: readonly {readonly name: PartName; readonly words: string; readonly answer: (more: boolean) => string}[] = [
  {name: 'instructions', words: 'instructions', answer: (more) => `Yes, ${more ? 'more' : 'fewer'} instructions`},
  {name: 'cpi', words: 'cycles per instruction', answer: (more) => `${more ? 'More' : 'Fewer'} cycles per instruction`},
  {name: 'clock', words: 'clock period', answer: (more) => `No, the clock was ${more ? 'slower' : 'faster'}`},
  {name: 'utilisation', words: 'CPU utilisation', answer: () => 'No, time off the CPU'},
];

const isItTheCode = (comparison: Comparison): Answer => {
  const question = 'Is it the code?';
  const {decomposition} = comparison;
  if (comparison.sameImage) return {question, answer: 'No, the code is the same', detail: 'Both sides ran the same image; what differs is noise, placement or the host.'};
  const counted = parts.filter((part) => decomposition[part.name] !== null);
  if (decomposition.time === null || counted.length === 0) {
    const missing = ['cycles', 'instructions'].filter((event) => !comparison.rows.some((row) => row.event === event));
    return {question, answer: 'Cannot be told here', detail: missing.length === 0
      ? 'Time, cycles and instructions are needed to split the change into instructions, cycles per instruction and clock.'
      : `Without ${listNames(missing)} the time cannot be split into instructions, cycles per instruction and clock.`};
  }
  const sum = `${counted.map((part) => `${formatLog(decomposition[part.name]!)} ${part.words}`).join(', ')} = ${formatLog(decomposition.time)} time (in log terms, they add up).`;
  const primary = primaryRow(comparison);
  if (primary !== undefined && (primary.verdict === 'equal' || primary.verdict === 'unsettled')) {
    return {question, answer: primary.verdict === 'equal' ? 'There is nothing to explain' : 'No change to explain', detail: sum};
  }
  return {question, answer: largestPart(decomposition).answer, detail: sum};
};

const largestPart = (decomposition: Decomposition): {answer: string} => {
  const [largest] = [...parts].sort((a, b) => Math.abs(decomposition[b.name] ?? 0) - Math.abs(decomposition[a.name] ?? 0));
  return {answer: largest.answer((decomposition[largest.name] ?? 0) > 0)};
};

interface NamedSpike extends Spike {
  readonly event: string;
  readonly unit: string;
  readonly side: 'before' | 'after';
}

/** All spikes of a comparison, the largest first. */
export const allSpikes = (comparison: Comparison): NamedSpike[] =>
  comparison.rows
    .flatMap((row) => (['before', 'after'] as const).flatMap((side) =>
      row.spikes[side].map((spike) => ({...spike, event: row.event, unit: row.unit, side}))))
    .sort((a, b) => b.times - a.times);

const whatIsUnusual = (comparison: Comparison): Answer => {
  const question = 'What is unusual?';
  const spikes = allSpikes(comparison);
  const notes: string[] = [];
  if (spikes.length > 0) {
    const {event, run, side, times, value, unit} = spikes[0];
    notes.push(`Largest: ${event}, run ${run} of ${sideNames(comparison.before, comparison.after)[side]}, ${formatCount(value, unit)} (${formatCount(times)} times the median).`);
  }
  if (comparison.aa !== null && comparison.aa.changed > 0) notes.push(`The A/A called ${comparison.aa.changed} of ${comparison.aa.rows} events changed (${listNames(comparison.aa.events)}).`);
  const warnings = comparison.warnings.length + comparison.rows.reduce((sum, row) => sum + row.warnings.length, 0);
  if (warnings > 0) notes.push(`${plural(warnings, 'warning')} below.`);
  if (comparison.notCounted.length > 0) notes.push(`${plural(comparison.notCounted.length, 'event')} could not be counted.`);
  const answer = spikes.length > 0 ? plural(spikes.length, 'spike')
    : comparison.aa !== null && comparison.aa.changed > 0 ? 'The A/A is not clean'
      : warnings > 0 ? plural(warnings, 'warning') : 'Nothing';
  return {question, answer, detail: notes.length === 0 ? `No spikes, no warnings${comparison.aa === null ? '' : ', and the A/A is clean'}.` : notes.join(' ')};
};
