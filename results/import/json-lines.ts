// Reads `perf stat -j`: one object a line since 6.0, also broken over lines, with the commas and marks some versions got wrong.
import type {CleanLine} from './clean.ts';
import {labelOf} from './labels.ts';
import type {RawRow} from './perf-row.ts';
import type {RawTable} from './raw-table.ts';
import {newRawTable} from './raw-table.ts';

export interface JsonTables {
  readonly tables: readonly RawTable[];
  readonly claimed: ReadonlySet<number>;
}

const keys = /"(?:counter-value|metric-value|metricgroup|event-runtime)"/;
const pair = /"([\w-]+)"\s*:\s*(?:"((?:[^"\\]|\\.){0,400})"|(-?(?:\d+(?:[.,]\d+)?|nan|inf)))/g;
const isObjectStart = /^\s*[[,]?\s*\{/;
const mostLines = 20;
/** Lines above a table that may name it. */
const namingLines = 12;

/** Objects are read key by key, not by a JSON parser: perf itself prints trailing commas (6.12, 6.13) and decimal commas (locale). */
export const readJsonLines = (lines: readonly CleanLine[]): JsonTables => {
  const claimed = new Set<number>();
  const tables: RawTable[] = [];
  let open: RawTable | null = null;
  let group: RawRow | null = null;
  let between: string[] = [];
  if (!lines.some(({text}) => text.includes('{'))) return {tables, claimed};
  for (let i = 0; i < lines.length; i++) {
    const found = objectAt(lines, i);
    if (found === null) {
      if (open !== null && /[^\s[\],]/.test(lines[i].text) && !/^\s*#/.test(lines[i].text)) open = null;
      if (between.push(lines[i].text) > 2 * namingLines) between = between.slice(-namingLines);
      continue;
    }
    for (let k = i; k < i + found.lines; k++) claimed.add(k);
    for (const fields of found.objects) {
      const row = rowOf(fields);
      if (open === null || (!row.group && startsNext(open, row))) {
        open = newRawTable(lines[i].number);
        open.label = labelOf(between.join('\n')).label;
        tables.push(open);
        group = null;
      }
      between = [];
      if (!row.group) {
        group = null;
        open.rows.push({row, line: lines[i].number});
        continue;
      }
      if (fields.has('metricgroup')) group = {...row, event: fields.get('metricgroup') ?? ''};
      if (row.metrics.length === 0) continue;
      const last = open.rows.at(-1);
      if (group !== null) open.rows.push({row: {...group, metrics: row.metrics, running: row.running}, line: lines[i].number});
      else if (last !== undefined) open.rows[open.rows.length - 1] = {line: last.line, row: {...last.row, metrics: [...last.row.metrics, ...row.metrics]}};
    }
    i += found.lines - 1;
  }
  return {tables, claimed};
};

const startsNext = (open: RawTable, row: RawRow): boolean => {
  const first = open.rows[0]?.row;
  return first !== undefined && row.time === null && row.aggregate === null && first.event === row.event && open.rows.length > 1 && open.rows.at(-1)?.row.event !== row.event;
};

type Fields = ReadonlyMap<string, string>;

/** The objects that begin in line `i`, with how many lines they take; null where none does. */
const objectAt = (lines: readonly CleanLine[], i: number): {objects: Fields[]; lines: number} | null => {
  if (!lines[i].text.includes('{') || !isObjectStart.test(lines[i].text)) return null;
  let text = lines[i].text;
  if (!keys.test(text) && !keys.test(lines[i + 1]?.text ?? '')) return null;
  let taken = 1;
  while (!isObjectStart.test(lines[i + taken]?.text ?? '') && taken < mostLines && text.length < 4000 && !/\}\s*,?\s*\]?\s*$/.test(text) && i + taken < lines.length) {
    text += ` ${lines[i + taken].text}`;
    taken++;
  }
  const objects = text.split(/\}\s*,?\s*(?=\{|\]|$)/).map(fieldsOf).filter((fields) => fields.size > 0);
  return objects.length === 0 ? null : {objects, lines: taken};
};

const fieldsOf = (text: string): Fields => {
  const fields = new Map<string, string>();
  for (const found of text.matchAll(pair)) fields.set(found[1], found[2] ?? found[3]);
  return fields;
};

const rowOf = (fields: Fields): RawRow => {
  const value = fields.get('counter-value') ?? null;
  const status = value === '<not counted>' ? 'not-counted' : value === '<not supported>' ? 'not-supported' : 'ok';
  const unit = (fields.get('metric-unit') ?? '').replace(/\s+/g, ' ').trim();
  const metric = fields.get('metric-value') ?? '';
  const place = ['core', 'die', 'socket', 'node', 'cache', 'cpu', 'thread'].map((name) => fields.get(name)).filter((part) => part !== undefined);
  if (/^\d+$/.test(fields.get('cpu') ?? '')) place[place.indexOf(fields.get('cpu') ?? '')] = `CPU${fields.get('cpu')}`;
  const cpus = fields.get('aggregate-number') ?? fields.get('counters');
  const aggregate = [...place, ...(place.length === 0 || cpus === undefined ? [] : [cpus])].join(' ');
  return {
    event: fields.get('event') ?? '', count: status === 'ok' ? value : null, status, unit: fields.get('unit') ?? '',
    metrics: unit === '' || unit === '(null)' ? [] : [{value: /^-?(?:nan|inf)$|^$/.test(metric) ? null : metric, text: unit}],
    noise: fields.get('variance') ?? null, running: fields.get('pcnt-running') ?? null, time: fields.get('interval') ?? null,
    aggregate: aggregate === '' ? null : aggregate, group: !fields.has('counter-value'),
  };
};
