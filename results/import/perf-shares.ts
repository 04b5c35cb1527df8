// What is in brackets after a row: the noise of its runs `( +- 0.13% )`, and the share of the
// time it was counted `(30.26%)`.
import {isDigit, numberEnd, plusMinusEnd, skipBlank, skipGap} from './perf-tokens.ts';

/** A value as printed; `end` = the position after all of it. */
export interface Share {
  readonly value: string;
  readonly end: number;
}

/** `( +- 0.13% )`, also nan and inf. */
export const readNoise = (text: string, position: number): Share | null => {
  if (text.charCodeAt(position) !== 40) return null;
  const sign = plusMinusEnd(text, skipGap(text, position + 1));
  if (sign < 0) return null;
  const start = skipGap(text, sign);
  const end = isDigit(text.charCodeAt(start)) ? numberEnd(text, start) : wordEnd(text, start);
  if (end < 0) return null;
  const percent = skipGap(text, end);
  if (text.charCodeAt(percent) !== 37) return null;
  const close = skipGap(text, percent + 1);
  return text.charCodeAt(close) === 41 ? {value: text.slice(start, end), end: close + 1} : null;
};

const wordEnd = (text: string, position: number): number => {
  const word = ['nan', '-nan', 'inf'].find((one) => text.startsWith(one, position));
  return word === undefined ? -1 : position + word.length;
};

const scaled = '(scaled from';

/** `(30.26%)`, before perf 4.x `[30.26%]`, before 3.0 `(scaled from 30.26%)`. */
export const readRunning = (text: string, position: number): Share | null => {
  const open = text.charCodeAt(position);
  if (open !== 40 && open !== 91) return null;
  const isScaled = text.startsWith(scaled, position);
  const start = isScaled ? skipGap(text, position + scaled.length) : skipBlank(text, position + 1);
  const end = !isScaled && start > position + 5 ? -1 : numberEnd(text, start);
  if (end < 0) return null;
  const percent = open === 40 ? skipGap(text, end) : end;
  if (text.charCodeAt(percent) !== 37) return null;
  const close = open === 40 ? skipGap(text, percent + 1) : percent + 1;
  return text.charCodeAt(close) === (open === 40 ? 41 : 93)
    ? {value: text.slice(start, end), end: close + 1}
    : null;
};
