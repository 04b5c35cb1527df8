// Which tables of a text are the two sides of one comparison, by the words above them and by their
// command.
import type {ImportTable} from '../types.ts';
import {remembered} from './repeated-words.ts';

/**
 * Indexes from 0. `why`: the source itself prints both sides as one comparison, their labels say
 * before and after, or they only follow one another.
 */
export interface TablePair {
  readonly before: number;
  readonly after: number;
  readonly why: 'stated' | 'labels' | 'order';
}

const before =
  String.raw`\b(?:without|before|unpatched|vanilla|baseline|base|old|orig(?:inal)?|stock` +
  String.raw`|mainline|upstream|parent|disabled|off|unmodified|clean)\b`;
const after = String.raw`\b(?:with|after|patched|new|enabled|on|optimi[sz]ed|fixed|modified|series)\b`;
const beforeWords = new RegExp(String.raw`${before}|^-\s*patch`, 'i');
const afterWords = new RegExp(String.raw`${after}|^\+\s*patch`, 'i');
const everyBefore = new RegExp(before, 'gi');
/** The after side soon after the before side. */
const afterSoon = new RegExp(`.{1,60}?${after}`, 'iy');
const mostAhead = 60;
const lineEnd = /[\n\r\u2028\u2029]/;

/** Whether a line names the before side and then the after side: it may be the head of a table. */
export const hasSidesInLine = (text: string): boolean => {
  // Many texts miss one of the words.
  if (!beforeWords.test(text) || !afterWords.test(text)) return false;
  for (const {0: word, index} of text.matchAll(everyBefore)) {
    afterSoon.lastIndex = index + word.length;
    if (afterSoon.test(text) && isNearStart(text, index)) return true;
  }
  return false;
};

/** At most 60 characters after the line's beginning. */
const isNearStart = (text: string, position: number): boolean =>
  position <= mostAhead || lineEnd.test(text.slice(position - mostAhead - 1, position));

/** `Before and after ...` names a comparison, not a side. */
const bothSides = /\bbefore\b.*\bafter\b|\bafter\b.*\bbefore\b/i;

/**
 * A label that names the before side, the after side, or neither; `without` and `disabled` win over
 * the `with` before them.
 */
export const sideOfLabel = (label: string | null): 'before' | 'after' | null =>
  label === null ? null : sideOfWords(label);

const sideOfWords = remembered((label): 'before' | 'after' | null => {
  if (bothSides.test(label)) return null;
  if (beforeWords.test(label)) return 'before';
  return afterWords.test(label) ? 'after' : null;
});

const aloneWords = new RegExp(
  String.raw`^(?:(?:before|after|with|without)(?: (?:the|this|these|my|our))?` +
    String.raw`(?: (?:patch(?:es)?|patchset|series|changes?|fix(?:es)?|commit))?` +
    String.raw`|(?:(?:un)?patched|vanilla|base(?:line)?|old|new|orig(?:inal)?|stock|mainline|upstream` +
    String.raw`|parent|optimi[sz]ed|fixed|(?:un)?modified)(?: (?:kernel|code|version|build|tree))?):?$`,
  'i',
);

/** Words that name a side and can be nothing else, unlike `On that box` and `With kind regards`. */
export const isSideAlone = (line: string): boolean => aloneWords.test(line);

const commandKey = ({command, kind}: ImportTable): string =>
  JSON.stringify([command, kind ?? null]);
const sameCommand = (a: ImportTable, b: ImportTable): boolean => commandKey(a) === commandKey(b);
const holds = (table: ImportTable): boolean =>
  table.elapsed !== null ||
  table.rows.some((row) => row.value !== null) ||
  table.samples.length > 0;

/** The sides of each comparison a source prints whole (`pair`): one base, one or more others. */
const statedPairs = (tables: readonly ImportTable[]): {before: number; after: number}[] => {
  const bases = new Map<number, number>();
  tables.forEach(({pair, side}, i) => {
    if (pair !== undefined && side === 'before' && !bases.has(pair)) bases.set(pair, i);
  });
  return tables.flatMap(({pair, side}, after) => {
    const before = pair === undefined || side !== 'after' ? undefined : bases.get(pair);
    return before === undefined ? [] : [{before, after}];
  });
};

/** Two benchmarks of different names are results of one side, whatever their order. */
const mayPair = (a: ImportTable, b: ImportTable): boolean =>
  a.kind !== 'benchmark' || b.kind !== 'benchmark' || sameCommand(a, b);

/**
 * Pairs in order, each table in one pair at most but a base with several patches: first those the
 * source states, then those whose labels say so, then neighbours of one command, turned round if
 * their labels say so, then commands that come again in the same order. Two tables alone are a pair
 * whatever they ran, unless they are two benchmarks.
 */
export const pairTables = (tables: readonly ImportTable[]): TablePair[] => {
  const free = new Set(tables.map((_table, i) => i).filter((i) => holds(tables[i])));
  const pairs: TablePair[] = [];
  const take = (before: number, after: number, why: TablePair['why']): void => {
    free.delete(before);
    free.delete(after);
    pairs.push({before, after, why});
  };
  for (const {before, after} of statedPairs(tables)) take(before, after, 'stated');
  const sides = tables.map(
    ({label, heading}) => sideOfLabel(label) ?? sideOfLabel(heading ?? null),
  );
  const takeNeighbours = (one: number, next: number): void => {
    if (sides[one] === 'after' && sides[next] === 'before') take(next, one, 'labels');
    else take(one, next, 'order');
  };
  for (const [before, after] of labelledPairs(tables, [...free], sides))
    take(before, after, 'labels');
  const rest = [...free];
  rest.forEach((one, k) => {
    const next = rest[k + 1];
    if (next === undefined || !free.has(one) || !free.has(next)) return;
    const [a, b] = [tables[one], tables[next]];
    if (sameCommand(a, b) && differInOne(a.label, b.label)) takeNeighbours(one, next);
  });
  for (const [one, next] of repeatedInOrder(tables, [...free])) takeNeighbours(one, next);
  for (const [base, other] of furtherAfters(tables, [...free], pairs, sides))
    take(base, other, 'labels');
  const left = [...free];
  if (pairs.length === 0 && left.length === 2 && mayPair(tables[left[0]], tables[left[1]]))
    takeNeighbours(left[0], left[1]);
  return pairs.sort((a, b) => a.before - b.before);
};

/** `v1: A, B; v2: A, B`: the same commands twice in one order, each half under one label. */
const repeatedInOrder = (
  tables: readonly ImportTable[],
  free: readonly number[],
): [number, number][] => {
  const half = free.length / 2;
  if (half < 2 || !Number.isInteger(half)) return [];
  const [first, second] = [free.slice(0, half), free.slice(half)];
  const labelOf = (i: number): string | null => tables[i].label;
  const isOneLabel = (part: readonly number[]): boolean =>
    part.every((i) => labelOf(i) === labelOf(part[0]));
  return isOneLabel(first) &&
    isOneLabel(second) &&
    labelOf(first[0]) !== labelOf(second[0]) &&
    new Set(first.map((i) => commandKey(tables[i]))).size === half &&
    first.every((one, k) => sameCommand(tables[one], tables[second[k]]))
    ? first.map((one, k) => [one, second[k]])
    : [];
};

/** `base`, `patch 1`, `patches 1 and 2`: the only base, if its label says no more, is that of all. */
const furtherAfters = (
  tables: readonly ImportTable[],
  free: readonly number[],
  pairs: readonly TablePair[],
  sides: readonly ('before' | 'after' | null)[],
): [number, number][] => {
  /** By command; -1 if it has several. */
  const bases = new Map<string, number>();
  for (const {before: base, why} of pairs) {
    const key = commandKey(tables[base]);
    if (why === 'labels') bases.set(key, bases.has(key) ? -1 : base);
  }
  return free.flatMap((i): [number, number][] => {
    const base = sides[i] === 'after' ? (bases.get(commandKey(tables[i])) ?? -1) : -1;
    return base >= 0 && otherWords(tables[base].label) === '' ? [[base, i]] : [];
  });
};

interface Sided {
  readonly before: number[];
  readonly after: number[];
}

/**
 * Tables of one command whose labels name the sides. If the mail varies something else too (`old,
 * 4 threads`), the rest of the two labels must be the same; if no rest is, the labels are prose and
 * say nothing but the side.
 */
const labelledPairs = (
  tables: readonly ImportTable[],
  free: readonly number[],
  sides: readonly ('before' | 'after' | null)[],
): [number, number][] => {
  const group = (keyOf: (table: ImportTable) => string, of: readonly number[]): Sided[] => {
    const groups = new Map<string, Sided>();
    for (const i of of) {
      const side = sides[i];
      if (side === null) continue;
      const key = keyOf(tables[i]);
      const own = groups.get(key) ?? {before: [], after: []};
      own[side].push(i);
      groups.set(key, own);
    }
    return [...groups.values()];
  };
  return group(commandKey, free).flatMap((command) => {
    const all = [...command.before, ...command.after].sort((a, b) => a - b);
    const same = group(({label}) => otherWords(label), all).flatMap(inTurn);
    return same.length > 0 ? same : inTurn(command);
  });
};

/**
 * The k-th before with the k-th after if there are as many; otherwise each before with the next
 * after below it.
 */
const inTurn = ({before, after}: Sided): [number, number][] => {
  if (before.length === after.length) return before.map((one, k) => [one, after[k]]);
  const pairs: [number, number][] = [];
  let next = 0;
  for (const one of before) {
    while (next < after.length && after[next] < one) next++;
    if (next < after.length) pairs.push([one, after[next++]]);
  }
  return pairs.length > 0 || before.length === 0 || after.length === 0
    ? pairs
    : [[before[0], after[after.length - 1]]];
};

const everySideWord = new RegExp(`${beforeWords.source}|${afterWords.source}`, 'gi');

/** What a label says besides its side. */
const otherWords = (label: string | null): string =>
  (label ?? '')
    .replaceAll(everySideWord, ' ')
    .toLowerCase()
    .split(/[^a-z0-9.+]+/)
    .filter((word) => word !== '')
    .join(' ');

/** Labels of the same number of parts (`v2, smt`) must differ in one part only. */
const differInOne = (a: string | null, b: string | null): boolean => {
  const [left, right] = [a, b].map((label) => (label ?? '').split(/\s*[,;|]\s*/));
  if (left.length < 2 || left.length !== right.length) return true;
  return left.filter((part, i) => part !== right[i]).length <= 1;
};
