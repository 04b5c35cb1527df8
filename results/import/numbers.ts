// Numbers as locales print them: which mark is the decimal one is decided once for a whole table, then each token is read.

export type DecimalMark = '.' | ',';

/** At most 20 digits: perf counts are 64-bit. More is not a count and is not read. */
const mostDigits = 20;

/**
 * The decimal mark of an output. `decimals` are tokens that always have decimals (percentages, elapsed, comments): the last
 * mark in each votes. `counts` vote only where the mark is certain: two different marks, one mark repeated, or a group that
 * cannot be one. Null where nothing votes.
 */
export const decimalMark = (decimals: readonly string[], counts: readonly string[]): DecimalMark | null => {
  let balance = 0;
  for (const token of decimals) {
    const [point, comma] = [token.lastIndexOf('.'), token.lastIndexOf(',')];
    if (point !== comma) balance += point > comma ? 1 : -1;
  }
  if (balance !== 0) return balance > 0 ? '.' : ',';
  for (const token of counts) {
    const marks = token.replace(/[^.,]/g, '');
    if (marks.length === 0) continue;
    const last = marks.at(-1);
    const mixed = marks.includes('.') && marks.includes(',');
    const grouped = marks.length > 1 && !mixed;
    const odd = marks.length === 1 && !/[.,]\d{3}$/.test(token);
    if (mixed || odd) balance += last === '.' ? 1 : -1;
    else if (grouped) balance += last === '.' ? -1 : 1;
  }
  return balance === 0 ? null : balance > 0 ? '.' : ',';
};

const plain = {'.': /^-?\d{1,15}(?:\.\d{1,15})?$/, ',': /^-?\d{1,15}$/} as const;
const grouped = {'.': /^\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,9})?$/, ',': /^\d{1,3}(?:\.\d{3}){1,4}$/} as const;

/** The number a token stands for, or null where it is none: groups that are no groups, two decimal marks, too many digits. */
export const readNumber = (token: string, mark: DecimalMark): number | null => {
  // The two common shapes need no taking apart.
  if (plain[mark].test(token)) return Number(token);
  if (grouped[mark].test(token)) return Number(token.replaceAll(mark === '.' ? ',' : '.', ''));
  const negative = token.startsWith('-');
  const bare = negative ? token.slice(1) : token;
  const [whole, fraction, ...more] = bare.split(mark);
  if (more.length > 0 || fraction === '') return null;
  if (fraction !== undefined && !/^\d+$/.test(fraction)) return null;
  const groups = whole.split(/[.,']/);
  if (!groups.every((group) => /^\d+$/.test(group))) return null;
  if (groups.length > 1 && (groups[0].length > 3 || groups.at(-1)?.length !== 3 || !groups.slice(1).every((group) => group.length === 2 || group.length === 3))) return null;
  const digits = groups.join('');
  if (digits.length > mostDigits || (fraction?.length ?? 0) > mostDigits) return null;
  const value = Number(fraction === undefined ? digits : `${digits}.${fraction}`);
  return negative ? -value : value;
};
