// Where a piece of a perf stat table may begin inside a text: a header, a number, a refused count,
// the head of intervals, a metric that is nan.
import type {Codes, Source} from './perf-codes.ts';
import {at, isDigit, sticky} from './perf-tokens.ts';

/** What may begin with each of these characters; a digit needs no more than to begin a word. */
const beginnings: Readonly<Record<string, RegExp>> = {
  P: sticky(String.raw`Performance\s+counter\s+stats\s+for`),
  '#': sticky(String.raw`#[ \t]+(?:time[ \t]|-?nan)`),
  '<': sticky('<not '),
  n: sticky(String.raw`(?<![\w<])not (?:supported|counted)`),
};

/**
 * By character code: the character after it (0 = more than one may be), and the test of a
 * beginning.
 */
const seconds = Uint8Array.from(
  {length: 128},
  (_one, code) =>
    (({P: 'e', '<': 'n', n: 'o'}) as Readonly<Record<string, string>>)[
      String.fromCharCode(code)
    ]?.charCodeAt(0) ?? 0,
);
const tests: (RegExp | undefined)[] = Array.from(
  {length: 128},
  (_one, code) => beginnings[String.fromCharCode(code)],
);
/** 1 if a digit after this character is inside a word or number. */
const binds = Uint8Array.from({length: 128}, (_one, code) =>
  /[\w.,:'/=@-]/.test(String.fromCharCode(code)) ? 1 : 0,
);

/**
 * Inside a word or number; digits on both sides of a mark of another script are one number in its
 * locale.
 */
const isBound = (codes: Codes, position: number): boolean => {
  const before = codes[position - 1];
  return before < 128 ? binds[before] === 1 : isDigit(codes[position - 2]);
};

/** The first place at or after `from`, or the text's length. */
export const nextCandidate = ({text, codes}: Source, from: number): number => {
  for (let p = from; p < text.length; p++) {
    const code = codes[p];
    if (isDigit(code)) {
      if (p === 0 || !isBound(codes, p)) return p;
    } else if (code < 128) {
      const test = tests[code];
      if (
        test !== undefined &&
        (seconds[code] === 0 || seconds[code] === codes[p + 1]) &&
        at(test, text, p) !== null
      )
        return p;
    }
  }
  return text.length;
};
