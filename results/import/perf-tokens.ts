// The tokens of perf stat text that several readers share: numbers, blanks and line ends, found by
// their characters.

/** A count or figure in any locale, not ending in a mark; `numberEnd` finds the same. */
export const number = String.raw`\d(?:[\d.,']{0,48}\d)?`;
export const gap = String.raw`[ \t]{0,400}(?:\n[ \t]{0,400})?`;
const longestNumber = 50;

export const sticky = (source: string): RegExp => new RegExp(source, 'y');

/** The match of a sticky pattern at exactly this position; its `lastIndex` is the end. */
export const at = (regex: RegExp, text: string, position: number): RegExpExecArray | null => {
  regex.lastIndex = position;
  return regex.exec(text);
};

export const isDigit = (code: number): boolean => code >= 48 && code <= 57;
export const isBlank = (code: number): boolean => code === 32 || code === 9;
export const isLetter = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
/** How names begin. */
export const startsName = (code: number): boolean => isLetter(code) || code === 95;

/** The end of the number that begins at `position`, or -1. */
export const numberEnd = (text: string, position: number): number => {
  if (!isDigit(text.charCodeAt(position))) return -1;
  let end = position + 1;
  for (let p = end; p < position + longestNumber; p++) {
    const code = text.charCodeAt(p);
    if (isDigit(code)) end = p + 1;
    else if (code !== 46 && code !== 44 && code !== 39) break;
  }
  return end;
};

/** The end of the digits at `position`, which may be none. */
export const digitsEnd = (text: string, position: number): number => {
  let end = position;
  while (isDigit(text.charCodeAt(end))) end++;
  return end;
};

export const skipBlank = (text: string, position: number): number => {
  let p = position;
  while (isBlank(text.charCodeAt(p))) p++;
  return p;
};

/** True if anything but white space is between `from` and `to`. */
export const hasText = (text: string, from: number, to: number): boolean => {
  for (let p = from; p < to; p++) {
    const code = text.charCodeAt(p);
    if (code > 127) return /\S/.test(text.slice(p, to));
    if (code !== 32 && (code < 9 || code > 13)) return true;
  }
  return false;
};
