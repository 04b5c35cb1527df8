// Charts and the glance in Markdown: the picture by its path, its title and description, and its
// numbers as a table.
import type {Comparison} from '../../results/types.ts';
import {visible} from '../../results/visible.ts';
import type {Chart, Row} from '../charts/types.ts';
import {glance} from './glance.ts';

/** Text that cannot become markup. */
export const markdownText = (text: string): string =>
  visible(text.replaceAll(/\u00a0|\s*\n\s*/g, ' ')).replaceAll(
    /[\\`*_[\]<>|#]/g,
    (character) => `\\${character}`,
  );

/** More rows than this are left to the CSV. */
const mostRows = 40;

/** `path` is that of the picture, relative to the text. */
export const markdownChart = (chart: Chart, path: string): string =>
  [
    `### ${markdownText(chart.title)}`,
    '',
    `![${markdownText(chart.description)}](${encodeURI(path)})`,
    '',
    markdownText(chart.subtitle),
    ...(chart.notes ?? []).flatMap((note) => ['', markdownText(note)]),
    '',
    ...(chart.rows.length > mostRows ? [] : [table(chart.rows), '']),
  ].join('\n');

const table = (rows: readonly Row[]): string => {
  const columns = Object.keys(rows[0] ?? {});
  const cell = (value: Row[string] | undefined): string =>
    value === null || value === undefined
      ? ''
      : typeof value === 'number'
        ? String(Number(value.toPrecision(6)))
        : markdownText(String(value));
  return [
    columns,
    columns.map(() => '---'),
    ...rows.map((row) => columns.map((column) => cell(row[column]))),
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
};

/** The four answers as a list. */
export const markdownGlance = (comparison: Comparison): string =>
  glance(comparison)
    .map((one) => `- ${one.question} **${markdownText(one.answer)}** ${markdownText(one.detail)}\n`)
    .join('');
