// A night's page, which reads only the primary series of each session, and the list of all series
// of its machine.
import type {History, Night, NightBrief, Note, SessionBrief} from '../../results/history/index.ts';
import type {Session} from '../../results/types.ts';
import {calibration} from '../charts/calibration.ts';
import {matrix} from '../charts/matrix.ts';
import {pageDocument} from '../page/document.ts';
import {lazyFigure} from '../page/figure.ts';
import {frontBody, nightMatrix} from '../page/front-body.ts';
import {html, nothing} from '../page/html.ts';
import {byUrgency, seriesTable} from '../page/series-table.ts';
import type {PageFile} from '../page/write-report.ts';
import {sessionPath} from './paths.ts';
import {seriesLines} from './store-series.ts';

export const nightPage = async (
  night: Night,
  sessions: readonly Session[],
  history: History,
): Promise<Map<string, PageFile>> => {
  const files = new Map<string, PageFile>();
  const charts = [matrix(nightMatrix(night, sessions)), calibration(history.aa ?? [])];
  const figures = [];
  for (const chart of charts) {
    if (chart === null) continue;
    const figure = await lazyFigure(chart, sessionPath);
    figure.files.forEach((content, path) => files.set(path, content));
    figures.push(figure);
  }
  const title = titleOf(night);
  files.set(
    'index.html',
    pageDocument({
      title: `${title} · jitstat`,
      header: html`<h1>${title}</h1>
        <p class="sub">${night.machine}, suite ${night.suite}. <a href="/">All sessions</a></p>`,
      body: frontBody(night, history, sessions, figures, 'history.html', '/'),
    }),
  );
  return files;
};

/** Lines from briefs and notes alone: the list needs no history and draws no chart. */
export const machinePage = (
  night: NightBrief,
  briefs: readonly SessionBrief[],
  notes: readonly Note[],
): string =>
  pageDocument({
    title: `Series of ${night.machine} · jitstat`,
    header: html`<h1>Series of ${night.machine}</h1>
      <p class="sub"><a href="index.html">${titleOf(night)}</a> <a href="/">All sessions</a></p>`,
    body: html`${seriesTable(byUrgency(seriesLines(briefs)))}${
      notes.length === 0
        ? nothing
        : html`<h2>Notes</h2>
            <ul class="findings">
              ${notes.map(({date, text}) => html`<li>${date}: ${text}</li>`)}
            </ul>`
    }`,
  });

const titleOf = ({night}: Pick<Night, 'night'>): string => `Night of ${night}`;
