// The words of perf stat texts, which repeat few of them: each is held once, with what is known of it.
import type {Source} from './perf-codes.ts';
import {otherCode} from './perf-codes.ts';
import {isWholeComment, unitNames} from './vocabulary.ts';

export interface Word {
  readonly text: string;
  /** After a `%`. */
  readonly percent: string;
  readonly isUnit: boolean;
  /** One of perf's comments, and one after which the name of what is counted may be. */
  readonly isComment: boolean;
  readonly endsInUnit: boolean;
}

export const newWord = (text: string): Word => ({
  text,
  percent: `% ${text}`,
  isUnit: unitNames.has(text),
  isComment: isWholeComment(text),
  endsInUnit: /(?:\/sec|GHz|CPUs|instructions)$/.test(text),
});

/** A power of two. */
const mostKept = 2048;
const longestKept = 64;
/** Two places for each mark made of a word's length and some of its characters, the later one first. */
const kept: Word[] = Array.from({length: mostKept}, () => newWord(''));

/** The word from `from` to `to`. */
export const wordIn = ({text, codes}: Source, from: number, to: number): Word => {
  const length = to - from;
  if (length === 0 || length > longestKept) return newWord(text.slice(from, to));
  const mark =
    (codes[from] * 7 + codes[from + (length >> 1)] * 61 + codes[to - 1] * 11 + length) << 1;
  const first = mark & (mostKept - 1);
  const word = kept[first];
  if (isAt(word.text, codes, from, length)) return word;
  const other = kept[first + 1];
  if (isAt(other.text, codes, from, length)) return other;
  const letters = codes.subarray(from, to);
  // Codes above the others stand for several characters.
  if (letters.some((code) => code >= otherCode)) return newWord(text.slice(from, to));
  kept[first + 1] = word;
  // Made of codes, so that no word holds the whole text in memory.
  return (kept[first] = newWord(String.fromCharCode(...letters)));
};

const isAt = (word: string, codes: Uint8Array, from: number, length: number): boolean => {
  if (word.length !== length) return false;
  let i = 0;
  while (i < length && word.charCodeAt(i) === codes[from + i]) i++;
  return i === length;
};
