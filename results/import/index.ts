// Reads any output jitstat understands into one document: what kind of text it is, its tables, and every doubt about them.
import type {ImportDocument, ImportTable} from '../types.ts';
import type {CleanLine} from './clean.ts';
import {cleanLines} from './clean.ts';
import {readCsv} from './csv.ts';
import {readJsonLines} from './json-lines.ts';
import {notUnderstood} from './not-understood.ts';
import {readPerfText} from './perf-text.ts';
import type {PlacedTable, RawTable} from './raw-table.ts';
import {finishTable, markOf} from './raw-table.ts';
import {attachRuns} from './runs.ts';
import {readVerbose} from './verbose.ts';
import {withWarnings} from './warnings/index.ts';

/** The tables of a text, in order. `source` names it (a file name or `-`). Never throws on content: what is not understood is warned of. */
export const importText = (text: string, source: string): ImportDocument => {
  const lines = cleanLines(text);
  const runs = readVerbose(lines.map((line) => line.text));
  const json = readJsonLines(lines);
  const csv = readCsv(without(lines, json.claimed));
  const perf = readPerfText(without(without(lines, json.claimed), csv.claimed));
  const others = [...finish(json.tables), ...finish(csv.tables)];
  const placed = [...others, ...perf.tables].sort((a, b) => a.line - b.line);
  const unread = [...perf.unread, ...others.flatMap((table) => table.doubtful)].sort((a, b) => a - b);
  const tables = attachRuns(placed, runs, lines);
  return {schema: 'jitstat/import/1', source, tables: tables.map((table: ImportTable) => withWarnings(table)), warnings: notUnderstood(unread)};
};

/** Lines a reader took are left empty, so that the numbers of the others stay. */
const without = (lines: readonly CleanLine[], claimed: ReadonlySet<number>): readonly CleanLine[] =>
  claimed.size === 0 ? lines : lines.map((line, i) => claimed.has(i) ? {text: '', number: line.number} : line);

const finish = (tables: readonly RawTable[]): PlacedTable[] => {
  const mark = markOf(tables) ?? '.';
  return tables.map((table) => finishTable(table, mark));
};
