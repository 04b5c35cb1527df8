// One session (or comparison) as a section of a page: the glance, the charts that matter, and
// everything needed to check and repeat it.
import type {Comparison, ComparisonRow, Samples, Session, SideInfo} from '../../results/types.ts';
import {decomposition} from '../charts/decomposition.ts';
import {ecdf} from '../charts/ecdf.ts';
import {forest, simulatedForest} from '../charts/forest.ts';
import {placementOffsets} from '../charts/offsets.ts';
import {placementSweep} from '../charts/placement.ts';
import {steps} from '../charts/steps.ts';
import type {StepCost} from '../charts/steps.ts';
import {strip} from '../charts/strip.ts';
import {formatCount, formatShare} from '../charts/axis-format.ts';
import type {Chart} from '../charts/types.ts';
import {sideNames} from '../charts/verdicts.ts';
import {isSimulated} from '../tables/facts.ts';
import {spikeLedger} from '../../results/compare/spikes/spike-ledger.ts';
import type {Figure} from './figure.ts';
import {controls, figure} from './figure.ts';
import type {Html} from './html.ts';
import {html, nothing} from './html.ts';
import {slug} from './slug.ts';
import {
  designLine,
  findingsSection,
  glanceSection,
  hostSection,
  notCountedSection,
  placementSection,
  repeatSection,
  spikesSection,
  tableSection,
} from './sections.ts';

export interface SessionInput {
  readonly session: Session;
  readonly samples: Samples | null;
}

/**
 * At most this many events get a strip and a distribution; the primary event and those with spikes
 * come first, those that never vary have none.
 */
const mostStrips = 5;
const mostDistributions = 3;

/** `flow_dissector: v58 → rfc1`, or what is known of the two sides. */
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
  const name = (side: SideInfo) => (workload === null ? side.label : (side.variant ?? side.label));
  const sides =
    after === null ? shorten(name(before)) : `${shorten(name(before))} → ${shorten(name(after))}`;
  return workload === null ? sides : `${workload}: ${sides}`;
};

/**
 * A command line longer than this is shortened in a title; it stands in full at the end of the
 * page.
 */
const longestTitle = 72;

const shorten = (name: string): string =>
  name.length <= longestTitle ? name : `${name.slice(0, longestTitle - 20)} … ${name.slice(-16)}`;

/**
 * The charts of a comparison in reading order; `prefix` keeps the file names of several sessions
 * apart.
 */
export const comparisonCharts = (
  comparison: Comparison,
  session: Session | null,
  samples: Samples | null,
  prefix: string,
): readonly Chart[] => {
  const labels = sideNames(comparison.before, comparison.after);
  const rows = interesting(
    comparison.rows.filter(
      (row) =>
        !isSimulated(row.event) &&
        // Slices have processes instead of runs, and charts of their own.
        !row.event.startsWith('slices/') &&
        (row.before.sd !== 0 || row.after.sd !== 0),
    ),
  );
  const perRun =
    samples === null
      ? []
      : [
          ...rows
            .slice(0, mostStrips)
            .map((row) => strip(row, samples, labels, `${prefix}strip-${slug(row.event)}`)),
          ...rows
            .filter((row, i) => i === 0 || weight(row) > 0)
            .slice(0, mostDistributions)
            .map((row) => ecdf(row, samples, labels, `${prefix}ecdf-${slug(row.event)}`)),
          ...(session === null
            ? []
            : rows
                .slice(0, 1)
                .map((row) =>
                  placementSweep(row, session, samples, `${prefix}placement-${slug(row.event)}`),
                )),
        ];
  return [
    forest(comparison, `${prefix}forest`),
    simulatedForest(comparison, `${prefix}simulated`),
    decomposition(comparison, `${prefix}decomposition`),
    stepDifference(comparison, `${prefix}steps`),
    placementOffsets(comparison, `${prefix}placements`),
    ...perRun,
  ].filter((chart) => chart !== null);
};

/** One side only: its runs, with the spikes among them. */
const sideCharts = (
  session: Session,
  samples: Samples | null,
  prefix: string,
): readonly Chart[] => {
  if (samples === null || session.status === 'refused') return [];
  const spikes = spikeLedger(samples, {placements: session.placements, executions: {}});
  return session.summary
    .filter(({event, stats}) => !isSimulated(event) && stats.sd !== 0)
    .slice(0, mostStrips)
    .map(({event, unit}) =>
      strip(
        {event, unit, spikes: spikes.of(event)},
        samples,
        sideNames(session.before, null),
        `${prefix}strip-${slug(event)}`,
      ),
    )
    .filter((chart) => chart !== null);
};

/** From the finding that carries the cost of each step, where instructions were counted by step. */
const stepDifference = (comparison: Comparison, name: string): Chart | null => {
  const data = comparison.findings.find((one) => one.code === 'steps')?.data;
  const rows = data?.['steps'];
  if (!Array.isArray(rows) || typeof data?.['unit'] !== 'string') return null;
  return steps(rows as readonly StepCost[], data['unit'], name);
};

const interesting = (rows: readonly ComparisonRow[]): readonly ComparisonRow[] =>
  [...rows].sort((a, b) => weight(b) - weight(a));

const weight = (row: ComparisonRow): number =>
  (row.primary ? 4 : 0) +
  (row.spikes.before.length + row.spikes.after.length > 0 ? 2 : 0) +
  (row.verdict === 'more' || row.verdict === 'less' ? 1 : 0);

export interface Section {
  readonly html: Html;
  readonly figures: readonly Figure[];
}

/** The section of one session and the figures in it (for their files). */
export const sessionSection = async (
  input: SessionInput,
  prefix: string,
  extra: readonly Chart[] = [],
): Promise<Section> => {
  const {session, samples} = input;
  const {comparison} = session;
  const charts =
    comparison === null
      ? sideCharts(session, samples, prefix)
      : comparisonCharts(comparison, session, samples, prefix);
  const figures = await draw([
    ...charts,
    ...extra.map((chart) => ({...chart, name: `${prefix}${chart.name}`})),
  ]);
  return {
    figures,
    html: html`<section class="session" id="${prefix}session">
      <h1>${sessionTitle(session)}</h1>
      <p class="sub">
        ${session.created.slice(0, 16).replace('T', ' ')} UTC on
        ${session.host.name}${session.host.cpu === null ? '' : `, ${session.host.cpu}`}.
        ${comparison === null ? '' : designLine(comparison)}
      </p>
      ${session.status === 'refused' ? html`<p>This session was refused: ${session.reason ?? 'no reason was kept'}.</p>` : nothing}
      ${comparison === null ? html`${summaryTable(session)}${runByRun(figures)}` : comparisonBody(comparison, figures)}
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
): Promise<Section> => {
  const figures = await draw(comparisonCharts(comparison, null, null, prefix));
  return {
    figures,
    html: html`<section class="session" id="${prefix}session">
      <h1>${comparisonTitle(comparison)}</h1>
      <p class="sub">${designLine(comparison)}</p>
      ${comparisonBody(comparison, figures)}
    </section>`,
  };
};

const draw = async (charts: readonly Chart[]): Promise<Figure[]> => {
  const figures: Figure[] = [];
  for (const chart of charts) figures.push(await figure(chart));
  return figures;
};

const comparisonBody = (comparison: Comparison, figures: readonly Figure[]): Html => {
  const changes = figures.filter((one) => one.chart.kind === 'forest');
  const others = figures.filter((one) => !changes.includes(one));
  return html`${glanceSection(comparison)}${changes.map((one) => one.html)}${findingsSection(comparison)}${tableSection(comparison)}
  ${runByRun(others)} ${spikesSection(comparison)}${notCountedSection(comparison)}`;
};

const runByRun = (figures: readonly Figure[]): Html =>
  figures.length === 0
    ? nothing
    : html`<h2>Why, and run by run</h2>
        ${figures.some((one) => one.chart.kind === 'strip') ? controls : nothing}${figures.map((one) => one.html)}`;

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
                ${row.stats.mean === null ? '—' : formatCount(row.stats.mean, row.unit)}${row.stats.mean === null || row.stats.mean === 0 || row.stats.sem === null ? nothing : html`<small>± ${formatShare(row.stats.sem / row.stats.mean)}</small>`}
              </td>
              <td data-label="median">
                ${row.stats.median === null ? '—' : formatCount(row.stats.median, row.unit)}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>`;
