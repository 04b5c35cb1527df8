// A size report for issues and pull requests on the web.
import {changeOf, ratioOf} from '../../results/size/report.ts';
import type {SizedProgram, SizeReport} from '../../results/size/types.ts';
import {markdownText} from '../page/markdown-report.ts';
import {change, changeBetween, count, plural, refuser, sentences, signed} from './cells.ts';

export const sizeMarkdown = (report: SizeReport): string => {
  const {before, after, sums, steps, folders} = report;
  const head = ['', before, after, 'change'];
  const rows = (list: readonly SizedProgram[]): readonly string[][] =>
    list.map((one) => [
      one.file,
      one.program,
      count(one.before.bytes),
      count(one.after.bytes),
      signed(changeOf(one)),
      change(ratioOf(one)),
    ]);
  const programs = ['object', 'program', before, after, 'bytes', 'change'];
  return [
    `**Code size, ${markdownText(before)} to ${markdownText(after)}**: ` +
      `${plural(sums.programs, 'program')} of ${plural(report.objects, 'object')}, ` +
      `${plural(sums.instructions, 'BPF instruction')}.`,
    ...table(head, 1, [
      ['bytes', count(sums.before), count(sums.after), change(sums.ratio)],
      ['median program', '', '', change(sums.median)],
      ...(steps ?? []).map((one) => [
        `of that ${one.step}`,
        count(one.before),
        count(one.after),
        changeBetween(one.before, one.after),
      ]),
    ]),
    ...sentences(report).flatMap((text) => ['', markdownText(text)]),
    ...section(
      'By folder',
      table(
        ['folder', 'programs', before, after, 'change', 'median'],
        1,
        folders.map((one) => [
          one.folder,
          count(one.programs),
          count(one.before),
          count(one.after),
          change(one.ratio),
          change(one.median),
        ]),
      ),
      folders.length > 1,
    ),
    ...section('Grew most', table(programs, 2, rows(report.largest.grew)), true),
    ...section('Shrank most', table(programs, 2, rows(report.largest.shrank)), true),
    ...section(
      `Refused: ${plural(report.refusedPrograms, 'program')}`,
      table(
        ['programs', 'who', 'reason', 'for example'],
        0,
        report.refused.map((one) => [
          count(one.programs),
          refuser(report, one),
          one.reason,
          one.example,
        ]),
      ),
      report.refused.length > 0,
    ),
  ].join('\n');
};

const section = (title: string, lines: readonly string[], isShown: boolean): readonly string[] =>
  isShown && lines.length > 3 ? ['', `### ${title}`, ...lines] : [];

/** The first `names` columns are text, the others figures; 0: only the first is a figure. */
const table = (
  head: readonly string[],
  names: number,
  rows: readonly (readonly string[])[],
): readonly string[] => [
  '',
  row(head),
  row(head.map((_, at) => ((names === 0 ? at > 0 : at < names) ? ':---' : '---:'))),
  ...rows.map(row),
];

const row = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => (/^:?-+:?$/.test(cell) ? cell : markdownText(cell))).join(' | ')} |`;
