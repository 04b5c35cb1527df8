// Results of arithmetic on ranges, remembered: the same few ranges meet again and again, in loops and
// in each variant, and to work out what follows from bounds and bits takes long.
import type {Range} from './range.ts';

/** Ranges that have a number, at most; then all is forgotten. */
const mostRanges = 1 << 15;
const mostResults = 1 << 14;

let numbers = new WeakMap<Range, number>();
let numbered = 0;

const numberOf = (range: Range): number => {
  const known = numbers.get(range);
  if (known !== undefined) return known;
  numbers.set(range, ++numbered);
  return numbered;
};

/** Forgets everything that functions made by `remembering` know. */
const forgetters: (() => void)[] = [];
const forgetAll = (): void => {
  numbers = new WeakMap();
  numbered = 0;
  for (const forget of forgetters) forget();
};

/** `compute`, which must depend on its arguments only. `what`: less than 2^12. */
export const remembering = <T>(
  compute: (what: number, a: Range, b: Range) => T,
): ((what: number, a: Range, b: Range) => T) => {
  const results = new Map<number, T>();
  forgetters.push(() => results.clear());
  return (what, a, b) => {
    if (numbered >= mostRanges) forgetAll();
    const key = (numberOf(a) * (mostRanges + 4) + numberOf(b)) * 4096 + what;
    const known = results.get(key);
    if (known !== undefined || results.has(key)) return known as T;
    if (results.size >= mostResults) results.clear();
    const result = compute(what, a, b);
    results.set(key, result);
    return result;
  };
};
