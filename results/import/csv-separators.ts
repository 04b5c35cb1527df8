// The separators that a text's rows of `perf stat -x` can be split by.
import {splitCount} from './csv-rows.ts';
import type {Lines} from './lines.ts';
import {isDigit, numberEnd} from './perf-tokens.ts';
import {headerPhrase, knownEvent} from './vocabulary.ts';

const commonSeparators = [',', ';', '\t', '|'] as const;
const anyEvent = new RegExp(String.raw`${knownEvent}(?::[a-zA-Z]+|\/(?!\d))?`);
const [space, percent, header] = [32, 37, headerPhrase.charCodeAt(0)];

/**
 * True for what begins as a line of perf's text does: a header, a count and two blanks, a time. It is
 * seen sooner than what tells a row.
 */
export const isOfText = (text: string, first: number): boolean => {
  const code = text.charCodeAt(first);
  if (!isDigit(code)) return code === header && text.startsWith(headerPhrase, first);
  const end = numberEnd(text, first);
  return (
    text.charCodeAt(end) === space &&
    (text.charCodeAt(end + 1) === space || text.startsWith(' seconds ', end))
  );
};

/** A number and a separator of any kind: a cheap check before the events. */
const separated = /\d(?:[^\w\s.<>()"%-]|\t)/;
/** A separator seen in as many lines is taken as seen in every further line that has it. */
const often = 100;
/** Of a long line the beginning tells. */
const mostSought = 600;
const shortestRow = 12;
/** A row has so many separators at leastSeparators. */
export const leastSeparators = 4;

/** Known events tell any separator, other events the common ones; at most three, the most common first. */
export const findSeparators = ({text, starts, numbers, indents}: Lines): string[] => {
  const found = new Map<string, number>();
  let usual: string | null = null;
  for (let i = 0; i < numbers.length; i++) {
    const start = starts[i];
    const end = Math.min(starts[i + 1] - 1, start + mostSought);
    if (usual !== null && isRow(text, start, end, usual)) continue;
    if (
      end - start < shortestRow ||
      isOfText(text, start + indents[i]) ||
      !mayBeSplit(text, start, end)
    )
      continue;
    for (const separator of triedIn(text.slice(start, end), indents[i])) {
      if (!isRow(text, start, end, separator) || splitCount(text, start, end, separator) === null)
        continue;
      const seen = (found.get(separator) ?? 0) + 1;
      if (seen === often) usual ??= separator;
      found.set(separator, usual === separator ? Infinity : seen);
    }
  }
  return [...found]
    .sort((a, b) => b[1] - a[1])
    .map(([separator]) => separator)
    .slice(0, 3);
};

/** 1 for the characters that separators are made of; those beyond ASCII may be, too. */
const marks = Uint8Array.from({length: 65536}, (_one, code) =>
  code > 127 || /[^\w\s.<>()"%-]|\t/.test(String.fromCharCode(code)) ? 1 : 0,
);

/** Most lines of most texts have too few marks of any kind. */
const mayBeSplit = (text: string, start: number, end: number): boolean => {
  let seen = 0;
  for (let p = start; p < end; p++) {
    seen += marks[text.charCodeAt(p)];
    if (seen === leastSeparators) return true;
  }
  return false;
};

/** The separators that a line may have, which begins with so many blanks. */
const triedIn = (line: string, indent: number): readonly string[] => {
  // Blanks in a row are after `%` only.
  const gap = line.indexOf('  ', indent);
  if (gap >= 0 && line.charCodeAt(gap - 1) !== percent) return [];
  if (!separated.test(line) && !commonSeparators.some((mark) => isRow(line, 0, line.length, mark)))
    return [];
  const event = anyEvent.exec(line);
  const rest =
    event === null
      ? null
      : /^([^\w\s.<>()"%-]{1,3}|\t)(?:\d+[.,]?\d*%\1)?\d+\1/.exec(
          line.slice(event.index + event[0].length),
        );
  return rest === null ? commonSeparators : [rest[1]];
};

/** Whether there are as many separators as in a row. */
const isRow = (text: string, start: number, end: number, separator: string): boolean => {
  const [first, last] = [separator.charCodeAt(0), end - separator.length];
  let seen = 0;
  for (let p = start; p <= last; p++)
    if (
      text.charCodeAt(p) === first &&
      (separator.length === 1 || text.startsWith(separator, p)) &&
      ++seen === leastSeparators
    )
      return true;
  return false;
};
