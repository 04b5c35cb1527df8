// Is it the code? The largest part of the change in CPU time; without hardware counters, what the
// simulated counts say.
import {primaryRow} from '../../results/rows/primary-row.ts';
import {isClaim} from '../../results/claims.ts';
import type {Comparison} from '../../results/types.ts';
import {formatChange, formatFactor} from '../charts/axis-format.ts';
import {listNames} from '../charts/verdicts.ts';
import type {Answer} from './short-answer.ts';

type PartName = 'instructions' | 'cpi' | 'clock';

const parts: readonly {
  readonly name: PartName;
  readonly words: string;
  readonly answer: (more: boolean) => string;
}[] = [
  {
    name: 'instructions',
    words: 'instructions',
    answer: (more) => `Yes, ${more ? 'more' : 'fewer'} instructions`,
  },
  {
    name: 'cpi',
    words: 'cycles per instruction',
    answer: (more) => `${more ? 'More' : 'Fewer'} cycles per instruction`,
  },
  {
    name: 'clock',
    words: 'clock period',
    answer: (more) => `No, the clock was ${more ? 'slower' : 'faster'}`,
  },
];

export const isItTheCode = (comparison: Comparison): Answer => {
  const question = 'Is it the code?';
  const {decomposition} = comparison;
  if (comparison.sameImage)
    return {
      question,
      answer: 'No, the code is the same',
      detail: 'Both sides ran the same image: any difference is noise, placement or the host.',
    };
  const counted = parts.filter((part) => decomposition[part.name] !== null);
  if (decomposition.time === null || counted.length === 0)
    return withoutCounters(comparison, question);
  const sum =
    `${counted.map((part) => `${formatFactor(decomposition[part.name]!)} ${part.words}`).join(', ')} ` +
    `= ${formatFactor(decomposition.time)} time on the CPU (factors that multiply).`;
  const primary = primaryRow(comparison);
  if (primary !== undefined && !isClaim(primary))
    return {
      question,
      answer: primary.verdict === 'equal' ? 'There is nothing to explain' : 'No change to explain',
      detail: sum,
    };
  const [largest] = [...counted].sort(
    (a, b) => Math.abs(decomposition[b.name]!) - Math.abs(decomposition[a.name]!),
  );
  return {question, answer: largest.answer(decomposition[largest.name]! > 0), detail: sum};
};

/**
 * Without hardware counters, simulated counts still show what the code does, though not what it
 * costs.
 */
const withoutCounters = (comparison: Comparison, question: string): Answer => {
  const instructions = comparison.rows.find((row) =>
    /^(?:callgrind|cachegrind)\/instructions\//.test(row.event),
  );
  const missing = ['cycles', 'instructions'].filter(
    (event) => !comparison.rows.some((row) => row.event === event),
  );
  const cannot =
    missing.length === 0
      ? 'The time could not be split into instructions, cycles per instruction and clock.'
      : `Without ${listNames(missing)} the time cannot be split into instructions, cycles ` +
        `per instruction and clock.`;
  if (instructions === undefined || instructions.change === null)
    return {question, answer: 'Cannot be known here', detail: cannot};
  const others = comparison.rows
    .filter(
      (row) =>
        /^callgrind\/(?:branches|loads|stores)\//.test(row.event) &&
        row.change !== null &&
        isClaim(row),
    )
    .map((row) => `${row.event.split('/')[1]} ${formatChange(row.change!.ratio)}`);
  const words =
    instructions.verdict === 'equal'
      ? 'The same instructions'
      : `${instructions.verdict === 'more' ? 'More' : 'Fewer'} instructions`;
  return {
    question,
    answer: `${words}, simulated`,
    detail:
      [`Instructions ${formatChange(instructions.change.ratio)}`, ...others].join(', ') +
      `, exact for this code. ${cannot}`,
  };
};
