// The table for a mailing list: 72 columns, ASCII, one header line, a verdict a row, and below it
// what explains the rows.
import type {Comparison, ComparisonRow} from '../../results/types.ts';
import {mailWidth, fit, wrap} from './ascii.ts';
import {
  headerLine,
  isSimulated,
  isStep,
  notCountedTexts,
  rowName,
  spikeTexts,
  titleOf,
} from './facts.ts';
import {changeCell, figurePair, intervalCell, middle, short} from './figures.ts';
import type {TableOptions} from './types.ts';
import {reasonTexts} from './reasons.ts';
import type {Words} from './words.ts';
import {verdictWord} from './words.ts';

const nameWidth = 25;

/** The words above the rows; the reader of pasted tables knows the table by them. */
const mailColumns = ['event', 'before', 'after', 'change', '+-95%', 'verdict'] as const;

/*
 * event                        before     after  change   +-95%  verdict
 * task-clock (msec)           1340.52   1426.95  +6.45%  +-0.14  more
 */
const layout = (name: string, cells: readonly string[]): string => {
  const [before, after, change, half, verdict] = cells;
  return (
    `${name.padEnd(nameWidth)} ${before.padStart(9)} ${after.padStart(9)} ` +
    `${change.padStart(8)} ${half.padStart(7)} ${verdict}`
  ).trimEnd();
};

/** Lines end without a newline at the very end. */
export const mail = (comparison: Comparison, {words}: TableOptions = {}): string =>
  [
    ...mailTable(comparison, words),
    ...notCountedTexts(comparison).flatMap((text) => wrap(text, 'not counted: ', '  ')),
    ...spikeTexts(comparison, short).flatMap((text) => wrap(text, 'spikes: ', '  ')),
    ...comparison.findings.flatMap((finding) => wrap(finding.text, '- ', '  ')),
    ...newWarnings(comparison).flatMap((text) => wrap(text, '! ', '  ')),
  ].join('\n');

/** Title, header line, rows, and what the verdict words leave out. */
export const mailTable = (comparison: Comparison, words?: Words): readonly string[] => {
  const measured = comparison.rows.filter((row) => !isSimulated(row.event) && !isStep(row));
  const simulated = comparison.rows.filter((row) => isSimulated(row.event));
  return [
    titleOf(comparison),
    headerLine(comparison),
    layout(mailColumns[0], mailColumns.slice(1)),
    ...measured.flatMap((row) => rowLines(row, verdictWord(row, words))),
    ...simulatedLines(simulated),
    ...legend(comparison),
    ...reasonTexts(comparison).flatMap((text) => wrap(text, '', '  ')),
  ];
};

const saidBy: Readonly<Record<string, string>> = {
  'ratio-above-100': 'impossible-ratio',
  'repeat-prints-last-run': 'printed-wrong',
  'repeat-prints-sum': 'printed-sums',
};

/** Warnings that no finding says already, each text once. */
const newWarnings = ({warnings, findings}: Comparison): string[] => {
  const said = new Set(findings.map((finding) => finding.code));
  return [
    ...new Set(warnings.filter(({code}) => !said.has(saidBy[code] ?? code)).map(({text}) => text)),
  ];
};

const simulatedWidth = 33;

/** Simulated counts are exact: no interval, and those that are 0 on both sides are only named. */
const simulatedLines = (rows: readonly ComparisonRow[]): string[] => {
  if (rows.length === 0) return [];
  const isZero = (row: ComparisonRow): boolean =>
    middle(row.before) === 0 && middle(row.after) === 0;
  const zeros = rows.filter(isZero).map(rowName);
  const lines = rows
    .filter((row) => !isZero(row))
    .map((row) => {
      const [before, after] = figurePair(row).map((text) => text.padStart(9));
      return (
        `${fit(rowName(row), simulatedWidth).padEnd(simulatedWidth)} ${before} ${after} ` +
        `${changeCell(row).padStart(8)} ${row.verdict}`
      );
    });
  return [
    'simulated, not measured:',
    ...lines,
    ...(zeros.length === 0 ? [] : wrap(zeros.join(', '), 'simulated, 0 on both sides: ', '  ')),
  ];
};

/** A name too long for its column gets a separate line. */
const rowLines = (row: ComparisonRow, word: string): string[] => {
  const cells = [...figurePair(row), changeCell(row), intervalCell(row), word];
  const name = rowName(row);
  return name.length <= nameWidth
    ? [layout(name, cells)]
    : [fit(name, mailWidth), layout('', cells)];
};

const legend = (comparison: Comparison): string[] =>
  wrap(
    `before, after: ${figuresMeaning(comparison)}; +-95%: half-width of the 95 % confidence interval`,
    '',
    '  ',
  );

const figuresMeaning = ({design, findings}: Comparison): string => {
  if (design !== 'summary') return 'medians of the runs, moved apart by the change';
  const codes = findings.map((finding) => finding.code);
  if (codes.includes('printed-wrong')) return 'as printed, see below';
  return codes.includes('printed-sums')
    ? 'printed sums over the number of runs'
    : 'means as printed';
};
