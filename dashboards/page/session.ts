// One session (or comparison) as a section of a page: the glance, the charts that matter, and everything needed to check and repeat it.
import type {Comparison, ComparisonRow, Samples, Session} from '../../results/types.ts';
import {decomposition} from '../charts/decomposition.ts';
import {ecdf} from '../charts/ecdf.ts';
import {forest} from '../charts/forest.ts';
import {placementSweep} from '../charts/placement.ts';
import {strip} from '../charts/strip.ts';
import type {Chart} from '../charts/types.ts';
import type {Figure} from './figure.ts';
import {figure} from './figure.ts';
import type {Html} from './html.ts';
import {html, nothing} from './html.ts';
import {designLine, findingsSection, glanceSection, hostSection, notCountedSection, placementSection, repeatSection, spikesSection, tableSection} from './sections.ts';

export interface SessionInput {
  readonly session: Session;
  readonly samples: Samples | null;
}

/** At most this many events get a strip and a distribution; the primary event and those with spikes come first. */
const mostStrips = 6;
const mostDistributions = 3;

/** `flow_dissector: v58 → rfc1`, or what is known of the two sides. */
export const sessionTitle = ({workload, before, after}: Session): string => {
  const sides = after === null ? before.label : `${before.label} → ${after.label}`;
  return workload === null ? sides : `${workload}: ${sides}`;
};

/** Names for files and anchors. */
export const slug = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '') || 'x';

/** The charts of a comparison in reading order; `prefix` keeps the file names of several sessions apart. */
export const comparisonCharts = (comparison: Comparison, session: Session | null, samples: Samples | null, prefix: string): readonly Chart[] => {
  const labels = {before: comparison.before.label, after: comparison.after.label};
  const rows = interesting(comparison.rows);
  const perRun = samples === null ? [] : [
    ...rows.slice(0, mostStrips).map((row) => strip(row, samples, labels, `${prefix}strip-${slug(row.event)}`)),
    ...rows.slice(0, mostDistributions).map((row) => ecdf(row, samples, labels, `${prefix}ecdf-${slug(row.event)}`)),
    ...(session === null ? [] : rows.slice(0, 1).map((row) => placementSweep(row, session, samples, `${prefix}placement-${slug(row.event)}`))),
  ];
  return [forest(comparison, `${prefix}forest`), decomposition(comparison, `${prefix}decomposition`), ...perRun].filter((chart) => chart !== null);
};

const interesting = (rows: readonly ComparisonRow[]): readonly ComparisonRow[] => {
  const weight = (row: ComparisonRow): number =>
    (row.primary ? 4 : 0) + (row.spikes.before.length + row.spikes.after.length > 0 ? 2 : 0) + (row.verdict === 'more' || row.verdict === 'less' ? 1 : 0);
  return [...rows].sort((a, b) => weight(b) - weight(a));
};

/** The section of one session and the figures in it (for their files). */
export const sessionSection = async (input: SessionInput, prefix: string, extra: readonly Chart[] = []): Promise<{html: Html; figures: readonly Figure[]}> => {
  const {session, samples} = input;
  const {comparison} = session;
  const figures: Figure[] = [];
  if (comparison !== null) {
    for (const chart of [...comparisonCharts(comparison, session, samples, prefix), ...extra]) figures.push(await figure(chart));
  }
  const [first, ...others] = figures;
  return {
    figures,
    html: html`<section class="session" id="${prefix}session"><h1>${sessionTitle(session)}</h1>
<p class="sub">${session.created.slice(0, 16).replace('T', ' ')} UTC on ${session.host.name}${session.host.cpu === null ? '' : `, ${session.host.cpu}`}. ${comparison === null ? '' : designLine(comparison)}</p>
${session.status === 'refused' ? html`<p>This session was refused: ${session.reason ?? 'no reason was kept'}.</p>` : nothing}
${comparison === null ? summaryTable(session) : html`${glanceSection(comparison)}${first?.html ?? nothing}${findingsSection(comparison)}${tableSection(comparison)}
${others.length === 0 ? nothing : html`<h2>Run by run, and why</h2>${others.map((one) => one.html)}`}
${spikesSection(comparison)}${notCountedSection(comparison)}`}
${placementSection(session)}${hostSection(session)}${repeatSection(session)}</section>`,
  };
};

const summaryTable = (session: Session): Html => html`<h2>Table</h2><p class="note">One side only; compare it with another session for a verdict.</p>
<table class="rows"><thead><tr><th>Event</th><th>Runs</th><th>Mean</th><th>Median</th></tr></thead><tbody>${session.summary.map((row) => html`<tr><td class="event">${row.event}</td><td data-label="runs">${row.stats.n ?? '—'}</td><td data-label="mean">${row.stats.mean === null ? '—' : `${row.stats.mean.toPrecision(6)} ${row.unit}`}</td><td data-label="median">${row.stats.median === null ? '—' : `${row.stats.median.toPrecision(6)} ${row.unit}`}</td></tr>`)}</tbody></table>`;
