// Reads `perf stat -j`: one object a line since 6.0, also broken over lines, with the commas and
// marks some versions got wrong.
import type {Lines} from './lines.ts';
import {lineAt, newFinder} from './lines.ts';
import {newLineTables, repeatsFirst} from './line-tables.ts';
import type {Metric} from './perf-metric.ts';
import {skipBlank} from './perf-tokens.ts';
import type {RawRow, ReadTables} from './raw-table.ts';
import {holdsTable} from './vocabulary.ts';
import {wordAt} from './repeated-words.ts';

const anyKey = ['"counter-value"', '"metric-value"', '"metricgroup"', '"event-runtime"'] as const;
const keys = /"(?:counter-value|metric-value|metricgroup|event-runtime)"/;
const pair = /"([\w-]+)"\s*:\s*(?:"((?:[^"\\]|\\.){0,400})"|(-?(?:\d+(?:[.,]\d+)?|nan|inf)))/g;
/** The keys of `--metric-only -j` are the comments themselves. */
const metricOnly = new RegExp(
  String.raw`"((?:[\w-]+ )?of all [\w -]+|GHz|insn per cycle|CPUs utilized` +
    String.raw`|stalled cycles per insn|(?:front|back)end cycles idle|[KMG]?\/sec|%\s+\w+)"` +
    String.raw`\s*:\s*"?(-?(?:\d+(?:[.,]\d+)?|nan|inf|(?=")))`,
  'g',
);
const isObjectStart = /^\s*[[,]?\s*\{/;
const mostLines = 20;

/**
 * Objects are read key by key, not by a JSON parser: perf itself prints trailing commas (6.12,
 * 6.13) and decimal commas (locale).
 */
export const readJsonLines = (lines: Lines): ReadTables => {
  if (!anyKey.some((key) => lines.text.includes(key)) && !/\{\s*"/.test(lines.text))
    return {tables: [], claimed: null};
  const {numbers} = lines;
  const braces = newFinder(lines.text, '{');
  const claimed = new Uint8Array(numbers.length);
  const tables = newLineTables(lines, 'perf stat -j', repeatsFirst);
  for (let i = 0; i < numbers.length; i++) {
    const found = objectAt(lines, i, braces.next(lines.starts[i]));
    if (found === null) {
      if (tables.isOpen() && /^\s*[^\s[\],#]/.test(lineAt(lines, i))) tables.close();
      continue;
    }
    if (!holdsTable(lineAt(lines, i))) claimed.fill(1, i, i + found.lines);
    for (const {fields, only} of found.objects) {
      const row = rowOf(fields);
      for (const metric of only) {
        tables.open(i);
        tables.metric(
          {...row, event: metric.text.replace(/^%\s*/, ''), metrics: [metric], group: true},
          i,
        );
      }
      if (only.length > 0) continue;
      if (!row.group) {
        tables.count(row, i);
        continue;
      }
      tables.open(i);
      if (fields.has('metricgroup')) tables.group({...row, event: fields.get('metricgroup') ?? ''});
      if (row.metrics.length > 0) tables.metric(row, i);
    }
    i += found.lines - 1;
  }
  return {tables: tables.all(), claimed};
};

type Fields = ReadonlyMap<string, string>;

/** `only` = what `--metric-only` gave instead of counts. */
interface PerfObject {
  readonly fields: Fields;
  readonly only: readonly Metric[];
}

/**
 * The objects that begin in line `i`, with how many lines they take; null if none does. Words
 * may be before and after them.
 */
const objectAt = (
  lines: Lines,
  i: number,
  open: number,
): {objects: PerfObject[]; lines: number} | null => {
  if (open >= lines.starts[i + 1] - 1) return null;
  let text = lines.text.slice(open, lines.starts[i + 1] - 1);
  const hasLine = (k: number): boolean => k < lines.numbers.length;
  const isAlone =
    skipBlank(lines.text, lines.starts[i]) === open || isObjectStart.test(lineAt(lines, i));
  if (
    !/^\{\s*(?:"|$)/.test(text) ||
    (!hasKey(text) && !(isAlone && hasLine(i + 1) && hasKey(lineAt(lines, i + 1))))
  )
    return null;
  let taken = 1;
  while (
    text.lastIndexOf('{') > text.lastIndexOf('}') &&
    taken < mostLines &&
    text.length < 4000 &&
    hasLine(i + taken)
  ) {
    const next = lineAt(lines, i + taken);
    if (isObjectStart.test(next)) break;
    text += ` ${next}`;
    taken++;
  }
  const objects = (
    text.indexOf('}') === text.length - 1 ? [text] : text.split(/\}[^{}]{0,400}(?=\{|$)/)
  )
    .map(objectOf)
    .filter(
      ({fields, only}) =>
        (fields.size > 0 && !(fields.has('counter-value') && !fields.has('event'))) ||
        only.length > 0,
    );
  return objects.length === 0 ? null : {objects, lines: taken};
};

const hasKey = (text: string): boolean => keys.test(text) || text.search(metricOnly) >= 0;

const objectOf = (text: string): PerfObject => {
  const only = keys.test(text) ? [] : [...text.matchAll(metricOnly)];
  return {
    fields: fieldsOf(text),
    only: only.map(([, words, value]) => ({
      value: /\d/.test(value) ? value : null,
      text: words.replace(/\s+/g, ' '),
    })),
  };
};

const fieldsOf = (text: string): Fields => {
  const fields = new Map<string, string>();
  pair.lastIndex = 0;
  for (let found = pair.exec(text); found !== null; found = pair.exec(text))
    fields.set(found[1], found[2] ?? found[3]);
  return fields;
};

const placeKeys = ['core', 'die', 'socket', 'node', 'cache', 'cpu', 'thread'] as const;
const own = (word: string): string => wordAt(word, 0, word.length);

const rowOf = (fields: Fields): RawRow => {
  const value = fields.get('counter-value') ?? null;
  const status =
    value === '<not counted>'
      ? 'not-counted'
      : value === '<not supported>'
        ? 'not-supported'
        : 'ok';
  const unit = (fields.get('metric-unit') ?? '').replace(/\s+/g, ' ').trim();
  const metric = fields.get('metric-value') ?? '';
  const place = placeKeys.flatMap((name) => fields.get(name) ?? []);
  if (/^\d+$/.test(fields.get('cpu') ?? ''))
    place[place.indexOf(fields.get('cpu') ?? '')] = `CPU${fields.get('cpu')}`;
  const cpus = fields.get('aggregate-number') ?? fields.get('counters');
  const aggregate = [...place, ...(place.length === 0 || cpus === undefined ? [] : [cpus])].join(
    ' ',
  );
  return {
    event: own(fields.get('event') ?? unit.replace(/^%\s*/, '')),
    // Here perf prints every count with six decimals, also whole nanoseconds.
    count: status === 'ok' ? (value?.replace(/[.,]0{6}$/, '') ?? null) : null,
    status,
    unit: fields.get('unit') ?? '',
    metrics:
      unit === '' || unit === '(null)'
        ? []
        : [{value: /^-?(?:nan|inf)$|^$/.test(metric) ? null : metric, text: own(unit)}],
    noise: fields.get('variance') ?? null,
    running: fields.get('pcnt-running') ?? null,
    time: fields.get('interval') ?? null,
    aggregate: aggregate === '' ? null : aggregate,
    group: !fields.has('counter-value'),
  };
};
