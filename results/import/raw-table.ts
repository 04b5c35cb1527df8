// A table while it is read, every number as printed, and the step that turns it into an ImportTable once all of it is known.
import type {ImportRow, ImportTable} from '../types.ts';
import type {DecimalMark} from './numbers.ts';
import {decimalMark, readNumber} from './numbers.ts';
import type {RawRow} from './perf-row.ts';

/** `line` is the number of the first line in the source. */
export interface RawTable {
  readonly line: number;
  label: string | null;
  command: string | null;
  kind: string | null;
  runs: number | null;
  elapsed: {value: string; error: string | null; noise: string | null} | null;
  user: string | null;
  sys: string | null;
  readonly rows: {row: RawRow; line: number}[];
  readonly measurements: string[];
}

export const newRawTable = (line: number): RawTable =>
  ({line, label: null, command: null, kind: null, runs: null, elapsed: null, user: null, sys: null, rows: [], measurements: []});

/** A finished table with where it stands, and the lines whose numbers were no numbers. */
export interface PlacedTable {
  readonly line: number;
  readonly table: ImportTable;
  readonly doubtful: readonly number[];
}

/** Each table by the decimal mark its own numbers show, else the one the others show, else `fallback`. */
export const finishTables = (raw: readonly RawTable[], fallback: DecimalMark = '.'): PlacedTable[] => {
  let common: DecimalMark | null = null;
  return raw.map((table) => finishTable(table, markOf([table]) ?? (common ??= markOf(raw) ?? fallback)));
};

const finishTable = (raw: RawTable, mark: DecimalMark): PlacedTable => {
  const doubtful: number[] = [];
  const read = (token: string | null | undefined): number | null => token === null || token === undefined ? null : readNumber(token, mark);
  const rows: ImportRow[] = [];
  for (const {row, line} of raw.rows) {
    const value = read(row.count);
    if (row.count !== null && value === null) {
      doubtful.push(line);
      continue;
    }
    const first = row.metrics[0];
    const finished: {-readonly [Key in keyof ImportRow]: ImportRow[Key]} = {
      event: row.event, value, unit: row.unit, sem: read(row.noise), running: read(row.running),
      metric: first === undefined ? null : read(first.value), metricUnit: first?.text ?? null, status: row.status,
    };
    if (row.metrics.length > 1) finished.metrics = row.metrics.map((metric) => ({value: read(metric.value), unit: metric.text}));
    if (row.aggregate !== null) finished.aggregate = row.aggregate;
    if (row.time !== null) finished.time = read(row.time) ?? 0;
    if (row.group) finished.group = true;
    rows.push(finished);
  }
  const seconds = read(raw.elapsed?.value);
  const error = read(raw.elapsed?.error);
  const relative = read(raw.elapsed?.noise);
  const measurements = raw.measurements.map((token) => readNumber(token, mark));
  const user = read(raw.user);
  const sys = read(raw.sys);
  return {line: raw.line, doubtful, table: {
    command: raw.command, label: raw.label, runs: raw.runs,
    elapsed: seconds === null ? null : {seconds, sem: relative ?? (error === null || error === 0 ? null : 100 * error / seconds), ...(error === null ? {} : {semSeconds: error})},
    ...(user === null ? {} : {user}), ...(sys === null ? {} : {sys}), ...(raw.kind === null ? {} : {kind: raw.kind}),
    rows, samples: measurements.length === 0 ? [] : [{event: 'elapsed', unit: 'sec', values: measurements}], warnings: [],
  }};
};

const enoughVotes = 200;

/** The decimal mark these tables show, or null where nothing tells. */
const markOf = (tables: readonly RawTable[]): DecimalMark | null => {
  const decimals: string[] = [];
  const counts: string[] = [];
  const push = (list: string[], token: string | null | undefined): void => {
    if (token !== null && token !== undefined) list.push(token);
  };
  for (const raw of tables) {
    push(decimals, raw.elapsed?.value);
    push(decimals, raw.elapsed?.noise);
    push(decimals, raw.user);
    push(decimals, raw.sys);
    decimals.push(...raw.measurements);
    for (const {row} of raw.rows) {
      if (decimals.length > enoughVotes) break;
      push(decimals, row.noise);
      push(decimals, row.running);
      push(decimals, row.time);
      for (const metric of row.metrics) push(decimals, metric.value);
      push(row.unit === 'msec' ? decimals : counts, row.count);
    }
  }
  return decimalMark(decimals, counts);
};
