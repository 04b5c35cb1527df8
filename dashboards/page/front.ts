// The front page of a night: what changed, what is missing, what is unusual, with a page for each
// session and one for the history.
import {join} from 'node:path';
import type {Alert, AlertCode, History, Night} from '../../results/history/types.ts';
import type {Comparison, Samples, Session} from '../../results/types.ts';
import {formatChange, plural} from '../charts/axis-format.ts';
import {matrix} from '../charts/matrix.ts';
import {pageDocument} from './document.ts';
import {figure} from './figure.ts';
import type {Figure} from './figure.ts';
import type {Answer} from './glance.ts';
import {primaryRow} from './glance.ts';
import {changeList, historyParts, spikeRates} from './history-page.ts';
import {html, nothing} from './html.ts';
import type {Html} from './html.ts';
import {addFigureFiles, reportFiles, scriptsFor} from './report-page.ts';
import type {Report} from './report-page.ts';
import {answersSection} from './sections.ts';
import {writeFiles} from './write-report.ts';

export interface FrontPageOptions {
  readonly night: Night;
  readonly history: History;
  /**
   * The night's sessions; those named in `night.workloads` stand in the matrix, each gets a page.
   */
  readonly sessions: readonly {readonly session: Session; readonly samples: Samples | null}[];
  readonly outDir: string;
  readonly interactive?: boolean;
}

/** Change points of the last days stand on the front page. */
const recentDays = 14;

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
export const frontFiles = async ({
  night,
  history,
  sessions,
  interactive,
}: Omit<FrontPageOptions, 'outDir'>): Promise<{
  files: Map<string, string | Uint8Array>;
  notes: readonly string[];
}> => {
  const files = new Map<string, string | Uint8Array>();
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
      ${plural(night.workloads.length, 'workload')}${night.finished === null ? '; not finished' : `, ${Math.max(1, Math.round((Date.parse(night.finished) - Date.parse(night.created)) / 60_000))} min`}.
    </p>`;

/** Input of the night's verdict matrix. */
export const nightMatrix = (
  night: Night,
  sessions: readonly Session[],
): {label: string; comparison: Comparison}[] =>
  measured(night, sessions).map(({name, session}) => ({
    label: name,
    comparison: session.comparison!,
  }));

const matrixFigure = async (
  night: Night,
  sessions: readonly Session[],
): Promise<readonly Figure[]> => {
  const chart = matrix(nightMatrix(night, sessions));
  return chart === null ? [] : [await figure(chart)];
};

/** The night's workloads with the session that counts: the confirming one where there is one. */
const measured = (night: Night, sessions: readonly Session[]) =>
  night.workloads.flatMap(({name, session, confirm}) => {
    const found = sessions.find((one) => one.id === (confirm ?? session));
    return found === undefined || found.comparison === null ? [] : [{name, session: found}];
  });

/**
 * The body, also used by `serve`; `figures` are tonight's matrix and the A/A of all nights,
 * `historyPage` is where the history charts are, `base` what the sessions' addresses begin with.
 */
export const frontBody = (
  night: Night,
  history: History,
  sessions: readonly Session[],
  figures: readonly Figure[],
  historyPage: string,
  base = '',
): Html => {
  const since = new Date(Date.parse(night.night) - recentDays * 86_400_000)
    .toISOString()
    .slice(0, 10);
  const changes = changeList(history, since, historyPage);
  const notes = [
    ...night.notes,
    ...history.notes
      .filter((note) => note.date >= since)
      .map((note) => `${note.date}: ${note.text}`),
  ];
  return html`${answersSection(nightGlance(night, sessions, changes.length))}
    ${figures.filter((one) => !isTrust(one)).map((one) => one.html)}
    <h2>Sessions</h2>
    <ul class="findings">
      ${night.workloads.map((one) => workloadLine(one, sessions, base))}
    </ul>
    ${alertList('Changed', night.alerts, changedCodes)}
    ${alertList('Missing', night.alerts, missingCodes)}
    ${alertList('The host and the A/A', night.alerts, hostCodes)}
    ${
      changes.length === 0
        ? nothing
        : html`<h2>Change points of the last ${recentDays} days</h2>
            <ul class="findings">
              ${changes}
            </ul>`
    }
    ${spikeRates(history)}
    ${
      figures.some(isTrust)
        ? html`<h2>Can the verdicts be trusted?</h2>
            ${figures.filter(isTrust).map((one) => one.html)}`
        : nothing
    }
    ${
      notes.length === 0
        ? nothing
        : html`<h2>Notes</h2>
            <ul class="findings">
              ${notes.map((note) => html`<li>${note}</li>`)}
            </ul>`
    }
    <p class="note"><a href="${historyPage}">History of all series</a></p>`;
};

const isTrust = (one: Figure): boolean => one.chart.kind === 'calibration';

const workloadLine = (
  {name, session, confirm, reason}: Night['workloads'][number],
  sessions: readonly Session[],
  base: string,
): Html => {
  const id = confirm ?? session;
  const found = sessions.find((one) => one.id === id);
  const row = found?.comparison == null ? undefined : primaryRow(found.comparison);
  const words =
    row === undefined
      ? (reason ?? 'not measured')
      : `${row.event} ${row.change === null ? '' : formatChange(row.change.ratio)} ${row.verdict}`;
  return html`<li>
    ${found === undefined ? name : html`<a href="${base}sessions/${found.id}/index.html">${name}</a>`}:
    <span class="${row?.verdict ?? ''}">${words}</span
    >${confirm === undefined ? nothing : html`<span class="code">measured again with twice the quads</span>`}
  </li>`;
};

const changedCodes: readonly AlertCode[] = ['change-found', 'budget-exceeded'];
const missingCodes: readonly AlertCode[] = [
  'missing-workload',
  'refused-night',
  'unfinished-night',
  'not-counted',
  'running-dropped',
];
const hostCodes: readonly AlertCode[] = ['host-changed', 'perf-changed', 'bad-aa'];

const alertList = (title: string, alerts: readonly Alert[], codes: readonly AlertCode[]): Html => {
  const own = alerts
    .filter((alert) => codes.includes(alert.code))
    .sort((a, b) => Number(b.gate) - Number(a.gate));
  return own.length === 0
    ? nothing
    : html`<h2>${title}</h2>
        <ul class="findings">
          ${own.map((alert) => html`<li>${alert.text}<span class="code">${alert.code}${alert.gate ? ', counts for the exit code' : ''}</span></li>`)}
        </ul>`;
};

const nightGlance = (
  night: Night,
  sessions: readonly Session[],
  changePoints: number,
): readonly Answer[] => {
  const of = (codes: readonly AlertCode[]) =>
    night.alerts.filter((alert) => codes.includes(alert.code));
  const changed = of(changedCodes);
  const missing = of(missingCodes);
  const host = of(hostCodes);
  const gated = night.alerts.filter((alert) => alert.gate).length;
  const rows = measured(night, sessions).map(({name, session}) => ({
    name,
    row: primaryRow(session.comparison!),
  }));
  const largest = rows
    .filter(({row}) => row?.change != null)
    .sort(
      (a, b) => Math.abs(Math.log(b.row!.change!.ratio)) - Math.abs(Math.log(a.row!.change!.ratio)),
    )[0];
  return [
    {
      question: 'Did anything change?',
      answer:
        night.status === 'refused'
          ? 'The night was refused'
          : changed.length === 0
            ? 'Nothing to report'
            : plural(changed.length, 'change'),
      detail:
        night.status === 'refused'
          ? (night.reason ?? 'No reason was kept.')
          : (changed[0]?.text ??
            `${gated === 0 ? 'No gated alert' : plural(gated, 'gated alert')}; ${changePoints === 0 ? 'no recent change point' : plural(changePoints, 'recent change point')}.`),
    },
    largest === undefined
      ? {question: 'By how much?', answer: 'Not known', detail: 'No workload was measured.'}
      : {
          question: 'By how much?',
          answer: `${largest.row!.event} ${formatChange(largest.row!.change!.ratio)}`,
          detail: `${largest.name}, ${largest.row!.verdict}; the largest tonight of ${plural(rows.length, 'workload')}, after against before.`,
          tone: largest.row!.verdict,
        },
    {
      question: 'Is it the code?',
      answer:
        night.aa === null
          ? 'No A/A tonight'
          : night.aa.bad
            ? 'The A/A is not clean'
            : host.length > 0
              ? 'The host changed'
              : 'The host is as before',
      detail:
        host[0]?.text ??
        (night.aa === null
          ? 'Without an A/A the noise of this night is not known.'
          : 'The A/A showed no change, and the host record is the same.'),
    },
    {
      question: 'What is missing?',
      answer: missing.length === 0 ? 'Nothing' : plural(missing.length, 'alert'),
      detail: missing[0]?.text ?? 'All workloads were measured and all events counted as before.',
    },
  ];
};
