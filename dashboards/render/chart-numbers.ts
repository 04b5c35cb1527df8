// A chart's numbers as files: CSV (RFC 4180) and JSON.
import {csvCell, visibleLines} from '../../results/visible.ts';
import type {Chart, Row} from '../charts/types.ts';

/** Header and rows, one per line; null is an empty cell. */
export const toCsv = (rows: readonly Row[]): string => {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [
    columns.map(csvCell),
    ...rows.map((row) => columns.map((column) => csvCell(row[column]))),
  ];
  return `${lines.map((line) => line.join(',')).join('\n')}\n`;
};

/** Title, description and rows as one JSON document. */
export const toJson = ({kind, title, description, rows}: Chart): string =>
  visibleLines(`${JSON.stringify({chart: kind, title, description, rows}, null, 1)}\n`);
