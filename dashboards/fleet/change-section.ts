// One change on a page: what changed, between which commits, on which hosts, and whether it is
// real.
import type {CellView, ChangeGroup} from '../../results/fleet/views.ts';
import {formatChange, formatCount, formatInterval} from '../charts/axis-format.ts';
import type {Html} from '../page/html.ts';
import {html, nothing} from '../page/html.ts';
import {alertLink, commitLink, seriesLink, sessionLink, sidesOf} from './fleet-page.ts';

/** `hosts` are the columns of all changes on the page, so that each host has one column. */
export const changeSection = (group: ChangeGroup, hosts: readonly string[]): Html => {
  const {series, over, range, real} = group;
  const tone = over.verdict === 'mixed' ? 'unsettled' : over.verdict;
  return html`<section class="change">
    <h3>${seriesLink(series)}: <span class="${tone}">${over.text}</span></h3>
    <p class="meta">
      ${sidesOf(series)}${
        range.from === null && range.to === null
          ? nothing
          : html`, between ${commitLink(range.from)} and ${commitLink(range.to)}`
      }${over.mean === null ? nothing : html`; ${meanText(group)}`}
    </p>
    <p class="meta">Is it real? ${reality[real.answer]}: ${real.text}.</p>
    <ul class="cells">
      ${group.cells.map((cell, at) => cellItem(hosts[at], cell, series.unit))}
    </ul>
  </section>`;
};

const reality = {yes: 'Yes', no: 'Not likely', 'not known': 'Not known yet'} as const;

const meanText = ({over}: ChangeGroup): string => {
  const {ratio, low, high} = over.mean!;
  const mean = `${formatChange(ratio)} ${formatInterval(low, high)}`;
  return over.differ
    ? `the hosts differ, so their mean (${mean}) says little about any of them`
    : `over hosts like these ${mean}`;
};

const cellItem = (host: string, cell: CellView | null, unit: string): Html => {
  if (cell === null) return html`<li><small>${host}</small>—<small>not measured</small></li>`;
  const figure =
    cell.ratio !== null
      ? formatChange(cell.ratio)
      : cell.level === null
        ? '—'
        : formatCount(cell.level, unit);
  return html`<li class="is-${cell.verdict ?? 'none'}">
    <small>${host}</small>${sessionLink(cell.session, figure)}<small
      >${cell.ratio === null ? '' : formatInterval(cell.low, cell.high)}</small
    ><small
      ><span class="${cell.verdict ?? ''}">${cell.verdict ?? 'one side'}</span>${
        cell.alert === null ? nothing : html`, ${alertLink(cell.alert.id, cell.alert.state)}`
      }</small
    >
  </li>`;
};
