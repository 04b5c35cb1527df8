// Takes off what terminals, mail programs and web pages put around a pasted output, keeping the line numbers of the source.
import type {Lines} from './lines.ts';
import {newFinder} from './lines.ts';
import {place} from './perf-head.ts';
import {at, isBlank, isLetter, sticky} from './perf-tokens.ts';
import {headerPhrase, knownEvent} from './vocabulary.ts';

const longLine = 300;
/** Marks are sought in pieces of this many characters: a pattern's matches must fit into one array. */
const longPiece = 1e6;

/** The text as clean lines: no escape sequences, quote marks, soft line breaks, entities or no-break blanks. Linear in its length. */
export const cleanLines = (text: string): Lines => {
  let rest = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (rest.includes('\r')) rest = rest.replace(/\r\n?/g, '\n');
  // eslint-disable-next-line no-control-regex
  if (rest.includes('\u001b')) rest = rest.replace(/\u001b\[[0-9;]{0,20}[A-Za-z]/g, '');
  if (rest.includes('\u0000')) rest = rest.replaceAll('\u0000', '');
  if (!isQuotedPrintable(rest)) return splitLines(plain(rest));
  const decoded = decodeQuotedPrintable(rest);
  const lines = splitLines(plain(decoded.text));
  return {...lines, numbers: lines.numbers.map((number) => decoded.numbers[number - 1])};
};

/** Without tags, entities, escapes of markdown and of string constants, odd blanks and group marks; line by line the same. */
const plain = (text: string): string => {
  let rest = text;
  if (rest.includes('<') && tag.test(rest)) rest = rest.replace(tags, (found) => /^<\/?(?:br|p|div|t[dhr])/i.test(found) ? ' ' : '');
  if (rest.includes('&') && anyEntity.test(rest)) rest = decodeEntities(rest.replaceAll('&amp;', '&'));
  // Group marks of Swiss locales.
  if (rest.includes('\u2019') || rest.includes('\u02bc')) rest = rest.replace(/(\d)[\u2019\u02bc](?=\d{3}(?!\d))/g, "$1'");
  if (['\u00a0', '\u202f', '\u2009'].some((blank) => rest.includes(blank))) rest = rest.replace(/(\d)[\u00a0\u202f\u2009](?=\d{3}(?!\d))/g, "$1'").replace(/[\u00a0\u202f\u2009]/g, ' ');
  if (rest.includes('\\_')) rest = rest.replaceAll('\\_', '_');
  // Empty cells at line ends, as web pages of code are copied.
  if (rest.includes('| |')) rest = rest.replace(/(?:[ \t]+\|){2,}[ \t]*$/gm, '');
  if (rest.includes('\\n') && (rest.includes(headerPhrase) || rest.includes('seconds time elapsed'))) rest = rest.replace(/^.*\\n.*$/gm, withoutEscapes);
  return rest;
};

/** The text of a string constant: its quotes, line ends and tabs as blanks. */
const withoutEscapes = (line: string): string => line.length > longPiece ? line
  : line.replace(/^[^"'`\d]{0,80}["'`](?=\s|\\n|\d)/, ' ').replace(/\\n["'`]?[,;)+\\]*\s*$/, '').replace(/\\[nt]/g, '  ').replace(/\\(["'`])/g, '$1');

/** Empty lines kept in a row: more tell no reader anything, and a file may hold millions of them. */
const keptEmpty = 2;

/** Lines that need no cleaning are taken over in one piece with those around them. */
const splitLines = (text: string): Lines => {
  const starts = [0];
  const numbers: number[] = [];
  const parts: string[] = [];
  const marks = [newFinder(text, '>'), newFinder(text, '|')];
  let length = 0;
  let kept = 0;
  let empty = 0;
  let number = 1;
  let isCommented = false;
  for (let from = 0; from <= text.length; number++) {
    let end = text.indexOf('\n', from);
    if (end < 0) end = text.length;
    const start = unquoted(text, from);
    let inner: string | null = null;
    if (marks.some((mark) => standsApart(text, mark.next(start + 1), end, mark.next))) {
      inner = withoutInnerMarks(text.slice(start, end));
    }
    isCommented ||= marksComment(text, start) && at(commentedStart, text, start) !== null;
    empty = start === end ? empty + 1 : 0;
    const isDropped = empty > keptEmpty;
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
  const lines = {text: kept === 0 ? text : parts.join('').slice(0, length - 1), starts, numbers};
  return isCommented ? uncomment(lines) : lines;
};

/** Where the line at `from` begins behind the terminal's echo of `^C` and its quote marks (`> > `, `MF>`, `|`). */
const unquoted = (text: string, from: number): number => {
  let start = behindEcho(text, from);
  for (let marks = 0; marks < 40; marks++) {
    let p = start;
    while (p < start + 40 && isBlank(text.charCodeAt(p))) p++;
    const initials = p + 3;
    while (p < initials && isLetter(text.charCodeAt(p))) p++;
    const code = text.charCodeAt(p);
    if (code !== 62 && code !== 124 && code !== 0x2502) break;
    start = p + 1;
  }
  if (start === from) return from;
  // The blank behind a quote mark is not part of a diff.
  const isDiff = text[start] === ' ' && (text[start + 1] === '+' || text[start + 1] === '-');
  return isDiff ? start + 1 : behindEcho(text, start);
};

const [caret, capitalC] = [94, 67];

const behindEcho = (text: string, from: number): number => {
  let p = from;
  while (p < from + 4 && isBlank(text.charCodeAt(p))) p++;
  return text.charCodeAt(p) === caret && text.charCodeAt(p + 1) === capitalC ? p + 2 : from;
};

/** True where a mark of the line that ends at `end`, from `found` on, follows a blank. */
const standsApart = (text: string, found: number, end: number, next: (from: number) => number): boolean => {
  for (let p = found; p < end; p = next(p + 1)) if (text.charCodeAt(p - 1) === 32) return true;
  return false;
};

/** Where line breaks were lost the quote marks stand between the rows. A single `>` may also be a shell's. */
const withoutInnerMarks = (line: string): string => {
  if (line.length <= longLine) return blanked(line, /perf stat |Performance counter|counter stats|stats for/.test(line) ? /(?<=\s)(?:>>+|>(?:\s>)+)(?=\s|$)/g : /(?<=\s)>+(?=\s|$)/g);
  const marks = line.includes('counter stats for') ? /(?<=\s)(?:>+|[|\u2502])(?=\s|$)/g : /(?<=\s)>+(?=\s|$)/g;
  if (line.length <= longPiece) return blanked(line, marks);
  const parts: string[] = [];
  for (let from = 0; from < line.length;) {
    const end = line.indexOf(' ', from + longPiece);
    parts.push(blanked(line.slice(from, end < 0 ? undefined : end), marks));
    from = end < 0 ? line.length : end;
  }
  return parts.join('');
};

const blanked = (text: string, marks: RegExp): string => text.replace(marks, (found) => ' '.repeat(found.length));

const tag = /<\/?(?:pre|code|br|p|div|span|tt|b|i|em|strong|t[dhr]|tbody|table)(?:\s[^<>\n]{0,300})?\/?>/i;
const tags = new RegExp(tag.source, 'gi');
const anyEntity = /&(?:lt|gt|nbsp|amp|quot);|&#(?:39|x27);/;
const entities: Readonly<Record<string, string>> = {'&lt;': '<', '&gt;': '>', '&nbsp;': ' ', '&amp;': '&', '&quot;': '"', '&#39;': "'", '&#x27;': "'"};
const decodeEntities = (text: string): string => text.replace(/&(?:lt|gt|nbsp|amp|quot|#39|#x27);/g, (entity) => entities[entity] ?? entity);

/** Undecoded quoted-printable: lines of 70 to 77 characters that end in `=`, or encoded blanks at line ends. */
const isQuotedPrintable = (text: string): boolean => (text.includes('=\n') && /^[^\n]{69,84}[^=\n]=\n/m.test(text))
  || text.endsWith('=20') || ['=20\n', '=C2=A0', '=E2=80=AF'].some((code) => text.includes(code));

/** `numbers` = for each line of the decoded text, that of the line it began in. */
const decodeQuotedPrintable = (text: string): {text: string; numbers: number[]} => {
  const lines: string[] = [];
  const numbers: number[] = [];
  let parts: string[] = [];
  let quote = '';
  let start = 1;
  text.split('\n').forEach((line, i, all) => {
    if (parts.length === 0 && !line.includes('=')) {
      lines.push(line);
      numbers.push(i + 1);
      return;
    }
    if (parts.length === 0) start = i + 1;
    const isSoft = /(?:^|[^=])=[ \t]*$/.test(line);
    // In a quoted mail the mark stands before the rest, too.
    const whole = parts.length > 0 && quote !== '' && line.startsWith(quote) ? line.slice(quote.length) : line;
    if (parts.length === 0 && isSoft) quote = /^(?:[ \t]{0,4}>)+ ?/.exec(line)?.[0] ?? '';
    parts.push(isSoft ? whole.slice(0, whole.lastIndexOf('=')) : whole);
    if (isSoft && i + 1 < all.length) return;
    for (const decoded of decodeBytes(parts.join('')).split('\n')) {
      lines.push(decoded);
      numbers.push(start);
    }
    parts = [];
  });
  return {text: lines.join('\n'), numbers};
};

const decodeBytes = (line: string): string => !/=[0-9A-F]{2}/.test(line) ? line
  : line.replace(/(?:=[0-9A-F]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll('=', ''), 'hex').toString('utf8'));

const commentedStart = sticky(String.raw`[ \t]*(?:(//|#)(?=${headerPhrase})|(//|#|\*|;|--|%)[ \t]+(?:${headerPhrase}|\[ perf stat: executing run #|#[ \t]+time[ \t]|\d{1,9}[.,]\d{9}[ \t,;|]|(?:(?:${place})[ \t,;|]+(?:\d+[ \t,;|]+)?)?(?:\d[\d.,]*|<not (?:supported|counted)>)(?:[ \t]+(?:msec[ \t]+)?|[,;|]\w*[,;|])(?:\w+/)?${knownEvent}(?![\w-])))`);
const commentMarks = new Set([...'/#*;-%'].map((mark) => mark.charCodeAt(0)));

/** True where the line at `start` begins with a mark of comments. */
const marksComment = (text: string, start: number): boolean => {
  let p = start;
  while (isBlank(text.charCodeAt(p))) p++;
  return commentMarks.has(text.charCodeAt(p));
};

/** Outputs kept in comments: the mark before a header or row is taken off the lines below it too. */
const uncomment = ({text, starts: from, numbers}: Lines): Lines => {
  const starts = [0];
  const parts: string[] = [];
  let mark: string | null = null;
  let length = 0;
  let kept = 0;
  for (let i = 0; i < numbers.length; i++) {
    const end = from[i + 1] - 1;
    let first = from[i];
    while (first < end && isBlank(text.charCodeAt(first))) first++;
    if (commentMarks.has(text.charCodeAt(first))) {
      const begun = at(commentedStart, text, from[i]);
      if (begun !== null) mark = begun[1] ?? begun[2];
    }
    if (mark !== null && first < end) {
      if (text.startsWith(mark, first)) {
        parts.push(text.slice(kept, from[i]));
        kept = first + mark.length;
      } else {
        mark = null;
      }
    }
    length += end + 1 - Math.max(from[i], kept);
    starts.push(length);
  }
  parts.push(text.slice(kept));
  return {text: parts.join(''), starts, numbers};
};
