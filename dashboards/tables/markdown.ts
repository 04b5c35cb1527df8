// A table for issues and pull requests on the web.
import type {Comparison, ComparisonRow} from '../../results/types.ts';
import {headerLine, isSimulated, notCountedTexts, rowName, spikeTexts, titleOf} from './facts.ts';
import {changeText, middle, percentText, short} from './figures.ts';

const escape = (text: string): string =>
  text.replace(
    /[|<>]/g,
    (character) => ({'|': '\\|', '<': '&lt;', '>': '&gt;'})[character] ?? character,
  );

export const markdown = (comparison: Comparison): string =>
  [
    `**${escape(titleOf(comparison, 200))}**  `,
    headerLine(comparison),
    '',
    '| event | before | after | change | 95% interval | verdict |',
    '|:------|-------:|------:|-------:|:------------:|:--------|',
    ...comparison.rows.filter((row) => !isSimulated(row.event)).map((row) => line(row, '')),
    ...comparison.rows
      .filter((row) => isSimulated(row.event))
      .map((row) => line(row, ' (simulated)')),
    '',
    ...notCountedTexts(comparison).map((text) => `- not counted: ${escape(text)}`),
    ...spikeTexts(comparison, short).map((text) => `- spikes: ${escape(text)}`),
    ...comparison.findings.map((finding) => `- ${escape(finding.text)}`),
    ...comparison.warnings.map((warning) => `- **${warning.code}**: ${escape(warning.text)}`),
  ]
    .join('\n')
    .trimEnd();

const line = (row: ComparisonRow, mark: string): string => {
  const interval =
    row.change === null
      ? '-'
      : `${percentText(row.change.low - 1)} to ${percentText(row.change.high - 1)}`;
  const verdict =
    row.verdict === 'more' || row.verdict === 'less' ? `**${row.verdict}**` : row.verdict;
  return `| ${escape(rowName(row))}${mark} | ${short(middle(row.before))} | ${short(middle(row.after))} | ${changeText(row.change)} | ${interval} | ${verdict} |`;
};
