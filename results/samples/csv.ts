// samples.csv in and out: `quad,position,side,warmup,EVENT...`, one line a run in execution order.
import {UserError} from '../error.ts';
import {eventInfo} from '../events.ts';
import type {EventSeries, Samples, Warning} from '../types.ts';

const fixed = ['quad', 'position', 'side', 'warmup'] as const;
const hint = 'The header is quad,position,side,warmup,EVENT... (optionally EVENT:enabled, EVENT:running); one line a run, sides before and after.';

interface Column {
  readonly event: string;
  readonly part: 'value' | 'enabled' | 'running';
}

/**
 * Reads samples. An empty field is "not counted" (as are `nan` and perf's `<not counted>`); counts are plain decimal
 * numbers; quotes are allowed around fields of the header. Throws UserError with the line number.
 */
export const parseSamplesCsv = (text: string): { readonly samples: Samples; readonly warnings: readonly Warning[] } => {
  const lineEnd = endOfLine(text, 0);
  const header = splitHeader(text.slice(text.charCodeAt(0) === 0xfeff ? 1 : 0, lineEnd));
  const columns = columnsOf(header);
  const rows = countLines(text, lineEnd);
  if (rows === 0) throw new UserError('The samples hold no run.', hint);
  const quad = new Int32Array(rows);
  const position = new Uint8Array(rows);
  const side = new Uint8Array(rows);
  const warmup = new Uint8Array(rows);
  const values = columns.map(() => new Float64Array(rows));
  let run = 0;
  let line = 1;
  for (let start = lineEnd + 1; start < text.length;) {
    const end = endOfLine(text, start);
    line++;
    const stop = end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
    if (stop > start) {
      let from = start;
      const next = (column: number): string => {
        if (from > stop) throw new UserError(`Line ${line} has ${column} fields, the header has ${header.length}.`, hint);
        const comma = text.indexOf(',', from);
        const to = comma < 0 || comma > stop ? stop : comma;
        const field = text.slice(from, to);
        from = to + 1;
        return field;
      };
      quad[run] = whole(next(0), 'quad', 2 ** 31 - 1, line);
      position[run] = whole(next(1), 'position', 255, line);
      side[run] = sideNumber(next(2), line);
      warmup[run] = flagOf(next(3), line);
      for (let c = 0; c < columns.length; c++) values[c][run] = count(next(c + fixed.length), header[c + fixed.length], line);
      if (from <= stop) throw new UserError(`Line ${line} has more fields than the header (${header.length}).`, hint);
      run++;
    }
    start = end + 1;
  }
  const samples: Samples = {runs: rows, quad, position, side, warmup, placement: new Int32Array(rows).fill(-1), events: seriesOf(columns, values)};
  return {samples, warnings: doubtsAbout(samples)};
};

/** The same text back; NaN as an empty field. */
export const formatSamplesCsv = (samples: Samples): string => {
  const columns = samples.events.flatMap((series) => [
    {name: quoted(series.event), values: series.value},
    ...(series.enabled === null ? [] : [{name: quoted(`${series.event}:enabled`), values: series.enabled}]),
    ...(series.running === null ? [] : [{name: quoted(`${series.event}:running`), values: series.running}]),
  ]);
  const lines = [[...fixed, ...columns.map((column) => column.name)].join(',')];
  for (let i = 0; i < samples.runs; i++) {
    const fields = columns.map((column) => (Number.isNaN(column.values[i]) ? '' : String(column.values[i])));
    lines.push([samples.quad[i], samples.position[i], samples.side[i] === 1 ? 'after' : 'before', samples.warmup[i], ...fields].join(','));
  }
  return `${lines.join('\n')}\n`;
};

const quoted = (name: string): string => (/[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);

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

/** Fields of the header line; event names may hold commas inside quotes (`"cpu/event=0x1,umask=0x2/"`). */
const splitHeader = (line: string): string[] =>
  [...line.trim().matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((match) => (match[1]?.replaceAll('""', '"') ?? match[2] ?? '').trim());

const columnsOf = (header: readonly string[]): Column[] => {
  fixed.forEach((name, i) => {
    if (header[i] !== name) throw new UserError(`Column ${i + 1} of line 1 is '${header[i] ?? ''}', not '${name}'.`, hint);
  });
  const columns = header.slice(fixed.length).map((name): Column => {
    const part = /^(.+):(enabled|running)$/.exec(name);
    return part === null ? {event: name, part: 'value'} : {event: part[1], part: part[2] as 'enabled' | 'running'};
  });
  if (columns.length === 0) throw new UserError('The samples name no event.', hint);
  columns.forEach((column, i) => {
    if (column.event === '') throw new UserError(`Column ${i + fixed.length + 1} of line 1 has no name.`, hint);
    if (columns.findIndex((other) => other.event === column.event && other.part === column.part) !== i) throw new UserError(`Line 1 names '${header[i + fixed.length]}' twice.`, hint);
    if (column.part !== 'value' && !columns.some((other) => other.event === column.event && other.part === 'value')) throw new UserError(`Line 1 has '${header[i + fixed.length]}' but no '${column.event}'.`, hint);
  });
  return columns;
};

const whole = (field: string, name: string, most: number, line: number): number => {
  const value = Number(field);
  if (field.trim() === '' || !Number.isInteger(value) || value < 0 || value > most) throw new UserError(`Line ${line}: '${field}' is no ${name}.`, hint);
  return value;
};

const sideNumber = (field: string, line: number): number => {
  const name = field.trim();
  if (name === 'before') return 0;
  if (name === 'after') return 1;
  throw new UserError(`Line ${line}: '${field}' is no side.`, hint);
};

const flagOf = (field: string, line: number): number => {
  const name = field.trim();
  if (name === '0' || name === 'false' || name === '') return 0;
  if (name === '1' || name === 'true') return 1;
  throw new UserError(`Line ${line}: warmup is '${field}', not 0 or 1.`, hint);
};

const count = (field: string, name: string, line: number): number => {
  const value = Number(field);
  if (field !== '' && value >= 0 && value < Infinity) return field.trim() === '' ? Number.NaN : value;
  if (/^\s*(|nan|null|<not (counted|supported)>)\s*$/i.test(field)) return Number.NaN;
  if (value < 0) throw new UserError(`Line ${line}: ${name} is negative (${field}).`, 'Counts and times are never negative.');
  throw new UserError(`Line ${line}: '${field}' is no count of ${name}.`, hint);
};

const seriesOf = (columns: readonly Column[], values: readonly Float64Array[]): EventSeries[] =>
  columns.flatMap((column, i) => {
    if (column.part !== 'value') return [];
    const part = (name: Column['part']): Float64Array | null => {
      const found = columns.findIndex((other) => other.event === column.event && other.part === name);
      return found < 0 ? null : values[found];
    };
    return [{event: column.event, unit: eventInfo(column.event).unit, value: values[i], enabled: part('enabled'), running: part('running')}];
  });

const doubtsAbout = (samples: Samples): Warning[] => {
  const sides = new Set(samples.side.filter((_, i) => samples.warmup[i] === 0));
  const missing = sides.size === 0 ? 'Every run is marked as warm-up.' : sides.size === 1 ? `No run of side '${sides.has(0) ? 'after' : 'before'}' is there.` : null;
  return missing === null ? [] : [{code: 'side-missing', text: missing}];
};
