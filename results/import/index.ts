// Reads any output jitstat understands into one document: what kind of text it is, its tables, and every doubt about them.
import type {ImportDocument} from '../types.ts';
import {readBenchmarks} from './benchmarks.ts';
import type {CleanLine} from './clean.ts';
import {cleanLines} from './clean.ts';
import {readCsv} from './csv.ts';
import {readJsonDocument} from './json-documents.ts';
import {readJsonLines} from './json-lines.ts';
import {notUnderstood} from './not-understood.ts';
import {readOwnTables} from './own-tables.ts';
import {readPerfText} from './perf-text.ts';
import {finishTables} from './raw-table.ts';
import {attachRuns} from './runs.ts';
import {readVerbose} from './verbose.ts';
import {withWarnings} from './warnings/index.ts';

/** The tables of a text, in order. `source` names it (a file name or `-`). Never throws on content: what is not understood is warned of. */
export const importText = (text: string, source: string): ImportDocument => {
  const whole = readJsonDocument(text);
  if (whole !== null) return {schema: 'jitstat/import/1', source, tables: whole, warnings: []};
  const lines = cleanLines(text);
  const runs = readVerbose(lines.map((line) => line.text));
  const left = newRest(lines);
  const own = left.take(readOwnTables);
  const benchmarks = left.take(readBenchmarks);
  const others = [...finishTables(left.take(readJsonLines)), ...finishTables(left.take(readCsv)), ...own, ...benchmarks];
  const perf = readPerfText(left.lines());
  const placed = [...others, ...perf.tables].sort((a, b) => a.line - b.line);
  const unread = [...perf.unread, ...others.flatMap((table) => table.doubtful)].sort((a, b) => a - b);
  const tables = attachRuns(placed, runs, lines);
  return {schema: 'jitstat/import/1', source, tables: tables.map(withWarnings), warnings: notUnderstood(unread)};
};

/** Hands the lines from reader to reader: those one takes are empty for the next, so that the numbers of the others stay. */
const newRest = (all: readonly CleanLine[]) => {
  let lines = all;
  return {
    lines: () => lines,
    take: <T>(read: (lines: readonly CleanLine[]) => {readonly tables: readonly T[]; readonly claimed: ReadonlySet<number>}): readonly T[] => {
      const {tables, claimed} = read(lines);
      if (claimed.size > 0) lines = lines.map((line, i) => claimed.has(i) ? {text: '', number: line.number} : line);
      return tables;
    },
  };
};
