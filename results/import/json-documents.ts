// Whole JSON documents: hyperfine, google-benchmark, and jitstat's own `jitstat/import/1`.
import type {ImportDocument, ImportTable} from '../types.ts';
import {googleBenchmark} from './google-benchmark-json.ts';
import {hyperfine} from './hyperfine-json.ts';
import {isObject} from './json-fields.ts';
import type {Lines} from './lines.ts';
import {lineAt, lineIndex} from './lines.ts';
import type {PlacedTable} from './raw-table.ts';
import {holdsTable} from './vocabulary.ts';

/** Tables of the document, or null if it is not one of these. */
export const readJsonDocument = (text: string): readonly ImportTable[] | null => {
  const start = text.trimStart();
  if (!start.startsWith('{')) return null;
  let parsed: unknown;
  try {
    // google-benchmark writes counters that are not numbers as bare words.
    parsed = JSON.parse(
      text.includes('"benchmarks"')
        ? text.replace(/(":\s*)-?(?:NaN|Infinity)(?=\s*[,}])/g, '$1null')
        : text,
    );
  } catch {
    return null;
  }
  if (!isObject(parsed)) return null;
  if (parsed['schema'] === 'jitstat/import/1') return isImport(parsed) ? parsed.tables : null;
  if (Array.isArray(parsed['results']))
    return parsed['results']
      .filter(isObject)
      .map(hyperfine)
      .filter((table) => table !== null);
  if (Array.isArray(parsed['benchmarks']))
    return googleBenchmark(parsed['benchmarks'].filter(isObject));
  return null;
};

/**
 * The same where it is in a fence, a quoted mail or a page: from the first line that opens an
 * object to the last bracket.
 */
export const embeddedDocument = (
  lines: Lines,
): {tables: readonly PlacedTable[]; claimed: Uint8Array} | null => {
  const {text, numbers} = lines;
  if (!text.includes('"benchmarks"') && !text.includes('"results"')) return null;
  const start = /^[ \t]*\{/m.exec(text)?.index;
  const end = text.lastIndexOf('}') + 1;
  const tables =
    start === undefined || end <= start ? null : readJsonDocument(text.slice(start, end));
  if (tables === null || start === undefined || tables.length === 0) return null;
  const first = lineIndex(lines, start);
  return {
    tables: tables.map((table) => ({line: numbers[first], table, doubtful: []})),
    claimed: new Uint8Array(numbers.length).fill(
      holdsTable(lineAt(lines, first)) ? 0 : 1,
      first,
      lineIndex(lines, end - 1) + 1,
    ),
  };
};

const isImport = (parsed: object): parsed is ImportDocument =>
  'tables' in parsed &&
  Array.isArray(parsed.tables) &&
  parsed.tables.every(
    (table: unknown) =>
      isObject(table) &&
      ['samples', 'warnings'].every((key) => Array.isArray(table[key])) &&
      Array.isArray(table['rows']) &&
      table['rows'].every((one) => isObject(one) && typeof one['event'] === 'string'),
  );
