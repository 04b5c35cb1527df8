// The table of a session's page: one row per event, simulated counts in a separate table, and the
// reason for each verdict.
import type {Comparison, ComparisonRow, SideStats} from '../../results/types.ts';
import {
  formatChange,
  formatCount,
  formatGrouped,
  formatInterval,
  formatShare,
  plural,
} from '../charts/axis-format.ts';
import {looks, sideNames} from '../charts/verdicts.ts';
import {isSimulated} from '../tables/facts.ts';
import type {Html} from './html.ts';
import {html, nothing} from './html.ts';

export const tableSection = (comparison: Comparison): Html => {
  const measured = comparison.rows.filter((row) => !isSimulated(row.event));
  const simulated = comparison.rows.filter((row) => isSimulated(row.event));
  if (comparison.rows.length === 0) return nothing;
  return html`<h2>Table</h2>
    <p class="note">
      ${designLine(comparison)}
      ${
        measured.length === 0
          ? ''
          : measured.some((row) => row.before.median !== null)
            ? 'Medians of the runs; below them the mean with its standard error. Change is after ' +
              'over before with its interval.'
            : 'Means with their standard errors. Change is after over before with its interval.'
      }
    </p>
    ${measured.length === 0 ? nothing : rowsTable(comparison, measured)}
    ${
      simulated.length === 0
        ? nothing
        : html`<h3 class="apart">Simulated, not measured</h3>
            <p class="note">
              ${[...new Set(simulated.flatMap((row) => row.warnings.map((one) => one.text)))].join(' ')}
            </p>
            ${rowsTable(
              comparison,
              simulated.filter((row) => !isZero(row)).map((row) => ({...row, warnings: []})),
            )}${
              simulated.some(isZero)
                ? html`<p class="note">
                    0 on both sides:
                    ${simulated
                      .filter(isZero)
                      .map((row) => row.event)
                      .join(', ')}.
                  </p>`
                : nothing
            }`
    }
    <details>
      <summary>Why each verdict</summary>
      <dl class="facts">
        ${comparison.rows.map(
          (row) =>
            html`<dt>${row.event}</dt>
              <dd>
                ${row.verdict}:
                ${row.reason}${
                  row.quadsNeeded === undefined
                    ? ''
                    : `; about ${plural(row.quadsNeeded, 'quad')} would settle it`
                }.${row.kind === 'exact' ? '' : ` Margin ${formatShare(row.margin)}.`}
              </dd>`,
        )}
      </dl>
    </details>`;
};

const isZero = (row: ComparisonRow): boolean => row.before.mean === 0 && row.after.mean === 0;

const rowsTable = (comparison: Comparison, rows: readonly ComparisonRow[]): Html => {
  const {before, after} = sideNames(comparison.before, comparison.after);
  const judged = rows.some((row) => row.pAdjusted !== null);
  return html`<table class="rows">
    <thead>
      <tr>
        <th>Event</th>
        <th>${before}</th>
        <th>${after}</th>
        <th>Change</th>
        <th class="text">Verdict</th>
        ${judged ? html`<th>p, corrected</th>` : nothing}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr class="${row.primary ? 'primary' : ''}">
            <td class="event">
              ${row.event}${row.warnings.map((warning) => html`<small>${warning.text}</small>`)}
            </td>
            <td data-label="${before}">
              ${side(row.before, row.unit)}<small>${spread(row.before, row.unit)}</small>
            </td>
            <td data-label="${after}">
              ${side(row.after, row.unit)}<small>${spread(row.after, row.unit)}</small>
            </td>
            ${change(row)}
            <td class="text"><span class="${row.verdict}">${looks[row.verdict].word}</span></td>
            ${judged ? pCell(row) : nothing}
          </tr>`,
      )}
    </tbody>
  </table>`;
};

const pCell = ({pAdjusted}: ComparisonRow): Html => {
  const p = pAdjusted === null ? '—' : formatP(pAdjusted);
  return html`<td data-label="p">${p}</td>`;
};

const formatP = (p: number): string => (p < 0.001 ? '< 0.001' : p.toFixed(3));

const designs: Readonly<Record<Comparison['design'], string>> = {
  abba: 'Interleaved in quads (ABBA or BAAB).',
  blocked: 'All runs of one side, then all of the other: drift is not cancelled.',
  summary: 'From summaries only: no single runs were known.',
  slices: 'Both sides alternated every few microseconds inside one process, at many placements.',
  'one-core': 'Both sides started together on one core, alternated by the scheduler.',
};

export const designLine = (comparison: Comparison): string => {
  if (comparison.rows.length > 0 && comparison.rows.every((row) => isSimulated(row.event)))
    return 'Counted by a simulator, once per side: exact for this code.';
  const runs = (['before', 'after'] as const).map(
    (name) => comparison.rows.map((row) => row[name].n).find((n) => n !== null) ?? null,
  );
  const count = runs.every((n) => n !== null)
    ? ` ${plural(runs[0]!, 'run')} before, ${formatGrouped(runs[1]!, 0)} after`
    : '';
  const quads =
    comparison.quads === null
      ? ''
      : `${count === '' ? ' ' : ', '}${plural(comparison.quads, 'quad')}`;
  return `${designs[comparison.design]}${count}${quads}${count === '' && quads === '' ? '' : '.'}`;
};

const side = (stats: SideStats, unit: string): string => {
  const value = stats.median ?? stats.mean;
  return value === null ? '—' : formatCount(value, unit);
};

/** The mean with its standard error, as the list expects it. */
const spread = (stats: SideStats, unit: string): string => {
  if (stats.mean === null || stats.sem === null || stats.mean === 0 || stats.sem === 0) return '';
  const error = `±\u00a0${formatShare(Math.abs(stats.sem / stats.mean))}`;
  return stats.median === null
    ? error
    : `mean ${formatCount(stats.mean, unit === 'ns' ? unit : '')} ${error}`;
};

const change = (row: ComparisonRow): Html => {
  if (row.change === null || !Number.isFinite(row.change.ratio))
    return html`<td class="full">no ratio</td>`;
  return html`<td class="full">
    <span class="${row.verdict}">${formatChange(row.change.ratio)}</span
    ><small
      >${row.kind === 'exact' ? 'exact' : formatInterval(row.change.low, row.change.high)}</small
    >
  </td>`;
};
