// A text and where its lines lie in it, so that readers need not hold a string for every line.
import {skipBlank} from './perf-tokens.ts';

/**
 * `starts` has one entry a line and one more after the end; `numbers` are the lines' numbers in
 * the source, from 1; `indents` = how many blanks each line begins with.
 */
export interface Lines {
  readonly text: string;
  readonly starts: readonly number[];
  readonly numbers: readonly number[];
  readonly indents: Int32Array;
}

/** Blanks are counted once for all readers, most of which look at the first other character. */
export const newLines = (
  text: string,
  starts: readonly number[],
  numbers: readonly number[],
): Lines => {
  const indents = new Int32Array(numbers.length);
  for (let i = 0; i < indents.length; i++) indents[i] = skipBlank(text, starts[i]) - starts[i];
  return {text, starts, numbers, indents};
};

/** The code of a line's first character that is not a blank; a line end or NaN if there is none. */
export const firstCode = ({text, starts, indents}: Lines, i: number): number =>
  text.charCodeAt(starts[i] + indents[i]);

export const lineAt = ({text, starts}: Lines, i: number): string =>
  text.slice(starts[i], starts[i + 1] - 1);

/** Lines from strings with their numbers in the source. */
export const linesOf = (
  list: readonly {readonly text: string; readonly number: number}[],
): Lines => {
  const starts = [0];
  for (const {text} of list) starts.push(starts[starts.length - 1] + text.length + 1);
  return newLines(
    list.map(({text}) => text).join('\n'),
    starts,
    list.map(({number}) => number),
  );
};

/** The index of the line that holds `position`. */
export const lineIndex = ({starts, numbers}: Lines, position: number): number => {
  let low = 0;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= position) low = middle;
    else high = middle - 1;
  }
  return low;
};

/** The same lines with the claimed ones (1) empty. */
export const withoutLines = (lines: Lines, claimed: Uint8Array): Lines => {
  const {text, starts: from, numbers} = lines;
  const indents = lines.indents.slice();
  const starts = [0];
  const parts: string[] = [];
  let length = 0;
  let kept = 0;
  for (let i = 0; i < numbers.length; i++) {
    if (claimed[i] === 1) {
      if (from[i] > kept) parts.push(text.slice(kept, from[i]));
      kept = from[i + 1] - 1;
      length++;
      indents[i] = 0;
    } else {
      length += from[i + 1] - from[i];
    }
    starts.push(length);
  }
  parts.push(text.slice(kept));
  return {text: parts.join(''), starts, numbers, indents};
};

/** Common characters of outputs, the most common first. */
const common = ' 0etaoinsr123456789lcdumhp.,-f%#()gybwvkxjqz';
/** Where the rarest character of a word is. */
const rarest = (word: string): number => {
  const ranks = [...word].map((character) => common.indexOf(character) + 1 || Infinity);
  return ranks.indexOf(Math.max(...ranks));
};

/**
 * Whether a text holds a word, sought by its rarest character: engines look for the first, which
 * may be anywhere.
 */
export const holdsWord = (text: string, word: string): boolean => {
  const before = rarest(word);
  const rest = word.slice(before);
  for (let at = text.indexOf(rest, before); at >= 0; at = text.indexOf(rest, at + 1))
    if (text.startsWith(word, at - before)) return true;
  return false;
};

/**
 * Finds a word again and again, going forward only: the place found last is kept, so that all calls
 * together read the text once.
 */
export interface Finder {
  /** The first place at or after `from`; Infinity if there is not one. */
  readonly next: (from: number) => number;
  /** True if the whole word lies between `from` and `to`. */
  readonly within: (from: number, to: number) => boolean;
}

export const newFinder = (text: string, word: string): Finder => {
  // By a pattern: engines may run a plain indexOf ahead of the condition that guards it, and so in
  // every call.
  const pattern = new RegExp(word.replace(/[|\\{}()[\]^$+*?.]/g, String.raw`\$&`), 'g');
  let found = -1;
  const next = (from: number): number => {
    if (found < from) {
      pattern.lastIndex = from;
      found = pattern.test(text) ? pattern.lastIndex - word.length : Infinity;
    }
    return found;
  };
  return {next, within: (from, to) => next(from) + word.length <= to};
};
