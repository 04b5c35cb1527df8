// A size report as a page: the answer for each after side, its charts and tables, and a file with
// the numbers of all programs.
import {join} from 'node:path';
import type {SizeReport} from '../../results/size/types.ts';
import {formatChange, plural} from '../charts/axis-format.ts';
import {sizeChanges} from '../charts/size-changes.ts';
import {steps} from '../charts/steps.ts';
import {pageDocument} from '../page/document.ts';
import {figure} from '../page/figure.ts';
import type {Figure} from '../page/figure.ts';
import type {Html} from '../page/html.ts';
import {html, nothing} from '../page/html.ts';
import {answersSection} from '../page/sections.ts';
import type {Answer} from '../page/short-answer.ts';
import type {PageFile} from '../page/write-report.ts';
import {writeFiles} from '../page/write-report.ts';
import {count} from './cells.ts';
import {formatSize} from './index.ts';
import type {SizeDocument} from './index.ts';
import {
  folderSection,
  largestSection,
  pageTable,
  refusedSection,
  stepsSection,
} from './size-page-tables.ts';

/** Writes the page and returns its path. Throws UserError for a folder that cannot be written. */
export const writeSizePage = async (
  outDir: string,
  documents: readonly SizeDocument[],
): Promise<string> => {
  await writeFiles(outDir, await sizePageFiles(documents));
  return join(outDir, 'index.html');
};

/**
 * The files of the page by relative path, `index.html` last. All documents share one before side.
 */
export const sizePageFiles = async (
  documents: readonly SizeDocument[],
): Promise<ReadonlyMap<string, PageFile>> => {
  const files = new Map<string, PageFile>();
  const sections: Html[] = [];
  const isOne = documents.length === 1;
  for (const [at, document] of documents.entries()) {
    const prefix = isOne ? '' : `s${at + 1}-`;
    const figures = await figuresOf(document, prefix);
    for (const one of figures) one.files.forEach((content, name) => files.set(name, content));
    files.set(`${prefix}programs.csv`, `${formatSize(document, 'csv')}\n`);
    sections.push(sectionOf(document.report, prefix, figures));
  }
  const title = isOne
    ? titleOf(documents[0].report)
    : `Code size against ${documents[0].report.before}`;
  const page = pageDocument({
    title: `${title} · jitstat`,
    header: isOne ? nothing : html`<h1>${title}</h1>`,
    body: html`${isOne ? nothing : overview(documents)}${sections}`,
    footer: html`<span class="more">Grew</span> and <span class="less">shrank</span> count bytes of
      machine code, which are exact. No colour means good or bad.`,
  });
  return files.set('index.html', page);
};

const titleOf = ({before, after}: SizeReport): string => `Code size: ${before} → ${after}`;

const figuresOf = async (
  {report, programs}: SizeDocument,
  prefix: string,
): Promise<readonly Figure[]> => {
  const charts = [
    sizeChanges(programs, `${prefix}size-changes`),
    report.steps?.some(({before, after}) => before !== after)
      ? steps(report.steps, 'bytes of code', `${prefix}size-steps`)
      : null,
  ];
  const figures: Figure[] = [];
  for (const chart of charts) if (chart !== null) figures.push(await figure(chart));
  return figures;
};

const overview = (documents: readonly SizeDocument[]): Html =>
  pageTable(
    ['Side', 'bytes before', 'bytes after', 'sum', 'median', 'refused'],
    documents.map(({report: {after, sums, refusedPrograms}}, at) => ({
      name: after,
      link: `#s${at + 1}-size`,
      cells: [
        count(sums.before),
        count(sums.after),
        formatRatio(sums.ratio),
        formatRatio(sums.median),
        count(refusedPrograms),
      ],
    })),
  );

const sectionOf = (report: SizeReport, prefix: string, figures: readonly Figure[]): Html => {
  const {sums, objects} = report;
  return html`<section class="session" id="${prefix}size">
    <h1>${titleOf(report)}</h1>
    <p class="sub">
      ${plural(sums.programs, 'program')} of ${plural(objects, 'object')} with
      ${plural(sums.instructions, 'BPF instruction')}: from ${count(sums.before)} to
      ${plural(sums.after, 'byte')}, ${formatRatio(sums.ratio)}.
    </p>
    ${answersSection(answersOf(report))}${figures.map((one) => one.html)}
    <p class="numbers">Every program, refused ones too: <a href="${prefix}programs.csv">CSV</a></p>
    ${stepsSection(report)}${folderSection(report)}${largestSection(report)}${refusedSection(report)}
  </section>`;
};

const formatRatio = (ratio: number | null): string =>
  ratio === null ? '—' : ratio === 1 ? 'no change' : formatChange(ratio);

const answersOf = (report: SizeReport): readonly Answer[] => {
  const {sums, grew, shrank, same, disagree, refusedPrograms} = report;
  return [
    {
      question: 'How much did the code change?',
      answer: formatRatio(sums.ratio),
      ...toneOf(sums.ratio),
      detail: `${count(sums.before)} → ${plural(sums.after, 'byte')}, all programs together.`,
    },
    {
      question: 'And the middle program?',
      answer: formatRatio(sums.median),
      ...toneOf(sums.median),
      detail: disagree
        ? 'Sum and median disagree: a few programs with large changes decide the sum.'
        : "The median of the programs' changes.",
    },
    {
      question: 'How many grew, how many shrank?',
      answer: `${count(grew.programs)} grew, ${count(shrank.programs)} shrank`,
      detail:
        `+${count(grew.bytes)} and −${plural(shrank.bytes, 'byte')} together; ` +
        `${count(same)} stayed the same.`,
    },
    {
      question: 'What is left out?',
      answer: refusedPrograms === 0 ? 'Nothing' : plural(refusedPrograms, 'program'),
      detail:
        refusedPrograms === 0
          ? 'Both sides compile every program.'
          : `Most often: ${report.refused[0].reason}.`,
    },
  ];
};

const toneOf = (ratio: number | null): Pick<Answer, 'tone'> =>
  ratio === null ? {} : {tone: ratio > 1 ? 'more' : ratio < 1 ? 'less' : 'equal'};
