// A text next to the codes of its characters, and what is found by the codes alone: blanks, line ends
// and numbers. Codes are read several times as fast as characters, and compiled to far less.
import {isBlank, isDigit} from './perf-tokens.ts';

/** One code a character, 254 for those above it, and 255 after the end. */
export type Codes = Uint8Array;

export interface Source {
  readonly text: string;
  readonly codes: Codes;
}

export const otherCode = 254;
const endCode = 255;
export const isEnd = (code: number): boolean => code === endCode;
/** Readers look this far ahead without asking for the end. */
const lookahead = 16;

const encoder = new TextEncoder();
export const sourceOf = (text: string): Source => {
  const {length} = text;
  const codes = new Uint8Array(length + lookahead);
  const {read, written} = encoder.encodeInto(text, codes);
  // Of a text that is all ASCII the bytes are the codes.
  if (read < length || written > length)
    for (let i = 0; i < length; i++) codes[i] = Math.min(text.charCodeAt(i), otherCode);
  codes.fill(endCode, length);
  return {text, codes};
};

const longestNumber = 50;
/** Blanks in a row that a reader goes over. */
const mostBlanks = 400;

/** The end of the number that begins at `position`, or -1. */
export const numberEnd = (codes: Codes, position: number): number => {
  if (!isDigit(codes[position])) return -1;
  let end = position + 1;
  for (let p = end; p < position + longestNumber; p++) {
    const code = codes[p];
    if (isDigit(code)) end = p + 1;
    else if (code !== 46 && code !== 44 && code !== 39) break;
  }
  return end;
};

/** The end of the digits at `position`, which may be none. */
export const digitsEnd = (codes: Codes, position: number): number => {
  let end = position;
  while (isDigit(codes[end])) end++;
  return end;
};

/** The end of `+-`, `+/-` or the sign for it at `position`, or -1. */
export const plusMinusEnd = (codes: Codes, position: number): number => {
  const code = codes[position];
  if (code === 0xb1) return position + 1;
  if (code !== 43) return -1;
  return codes[position + 1] === 45
    ? position + 2
    : codes[position + 1] === 47 && codes[position + 2] === 45
      ? position + 3
      : -1;
};

export const skipBlank = (codes: Codes, position: number): number => {
  let p = position;
  while (isBlank(codes[p])) p++;
  return p;
};

/** Over blanks and at most one line end. */
export const skipBreak = (codes: Codes, position: number): number => {
  const p = skipBlank(codes, position);
  return codes[p] === 10 ? skipBlank(codes, p + 1) : p;
};

/** The same, inside a piece: over a limited number of blanks. */
export const skipGap = (codes: Codes, position: number): number => {
  const p = skipFew(codes, position);
  return codes[p] === 10 ? skipFew(codes, p + 1) : p;
};

const skipFew = (codes: Codes, position: number): number => {
  const most = position + mostBlanks;
  let p = position;
  while (p < most && isBlank(codes[p])) p++;
  return p;
};

/** Mail programs break lines that are too long, and this much comes before the break. */
const leastBefore = 40;

/**
 * True if enough is in the line before `position` that a mail program may have broken it
 * there.
 */
export const mayBreak = (codes: Codes, position: number): boolean => {
  for (let p = position - 1; p >= position - leastBefore; p--)
    if (p < 0 || codes[p] === 10) return false;
  return true;
};

/** True if a line end is in a short piece of the text. */
export const hasBreak = (codes: Codes, from: number, to: number): boolean => {
  for (let p = from; p < to; p++) if (codes[p] === 10) return true;
  return false;
};

/** True if anything but white space is between `from` and `to`. */
export const hasText = ({text, codes}: Source, from: number, to: number): boolean => {
  for (let p = from; p < to; p++) {
    const code = codes[p];
    if (code > 127) return /\S/.test(text.slice(p, to));
    if (code !== 32 && (code < 9 || code > 13)) return true;
  }
  return false;
};
