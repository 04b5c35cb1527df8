// Reads any output jitstat understands into one document: what kind of text it is, its tables, and
// every doubt about them.
import type {ImportDocument} from '../types.ts';
import {readBenchmarks} from './benchmarks.ts';
import {cleanLines} from './clean.ts';
import {readCsv} from './csv.ts';
import {embeddedDocument, readJsonDocument} from './json-documents.ts';
import {readJsonLines} from './json-lines.ts';
import type {Lines} from './lines.ts';
import {withoutLines} from './lines.ts';
import {notUnderstood} from './not-understood.ts';
import {readOwnTables} from './own-tables.ts';
import {readPerfText} from './perf-text.ts';
import type {PlacedTable, ReadTables} from './raw-table.ts';
import {attachRuns} from './runs.ts';
import {readVerbose} from './verbose.ts';
import {withWarnings} from './warnings/index.ts';

/**
 * The tables of a text, in order. `source` names it (a file name or `-`). Never throws on content:
 * what is not understood is warned of.
 */
export const importText = (text: string, source: string): ImportDocument => {
  const whole = readJsonDocument(text);
  if (whole !== null) return {schema: 'jitstat/import/1', source, tables: whole, warnings: []};
  let lines = cleanLines(text);
  const inner = embeddedDocument(lines);
  if (inner !== null) lines = withoutLines(lines, inner.claimed);
  const {runs, claimed: counts} = readVerbose(lines);
  if (runs.length > 0) lines = withoutLines(lines, counts);
  /** The lines one reader takes are empty for the next, so that the numbers of the others stay. */
  const take = (read: (lines: Lines) => ReadTables): readonly PlacedTable[] => {
    const {tables, claimed} = read(lines);
    if (tables.length > 0 && claimed !== null) lines = withoutLines(lines, claimed);
    return tables;
  };
  const own = take(readOwnTables);
  const benchmarks = take(readBenchmarks);
  const others = [...take(readJsonLines), ...take(readCsv), ...own, ...benchmarks];
  const perf = readPerfText(lines);
  const placed = [...(inner?.tables ?? []), ...others, ...perf.tables].sort(
    (a, b) => a.line - b.line,
  );
  const {tables, unread: loose} = attachRuns(placed, runs, lines.numbers);
  const unread = [...perf.unread, ...loose, ...others.flatMap((table) => table.doubtful)].sort(
    (a, b) => a - b,
  );
  return {
    schema: 'jitstat/import/1',
    source,
    tables: tables.map(withWarnings),
    warnings: notUnderstood(unread),
  };
};
