// samples.csv in and out: `quad,position,side,warmup,EVENT...`, one line a run in execution order.
import {csvCell} from '../visible.ts';
import {UserError} from '../error.ts';
import {eventInfo} from '../events/events.ts';
import type {EventSeries, Samples, Warning} from '../types.ts';

const fixed = ['quad', 'position', 'side', 'warmup'] as const;
const hint =
  'The header is quad,position,side,warmup,EVENT... (optionally EVENT:enabled, EVENT:running); ' +
  'one line a run, sides before and after.';

interface Column {
  readonly event: string;
  readonly part: 'value' | 'enabled' | 'running';
}

/**
 * Reads samples. An empty field is "not counted" (as are `nan` and perf's `<not counted>`); counts
 * are plain decimal numbers; quotes are allowed around fields of the header. Throws UserError
 * with the line number.
 */
export const parseSamplesCsv = (
  text: string,
): {readonly samples: Samples; readonly warnings: readonly Warning[]} => {
  const lineEnd = endOfLine(text, 0);
  const header = splitHeader(text.slice(text.charCodeAt(0) === 0xfeff ? 1 : 0, lineEnd));
  const columns = columnsOf(header);
  const rows = countLines(text, lineEnd);
  if (rows === 0) throw new UserError('The samples contain no runs.', hint);
  const quad = new Int32Array(rows);
  const position = new Uint8Array(rows);
  const side = new Uint8Array(rows);
  const warmup = new Uint8Array(rows);
  const values = columns.map(() => new Float64Array(rows));
  let run = 0;
  let line = 1;
  let from = 0;
  let stop = 0;
  const next = (column: number): string => {
    if (from > stop)
      throw new UserError(
        `Line ${line} has ${column} fields, the header has ${header.length}.`,
        hint,
      );
    const found = text.indexOf(',', from);
    const to = found < 0 || found > stop ? stop : found;
    const field = text.slice(from, to);
    from = to + 1;
    return field;
  };
  /**
   * Nearly all fields are plain decimals, which are read in place; -1 = this one is not and still
   * has to be read.
   */
  const plain = (): number => {
    if (from > stop) return -1;
    const end = plainEnd(text, from);
    if (end === from || (end !== stop && text.charCodeAt(end) !== comma)) return -1;
    const value = plainNumber(text, from, end);
    from = end + 1;
    return value;
  };
  const wholeField = (column: number, most: number): number => {
    const value = plain();
    return value < 0
      ? whole(next(column), fixed[column], most, line)
      : checkWhole(value, String(value), fixed[column], most, line);
  };
  for (let start = lineEnd + 1; start < text.length;) {
    const end = endOfLine(text, start);
    line++;
    stop = end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
    if (stop > start) {
      from = start;
      quad[run] = wholeField(0, 2 ** 31 - 1);
      position[run] = wholeField(1, 255);
      side[run] = sideNumber(next(2), line);
      warmup[run] = flagOf(next(3), line);
      for (let c = 0; c < columns.length; c++) {
        const value = plain();
        values[c][run] =
          value < 0 ? count(next(c + fixed.length), header[c + fixed.length], line) : value;
      }
      if (from <= stop)
        throw new UserError(
          `Line ${line} has more fields than the header (${header.length}).`,
          hint,
        );
      run++;
    }
    start = end + 1;
  }
  const samples: Samples = {
    runs: rows,
    quad,
    position,
    side,
    warmup,
    placement: new Int32Array(rows).fill(-1),
    events: seriesOf(columns, values),
  };
  return {samples, warnings: doubtsAbout(samples)};
};

/**
 * The same text back; NaN as an empty field. A spreadsheet must not take an event for a formula, so
 * names that begin with `=`, `+`, `-` or `@` come back with a `'` before them.
 */
export const formatSamplesCsv = (samples: Samples): string => {
  const columns = samples.events.flatMap((series) => [
    {name: csvCell(series.event), values: series.value},
    ...(series.enabled === null
      ? []
      : [{name: csvCell(`${series.event}:enabled`), values: series.enabled}]),
    ...(series.running === null
      ? []
      : [{name: csvCell(`${series.event}:running`), values: series.running}]),
  ]);
  const lines = [[...fixed, ...columns.map((column) => column.name)].join(',')];
  for (let i = 0; i < samples.runs; i++) {
    const fields = columns.map((column) =>
      Number.isNaN(column.values[i]) ? '' : String(column.values[i]),
    );
    lines.push(
      [
        samples.quad[i],
        samples.position[i],
        samples.side[i] === 1 ? 'after' : 'before',
        samples.warmup[i],
        ...fields,
      ].join(','),
    );
  }
  return `${lines.join('\n')}\n`;
};

const [comma, point, zero] = [',', '.', '0'].map((character) => character.charCodeAt(0));
/** Up to this many digits, in all and after the point, one division of exact numbers is exact. */
const mostDigits = 15;
const powersOfTen = Float64Array.from({length: mostDigits + 1}, (_, n) => 10 ** n);

/** End of the digits and the point that start at `from`. */
const plainEnd = (text: string, from: number): number => {
  let end = from;
  for (let points = 0; end - from <= mostDigits; end++) {
    const code = text.charCodeAt(end);
    if (code === point && end > from && points === 0) points++;
    else if (!(code >= zero && code < zero + 10)) return end;
  }
  return from;
};

/** `digits` or `digits.digits`, at most 15 digits; the same double as Number() gives. */
const plainNumber = (text: string, from: number, end: number): number => {
  let digits = 0;
  let decimals = 0;
  let scaled = false;
  for (let i = from; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === point) scaled = true;
    else {
      digits = digits * 10 + (code - zero);
      if (scaled) decimals++;
    }
  }
  return digits / powersOfTen[decimals];
};

const endOfLine = (text: string, from: number): number => {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
};

const countLines = (text: string, from: number): number => {
  let lines = 0;
  for (let start = from + 1; start < text.length;) {
    const end = endOfLine(text, start);
    if (end > start && !(end === start + 1 && text.charCodeAt(start) === 13)) lines++;
    start = end + 1;
  }
  return lines;
};

/**
 * Fields of the header line; event names may hold commas inside quotes
 * (`"cpu/event=0x1,umask=0x2/"`).
 */
const splitHeader = (line: string): string[] =>
  [...line.trim().matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((match) =>
    (match[1]?.replaceAll('""', '"') ?? match[2] ?? '').trim(),
  );

const columnsOf = (header: readonly string[]): Column[] => {
  fixed.forEach((name, i) => {
    if (header[i] !== name)
      throw new UserError(
        `Column ${i + 1} of line 1 is '${header[i] ?? ''}', not '${name}'.`,
        hint,
      );
  });
  const columns = header.slice(fixed.length).map((name): Column => {
    const part = /^(.+):(enabled|running)$/.exec(name);
    return part === null
      ? {event: name, part: 'value'}
      : {event: part[1], part: part[2] as 'enabled' | 'running'};
  });
  if (columns.length === 0) throw new UserError('The samples name no events.', hint);
  columns.forEach((column, i) => {
    if (column.event === '')
      throw new UserError(`Column ${i + fixed.length + 1} of line 1 has no name.`, hint);
    if (
      columns.findIndex((other) => other.event === column.event && other.part === column.part) !== i
    )
      throw new UserError(`Line 1 names '${header[i + fixed.length]}' twice.`, hint);
    if (
      column.part !== 'value' &&
      !columns.some((other) => other.event === column.event && other.part === 'value')
    )
      throw new UserError(
        `Line 1 has '${header[i + fixed.length]}' but no '${column.event}'.`,
        hint,
      );
  });
  return columns;
};

const whole = (field: string, name: string, most: number, line: number): number =>
  checkWhole(field.trim() === '' ? Number.NaN : Number(field), field, name, most, line);

const checkWhole = (
  value: number,
  field: string,
  name: string,
  most: number,
  line: number,
): number => {
  if (!Number.isInteger(value) || value < 0 || value > most)
    throw new UserError(`Line ${line}: '${field}' is not a ${name}.`, hint);
  return value;
};

const sideNumber = (field: string, line: number): number => {
  const name = field.trim();
  if (name === 'before') return 0;
  if (name === 'after') return 1;
  throw new UserError(`Line ${line}: '${field}' is not a side.`, hint);
};

const flagOf = (field: string, line: number): number => {
  const name = field.trim();
  if (name === '0' || name === 'false' || name === '') return 0;
  if (name === '1' || name === 'true') return 1;
  throw new UserError(`Line ${line}: warmup is '${field}', not 0 or 1.`, hint);
};

const count = (field: string, name: string, line: number): number => {
  const value = Number(field);
  if (field !== '' && value >= 0 && value < Infinity)
    return field.trim() === '' ? Number.NaN : value;
  if (/^\s*(|nan|null|<not (counted|supported)>)\s*$/i.test(field)) return Number.NaN;
  if (value < 0)
    throw new UserError(
      `Line ${line}: ${name} is negative (${field}).`,
      'Counts and times are never negative.',
    );
  throw new UserError(`Line ${line}: '${field}' is not a count of ${name}.`, hint);
};

const seriesOf = (columns: readonly Column[], values: readonly Float64Array[]): EventSeries[] =>
  columns.flatMap((column, i) => {
    if (column.part !== 'value') return [];
    const part = (name: Column['part']): Float64Array | null => {
      const found = columns.findIndex(
        (other) => other.event === column.event && other.part === name,
      );
      return found < 0 ? null : values[found];
    };
    const [enabled, running] = [part('enabled'), part('running')];
    // A run in which the event never ran is not counted, whatever is printed as its count.
    if (running !== null)
      for (let run = 0; run < running.length; run++)
        if (running[run] === 0) values[i][run] = Number.NaN;
    return [
      {event: column.event, unit: eventInfo(column.event).unit, value: values[i], enabled, running},
    ];
  });

const doubtsAbout = (samples: Samples): Warning[] => {
  const runs = [0, 0];
  for (let i = 0; i < samples.runs; i++) if (samples.warmup[i] === 0) runs[samples.side[i]]++;
  const missing =
    runs[0] + runs[1] === 0
      ? 'Every run is marked as warm-up.'
      : runs[0] === 0
        ? "Side 'before' has no runs."
        : runs[1] === 0
          ? "Side 'after' has no runs."
          : null;
  return missing === null ? [] : [{code: 'side-missing', text: missing}];
};
