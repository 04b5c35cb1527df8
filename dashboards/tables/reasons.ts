// Why rows are unsettled, and within which margin others are equal: what a verdict's word leaves
// out.
import {isClaim} from '../../results/claims.ts';
import type {Comparison, ComparisonRow} from '../../results/types.ts';
import {isSimulated, isStep} from './facts.ts';
import {durationText, percentFigure} from '../../results/wording.ts';

/**
 * Numbered notes, one per reason: the text of each, and the number at its rows. Rows of single
 * steps are left out, since a sentence sums them up.
 */
export const numberedReasons = ({
  rows,
}: Comparison): {notes: readonly string[]; noteOf: (row: ComparisonRow) => string} => {
  const open = rows.filter((row) => row.verdict === 'unsettled' && isToldAlone(row));
  const groups = grouped(open, reasonOf);
  return {
    notes: groups.map(
      ([reason, same], at) => `${at + 1}) unsettled: ${reason}${needed(same, 'them')}`,
    ),
    noteOf: (row) => `${groups.findIndex(([, same]) => same.includes(row)) + 1})`,
  };
};

/** Within which margins rows are equal; null if none is. */
export const marginText = ({rows}: Comparison): string | null =>
  equalText(rows.filter((row) => row.verdict === 'equal' && isToldAlone(row)))[0] ?? null;

/** Simulated counts are exact and need no reason. */
const isToldAlone = (row: ComparisonRow): boolean => !isSimulated(row.event) && !isStep(row);

/** One text per reason, rows with the same reason together. */
export const reasonTexts = ({rows}: Comparison): string[] => {
  const measured = rows.filter(isToldAlone);
  const open = measured.filter((row) => row.verdict === 'unsettled');
  return [
    ...grouped(open, reasonOf).map(
      ([reason, same]) => `unsettled: ${names(same)}: ${reason}${needed(same)}`,
    ),
    ...equalText(measured.filter((row) => row.verdict === 'equal')),
    ...exactText(measured.filter((row) => row.kind === 'exact' && isClaim(row))),
  ];
};

const exactText = (rows: readonly ComparisonRow[]): string[] =>
  rows.length === 0 ? [] : [`exact, every difference is a fact: ${names(rows)}`];

const names = (rows: readonly ComparisonRow[]): string => rows.map((row) => row.event).join(', ');

/** The reason without the p of its row, so that rows with the same reason are grouped. */
const reasonOf = ({reason}: ComparisonRow): string =>
  reason === '' ? 'no reason is stored' : reason.replace(/ \(adjusted p [^)]*\)/, '');

/** `; about 40 to 90 more runs a side would settle them`. */
const needed = (rows: readonly ComparisonRow[], all = 'it'): string => {
  const needs = rows.flatMap((row) => (row.needs == null ? [] : [{...row.needs, row}]));
  if (needs.length === 0) return '';
  const runs = needs.map((need) => need.runs).sort((a, b) => a - b);
  const [least, most] = [runs[0], runs[runs.length - 1]];
  const seconds = Math.max(...needs.map((need) => need.seconds ?? 0));
  const time = seconds === 0 ? '' : `, ${durationText(seconds)} of measuring,`;
  const range = least === most ? String(least) : `${least} to ${most}`;
  const which =
    needs.length < rows.length
      ? names(needs.map((need) => need.row))
      : rows.length === 1
        ? 'it'
        : all;
  return `; about ${range} runs a side${time} would settle ${which}`;
};

const equalText = (rows: readonly ComparisonRow[]): string[] => {
  if (rows.length === 0) return [];
  const parts = grouped(rows, (row) =>
    /^proven|^within/.test(row.reason) ? `within ${percentFigure(row.margin)} %` : row.reason,
  ).map(([how, same]) => `${how} (${names(same)})`);
  return [`equal: ${parts.join(', ')}`];
};

const grouped = (
  rows: readonly ComparisonRow[],
  keyOf: (row: ComparisonRow) => string,
): [string, ComparisonRow[]][] => {
  const groups = new Map<string, ComparisonRow[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return [...groups];
};
