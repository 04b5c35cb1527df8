// Undoes how mails, web pages, markdown and programs write a text: quoted-printable, tags,
// entities, escapes, blanks of other scripts.
import {headerPhrase} from './vocabulary.ts';

/** Longer lines hold no string constant. */
const longPiece = 1e6;

/**
 * Without tags, entities, escapes of markdown and of string constants, odd blanks and group marks;
 * line by line the same.
 */
export const plain = (text: string): string => {
  let rest = text;
  if (rest.includes('<') && tag.test(rest))
    rest = rest.replace(tags, (found) => (/^<\/?(?:br|p|div|t[dhr])/i.test(found) ? ' ' : ''));
  if (rest.includes('&') && anyEntity.test(rest))
    rest = decodeEntities(rest.replaceAll('&amp;', '&'));
  // Group marks of Swiss locales.
  if (rest.includes('\u2019') || rest.includes('\u02bc'))
    rest = rest.replace(/(\d)[\u2019\u02bc](?=\d{3}(?!\d))/g, "$1'");
  if (['\u00a0', '\u202f', '\u2009'].some((blank) => rest.includes(blank)))
    rest = rest
      .replace(/(\d)[\u00a0\u202f\u2009](?=\d{3}(?!\d|[.,]\d{3}(?!\d)))/g, "$1'")
      .replace(/[\u00a0\u202f\u2009]/g, ' ');
  if (rest.includes('\\_')) rest = rest.replaceAll('\\_', '_');
  // Empty cells at line ends, as web pages of code are copied.
  if (rest.includes('| |')) rest = rest.replace(/(?:[ \t]+\|){2,}[ \t]*$/gm, '');
  if (
    rest.includes('\\n"') ||
    (rest.includes('\\n') && (rest.includes(headerPhrase) || rest.includes('seconds time elapsed')))
  )
    rest = rest.replace(/^.*\\n.*$/gm, withoutEscapes);
  return rest;
};

/** The text of a string constant: its quotes, line ends and tabs as blanks. */
const withoutEscapes = (line: string): string =>
  line.length > longPiece
    ? line
    : line
        .replace(/^[^"'`\d]{0,80}["'`](?=\s|\\n|\d)/, ' ')
        .replace(/\\n["'`]?[,;)+\\\s]*$/, '')
        .replace(/\\[nt]/g, '  ')
        .replace(/\\(["'`])/g, '$1');

const tag =
  /<\/?(?:pre|code|br|p|div|span|tt|b|i|em|strong|t[dhr]|tbody|table)(?:\s[^<>\n]{0,300})?\/?>/i;
const tags = new RegExp(tag.source, 'gi');
const anyEntity = /&(?:lt|gt|nbsp|amp|quot);|&#\d{2,3};|&#x[0-9a-f]{2};/i;
const entities: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  nbsp: ' ',
  amp: '&',
  quot: '"',
};
const decodeEntities = (text: string): string =>
  text.replace(
    /&(?:(lt|gt|nbsp|amp|quot)|#(\d{2,3})|#x([0-9a-f]{2}));/gi,
    (_all, name: string | undefined, decimal: string | undefined, hex: string | undefined) => {
      if (name !== undefined) return entities[name.toLowerCase()];
      const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex ?? '', 16);
      // A line end would be one more line.
      return code < 32 ? ' ' : String.fromCharCode(code);
    },
  );

/**
 * Undecoded quoted-printable: encoded blanks, or lines of 70 characters and more that end in `=`:
 * two of them, or one and encoded bytes.
 */
export const isQuotedPrintable = (text: string): boolean => {
  if (text.endsWith('=20') || ['=20\n', '=C2=A0', '=E2=80=AF'].some((code) => text.includes(code)))
    return true;
  const softBreak = /^[^\n]{69,84}[^=\n]=\n/gm;
  return (
    text.includes('=\n') &&
    softBreak.test(text) &&
    (softBreak.test(text) || /=[0-9A-F]{2}/.test(text))
  );
};

/** `numbers` = for each line of the decoded text, that of the line it began in. */
export const decodeQuotedPrintable = (text: string): {text: string; numbers: number[]} => {
  const parts: string[] = [];
  const numbers: number[] = [];
  let number = 1;
  let kept = 0;
  /** The pieces of a line broken softly, and the quote mark before each. */
  let pieces: string[] = [];
  let quote = '';
  for (let from = 0; from <= text.length; number++) {
    let end = text.indexOf('\n', from);
    if (end < 0) end = text.length;
    if (pieces.length === 0) numbers.push(number);
    const line = text.slice(from, end);
    if (pieces.length > 0 || line.includes('=')) {
      const isSoft = /(?:^|[^=])=[ \t]*$/.test(line) && end < text.length;
      // In a quoted mail the mark stands before the rest, too.
      const start = pieces.length > 0 && quote !== '' && line.startsWith(quote) ? quote.length : 0;
      if (pieces.length === 0) {
        parts.push(text.slice(kept, from));
        quote = /^(?:[ \t]{0,4}>)+ ?/.exec(line)?.[0] ?? '';
      }
      pieces.push(line.slice(start, isSoft ? line.lastIndexOf('=') : undefined));
      kept = end;
      if (!isSoft) {
        const decoded = decodeBytes(pieces.join(''));
        for (let p = decoded.indexOf('\n'); p >= 0; p = decoded.indexOf('\n', p + 1))
          numbers.push(numbers[numbers.length - 1]);
        parts.push(decoded);
        pieces = [];
      }
    }
    from = end + 1;
  }
  parts.push(text.slice(kept));
  return {text: parts.join(''), numbers};
};

const decodeBytes = (line: string): string =>
  !/=[0-9A-F]{2}/.test(line)
    ? line
    : line.replace(/(?:=[0-9A-F]{2})+/g, (bytes) =>
        Buffer.from(bytes.replaceAll('=', ''), 'hex').toString('utf8'),
      );
