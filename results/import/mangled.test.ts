// What mails do to an output must not change its numbers: quoting, re-wrapping, lost line breaks,
// encodings.
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {importText} from './index.ts';

const shared = new URL('../../../shared/fixtures/perf-stat/', import.meta.url);
const local = new URL('../testdata/perf-stat/', import.meta.url);

const lines = (text: string, change: (line: string) => string): string =>
  text.split('\n').map(change).join('\n');
const quote = (text: string): string => lines(text, (line) => `> ${line}`);

/**
 * As mail programs do: a line over `width` columns breaks at the last blank before; the rest is
 * without quote marks.
 */
const wrapAt = (text: string, width: number): string =>
  text
    .split('\n')
    .flatMap((line) => {
      const parts: string[] = [];
      let rest = line;
      while (rest.length > width) {
        const cut = rest.lastIndexOf(' ', width);
        if (cut <= 0 || rest.slice(0, cut).trim() === '' || /^[\s>|#]*$/.test(rest.slice(0, cut)))
          break;
        parts.push(rest.slice(0, cut).trimEnd());
        rest = rest.slice(cut + 1).trimStart();
      }
      return [...parts, rest];
    })
    .join('\n');

const quotedOrFlowed = /^(?:002|003|004|006|008|028|035)/;

// prettier-ignore
const mangles: Readonly<Record<string, (text: string) => string>> = {
  'quoted twice': (text) => quote(quote(text)),
  'quoted three times without blanks': (text) => lines(text, (line) => `>>>${line}`),
  'quoted with initials': (text) => lines(text, (line) => `MF> ${line}`),
  'CR LF': (text) => text.replaceAll('\n', '\r\n'),
  'no trailing blanks': (text) => lines(text, (line) => line.trimEnd()),
  'tabs for runs of blanks': (text) => text.replace(/ {8}/g, '\t'),
  'indented by a tab': (text) => lines(text, (line) => `\t${line}`),
  'in a fence': (text) => `Look:\n\`\`\`\n${text}\n\`\`\`\n`,
  'with <br> at line ends': (text) => lines(text, (line) => `${line}<br>`),
  'double spaced': (text) => text.replaceAll('\n', '\n\n'),
  'in comments of //': (text) => lines(text, (line) => `// ${line}`),
  'in comments of #': (text) => lines(text, (line) => `# ${line}`),
  'in comments of *': (text) => lines(text, (line) => ` * ${line}`),
  'indented': (text) => lines(text, (line) => `      ${line}`),
  'HTML entities': (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  'no-break blanks': (text) => text.replaceAll(' ', '\u00a0'),
  'coloured': (text) => text.replace(/(\d[\d.,]*%)/g, '\u001b[31m$1\u001b[m'),
  'wrapped at 72': (text) => wrapAt(text, 72),
  'quoted twice and wrapped at 72': (text) => wrapAt(quote(quote(text)), 72),
  'all line breaks lost': (text) => text.replace(/\s+/g, ' '),
  'quoted twice, line breaks lost': (text) => quote(quote(text)).replace(/\s+/g, ' '),
};

/** The numbers of a document, without the words around them. */
const numbers = (text: string): string[] =>
  importText(text, 'x').tables.map((table) =>
    JSON.stringify([
      table.runs,
      table.elapsed,
      table.user ?? null,
      table.sys ?? null,
      table.rows,
      table.samples,
    ]),
  );

const files = [
  ...(existsSync(shared)
    ? readdirSync(shared)
        .filter((name) => name.endsWith('.txt'))
        .map((name) => new URL(name, shared))
    : []),
  ...readdirSync(local)
    .filter((name) => name.endsWith('.txt'))
    .map((name) => new URL(name, local)),
].filter((url) => !/\/(016|040|037|100)-/.test(url.pathname));

/**
 * Where a mangling destroys what cannot be had back: a bare row between prose on one line, marks
 * within marks, a broken line with empty ones, columns without lines.
 */
const lost: Readonly<Record<string, RegExp>> = {
  'all line breaks lost': /^(?:022|043)/,
  'quoted twice, line breaks lost': /^(?:022|043)/,
  'double spaced': /^(?:035|076)/,
  'in comments of //': quotedOrFlowed,
  'in comments of #': quotedOrFlowed,
  'in comments of *': quotedOrFlowed,
};

for (const [how, mangle] of Object.entries(mangles)) {
  describe(`${how}${existsSync(shared) ? '' : ' (shared fixtures absent: local ones only)'}`, () => {
    for (const url of files) {
      const name = url.pathname.split('/').at(-1) ?? '';
      if (lost[how]?.test(name) === true) continue;
      test(name, () => {
        const text = readFileSync(url, 'utf8');
        expect(numbers(mangle(text))).toEqual(numbers(text));
      });
    }
  });
}
