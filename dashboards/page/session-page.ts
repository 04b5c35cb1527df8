// One session (or comparison) as a section of a page: the glance, the charts that matter, and
// everything needed to check and repeat the measurement.
import type {Comparison, Samples, Session, SideInfo} from '../../results/types.ts';
import {formatCount, formatShare} from '../charts/axis-format.ts';
import type {Chart} from '../charts/types.ts';
import {comparisonContext, sideContext} from './chart-context.ts';
import type {DrawFigure, Figure} from './figure.ts';
import {controls, figure} from './figure.ts';
import type {Html} from './html.ts';
import {html, nothing} from './html.ts';
import {drawCharts} from './session-charts.ts';
import {hostSection, repeatSection} from './host-section.ts';
import {placementSection} from './placement-section.ts';
import {designLine, tableSection} from './rows-table.ts';
import {findingsSection, glanceSection, notCountedSection, spikesSection} from './sections.ts';

export interface SessionInput {
  readonly session: Session;
  readonly samples: Samples | null;
}

/** `flow_dissector: v58 → rfc1`, or what is known about the two sides. */
export const sessionTitle = ({
  workload,
  before,
  after,
}: Pick<Session, 'workload' | 'before' | 'after'>): string => sidesTitle(workload, before, after);

export const comparisonTitle = ({before, after}: Comparison): string => {
  if (before.workload !== undefined && before.workload === after.workload)
    return sidesTitle(before.workload, before, after);
  const sides = sidesTitle(null, before, after);
  return before.command !== undefined &&
    before.command === after.command &&
    before.command !== before.label
    ? `${before.command}: ${sides}`
    : sides;
};

const sidesTitle = (workload: string | null, before: SideInfo, after: SideInfo | null): string => {
  const name = (side: SideInfo) =>
    workload === null ? side.label : (side.program ?? side.variant ?? side.label);
  const sides =
    after === null ? shorten(name(before)) : `${shorten(name(before))} → ${shorten(name(after))}`;
  return workload === null ? sides : `${workload}: ${sides}`;
};

/**
 * A command line longer than this is shortened in a title; it is printed in full at the end of the
 * page.
 */
const longestTitle = 72;

const shorten = (name: string): string =>
  name.length <= longestTitle ? name : `${name.slice(0, longestTitle - 20)} … ${name.slice(-16)}`;

export interface Section {
  readonly html: Html;
  readonly figures: readonly Figure[];
}

/** The section of one session and the figures in it (for their files). */
export const sessionSection = async (
  input: SessionInput,
  prefix: string,
  extra: readonly Chart[] = [],
  draw: DrawFigure = figure,
): Promise<Section> => {
  const {session, samples} = input;
  const {comparison} = session;
  const context =
    comparison === null
      ? sideContext(session, samples)
      : comparisonContext(comparison, session, samples);
  const figures = await drawAll([...drawCharts(context), ...extra], prefix, draw);
  return {
    figures,
    html: html`<section class="session" id="${prefix}session">
      <h1>${sessionTitle(session)}</h1>
      <p class="sub">
        ${session.created.slice(0, 16).replace('T', ' ')} UTC on
        ${session.host.name}${session.host.cpu === null ? '' : `, ${session.host.cpu}`}.
        ${comparison === null ? '' : designLine(comparison)}
      </p>
      ${
        session.status === 'refused'
          ? html`<p>This session was refused: ${session.reason ?? 'no reason was kept'}.</p>`
          : nothing
      }
      ${
        comparison === null
          ? html`${summaryTable(session)}${runByRun(figures)}`
          : comparisonBody(comparison, figures)
      }
      ${placementSection(session, samples)}${hostSection(session)}${repeatSection(session)}
    </section>`,
  };
};

/**
 * The section of a comparison that belongs to no session: two tables from a mail, or two sessions.
 */
export const comparisonSection = async (
  comparison: Comparison,
  prefix: string,
  draw: DrawFigure = figure,
): Promise<Section> => {
  const figures = await drawAll(
    drawCharts(comparisonContext(comparison, null, null)),
    prefix,
    draw,
  );
  return {
    figures,
    html: html`<section class="session" id="${prefix}session">
      <h1>${comparisonTitle(comparison)}</h1>
      <p class="sub">${designLine(comparison)}</p>
      ${comparisonBody(comparison, figures)}
    </section>`,
  };
};

/** `prefix` keeps the file names of several sessions apart. */
const drawAll = async (
  charts: readonly Chart[],
  prefix: string,
  draw: DrawFigure,
): Promise<Figure[]> => {
  const figures: Figure[] = [];
  for (const chart of charts) figures.push(await draw({...chart, name: `${prefix}${chart.name}`}));
  return figures;
};

const comparisonBody = (comparison: Comparison, figures: readonly Figure[]): Html => {
  const changes = figures.filter((one) => one.chart.kind === 'forest');
  const others = figures.filter((one) => !changes.includes(one));
  return html`${glanceSection(comparison)}${changes.map((one) => one.html)}${findingsSection(
    comparison,
  )}${tableSection(comparison)}
  ${runByRun(others)} ${spikesSection(comparison)}${notCountedSection(comparison)}`;
};

const runByRun = (figures: readonly Figure[]): Html =>
  figures.length === 0
    ? nothing
    : html`<h2>Why, and run by run</h2>
        ${figures.some((one) => one.chart.kind === 'strip') ? controls : nothing}${figures.map(
          (one) => one.html,
        )}`;

const summaryTable = (session: Session): Html =>
  html`<h2>Table</h2>
    <p class="note">One side only; compare it with another session for a verdict.</p>
    <table class="rows">
      <thead>
        <tr>
          <th>Event</th>
          <th>Runs</th>
          <th>Mean</th>
          <th>Median</th>
        </tr>
      </thead>
      <tbody>
        ${session.summary.map(
          (row) =>
            html`<tr>
              <td class="event">${row.event}</td>
              <td data-label="runs">${row.stats.n ?? '—'}</td>
              <td data-label="mean">
                ${row.stats.mean === null ? '—' : formatCount(row.stats.mean, row.unit)}${
                  row.stats.mean === null || row.stats.mean === 0 || row.stats.sem === null
                    ? nothing
                    : html`<small>± ${formatShare(row.stats.sem / row.stats.mean)}</small>`
                }
              </td>
              <td data-label="median">
                ${row.stats.median === null ? '—' : formatCount(row.stats.median, row.unit)}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>`;
