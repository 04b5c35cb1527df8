// Reads jitstat's own tables back: mail (of two sides and of one), lkp and markdown, token by
// token, so that quoting and re-wrapping do no harm.
import type {ImportRow, ImportTable} from '../types.ts';
import type {Lines} from './lines.ts';
import {holdsWord, lineIndex} from './lines.ts';
import {formats} from './own-table-formats.ts';
import type {Format} from './own-table-formats.ts';
import type {PlacedTable, ReadTables} from './raw-table.ts';

// Words of the header, first as tables of version 0.1 have them.
const oneSide =
  /([^\n]{1,200}?): ([^\n:]{1,60}?)\s+(?:n (\d+),\s+one\s+side,|(\d+)\s+runs?,\s+one\s+side\s)/g;
/**
 * What the header of a table of ours says of its runs; also a mark of our own report in the robot's
 * columns.
 */
export const ownHeader = new RegExp(
  String.raw`n (\d+|\?)\+(\d+|\?),\s+(?:ABBA|blocked|summary)|(\d+)\s+runs?\s+a\s+side` +
    String.raw`|(\d+|\?)\s+runs\s+before\s+and\s+(\d+|\?)\s+after` +
    String.raw`|number\s+of\s+runs\s+not\s+known`,
);
/** One of them is in every such header. */
export const headerSigns = ['run', 'ABBA', 'blocked', 'summary'];
/** What a title ends with where its answer follows in the same line. */
const answer =
  '(?:faster|slower|more|less|equal|not settled|the clock|hidden by the clock|nothing to compare)';
const sides = new RegExp(
  String.raw`([^\n]{1,200}?)\s->\s([^\n]{1,100}?)\s*` +
    String.raw`(?::\s+(?=${answer}\b)|(?:\*\*\s*)?(?:\n|\s(?=n [\d?]+\+)))`,
  'y',
);
const longestSide = 200;

/** The last `BEFORE -> AFTER` of a text: tried only in lines that hold an arrow. */
const lastSides = (text: string): RegExpExecArray | null => {
  for (let arrow = text.lastIndexOf('->'); arrow > 0; arrow = text.lastIndexOf('->', arrow - 1)) {
    const lineStart = text.lastIndexOf('\n', arrow) + 1;
    sides.lastIndex = Math.max(lineStart, arrow - 1 - longestSide);
    const found = sides.exec(text);
    if (found !== null) return found;
  }
  return null;
};

/** Characters above a table that hold its header, unless its title is long. */
const nearHeader = 300;

/** The last header of a text; most are right above the table, where it is sought first. */
const lastHeader = (text: string): RegExpExecArray | undefined => {
  const lastOf = (part: string): RegExpExecArray | undefined =>
    headerSigns.some((sign) => part.includes(sign))
      ? [...part.matchAll(new RegExp(ownHeader, 'g'))].at(-1)
      : undefined;
  return lastOf(text.slice(text.lastIndexOf('\n', text.length - nearHeader) + 1)) ?? lastOf(text);
};

/**
 * Each table becomes two: before and after. Values are rounded as printed, and a warning says so.
 */
export const readOwnTables = (lines: Lines): ReadTables => {
  const {text, numbers} = lines;
  const tables: PlacedTable[] = [];
  const claimed = new Uint8Array(numbers.length);
  const above: Above = {
    hasHeader: headerSigns.some((sign) => holdsWord(text, sign)),
    hasSides: text.includes('->'),
  };
  for (const format of formats) {
    if (!holdsWord(text, format.sign)) continue;
    format.start.lastIndex = 0;
    for (let found = format.start.exec(text); found !== null; found = format.start.exec(text)) {
      const rows = readRows(text, format.start.lastIndex, format);
      if (rows.before.length === 0) continue;
      const first = lineIndex(lines, found.index);
      const last = lineIndex(lines, rows.end - 1);
      claimed.fill(1, first, last + 1);
      const words = text.slice(Math.max(0, found.index - 1000), found.index);
      tables.push(...sidesOf(words, rows, numbers[first], above));
      format.start.lastIndex = rows.end;
    }
  }
  return {tables, claimed};
};

/** The rows of both sides, `after` null if the table has one. */
interface Rows {
  readonly before: readonly ImportRow[];
  readonly after: readonly ImportRow[] | null;
  readonly end: number;
}

const readRows = (text: string, start: number, {row, between, columns}: Format): Rows => {
  const before: ImportRow[] = [];
  const after: ImportRow[] = [];
  let end = start;
  for (;;) {
    blanks.lastIndex = end;
    blanks.test(text);
    row.lastIndex = between.lastIndex = blanks.lastIndex;
    if (between.test(text)) {
      end = between.lastIndex;
      continue;
    }
    const match = row.exec(text);
    // Lists that grew have places for many more.
    if (match === null)
      return {before: before.slice(), after: columns.after === null ? null : after.slice(), end};
    const event = match[columns.name];
    const unit = match[columns.unit];
    before.push(rowOf(event, unit, match[columns.before]));
    if (columns.after !== null) after.push(rowOf(event, unit, match[columns.after]));
    end = row.lastIndex;
  }
};
const blanks = /\s*/y;

/** What may be above any table of a text. */
interface Above {
  readonly hasHeader: boolean;
  readonly hasSides: boolean;
}

const none: readonly never[] = [];
const warnings: ImportTable['warnings'] = [
  {
    code: 'rounded',
    text: 'read back from a table of jitstat: values as rounded there, without their standard errors',
  },
];

const sidesOf = (
  above: string,
  rows: Rows,
  line: number,
  {hasHeader, hasSides}: Above,
): PlacedTable[] => {
  if (rows.after === null) {
    const single = [...above.matchAll(oneSide)].at(-1);
    const runs = single?.[3] ?? single?.[4];
    return [
      tableOf(line, single?.[1].trim() ?? null, single?.[2] ?? 'one side', runs, rows.before),
    ];
  }
  const runs = hasHeader ? lastHeader(above) : undefined;
  const labels = hasSides ? lastSides(above) : null;
  const title = labels?.[1].replace(/^[\s*]+/, '') ?? '';
  const colon = title.lastIndexOf(': ');
  const command = colon > 0 ? title.slice(0, colon) : null;
  const before = labels === null ? 'before' : title.slice(colon > 0 ? colon + 2 : 0);
  const after = labels === null ? 'after' : labels[2].trim();
  return [
    tableOf(line, command, before, runs?.[1] ?? runs?.[3] ?? runs?.[4], rows.before),
    tableOf(line, command, after, runs?.[2] ?? runs?.[3] ?? runs?.[5], rows.after),
  ];
};

const tableOf = (
  line: number,
  command: string | null,
  label: string,
  runs: string | undefined,
  rows: readonly ImportRow[],
): PlacedTable => ({
  line,
  doubtful: none,
  table: {
    format: 'jitstat table',
    command,
    label,
    runs: runs === undefined || runs === '?' || Number(runs) < 2 ? null : Number(runs),
    elapsed: null,
    rows,
    samples: none,
    warnings,
  },
});

const scales: Readonly<Record<string, number>> = {E: 1e18, P: 1e15, T: 1e12, G: 1e9, M: 1e6};

const rowOf = (event: string, unit: string | undefined, printed: string): ImportRow => {
  const scale = scales[printed.at(-1) ?? ''];
  const bare = scale === undefined ? printed : printed.slice(0, -1);
  // The product is rounded to the digits printed, so that 4764.38M is 4764380000 and not its
  // neighbour.
  const number =
    printed === '-'
      ? null
      : scale === undefined
        ? Number(bare)
        : Number((Number(bare) * scale).toPrecision(12));
  const isElapsed = event === 'elapsed' && unit === 'msec';
  return {
    event: isElapsed ? 'duration_time' : event,
    value: isElapsed && number !== null ? Number((number * 1e6).toPrecision(12)) : number,
    unit: isElapsed ? 'ns' : (unit ?? (/\bns-per-/.test(event) ? 'ns' : '')),
    sem: null,
    running: null,
    metric: null,
    metricUnit: null,
    status: number === null ? 'not-counted' : 'ok',
  };
};
