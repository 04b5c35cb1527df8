// How mails, web pages, markdown and programs write a text, and how each is undone: ordered rows,
// each with an example that is its test.
import {headerPhrase} from '../vocabulary.ts';
import {decodeBase64, hasBase64} from './base64.ts';
import {decodeQuotedPrintable, isQuotedPrintable} from './quoted-printable.ts';

/** A text, and for each of its lines the number of the line it began in; null = line by line. */
export interface Undone {
  readonly text: string;
  readonly numbers: readonly number[] | null;
}

/** `when` is cheap: it sees every text. `example`: before, and after. */
export interface TextRule {
  readonly name: string;
  readonly when: (text: string) => boolean;
  readonly undo: (text: string) => Undone | string;
  readonly example: readonly [string, string];
}

/** Longer lines hold no string constant. */
const longPiece = 1e6;

/** Tags that part words; the others are within them. */
const parting = String.raw`br|p|div|t[dhr]|details|summary|h[1-6]`;
const tag = new RegExp(
  String.raw`<\/?(?:${parting}|pre|code|span|tt|b|i|em|strong|tbody|table)(?:\s[^<>\n]{0,300})?\/?>`,
  'i',
);
const tags = new RegExp(tag.source, 'gi');
const partingTag = new RegExp(String.raw`^<\/?(?:${parting})\b`, 'i');

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

// Not by `includes`: engines look for one byte of a character, and 20 is that of a blank, too.
const hasOddBlank = (text: string): boolean =>
  text.includes('\u00a0') || /[\u202f\u2009]/.test(text);

/** The text of a string constant: its quotes, line ends and tabs as blanks. */
const withoutEscapes = (line: string): string =>
  line.length > longPiece
    ? line
    : line
        .replace(/^[^"'`\d]{0,80}["'`](?=\s|\\n|\d)/, ' ')
        .replace(/\\n["'`]?[,;)+\\\s]*$/, '')
        .replace(/\\[nt]/g, '  ')
        .replace(/\\(["'`])/g, '$1');

/** In this order: what carried the text last is undone first. Line by line they change no number. */
export const textRules: readonly TextRule[] = [
  {
    name: 'byte order mark',
    when: (text) => text.startsWith('\ufeff'),
    undo: (text) => text.slice(1),
    example: ['\ufeff1 cycles', '1 cycles'],
  },
  {
    name: 'base64 of mails',
    when: hasBase64,
    undo: decodeBase64,
    example: [
      'Content-Transfer-Encoding: base64\n\nMSBjeWNsZXM=\n',
      'Content-Transfer-Encoding: base64\n\n1 cycles\n',
    ],
  },
  {
    name: 'CR LF',
    when: (text) => text.includes('\r'),
    undo: (text) => text.replace(/\r\n?/g, '\n'),
    example: ['1 cycles\r\n2 faults', '1 cycles\n2 faults'],
  },
  {
    name: 'colours of a terminal',
    when: (text) => text.includes('\u001b'),
    // eslint-disable-next-line no-control-regex
    undo: (text) => text.replace(/\u001b\[[0-9;]{0,20}[A-Za-z]/g, ''),
    example: ['\u001b[31m1\u001b[m cycles', '1 cycles'],
  },
  {
    name: 'zero bytes',
    when: (text) => text.includes('\u0000'),
    undo: (text) => text.replaceAll('\u0000', ''),
    example: ['1\u0000 cycles', '1 cycles'],
  },
  {
    name: 'quoted-printable',
    when: isQuotedPrintable,
    undo: decodeQuotedPrintable,
    example: ['1=C2=A0cycles', '1 cycles'],
  },
  {
    name: 'tags',
    when: (text) => text.includes('<') && tag.test(text),
    undo: (text) => text.replace(tags, (found) => (partingTag.test(found) ? ' ' : '')),
    example: ['<b>1</b> cycles', '1 cycles'],
  },
  {
    name: 'entities',
    when: (text) => text.includes('&') && anyEntity.test(text),
    undo: (text) => decodeEntities(text.replaceAll('&amp;', '&')),
    example: ['&lt;not counted&gt; cycles', '<not counted> cycles'],
  },
  {
    name: 'Swiss group marks',
    when: (text) => /[\u2019\u02bc]/.test(text),
    undo: (text) => text.replace(/(\d)[\u2019\u02bc](?=\d{3}(?!\d))/g, "$1'"),
    example: ['1\u2019234 cycles', "1'234 cycles"],
  },
  {
    name: 'blanks between groups of digits',
    when: hasOddBlank,
    undo: (text) => text.replace(/(\d)[\u00a0\u202f\u2009](?=\d{3}(?!\d|[.,]\d{3}(?!\d)))/g, "$1'"),
    example: ['1\u202f234 cycles', "1'234 cycles"],
  },
  {
    name: 'blanks of other widths',
    when: hasOddBlank,
    undo: (text) => text.replace(/[\u00a0\u202f\u2009]/g, ' '),
    example: ['1\u00a0cycles', '1 cycles'],
  },
  {
    name: 'underscores escaped in markdown',
    when: (text) => text.includes('\\_'),
    undo: (text) => text.replaceAll('\\_', '_'),
    example: ['1 user\\_time', '1 user_time'],
  },
  {
    name: 'empty cells at line ends',
    when: (text) => text.includes('| |'),
    undo: (text) => text.replace(/(?:[ \t]+\|){2,}[ \t]*$/gm, ''),
    example: ['1 cycles | |', '1 cycles'],
  },
  {
    name: 'string constants',
    when: (text) =>
      text.includes('\\n"') ||
      (text.includes('\\n') &&
        (text.includes(headerPhrase) || text.includes('seconds time elapsed'))),
    undo: (text) => text.replace(/^.*\\n.*$/gm, withoutEscapes),
    example: ['" 1 cycles\\n"', '  1 cycles'],
  },
];

/** All of it undone, one after the other. `off`: names of rules left out, for tests. */
export const undoEncodings = (text: string, off: ReadonlySet<string>): Undone => {
  let rest = text;
  let numbers: readonly number[] | null = null;
  for (const {name, when, undo} of textRules) {
    if (off.has(name) || !when(rest)) continue;
    const undone = undo(rest);
    if (typeof undone === 'string') rest = undone;
    else {
      rest = undone.text;
      numbers = composed(numbers, undone.numbers);
    }
  }
  return {text: rest, numbers};
};

/** Numbers of lines in a text whose own lines have numbers already. */
const composed = (known: Undone['numbers'], numbers: Undone['numbers']): Undone['numbers'] =>
  known === null || numbers === null ? numbers : numbers.map((line) => known[line - 1]);
