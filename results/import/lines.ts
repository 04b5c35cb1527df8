// A text and where its lines lie in it, so that readers need not hold a string for every line.

/**
 * `starts` has one entry a line and one more after the end; `numbers` are the lines' numbers in
 * the source, from 1.
 */
export interface Lines {
  readonly text: string;
  readonly starts: readonly number[];
  readonly numbers: readonly number[];
}

export const lineAt = ({text, starts}: Lines, i: number): string =>
  text.slice(starts[i], starts[i + 1] - 1);

/** Lines from strings with their numbers in the source. */
export const linesOf = (
  list: readonly {readonly text: string; readonly number: number}[],
): Lines => {
  const starts = [0];
  for (const {text} of list) starts.push(starts[starts.length - 1] + text.length + 1);
  return {
    text: list.map(({text}) => text).join('\n'),
    starts,
    numbers: list.map(({number}) => number),
  };
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
  const starts = [0];
  const parts: string[] = [];
  let length = 0;
  let kept = 0;
  for (let i = 0; i < numbers.length; i++) {
    if (claimed[i] === 1) {
      if (from[i] > kept) parts.push(text.slice(kept, from[i]));
      kept = from[i + 1] - 1;
      length++;
    } else {
      length += from[i + 1] - from[i];
    }
    starts.push(length);
  }
  parts.push(text.slice(kept));
  return {text: parts.join(''), starts, numbers};
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
