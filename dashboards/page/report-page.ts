// The report of one or more sessions or comparisons: one static HTML file that contains its charts,
// with their numbers next to it.
import {visibleLines} from '../../results/visible.ts';
import {join} from 'node:path';
import type {Comparison, Samples, Session} from '../../results/types.ts';
import {UserError} from '../../results/error.ts';
import {matrix} from '../charts/matrix.ts';
import type {Chart} from '../charts/types.ts';
import {listNames} from '../charts/verdicts.ts';
import {widths} from '../charts/types.ts';
import {markdownChart, markdownGlance, markdownText} from './markdown-report.ts';
import {renderPng} from '../render/png.ts';
import {pageDocument} from './document.ts';
import {figure, liveSpecs} from './figure.ts';
import type {DrawFigure, Figure} from './figure.ts';
import type {Html} from './html.ts';
import {html, nothing, raw, scriptJson} from './html.ts';
import {liveScript} from './live/bundle.ts';
import {comparisonSection, comparisonTitle, sessionSection, sessionTitle} from './session-page.ts';
import type {PageFile} from './write-report.ts';
import {writeFiles} from './write-report.ts';

export interface ReportOptions {
  readonly sessions: readonly ReportInput[];
  readonly outDir: string;
  readonly interactive?: boolean;
  readonly png?: boolean;
  readonly title?: string;
  /** Further charts of a session by its id: bytes by step, per-step difference, calibration … */
  readonly extras?: Readonly<Record<string, readonly Chart[]>>;
  /** If absent, all charts are drawn with the page. */
  readonly draw?: DrawFigure;
  /** Below everything else. */
  readonly end?: Html;
}

/**
 * A session with its runs, or a comparison that belongs to none (two imported tables, two
 * sessions).
 */
export type ReportInput =
  {readonly session: Session; readonly samples: Samples | null} | {readonly comparison: Comparison};

export interface Report {
  readonly index: string;
  readonly files: string[];
  /** Why the page is static although `interactive` was asked for. */
  readonly notes: readonly string[];
}

/**
 * Writes `index.html` with its numbers and pictures under `charts/`. Throws UserError for a folder
 * that cannot be written.
 */
export const writeReport = async (options: ReportOptions): Promise<Report> => {
  const {files, notes} = await reportFiles(options);
  return {
    index: join(options.outDir, 'index.html'),
    files: await writeFiles(options.outDir, files),
    notes,
  };
};

/**
 * The files of a report by relative path, `index.html` last; `report.md` says the same for readers
 * that show no HTML.
 */
export const reportFiles = async (
  options: Omit<ReportOptions, 'outDir'>,
): Promise<{files: Map<string, PageFile>; notes: readonly string[]}> => {
  const {draw = figure} = options;
  if (options.sessions.length === 0)
    throw new UserError(
      'There is no session to report.',
      'jitstat list shows the stored sessions.',
    );
  const many = options.sessions.length > 1;
  const files = new Map<string, PageFile>();
  const figures: Figure[] = [];
  const sections: Html[] = [];
  const markdown: string[] = [];
  for (const [i, input] of options.sessions.entries()) {
    const prefix = many ? `s${i + 1}-` : '';
    const section =
      'session' in input
        ? await sessionSection(input, prefix, options.extras?.[input.session.id], draw)
        : await comparisonSection(input.comparison, prefix, draw);
    figures.push(...section.figures);
    sections.push(section.html);
    const comparison = comparisonOf(input);
    markdown.push(
      `## ${markdownText(titleOf(input))}\n`,
      ...(comparison === null ? [] : [markdownGlance(comparison)]),
      ...section.figures
        .filter((one) => one.drawn)
        .map((one) => markdownChart(one.chart, `charts/${one.chart.name}.svg`)),
    );
    if (comparison !== null)
      files.set(
        `comparison${many ? `-${i + 1}` : ''}.json`,
        visibleLines(`${JSON.stringify(comparison, null, 1)}\n`),
      );
  }
  const overview = many ? matrixOf(options.sessions) : null;
  const overviewFigure = overview === null ? null : await draw(overview);
  if (overviewFigure !== null) figures.push(overviewFigure);
  const notes = await addFigureFiles(files, figures, options.png === true);
  const live =
    options.interactive === true
      ? await scriptsFor(figures.filter((one) => one.drawn).map((one) => one.chart))
      : {notes: []};
  const title =
    options.title ?? (many ? sharedTitle(options.sessions) : titleOf(options.sessions[0]));
  const header = many ? contents(title, options.sessions) : nothing;
  files.set('report.md', markdown.join('\n'));
  files.set(
    'index.html',
    pageDocument({
      title: `${title} · jitstat`,
      header,
      body: html`${overviewFigure?.html ?? nothing}${sections}${options.end ?? nothing}`,
      ...(live.scripts === undefined ? {} : {scripts: live.scripts}),
    }),
  );
  return {files, notes: [...notes, ...live.notes]};
};

/** All sessions in one chart. */
const matrixOf = (sessions: readonly ReportInput[]) =>
  matrix(
    sessions.flatMap((input) => {
      const comparison = comparisonOf(input);
      return comparison === null ? [] : [{label: shortTitle(input), comparison}];
    }),
  );

const contents = (title: string, sessions: readonly ReportInput[]): Html =>
  html`<h1>${title}</h1>
    <nav class="toc" aria-label="Sessions">
      ${sessions.map((input, i) => html`<a href="#s${i + 1}-session">${titleOf(input)}</a>`)}
    </nav>`;

const comparisonOf = (input: ReportInput): Comparison | null =>
  'session' in input ? input.session.comparison : input.comparison;

const titleOf = (input: ReportInput): string =>
  'session' in input ? sessionTitle(input.session) : comparisonTitle(input.comparison);

/** `tailcall1 and flow_dissector: v58 → rfc1` if all compare the same two, else their number. */
const sharedTitle = (inputs: readonly ReportInput[]): string => {
  const parts = inputs.map(titleOf).map((title) => /^(.+?): (.+)$/.exec(title));
  const shared = parts[0]?.[2];
  return shared !== undefined && parts.every((part) => part?.[2] === shared)
    ? `${listNames(
        parts.map((part) => part![1]),
        4,
      )}: ${shared}`
    : `${inputs.length} comparisons`;
};

const shortTitle = (input: ReportInput): string =>
  ('session' in input ? input.session.workload : input.comparison.before.workload) ??
  titleOf(input);

/**
 * Adds the numbers and pictures of figures to a page's files. If PNG cannot be made, the page has
 * everything else, and the reason is returned.
 */
export const addFigureFiles = async (
  files: Map<string, PageFile>,
  figures: readonly Figure[],
  png: boolean,
): Promise<readonly string[]> => {
  for (const one of figures) one.files.forEach((content, name) => files.set(name, content));
  if (!png) return [];
  try {
    for (const one of figures.filter((figure) => figure.drawn))
      files.set(`charts/${one.chart.name}.png`, await renderPng(one.chart, widths.wide));
    return [];
  } catch (error) {
    if (error instanceof UserError) return [`${error.message} ${error.hint}`];
    throw error;
  }
};

/** The scripts of a live page, or none and the reason. */
export const scriptsFor = async (
  charts: readonly Chart[],
): Promise<{scripts?: Html; notes: readonly string[]}> => {
  const live = await liveScript();
  if ('reason' in live) return {notes: [`The page is static: ${live.reason}.`]};
  const scripts = html`<script type="application/json" id="chart-specs">
      ${raw(scriptJson(await liveSpecs(charts)))}
    </script>
    <script type="module">
      ${raw(live.script)};
    </script>`;
  return {scripts, notes: []};
};
