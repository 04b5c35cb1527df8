// The envelope: takes off what terminals, mail programs and web pages put around a pasted output,
// keeping the line numbers of the source.
import type {Lines} from '../lines.ts';
import {newFinder, newLines} from '../lines.ts';
import {isBlank, isDigit, isLetter} from '../perf-tokens.ts';
import {uncomment} from './comments.ts';
import {undoEncodings} from './encodings.ts';

const longLine = 300;
/**
 * Chunk size for `replace`: V8 fails on too many matches in one string.
 */
const longPiece = 1e6;

/** What is at lines' beginnings and within them; each with an example that is its test. */
export const lineRules = [
  {name: 'echo of ^C', example: ['^C 1 cycles', ' 1 cycles']},
  {name: 'quote marks', example: ['> > 1 cycles', ' 1 cycles']},
  {name: 'line numbers before a bar', example: ['12 \u2502 1 cycles', ' 1 cycles']},
  {name: 'quote marks within a line', example: ['1 cycles > 2 faults', '1 cycles   2 faults']},
  {name: 'blank lines in a row', example: ['1\n\n\n\n2', '1\n\n\n2']},
  {
    name: 'comment marks',
    example: [
      "//  Performance counter stats for './a':\n//  1 cycles",
      "  Performance counter stats for './a':\n  1 cycles",
    ],
  },
] as const;

type LineRule = (typeof lineRules)[number]['name'];

/** Which rules of lines are left out, by name. */
type Off = ReadonlySet<string>;
const isOn = (off: Off, name: LineRule): boolean => !off.has(name);

/**
 * The text as clean lines: no escape sequences, quote marks, soft line breaks, entities or no-break
 * blanks. Linear in its length. `off`: names of rules left out, for tests.
 */
export const cleanLines = (text: string, off: Off = new Set()): Lines => {
  const undone = undoEncodings(text, off);
  const lines = splitLines(undone.text, off);
  const {numbers} = undone;
  return numbers === null
    ? lines
    : {...lines, numbers: lines.numbers.map((number) => numbers[number - 1])};
};

/**
 * Runs of blank lines are cut to two; inputs may contain millions.
 */
const keptEmpty = 2;

/** Lines that need no cleaning are taken over in one piece with those around them. */
const splitLines = (text: string, off: Off): Lines => {
  const prefix = mayBeQuoted.some((mark) => text.includes(mark)) ? prefixOf(off) : null;
  const [hasInner, dropsBlank] = [
    // One character is found much faster than two of which the first is a blank.
    isOn(off, 'quote marks within a line') && ['>', '|'].some((mark) => text.includes(mark)),
    isOn(off, 'blank lines in a row'),
  ];
  const quotes = newFinder(text, '>');
  const starts = [0];
  const numbers: number[] = [];
  const parts: string[] = [];
  let length = 0;
  let kept = 0;
  let empty = 0;
  let number = 1;
  for (let from = 0; from <= text.length; number++) {
    let end = text.indexOf('\n', from);
    if (end < 0) end = text.length;
    const start = prefix === null ? from : unquoted(text, from, prefix);
    let inner: string | null = null;
    if (
      hasInner &&
      (end - start > longLine || quotes.within(start, end)) &&
      hasInnerMark(text, start, end)
    )
      inner = withoutInnerMarks(text.slice(start, end));
    empty = start === end ? empty + 1 : 0;
    const isDropped = dropsBlank && empty > keptEmpty;
    if (!isDropped) {
      numbers.push(number);
      length += end - start + 1;
      starts.push(length);
    }
    if (isDropped || inner !== null || start > from) {
      if (from > kept) parts.push(text.slice(kept, from));
      if (inner !== null) parts.push(inner);
      kept = isDropped ? end + 1 : inner !== null ? end : start;
    }
    from = end + 1;
  }
  parts.push(text.slice(kept));
  const lines = newLines(kept === 0 ? text : parts.join('').slice(0, length - 1), starts, numbers);
  return isOn(off, 'comment marks') ? uncomment(lines) : lines;
};

/** A text without any of these has no marks at the beginnings of its lines. */
const mayBeQuoted = ['>', '|', '\u2502', '^C'];

/** Which rules hold for the beginnings of lines. */
interface Prefix {
  readonly echo: boolean;
  readonly quotes: boolean;
  readonly numbers: boolean;
}
const prefixOf = (off: Off): Prefix => ({
  echo: isOn(off, 'echo of ^C'),
  quotes: isOn(off, 'quote marks'),
  numbers: isOn(off, 'line numbers before a bar'),
});

/**
 * Where the line at `from` begins after the terminal's echo of `^C` and its quote marks (`> > `,
 * `MF>`, `|`).
 */
const unquoted = (text: string, from: number, {echo, quotes, numbers}: Prefix): number => {
  let start = echo ? afterEcho(text, from) : from;
  for (let marks = 0; marks < 40; marks++) {
    let p = start;
    while (p < start + 40 && isBlank(text.charCodeAt(p))) p++;
    const initials = p + 3;
    while (p < initials && isLetter(text.charCodeAt(p))) p++;
    const afterNumber = numbers ? afterLineNumber(text, p) : p;
    const isNumbered = afterNumber > p;
    p = afterNumber;
    const code = text.charCodeAt(p);
    if (!quotes && !isNumbered) break;
    if (code !== 62 && code !== 124 && code !== bar) break;
    start = p + 1;
  }
  if (start === from) return from;
  // The blank after a quote mark is not part of a diff.
  const isDiff = text[start] === ' ' && (text[start + 1] === '+' || text[start + 1] === '-');
  return isDiff ? start + 1 : echo ? afterEcho(text, start) : start;
};

const bar = 0x2502;

/** Pages of code number the lines before a bar. */
const afterLineNumber = (text: string, position: number): number => {
  let p = position;
  while (p < position + 6 && isDigit(text.charCodeAt(p))) p++;
  const end = p;
  while (p > position && isBlank(text.charCodeAt(p))) p++;
  return end > position && text.charCodeAt(p) === bar ? p : position;
};

const [caret, capitalC] = [94, 67];

const afterEcho = (text: string, from: number): number => {
  let p = from;
  while (p < from + 4 && isBlank(text.charCodeAt(p))) p++;
  return text.charCodeAt(p) === caret && text.charCodeAt(p + 1) === capitalC ? p + 2 : from;
};

/** True if a quote mark after a blank is in the line from `start` to `end`; a bar is one in long lines. */
const hasInnerMark = (text: string, start: number, end: number): boolean => {
  const line = text.slice(start, end);
  return line.includes(' >') || (line.length > longLine && line.includes(' |'));
};

/**
 * Where line breaks were lost the quote marks are between the rows. A single `>` may also be a
 * shell's.
 */
const withoutInnerMarks = (line: string): string => {
  if (line.length <= longLine)
    return blanked(
      line,
      /perf stat |Performance counter|counter stats|stats for/.test(line)
        ? /(?<=\s)(?:>>+|>(?:\s>)+)(?=\s|$)/g
        : /(?<=\s)>+(?=\s|$)/g,
    );
  const marks = line.includes('counter stats for')
    ? /(?<=\s)(?:>+|[|\u2502])(?=\s|$)/g
    : /(?<=\s)>+(?=\s|$)/g;
  if (line.length <= longPiece) return blanked(line, marks);
  const parts: string[] = [];
  for (let from = 0; from < line.length;) {
    const end = line.indexOf(' ', from + longPiece);
    parts.push(blanked(line.slice(from, end < 0 ? undefined : end), marks));
    from = end < 0 ? line.length : end;
  }
  return parts.join('');
};

const blanked = (text: string, marks: RegExp): string =>
  text.replace(marks, (found) => ' '.repeat(found.length));
