// Which tables of a text are the two sides of one comparison, told by the words above them and by
// the same command.
import type {ImportTable} from '../types.ts';

/**
 * Indexes from 0. `why`: the source itself prints both sides as one comparison, their labels say
 * before and after, or they only follow one another.
 */
export interface TablePair {
  readonly before: number;
  readonly after: number;
  readonly why: 'stated' | 'labels' | 'order';
}

const beforeWords =
  /\b(?:without|before|unpatched|vanilla|baseline|base|old|orig(?:inal)?|stock|mainline|upstream|parent|disabled|off|unmodified|clean)\b|^-\s*patch/i;
const afterWords =
  /\b(?:with|after|patched|new|enabled|on|optimi[sz]ed|fixed|modified|series)\b|^\+\s*patch/i;

/**
 * A label that names the before side, the after side, or neither; `without` and `disabled` win over
 * the `with` before them.
 */
export const sideOfLabel = (label: string | null): 'before' | 'after' | null => {
  if (label === null) return null;
  if (beforeWords.test(label)) return 'before';
  return afterWords.test(label) ? 'after' : null;
};

const commandKey = ({command, kind}: ImportTable): string =>
  JSON.stringify([command, kind ?? null]);
const sameCommand = (a: ImportTable, b: ImportTable): boolean => commandKey(a) === commandKey(b);
const holds = (table: ImportTable): boolean =>
  table.elapsed !== null ||
  table.rows.some((row) => row.value !== null) ||
  table.samples.length > 0;

/** The two sides of each comparison a source prints whole (`pair`). */
const statedPairs = (tables: readonly ImportTable[]): {before: number; after: number}[] => {
  const sides = new Map<number, {before?: number; after?: number}>();
  tables.forEach(({pair, side}, i) => {
    if (pair !== undefined && side !== undefined) sides.set(pair, {...sides.get(pair), [side]: i});
  });
  return [...sides.values()].flatMap(({before, after}) =>
    before === undefined || after === undefined ? [] : [{before, after}],
  );
};

/**
 * Pairs in order, each table in one pair at most: first those whose labels say so (the k-th before
 * of a command with its k-th
 * after), then neighbours of one command, turned round where their labels say so. Two tables alone
 * are a pair whatever they ran.
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
  const sides = tables.map(({label}) => sideOfLabel(label));
  const takeNeighbours = (one: number, next: number): void => {
    if (sides[one] === 'after' && sides[next] === 'before') take(next, one, 'labels');
    else take(one, next, 'order');
  };
  const afters = new Map<string, {readonly tables: number[]; next: number}>();
  for (const i of free) {
    if (sides[i] !== 'after') continue;
    const list = afters.get(commandKey(tables[i])) ?? {tables: [], next: 0};
    list.tables.push(i);
    afters.set(commandKey(tables[i]), list);
  }
  for (const before of free) {
    if (sides[before] !== 'before') continue;
    const waiting = afters.get(commandKey(tables[before]));
    if (waiting === undefined) continue;
    while (waiting.tables[waiting.next] < before) waiting.next++;
    if (waiting.next < waiting.tables.length)
      take(before, waiting.tables[waiting.next++], 'labels');
  }
  const rest = [...free];
  rest.forEach((before, k) => {
    const after = rest[k + 1];
    if (
      after === undefined ||
      !free.has(before) ||
      !free.has(after) ||
      !sameCommand(tables[before], tables[after])
    )
      return;
    takeNeighbours(before, after);
  });
  const left = [...free];
  if (pairs.length === 0 && left.length === 2) takeNeighbours(left[0], left[1]);
  return pairs.sort((a, b) => a.before - b.before);
};
