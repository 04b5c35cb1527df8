// The placement of the code: shares of the variance, the table of a sweep, and every placement.
import {sweepRows} from '../../results/rows/sweep-rows.ts';
import type {Samples, Session} from '../../results/types.ts';
import {formatCount, formatShare, plural} from '../charts/axis-format.ts';
import {sideNames} from '../charts/verdicts.ts';
import type {Html} from './html.ts';
import {html, nothing} from './html.ts';

/** The offsets of a sweep with the median of both sides; the charts above mark the lowest cost. */
const sweepTable = (session: Session, samples: Samples | null): Html => {
  const row = session.comparison?.rows.find((one) => one.primary);
  const rows = samples === null || row === undefined ? [] : sweepRows(session, samples, row.event);
  if (row === undefined || rows.length === 0) return nothing;
  const names = sideNames(session.before, session.after ?? session.before);
  const cell = (value: number | null): string =>
    value === null ? 'none' : formatCount(value, row.unit);
  return html`<table class="rows">
    <caption>
      ${row.event} by offset of the code, medians
    </caption>
    <thead>
      <tr>
        <th>Offset</th>
        <th>${names.before}</th>
        <th>${names.after}</th>
        <th>Runs</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (one) =>
          html`<tr>
            <td class="event">${one.offset}</td>
            <td data-label="${names.before}">${cell(one.before)}</td>
            <td data-label="${names.after}">${cell(one.after)}</td>
            <td data-label="runs">${one.runs}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
};

export const placementSection = (session: Session, samples: Samples | null): Html => {
  const shares = session.comparison?.placement ?? [];
  if (session.placements.length === 0 && shares.length === 0) return nothing;
  return html`<h2>Placement</h2>
    ${
      shares.length === 0
        ? nothing
        : html`<p class="note">
              How much of an event's variance the placement of the image explains.
            </p>
            <dl class="facts">
              ${shares.map(
                (one) =>
                  html`<dt>${one.event}</dt>
                    <dd>
                      ${formatShare(one.share)} (${formatShare(one.low)} to
                      ${formatShare(one.high)})${
                        one.worst === null ? '' : `; costliest at placement ${one.worst}`
                      }
                    </dd>`,
              )}
            </dl>`
    }
    ${sweepTable(session, samples)}
    <details>
      <summary>${plural(session.placements.length, 'placement')}</summary>
      <dl class="facts">
        ${session.placements.map(
          (one, i) =>
            html`<dt>${i} · ${one.side} · ${one.text}</dt>
              <dd>
                <code
                  >${Object.entries(one.addresses)
                    .map(([symbol, address]) => `${symbol} ${address}`)
                    .join(', ')}</code
                >
              </dd>`,
        )}
      </dl>
    </details>`;
};
