// Which tables are before and after: picked by number, proposed within a source, or one file
// against another.
import {tableName} from '../../dashboards/tables/import-summary.ts';
import {UserError} from '../../results/error.ts';
import type {TablePair} from '../../results/import/pairs.ts';
import {pairTables} from '../../results/import/pairs.ts';
import type {ImportTable} from '../../results/types.ts';

/** The two tables named by number, from 1. Throws if one does not exist. */
export const pickedPair = (
  [before, after]: readonly [number, number],
  all: readonly ImportTable[],
): TablePair => {
  for (const number of [before, after]) {
    if (number < 1 || number > all.length)
      throw new UserError(
        `There is no table ${number}: there ${all.length === 1 ? 'is 1' : `are ${all.length}`}.`,
        listed(all),
      );
  }
  if (before === after)
    throw new UserError(`--pair names table ${before} twice.`, `Name two tables. ${listed(all)}`);
  return {before: before - 1, after: after - 1, why: 'labels'};
};

/** The pairs within one source. Throws a message that lists the tables if no pair is certain. */
export const proposedPairs = (
  source: {readonly ref: string},
  all: readonly ImportTable[],
): readonly TablePair[] => {
  const pairs = pairTables(all);
  if (pairs.length > 0) return pairs;
  if (all.length < 2)
    throw new UserError(
      `${source.ref} holds ${all.length === 0 ? 'no table' : 'one table only'}.`,
      'Name a second file, or a file with both sides.',
    );
  const names = [...new Set(all.map((table) => table.command))];
  if (all.every((table) => table.kind === 'benchmark') && names.length === all.length)
    throw new UserError(
      `${source.ref} holds one side only: ${namesOf(names)} are different benchmarks.`,
      `Name the file of the other side too: jitstat compare ${source.ref} OTHER.`,
    );
  throw new UserError(
    `Cannot tell which of the ${all.length} tables of ${source.ref} form a pair.`,
    `Pick two with --pair. ${listed(all)}`,
  );
};

const mostNames = 4;

const namesOf = (names: readonly (string | null)[]): string => {
  const shown = names.slice(0, mostNames).map((name) => name ?? 'a table without a name');
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  return `${shown.slice(0, -1).join(', ')} and ${shown[shown.length - 1]}`;
};

/**
 * Tables of one command or benchmark in both files, the k-th with the k-th; otherwise one table per
 * file, or equally many on both sides, in order. The numbers run through both files.
 */
export const pairsAcrossFiles = (
  before: readonly ImportTable[],
  after: readonly ImportTable[],
  names: string,
): readonly TablePair[] => {
  if (before.length === 0 || after.length === 0)
    throw new UserError(
      `The ${before.length === 0 ? 'first' : 'second'} file holds no table: ${names}.`,
      'jitstat import FILE shows what is understood.',
    );
  const same = ofOneCommand(before, after);
  if (before.length > 1 && same.length === before.length && same.length === after.length)
    return same;
  const isBenchmarks = [...before, ...after].every((table) => table.kind === 'benchmark');
  if (isBenchmarks && same.length > 0) return same;
  if (before.length === after.length)
    return before.map((_table, i) => ({before: i, after: before.length + i, why: 'order'}));
  throw new UserError(
    `The files hold ${before.length} and ${after.length} tables.`,
    `Pick two with --pair, numbered through both files. ${listed([...before, ...after])}`,
  );
};

const ofOneCommand = (
  before: readonly ImportTable[],
  after: readonly ImportTable[],
): readonly TablePair[] => {
  const waiting = new Map<string, number[]>();
  after.forEach(({command}, i) => {
    if (command !== null) waiting.set(command, [...(waiting.get(command) ?? []), i]);
  });
  return before.flatMap(({command}, i) => {
    const found = waiting.get(command ?? '')?.shift();
    return found === undefined
      ? []
      : [{before: i, after: before.length + found, why: 'labels' as const}];
  });
};

const listed = (all: readonly ImportTable[]): string =>
  all.map((table, i) => tableName(table, i + 1)).join('; ');
