// Undoes how mails, web pages, markdown and programs write a text: quoted-printable, tags, entities, escapes, blanks of other scripts.
import {headerPhrase} from './vocabulary.ts';

/** Longer lines hold no string constant. */
const longPiece = 1e6;

/** Without tags, entities, escapes of markdown and of string constants, odd blanks and group marks; line by line the same. */
export const plain = (text: string): string => {
  let rest = text;
  if (rest.includes('<') && tag.test(rest)) rest = rest.replace(tags, (found) => /^<\/?(?:br|p|div|t[dhr])/i.test(found) ? ' ' : '');
  if (rest.includes('&') && anyEntity.test(rest)) rest = decodeEntities(rest.replaceAll('&amp;', '&'));
  // Group marks of Swiss locales.
  if (rest.includes('\u2019') || rest.includes('\u02bc')) rest = rest.replace(/(\d)[\u2019\u02bc](?=\d{3}(?!\d))/g, "$1'");
  if (['\u00a0', '\u202f', '\u2009'].some((blank) => rest.includes(blank))) rest = rest.replace(/(\d)[\u00a0\u202f\u2009](?=\d{3}(?!\d|[.,]\d{3}(?!\d)))/g, "$1'").replace(/[\u00a0\u202f\u2009]/g, ' ');
  if (rest.includes('\\_')) rest = rest.replaceAll('\\_', '_');
  // Empty cells at line ends, as web pages of code are copied.
  if (rest.includes('| |')) rest = rest.replace(/(?:[ \t]+\|){2,}[ \t]*$/gm, '');
  if (rest.includes('\\n"') || (rest.includes('\\n') && (rest.includes(headerPhrase) || rest.includes('seconds time elapsed')))) rest = rest.replace(/^.*\\n.*$/gm, withoutEscapes);
  return rest;
};

/** The text of a string constant: its quotes, line ends and tabs as blanks. */
const withoutEscapes = (line: string): string => line.length > longPiece ? line
  : line.replace(/^[^"'`\d]{0,80}["'`](?=\s|\\n|\d)/, ' ').replace(/\\n["'`]?[,;)+\\\s]*$/, '').replace(/\\[nt]/g, '  ').replace(/\\(["'`])/g, '$1');

const tag = /<\/?(?:pre|code|br|p|div|span|tt|b|i|em|strong|t[dhr]|tbody|table)(?:\s[^<>\n]{0,300})?\/?>/i;
const tags = new RegExp(tag.source, 'gi');
const anyEntity = /&(?:lt|gt|nbsp|amp|quot);|&#\d{2,3};|&#x[0-9a-f]{2};/i;
const entities: Readonly<Record<string, string>> = {lt: '<', gt: '>', nbsp: ' ', amp: '&', quot: '"'};
const decodeEntities = (text: string): string => text.replace(/&(?:(lt|gt|nbsp|amp|quot)|#(\d{2,3})|#x([0-9a-f]{2}));/gi, (_all, name: string | undefined, decimal: string | undefined, hex: string | undefined) => {
  if (name !== undefined) return entities[name.toLowerCase()];
  const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex ?? '', 16);
  // A line end would be one more line.
  return code < 32 ? ' ' : String.fromCharCode(code);
});

/** Undecoded quoted-printable: lines of 70 to 77 characters that end in `=`, or encoded blanks at line ends. */
export const isQuotedPrintable = (text: string): boolean => (text.includes('=\n') && /^[^\n]{69,84}[^=\n]=\n/m.test(text))
  || text.endsWith('=20') || ['=20\n', '=C2=A0', '=E2=80=AF'].some((code) => text.includes(code));

/** `numbers` = for each line of the decoded text, that of the line it began in. */
export const decodeQuotedPrintable = (text: string): {text: string; numbers: number[]} => {
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
