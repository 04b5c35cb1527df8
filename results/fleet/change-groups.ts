// From one row per host to groups of changes: the same series between the same commits is one
// change, whichever hosts show it.
import {isClaim} from '../claims.ts';
import type {HostTraits} from './host-traits.ts';
import {isReal} from './is-real.ts';
import type {HostChange} from './over-hosts.ts';
import {overHosts} from './over-hosts.ts';
import type {CellView, ChangeGroup, SeriesRef} from './views.ts';

export interface NightRow {
  readonly series: SeriesRef;
  readonly cell: CellView;
}

/** `hosts` are the columns; `traits` by host. Largest change first. */
export const changeGroups = (
  rows: readonly NightRow[],
  hosts: readonly string[],
  traits: ReadonlyMap<string, HostTraits>,
  shown: (cell: CellView) => boolean = ({isNew}) => isNew,
): ChangeGroup[] => {
  const bySeries = new Map<number, NightRow[]>();
  for (const row of rows) {
    const own = bySeries.get(row.series.id);
    if (own === undefined) bySeries.set(row.series.id, [row]);
    else own.push(row);
  }
  const drafts = [...bySeries.values()].flatMap((own) => draftsOf(own, hosts, shown));
  const over = overHosts(
    drafts.map(({cells}) => cells.flatMap((cell) => (cell === null ? [] : changeOf(cell, traits)))),
  );
  return drafts
    .map((draft, at): ChangeGroup => {
      const changed = draft.cells.filter((cell) => cell !== null && isClaim(cell));
      return {
        ...draft,
        over: over[at],
        real: isReal(changed as CellView[], over[at].hosts),
      };
    })
    .sort((a, b) => sizeOf(b) - sizeOf(a));
};

const sizeOf = ({cells}: ChangeGroup): number =>
  Math.max(
    0,
    ...cells.flatMap((cell) =>
      cell !== null && isClaim(cell) && cell.ratio !== null && cell.ratio > 0
        ? [Math.abs(Math.log(cell.ratio))]
        : [],
    ),
  );

type Draft = Pick<ChangeGroup, 'range' | 'series' | 'cells'>;

/**
 * One group for each range of commits in which a host shows the change. A host of another range
 * that does not show it is in all of them: it measured the series that night.
 */
const draftsOf = (
  rows: readonly NightRow[],
  hosts: readonly string[],
  shown: (cell: CellView) => boolean,
): Draft[] => {
  const rangeOf = ({commit, commitBefore}: CellView): string => `${commitBefore}..${commit}`;
  const ranges = new Map(
    rows
      .filter(({cell}) => shown(cell))
      .map(({cell}) => [rangeOf(cell), {from: cell.commitBefore, to: cell.commit}]),
  );
  const byHost = new Map(rows.map(({cell}) => [cell.host, cell]));
  return [...ranges].map(([key, range]) => ({
    range,
    series: rows[0].series,
    cells: hosts.map((host) => {
      const cell = byHost.get(host) ?? null;
      const elsewhere = cell !== null && rangeOf(cell) !== key && ranges.has(rangeOf(cell));
      return elsewhere ? null : cell;
    }),
  }));
};

const changeOf = (cell: CellView, traits: ReadonlyMap<string, HostTraits>): HostChange[] =>
  cell.verdict === null
    ? []
    : [
        {
          host: traits.get(cell.host) ?? {host: cell.host, traits: []},
          ratio: cell.ratio,
          low: cell.low,
          high: cell.high,
          verdict: cell.verdict,
        },
      ];
