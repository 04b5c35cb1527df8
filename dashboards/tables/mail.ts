// The table for a mailing list: 72 columns, ASCII. The answer first, then how it was measured, the
// rows, and below them what explains the rows.
import type {Comparison, ComparisonRow} from '../../results/types.ts';
import {answerText} from './answer.ts';
import {mailWidth, fit, wrap} from './ascii.ts';
import {isSimulated, isStep, notCountedText, rowName, spikeTexts, titleOf} from './facts.ts';
import {changeCell, fewCounts, figurePair, intervalCell, middle, short} from './figures.ts';
import {headerText, hostText} from './header.ts';
import {mainFindings} from './main-findings.ts';
import {readable} from './readable.ts';
import {marginText, numberedReasons} from './reasons.ts';
import type {TableOptions} from './types.ts';
import {verdictWord} from './words.ts';

const nameWidth = 25;

/** The words above the rows; the reader of pasted tables knows the table by them. */
const columns = ['before', 'after', 'change', '95% CI', 'verdict'] as const;

/*
 * event                       before    after  change       95% CI verdict
 * task-clock (msec)          1340.52  1426.95  +6.45% +6.29..+6.61 more
 */
const layout = (name: string, cells: readonly string[]): string => {
  const [before, after, change, interval, verdict] = cells;
  return (
    `${name.padEnd(roomForName(before, after))} ${before.padStart(8)} ${after.padStart(8)} ` +
    `${change.padStart(7)} ${interval.padStart(12)} ${verdict}`
  ).trimEnd();
};

/** Figures with more digits than usual take their room from the name. */
const roomForName = (before: string, after: string): number =>
  nameWidth - Math.max(0, before.length - 8) - Math.max(0, after.length - 8);

/** Lines end without a newline at the very end. */
export const mail = (given: Comparison, options: TableOptions = {}): string => {
  const comparison = readable(given);
  const {shown, others} = mainFindings(comparison.findings);
  const absent = notCountedText(comparison);
  return [
    ...mailTable(comparison, options),
    ...(absent === null ? [] : wrap(absent, 'not counted: ', '  ')),
    ...spikeTexts(comparison, short).flatMap((text) => wrap(text, 'spikes: ', '  ')),
    '',
    ...shown.flatMap((finding) => wrap(finding.text, '- ', '  ')),
    ...(others === 0 ? [] : [`- ${others} more, on the page and with --format markdown`]),
    ...newWarnings(comparison).flatMap((text) => wrap(text, '! ', '  ')),
  ]
    .join('\n')
    .trimEnd();
};

/** Title and answer, how it was measured, rows, and what the verdict words leave out. */
export const mailTable = (
  given: Comparison,
  {session, words}: TableOptions = {},
): readonly string[] => {
  const comparison = readable(given);
  const rows = comparison.rows.filter((row) => !isStep(row));
  const measured = rows.filter((row) => !isSimulated(row.event));
  const simulated = rows.filter((row) => isSimulated(row.event) && !isZero(row));
  const zeros = rows.filter((row) => isSimulated(row.event) && isZero(row));
  const {notes, noteOf} = numberedReasons(comparison);
  const line = (row: ComparisonRow): string[] =>
    rowLines(row, row.verdict === 'unsettled' ? noteOf(row) : verdictWord(row, words));
  const margins = marginText(comparison);
  return [
    ...titleLines(comparison),
    ...wrap(headerText(comparison), '', '  '),
    ...(session === undefined ? [] : wrap(hostText(session, comparison.load), '', '  ')),
    '',
    layout('event', columns),
    ...measured.flatMap(line),
    ...(simulated.length === 0 ? [] : ['counted in a simulator, not measured:']),
    ...simulated.flatMap(line),
    ...notes.flatMap((text) => wrap(text, '', '   ')),
    ...(margins === null ? [] : wrap(margins, '', '  ')),
    ...(zeros.length === 0 ? [] : wrap(zerosText(zeros), '', '  ')),
    ...wrap(legend(comparison), '', '  '),
  ];
};

const isZero = (row: ComparisonRow): boolean => middle(row.before) === 0 && middle(row.after) === 0;

const zerosText = (rows: readonly ComparisonRow[]): string =>
  rows.length <= 2
    ? `0 on both sides in the simulator: ${rows.map(rowName).join(', ')}`
    : `0 on both sides in the simulator: ${rows.length} events`;

/** In one line if there is room. */
const titleLines = (comparison: Comparison): string[] => {
  const answer = answerText(comparison);
  const title = titleOf(comparison, mailWidth - 1);
  const both = `${title}: ${answer}`;
  return both.length <= mailWidth ? [both] : [`${title}:`, ...wrap(answer, '  ', '  ')];
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

/** A name too long for its column gets a separate line. */
export const rowLines = (row: ComparisonRow, word: string, name = rowName(row)): string[] => {
  const cells = [...figurePair(row), changeCell(row), intervalCell(row), word];
  return name.length <= roomForName(cells[0], cells[1])
    ? [layout(name, cells)]
    : [fit(name, mailWidth), layout('', cells)];
};

const legend = (comparison: Comparison): string => {
  const few = comparison.rows.some((row) => fewCounts(row) !== null && changeCell(row) !== '-');
  return `${figuresMeaning(comparison)}${few ? '; a change without % is a difference' : ''}`;
};

const figuresMeaning = ({design, findings}: Comparison): string => {
  if (design !== 'summary') return 'before, after: a typical run, in step with the change';
  const codes = findings.map((finding) => finding.code);
  if (codes.includes('printed-wrong')) return 'before, after: as printed, see below';
  return codes.includes('printed-sums')
    ? 'before, after: printed sums over the number of runs'
    : 'before, after: means as printed';
};
