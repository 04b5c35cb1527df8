// The layout of `perf stat -r` itself, so that our table can replace a paste of perf; `import`
// reads it back.
import {comparisonTables} from '../../results/exports/session-tables.ts';
import type {Comparison, ImportRow, ImportTable} from '../../results/types.ts';
import {meanOf} from '../../results/stats/moments.ts';
import {groupThousands} from './ascii.ts';

/** The sides one after the other, each under its label. */
export const perf = (comparison: Comparison): string => {
  const tables = comparisonTables(comparison);
  if (tables.every((table) => table.rows.length === 0))
    return '# nothing was measured: the layout of perf has no place for simulated counts';
  return tables.map(perfTable).join('\n');
};

const nameWidth = 32;
/** Where perf puts the control group, after the name. */
const cgroupColumn = 25;

/**
 * One table with its label, header, rows and elapsed time; every number with its original
 * precision.
 */
export const perfTable = (table: ImportTable): string =>
  [
    ...(table.label === null ? [] : [`${table.label}:`]),
    '',
    header(table),
    '',
    ...rowsText(table),
    '',
    ...measurements(table),
    ...elapsed(table),
  ].join('\n');

const header = ({command, kind, runs}: ImportTable): string => {
  const words = command ?? '';
  const target =
    kind === 'cpus'
      ? `'CPU(s) ${words}'`
      : kind === 'process'
        ? `process id '${words}'`
        : kind === 'thread'
          ? `thread id '${words}'`
          : kind === 'bpf'
            ? `BPF program(s) '${words}'`
            : `'${words}'`;
  return ` Performance counter stats for ${target}${runs === null ? '' : ` (${runs} runs)`}:`;
};

const rowsText = (table: ImportTable): string[] => {
  const lines: string[] = [];
  table.rows.forEach((row, i) => {
    const previous = table.rows[i - 1];
    const continues =
      row.group === true &&
      previous?.group === true &&
      previous.event === row.event &&
      previous.time === row.time &&
      previous.aggregate === row.aggregate;
    lines.push(...(row.group === true ? groupLines(row, continues) : countLines(row)));
  });
  return lines;
};

const countLines = (row: ImportRow): string[] => {
  const isClock = /^(?:task|cpu)-clock/.test(row.event);
  const count =
    row.value === null
      ? `<${row.status.replace('-', ' ')}>`
      : number(row.value, row.unit === 'msec' && isClock ? 2 : 0, true);
  const [place, cgroup] = placeOf(row);
  const start = startOf(row, place);
  const name =
    cgroup === ''
      ? row.event
      : `${row.event.padEnd(cgroup.startsWith('/') ? 0 : cgroupColumn)} ${cgroup}`;
  const head = `${start}${count.padStart(18)} ${row.unit.padEnd(4)} ${name.padEnd(nameWidth)}`;
  const metrics =
    row.metrics ?? (row.metricUnit === null ? [] : [{value: row.metric, unit: row.metricUnit}]);
  const texts =
    metrics.length === 0
      ? [''.padEnd(35)]
      : metrics.map((metric) => ` # ${comment(metric)}`.padEnd(35));
  return texts.map((text, i) =>
    `${i === 0 ? head : ''.padEnd(head.length)}${text}${i === texts.length - 1 ? tail(row) : ''}`.trimEnd(),
  );
};

const startOf = ({time}: ImportRow, place: string): string =>
  `${time === undefined ? '' : `${time.toFixed(9).padStart(15)} `}` +
  `${place === '' ? '' : `${place.padEnd(10)} `}`;

const beforeCount = /^(?:S-?\d+(?:-[A-Z]{1,5}-?\d+)*|CPU-?\d+|[NDCL]\d+|.*-\d+)(?: \d+)?$/;

/**
 * CPU, socket or thread before the count, and a control group after the name, as they were read.
 */
const placeOf = ({aggregate}: ImportRow): [string, string] => {
  const words = aggregate ?? '';
  if (words === '' || (beforeCount.test(words) && !words.startsWith('/'))) return [words, ''];
  const parts = words.split(' ');
  const group = parts.pop() ?? '';
  return [parts.join(' '), group];
};

const groupLines = (row: ImportRow, continues: boolean): string[] => {
  const start = startOf(row, placeOf(row)[0]);
  const name = continues
    ? ''.padEnd(start.length + 24 + nameWidth)
    : `${start}${''.padEnd(24)}${row.event.padEnd(nameWidth)}`;
  return [
    (
      `${name}${` # ${comment({value: row.metric, unit: row.metricUnit ?? ''})}`.padEnd(35)}` +
      `${tail(row)}`
    ).trimEnd(),
  ];
};

const tail = (row: ImportRow): string =>
  `${row.sem === null ? '' : `  ( +-${number(row.sem, 2).padStart(6)}% )`}` +
  `${row.running === null ? '' : `  (${number(row.running, 2)}%)`}`;

/** `   3.492 GHz`, `    6.01% of all branches`, `     nan %  tma_retiring`. */
const comment = ({value, unit}: {readonly value: number | null; readonly unit: string}): string => {
  const isShare = unit.startsWith('% ');
  const text = value === null ? 'nan' : number(value, isShare ? 2 : unit.includes('per') ? 2 : 3);
  if (!isShare) return `${text.padStart(8)} ${unit}`;
  return /^% (?:of all|\w+ cycles idle)/.test(unit)
    ? `${text.padStart(7)}${unit}`
    : `${text.padStart(8)} %  ${unit.slice(2)}`;
};

const measurements = ({samples}: ImportTable): string[] => {
  const values =
    samples
      .find((series) => series.event === 'elapsed')
      ?.values.filter((value) => value !== null) ?? [];
  if (values.length === 0) return [];
  const mean = meanOf(values);
  const line = (value: number): string => {
    const delta = value - mean;
    const decimals = number(value, 3).split('.')[1].length;
    // perf draws a mark and one more for every 5 % from the mean.
    return (
      `            ${number(value, 3)} ` +
      `(${delta < 0 ? '-' : '+'}${Math.abs(delta).toFixed(decimals)}) ` +
      `${'#'.repeat(1 + Math.min(60, Math.floor(Math.abs((20 * delta) / value))))}`
    );
  };
  return [
    '            # Table of individual measurements:',
    ...values.map(line),
    '',
    '            # Final result:',
  ];
};

const elapsed = (table: ImportTable): string[] => {
  if (table.elapsed === null) return [];
  const {seconds, sem, semSeconds} = table.elapsed;
  const time = number(seconds, 3).padStart(18);
  const error = semSeconds === undefined ? '' : ` +- ${number(semSeconds, 3)}`;
  const relative = sem === null ? '' : `  ( +-${number(sem, 2).padStart(6)}% )`;
  const mode = (value: number | undefined, word: string): string[] =>
    value === undefined ? [] : [`${number(value, 3).padStart(18)} seconds ${word}`];
  const modes = [...mode(table.user, 'user'), ...mode(table.sys, 'sys')];
  return [
    `${time}${error} seconds time elapsed${relative}`,
    ...(modes.length === 0 ? [] : ['', ...modes]),
    '',
  ];
};

/**
 * All digits the number has, at least `decimals` after the point; thousands set apart by commas
 * if asked.
 */
const number = (value: number, decimals: number, isGrouped = false): string => {
  const plain = String(value);
  const exact = plain.includes('e') ? value.toFixed(Math.abs(value) < 1 ? 12 : 0) : plain;
  const [whole, fraction = ''] = exact.split('.');
  const grouped = isGrouped ? groupThousands(whole) : whole;
  const digits = fraction.padEnd(decimals, '0');
  return digits === '' ? grouped : `${grouped}.${digits}`;
};
