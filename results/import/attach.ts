// Joins what belongs to one run: a benchmark's own figures and the perf stat table of the same run,
// and a hand-made table and the outputs its columns name.
import type {ImportRow, ImportTable} from '../types.ts';
import {isShell} from './label-words.ts';
import {labelOf} from './labels.ts';
import type {Lines} from './lines.ts';
import type {PlacedTable} from './raw-table.ts';

/** Formats whose rows belong to the perf stat table of the same run. */
const joining: ReadonlySet<string> = new Set(['bpf bench', 'perf bench', 'metric-only']);

/** Lines between a benchmark's figures and the table of its run. */
const mostBetween = 40;

const isPerf = ({table}: PlacedTable): boolean => table.format === 'perf stat';

/** Rows of `extra` that are not in `table` already; the names may differ in capitals. */
const rowsBeyond = (table: ImportTable, extra: ImportTable, runs: number | null): ImportRow[] => {
  const known = new Set(table.rows.map(({event}) => event.toLowerCase()));
  return extra.rows
    .filter(({event}) => !known.has(event.toLowerCase()))
    .map((row) => (runs === null || runs === table.runs ? row : {...row, runs}));
};

const joined = (placed: PlacedTable, extra: ImportTable): PlacedTable => {
  const {table} = placed;
  const {about, operations, fixedTime} = extra;
  return {
    ...placed,
    table: {
      ...table,
      label: table.label ?? extra.label,
      rows: [...table.rows, ...rowsBeyond(table, extra, extra.runs)],
      samples: [...table.samples, ...extra.samples],
      warnings: [...table.warnings, ...extra.warnings],
      ...(about === undefined ? {} : {about}),
      ...(operations === undefined ? {} : {operations}),
      ...(fixedTime === undefined ? {} : {fixedTime}),
    },
  };
};

/** Index of the line with a number of the source. */
const indexOf = ({numbers}: Lines, number: number): number => {
  let [low, high] = [0, numbers.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] < number) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Whether no heading, name or command is in the lines. */
const isOneRun = ({text, starts}: Lines, from: number, to: number): boolean => {
  if (to - from > mostBetween) return false;
  const between = text.slice(starts[from], starts[Math.max(from, to)]);
  return labelOf(between).label === null && !between.split('\n').some((line) => isShell(line));
};

/**
 * Tables in order of their lines. `lines`: the text in which the lines of all readers but perf
 * stat's are empty.
 */
export const attach = (tables: readonly PlacedTable[], lines: Lines): readonly PlacedTable[] =>
  attachNamed(attachOfRuns(tables, lines));

const attachOfRuns = (tables: readonly PlacedTable[], lines: Lines): readonly PlacedTable[] => {
  if (!tables.some(({table: {format}}) => format !== undefined && joining.has(format)))
    return tables;
  const isTaken = new Set<number>();
  const isDropped = new Set<number>();
  const result = [...tables];
  tables.forEach((extra, i) => {
    const {format} = extra.table;
    if (format === undefined || !joining.has(format) || extra.span === undefined) return;
    const {first, last} = extra.span;
    const above = i - 1;
    const below = i + 1;
    const isFree = (k: number): boolean =>
      k >= 0 && k < tables.length && isPerf(tables[k]) && !isTaken.has(k);
    // perf prints its table after the benchmark's own output, unless that went to a file.
    const target =
      isFree(above) && isOneRun(lines, indexOf(lines, tables[above].line) + 1, first)
        ? above
        : isFree(below) && isOneRun(lines, last + 1, indexOf(lines, tables[below].line))
          ? below
          : null;
    if (target === null) return;
    isTaken.add(target);
    isDropped.add(i);
    result[target] = joined(result[target], extra.table);
  });
  return result.filter((_one, i) => !isDropped.has(i));
};

const byHand = 'two-column table';

/** Hand-made tables whose two columns have the names of two outputs. */
const attachNamed = (tables: readonly PlacedTable[]): readonly PlacedTable[] => {
  if (!tables.some(({table}) => table.format === byHand)) return tables;
  const result = [...tables];
  const isDropped = new Set<number>();
  const named = new Map<string, number>();
  const keyOf = ({table}: PlacedTable): string => table.label?.toLowerCase() ?? '';
  tables.forEach((one, i) => {
    if (isPerf(one) && !named.has(keyOf(one))) named.set(keyOf(one), i);
  });
  named.delete('');
  tables.forEach((one, i) => {
    const next = tables[i + 1];
    if (one.table.format !== byHand || one.table.side !== 'before') return;
    if (next?.table.pair !== one.table.pair) return;
    const [before, after] = [named.get(keyOf(one)), named.get(keyOf(next))];
    if (before === undefined || after === undefined || before === after) return;
    const {pair} = one.table;
    for (const [k, extra, side] of [
      [before, one, 'before'],
      [after, next, 'after'],
    ] as const) {
      const both = joined(result[k], extra.table);
      result[k] = {...both, table: {...both.table, side, pair}};
    }
    named.delete(keyOf(one));
    named.delete(keyOf(next));
    isDropped.add(i).add(i + 1);
  });
  return result.filter((_one, i) => !isDropped.has(i));
};
