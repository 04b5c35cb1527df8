// The front page of a night: what changed, what is missing, what is unusual, with a page for each
// session and one for the history.
import {join} from 'node:path';
import type {History, Night} from '../../results/history/types.ts';
import type {Samples, Session} from '../../results/types.ts';
import {plural} from '../charts/axis-format.ts';
import {matrix} from '../charts/matrix.ts';
import {pageDocument} from './document.ts';
import {figure} from './figure.ts';
import type {Figure} from './figure.ts';
import {frontBody, isTrust, nightMatrix} from './front-body.ts';
import {historyParts} from './history-page.ts';
import {html} from './html.ts';
import type {Html} from './html.ts';
import {addFigureFiles, reportFiles, scriptsFor} from './report-page.ts';
import type {Report} from './report-page.ts';
import type {PageFile} from './write-report.ts';
import {writeFiles} from './write-report.ts';

export interface FrontPageOptions {
  readonly night: Night;
  readonly history: History;
  /** The night's sessions; those named in `night.workloads` are in the matrix, each gets a page. */
  readonly sessions: readonly {readonly session: Session; readonly samples: Samples | null}[];
  readonly outDir: string;
  readonly interactive?: boolean;
}

/**
 * Writes `index.html`, `history.html` and `sessions/ID/index.html`. Throws UserError for a folder
 * that cannot be written.
 */
export const writeFrontPage = async (options: FrontPageOptions): Promise<Report> => {
  const {files, notes} = await frontFiles(options);
  return {
    index: join(options.outDir, 'index.html'),
    files: await writeFiles(options.outDir, files),
    notes,
  };
};

/** The files of the front page by relative path, `index.html` last. */
const frontFiles = async ({
  night,
  history,
  sessions,
  interactive,
}: Omit<FrontPageOptions, 'outDir'>): Promise<{
  files: Map<string, PageFile>;
  notes: readonly string[];
}> => {
  const files = new Map<string, PageFile>();
  const notes = new Set<string>();
  for (const input of sessions) {
    const report = await reportFiles({
      sessions: [input],
      ...(interactive === undefined ? {} : {interactive}),
    });
    report.files.forEach((content, name) =>
      files.set(`sessions/${input.session.id}/${name}`, content),
    );
    report.notes.forEach((note) => notes.add(note));
  }
  const past = await historyParts(history);
  const tonight = await matrixFigure(
    night,
    sessions.map((one) => one.session),
  );
  const figures: Figure[] = [...past.figures, ...tonight];
  await addFigureFiles(files, figures, false);
  const {scripts} =
    interactive === true
      ? await scriptsFor(past.figures.filter((one) => one.drawn).map((one) => one.chart))
      : {};
  files.set(
    'history.html',
    pageDocument({
      title: `History of ${night.machine} · jitstat`,
      header: html`<h1>History of ${night.machine}</h1>
        <p class="sub"><a href="index.html">Night of ${night.night}</a></p>`,
      body: past.html,
      ...(scripts === undefined ? {} : {scripts}),
    }),
  );
  files.set(
    'index.html',
    pageDocument({
      title: `Night of ${night.night} on ${night.machine} · jitstat`,
      header: frontHeader(night),
      body: frontBody(
        night,
        history,
        sessions.map((one) => one.session),
        [...tonight, ...past.figures.filter(isTrust)],
        'history.html',
      ),
    }),
  );
  return {files, notes: [...notes]};
};

const frontHeader = (night: Night): Html =>
  html`<h1>Night of ${night.night}</h1>
    <p class="sub">
      ${night.machine}${night.host.perf === null ? '' : `, perf ${night.host.perf}`}; suite
      ${night.suite},
      ${plural(night.workloads.length, 'workload')}${
        night.finished === null
          ? '; not finished'
          : `, ${minutesBetween(night.created, night.finished)} min`
      }.
    </p>`;

const minutesBetween = (begun: string, finished: string): number =>
  Math.max(1, Math.round((Date.parse(finished) - Date.parse(begun)) / 60_000));

const matrixFigure = async (
  night: Night,
  sessions: readonly Session[],
): Promise<readonly Figure[]> => {
  const chart = matrix(nightMatrix(night, sessions));
  return chart === null ? [] : [await figure(chart)];
};
