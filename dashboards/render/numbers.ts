// A chart's numbers as files: CSV (RFC 4180) and JSON.
import type {Chart, Row} from '../charts/types.ts';

const cell = (value: Row[string] | undefined): string => {
  if (value === null || value === undefined) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Header and rows, one a line; null is an empty cell. */
export const toCsv = (rows: readonly Row[]): string => {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return `${[columns.map(cell), ...rows.map((row) => columns.map((column) => cell(row[column])))].map((line) => line.join(',')).join('\n')}\n`;
};

/** Title, description and rows as one JSON document. */
export const toJson = (chart: Chart): string =>
  `${JSON.stringify({chart: chart.kind, title: chart.title, description: chart.description, rows: chart.rows}, null, 1)}\n`;
