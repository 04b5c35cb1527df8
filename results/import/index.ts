// Reads any output jitstat understands into one document: what kind of text it is, its tables, and
// every doubt about them.
import type {ImportDocument} from '../types.ts';
import {attach} from './attach.ts';
import {cleanLines} from './envelope/index.ts';
import {embeddedDocument, readJsonDocument} from './json-documents.ts';

import {withoutLines} from './lines.ts';
import {notUnderstood} from './not-understood.ts';
import {readPerfText} from './perf-text.ts';
import {inComments} from './envelope/comment-blocks.ts';
import type {Lines} from './lines.ts';
import type {PlacedTable} from './raw-table.ts';
import {readers} from './readers/index.ts';
import type {Reader} from './readers/reader.ts';
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
  const others = runReaders(lines, readers);
  lines = others.rest;
  const commented = inComments(lines);
  const remarked =
    commented === null ? null : runReaders(commented, commentedReaders, others.pairs);
  if (remarked !== null) lines = withoutLines(lines, remarked.claimed);
  const found = [...others.tables, ...(remarked?.tables ?? [])];
  const perf = readPerfText(lines);
  const placed = [...(inner?.tables ?? []), ...found, ...perf.tables].sort(
    (a, b) => a.line - b.line,
  );
  const {tables, unread: loose} = attachRuns(attach(placed, lines), runs, lines.numbers);
  const doubtful = [...others.doubtful, ...(remarked?.doubtful ?? [])];
  const unread = [...new Set([...perf.unread, ...loose, ...doubtful])].sort((a, b) => a - b);
  return {
    schema: 'jitstat/import/1',
    source,
    tables: tables.map(withWarnings),
    warnings: notUnderstood(unread),
  };
};

/** perf's own rows in comments are the text reader's, which takes the marks off itself. */
const commentedReaders = readers.filter(({name}) => !name.startsWith('perf stat'));

interface Run {
  readonly tables: readonly PlacedTable[];
  /** The lines without those the readers took, and 1 for each line they took. */
  readonly rest: Lines;
  readonly claimed: Uint8Array;
  /** The number of the next pair. */
  readonly pairs: number;
  /** Numbers of lines that look like rows and were not understood. */
  readonly doubtful: readonly number[];
}

/** The lines one reader takes are empty for the next, so that the numbers of the others stay. */
const runReaders = (lines: Lines, list: readonly Reader[], firstPair = 0): Run => {
  const tables: PlacedTable[] = [];
  const doubtful: number[] = [];
  const all = new Uint8Array(lines.numbers.length);
  let rest = lines;
  let pairs = firstPair;
  for (const {name, sniff, read} of list) {
    if (!sniff(rest.text)) continue;
    const {tables: found, claimed, doubtful: lost = []} = read(rest);
    for (const number of lost) doubtful.push(number);
    if (found.length === 0) continue;
    if (claimed !== null) {
      rest = withoutLines(rest, claimed);
      for (let i = 0; i < claimed.length; i++) all[i] |= claimed[i];
    }
    // Each reader counts its pairs from 0.
    const first = pairs;
    for (const placed of found) {
      for (const number of placed.doubtful) doubtful.push(number);
      const {pair} = placed.table;
      if (pair !== undefined) pairs = Math.max(pairs, first + pair + 1);
      const isDone = placed.table.format !== undefined && (pair === undefined || first === 0);
      const own = pair === undefined ? {} : {pair: first + pair};
      tables.push(isDone ? placed : {...placed, table: {format: name, ...placed.table, ...own}});
    }
  }
  return {tables, rest, claimed: all, pairs, doubtful};
};
