// A placement sweep as text: the median of the primary event at each offset, both sides.
import type {OffsetChange, Samples, Session} from '../../results/types.ts';
import {sweepRows} from '../../results/rows/sweep-rows.ts';
import {visible} from '../../results/visible.ts';
import {short} from './figures.ts';

/** Lines that go below a mail table; empty unless the session swept placements. */
export const sweepTable = (session: Session, samples: Samples | null): string =>
  [runsTable(session, samples), slicesTable(session)].filter((part) => part !== '').join('\n');

/** The change by offset in the cache line and in the page, from slices. */
const slicesTable = ({plan, comparison}: Session): string => {
  const slices = comparison?.slices;
  if (!plan.placement.startsWith('sweep') || slices === undefined) return '';
  const cell = (
    side: OffsetChange['side'],
    space: OffsetChange['space'],
    offset: number,
  ): string => {
    const one = slices.byOffset.find(
      (each) => each.side === side && each.space === space && each.offset === offset,
    );
    if (one === undefined) return '-'.padStart(18);
    const {ratio, low, high} = one.change;
    return `${signed(100 * (ratio - 1))}% +-${(50 * (high - low)).toFixed(1)}`.padStart(18);
  };
  return (['line', 'page'] as const)
    .map((space) => {
      const offsets = slices.byOffset
        .filter((one) => one.space === space)
        .map(({offset}) => offset);
      return [
        `change by slices, by the offset of the entry program in its ${space}`,
        `${'offset'.padStart(8)}${'before is there'.padStart(18)}${'after is there'.padStart(18)}`,
        ...[...new Set(offsets)]
          .toSorted((a, b) => a - b)
          .map(
            (offset) =>
              `${String(offset).padStart(8)}${cell('before', space, offset)}${cell('after', space, offset)}`,
          ),
        '',
      ].join('\n');
    })
    .join('\n');
};

const signed = (value: number): string => `${value >= 0 ? '+' : ''}${value.toFixed(1)}`;

const runsTable = (session: Session, samples: Samples | null): string => {
  const row = session.comparison?.rows.find((one) => one.primary);
  if (samples === null || row === undefined) return '';
  const rows = sweepRows(session, samples, row.event);
  if (rows.length === 0) return '';
  const cell = (value: number | null): string => (value === null ? '-' : short(value)).padStart(10);
  const over = (share: number | null): string =>
    (share === null ? '-' : `+${(100 * share).toFixed(2)}%`).padStart(9);
  return [
    `${visible(row.event)} by offset: medians, and per cent over the side's best`,
    `${'offset'.padStart(8)}${'before'.padStart(10)}${''.padStart(9)}` +
      `${'after'.padStart(10)}${''.padStart(9)}${'runs'.padStart(6)}`,
    ...rows.map(
      (one) =>
        `${String(one.offset).padStart(8)}${cell(one.before)}` +
        `${over(one.overBest.before)}${cell(one.after)}` +
        `${over(one.overBest.after)}${String(one.runs).padStart(6)}`,
    ),
    '',
  ].join('\n');
};
