// The package as a library: `import {compare, importText} from 'jitstat'`. Pure functions; nothing
// here measures, writes or prints.
import {formatComparison} from '../dashboards/tables/index.ts';
import type {TablesContext} from '../results/compare/summary/tables.ts';
import {compareTables} from '../results/compare/summary/tables.ts';
import {importText} from '../results/import/index.ts';
import {pairTables} from '../results/import/pairs.ts';
import type {Comparison, ImportTable} from '../results/types.ts';

export {compareSamples} from '../results/compare/samples.ts';
export {compareTables} from '../results/compare/summary/tables.ts';
export {UserError} from '../results/error.ts';
export {importText} from '../results/import/index.ts';
export type {
  Change,
  Comparison,
  ComparisonRow,
  ImportDocument,
  ImportRow,
  ImportTable,
  Samples,
  Session,
} from '../results/types.ts';

/** Text formats of `formatTable`: `mail`, `perf`, `markdown`, … */
export type TableFormat = Parameters<typeof formatComparison>[1];

/**
 * Compares two outputs of a benchmark as text, in any format `importText` reads: the first table of
 * each or, given one text, the tables in it that belong together. One comparison per pair, in
 * order.
 */
export const compare = (
  before: string,
  after?: string,
  context: TablesContext = {},
): readonly Comparison[] => {
  const first = importText(before, 'before').tables;
  if (after === undefined) return pairTables(first).map((pair) => between(first, pair, context));
  const second = importText(after, 'after').tables;
  return first.slice(0, second.length).map((table, i) => compareTables(table, second[i], context));
};

const between = (
  tables: readonly ImportTable[],
  pair: {readonly before: number; readonly after: number},
  context: TablesContext,
): Comparison => compareTables(tables[pair.before], tables[pair.after], context);

/** A comparison as text for a list, a commit message or the web. */
export const formatTable = (comparison: Comparison, format: TableFormat = 'mail'): string =>
  formatComparison(comparison, format, {});
