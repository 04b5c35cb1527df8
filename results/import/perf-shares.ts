// What is in brackets after a row: the noise of its runs `( +- 0.13% )`, and the share of the
// time it was counted `(30.26%)`.
import type {Source} from './perf-codes.ts';
import {numberEnd, plusMinusEnd, skipBlank, skipGap} from './perf-codes.ts';
import {isDigit} from './perf-tokens.ts';

/** A value as printed; `end` = the position after all of it. */
export interface Share {
  readonly value: string;
  readonly end: number;
}

/** `( +- 0.13% )`, also nan and inf. */
export const readNoise = ({text, codes}: Source, position: number): Share | null => {
  if (codes[position] !== 40) return null;
  const sign = plusMinusEnd(codes, skipGap(codes, position + 1));
  if (sign < 0) return null;
  const start = skipGap(codes, sign);
  const end = isDigit(codes[start]) ? numberEnd(codes, start) : wordEnd(text, start);
  if (end < 0) return null;
  const percent = skipGap(codes, end);
  if (codes[percent] !== 37) return null;
  const close = skipGap(codes, percent + 1);
  return codes[close] === 41 ? {value: text.slice(start, end), end: close + 1} : null;
};

const wordEnd = (text: string, position: number): number => {
  const word = ['nan', '-nan', 'inf'].find((one) => text.startsWith(one, position));
  return word === undefined ? -1 : position + word.length;
};

const scaled = '(scaled from';

/** `(30.26%)`, before perf 4.x `[30.26%]`, before 3.0 `(scaled from 30.26%)`. */
export const readRunning = ({text, codes}: Source, position: number): Share | null => {
  const open = codes[position];
  if (open !== 40 && open !== 91) return null;
  const isScaled = codes[position + 1] === 115 && text.startsWith(scaled, position);
  const start = isScaled
    ? skipGap(codes, position + scaled.length)
    : skipBlank(codes, position + 1);
  const end = !isScaled && start > position + 5 ? -1 : numberEnd(codes, start);
  if (end < 0) return null;
  const percent = open === 40 ? skipGap(codes, end) : end;
  if (codes[percent] !== 37) return null;
  const close = open === 40 ? skipGap(codes, percent + 1) : percent + 1;
  return codes[close] === (open === 40 ? 41 : 93)
    ? {value: text.slice(start, end), end: close + 1}
    : null;
};
