// Events counted only part of the time: their values are estimates, and below a fifth of the time
// poor ones.
import {max, min} from 'simple-statistics';
import type {ImportTable, Warning} from '../../types.ts';

const poor = 20;

const partly = (table: ImportTable) =>
  table.rows.filter((row) => row.status === 'ok' && row.running !== null && row.running < 99.995);

export const multiplexed = (table: ImportTable): Warning[] => {
  const rows = partly(table);
  if (rows.length === 0) return [];
  const shares = rows.map((row) => row.running ?? 0);
  const [least, most] = [min(shares), max(shares)];
  const range = least === most ? `${least} %` : `${least} % to ${most} %`;
  return [
    {
      code: 'multiplexed',
      text:
        `${rows.length} of ${table.rows.length} rows were counted ${range} of the time and ` +
        'scaled up: they are estimates, from different slices of the run',
      data: {rows: rows.length, least, most},
    },
  ];
};

export const lowRunning = (table: ImportTable): Warning[] => {
  const rows = partly(table).filter((row) => (row.running ?? 0) < poor);
  if (rows.length === 0) return [];
  const named = rows
    .slice(0, 4)
    .map((row) => `${row.event} ${row.running} %`)
    .join(', ');
  return [
    {
      code: 'low-running',
      text:
        `counted less than ${poor} % of the time: ` +
        `${named}${rows.length > 4 ? ` and ${rows.length - 4} more` : ''}; scaled up by five ` +
        'or more',
      data: {events: rows.map((row) => row.event)},
    },
  ];
};
