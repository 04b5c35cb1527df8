// A table for issues and pull requests on the web.
import {isClaim} from '../../results/claims.ts';
import type {Comparison, ComparisonRow} from '../../results/types.ts';
import {answerText} from './answer.ts';
import {isSimulated, notCountedTexts, rowName, spikeTexts, titleOf} from './facts.ts';
import {changeCell, fewCounts, figurePair, intervalText, percentText, short} from './figures.ts';
import {headerText, hostText} from './header.ts';
import {readable} from './readable.ts';
import {reasonTexts} from './reasons.ts';
import type {TableOptions} from './types.ts';
import type {Words} from './words.ts';
import {verdictWord} from './words.ts';

const escape = (text: string): string =>
  text.replace(
    /[|<>]/g,
    (character) => ({'|': '\\|', '<': '&lt;', '>': '&gt;'})[character] ?? character,
  );

export const markdown = (given: Comparison, {session, words}: TableOptions = {}): string => {
  const comparison = readable(given);
  return [
    `**${escape(`${titleOf(comparison, 200)}: ${answerText(comparison)}`)}**  `,
    `${escape(headerText(comparison))}${session === undefined ? '' : '  '}`,
    ...(session === undefined ? [] : [escape(hostText(session, comparison.load))]),
    '',
    '| event | before | after | change | 95% interval | verdict |',
    '|:------|-------:|------:|-------:|:------------:|:--------|',
    ...comparison.rows.filter((row) => !isSimulated(row.event)).map((row) => line(row, '', words)),
    ...comparison.rows
      .filter((row) => isSimulated(row.event))
      .map((row) => line(row, ' (simulated)', words)),
    '',
    ...reasonTexts(comparison).map((text) => `- ${escape(text)}`),
    ...notCountedTexts(comparison).map((text) => `- not counted: ${escape(text)}`),
    ...spikeTexts(comparison, short).map((text) => `- spikes: ${escape(text)}`),
    ...comparison.findings.map((finding) => `- ${escape(finding.text)}`),
    ...comparison.warnings.map(
      (warning) => `- **${escape(warning.code)}**: ${escape(warning.text)}`,
    ),
  ]
    .join('\n')
    .trimEnd();
};

const line = (row: ComparisonRow, mark: string, words: Words | undefined): string => {
  const verdict = verdictWord(row, words);
  const cells = [
    `${escape(rowName(row))}${mark}`,
    ...figurePair(row),
    changeCell(row),
    intervalOf(row),
    isClaim(row) ? `**${verdict}**` : verdict,
  ];
  return `| ${cells.join(' | ')} |`;
};

const intervalOf = (row: ComparisonRow): string => {
  const {change, points} = row;
  if (points !== undefined)
    return points.low === null || points.high === null
      ? '-'
      : `${points.low.toFixed(1)} to ${points.high.toFixed(1)} points`;
  if (row.kind === 'exact' || isSimulated(row.event)) return 'exact';
  if (fewCounts(row) !== null) return (intervalText(row) ?? '-').replace('..', ' to ');
  return change === null || change.low === null || change.high === null
    ? '-'
    : `${percentText(change.low - 1)} to ${percentText(change.high - 1)}`;
};
