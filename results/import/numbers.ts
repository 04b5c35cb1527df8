// Numbers as locales print them: which mark is the decimal one is decided once for a whole table,
// then each token is read.

import {isDigit} from './perf-tokens.ts';

export type DecimalMark = '.' | ',';

const [point, comma] = [46, 44];

/** At most 20 digits: perf counts are 64-bit. More is not a count and is not read. */
const mostDigits = 20;

/**
 * Tokens that always have decimals (percentages, elapsed, comments): the last mark votes. 1 for the
 * point, -1 for the comma, 0 for neither.
 */
export const voteOfDecimal = (token: string): number => {
  for (let p = token.length - 1; p >= 0; p--) {
    const code = token.charCodeAt(p);
    if (code === point) return 1;
    if (code === comma) return -1;
  }
  return 0;
};

/**
 * Counts vote only where the mark is certain: two different marks, one mark repeated, or a group
 * that cannot be one.
 */
export const voteOfCount = (token: string): number => {
  let marks = 0;
  let last = 0;
  let position = 0;
  let isMixed = false;
  for (let p = 0; p < token.length; p++) {
    const code = token.charCodeAt(p);
    if (code !== point && code !== comma) continue;
    isMixed ||= marks > 0 && code !== last;
    marks++;
    last = code;
    position = p;
  }
  if (marks === 0) return 0;
  const vote = last === point ? 1 : -1;
  if (isMixed || (marks === 1 && !isThousands(token, position + 1))) return vote;
  return marks > 1 ? -vote : 0;
};

/** True if three digits are the rest of a token. */
const isThousands = (token: string, from: number): boolean => {
  for (let p = from; p < token.length; p++) if (!isDigit(token.charCodeAt(p))) return false;
  return token.length === from + 3;
};

const mostExact = 15;
const powers = Array.from({length: mostExact + 1}, (_one, exponent) => 10 ** exponent);

/**
 * The number a token means, or null if it is not one: groups that are not groups, two decimal
 * marks, too many digits.
 * Up to 15 digits the digits and the power of ten are exact, so that their quotient is the nearest
 * double, as Number reads it.
 */
export const readNumber = (token: string, mark: DecimalMark): number | null => {
  const decimal = mark === '.' ? point : comma;
  let value = 0;
  let digits = 0;
  /** Digits since the decimal or group mark; -1 = none of that kind yet. */
  let fraction = -1;
  let group = -1;
  for (let p = 0; p < token.length; p++) {
    const code = token.charCodeAt(p);
    if (isDigit(code)) {
      value = value * 10 + code - 48;
      digits++;
      if (fraction >= 0) fraction++;
      else if (group >= 0) group++;
    } else if (fraction < 0 && digits > 0 && code === decimal) {
      fraction = 0;
    } else if (
      fraction < 0 &&
      (code === comma || code === point) &&
      code !== decimal &&
      (group < 0 ? digits > 0 && digits <= 3 : group === 3)
    ) {
      group = 0;
    } else {
      return readOdd(token, mark);
    }
  }
  if (digits === 0 || digits > mostExact || fraction === 0 || (group >= 0 && group !== 3))
    return readOdd(token, mark);
  return fraction > 0 ? value / powers[fraction] : value;
};

/** The same, taken apart: signs, other groups, more digits than are exact. */
const readOdd = (token: string, mark: DecimalMark): number | null => {
  const negative = token.startsWith('-');
  const bare = negative ? token.slice(1) : token;
  const [whole, fraction, ...more] = bare.split(mark);
  if (more.length > 0 || fraction === '') return null;
  if (fraction !== undefined && !/^\d+$/.test(fraction)) return null;
  const groups = whole.split(/[.,']/);
  if (!groups.every((group) => /^\d+$/.test(group))) return null;
  // Chinese locales may group by ten thousands.
  const isByTenThousands =
    whole.includes(',') &&
    groups[0].length <= 4 &&
    groups.slice(1).every((group) => group.length === 4);
  if (
    groups.length > 1 &&
    !isByTenThousands &&
    (groups[0].length > 3 ||
      groups.at(-1)?.length !== 3 ||
      !groups.slice(1).every((group) => group.length === 2 || group.length === 3))
  )
    return null;
  const digits = groups.join('');
  if (digits.length > mostDigits || (fraction?.length ?? 0) > mostDigits) return null;
  const value = Number(fraction === undefined ? digits : `${digits}.${fraction}`);
  return negative ? -value : value;
};
