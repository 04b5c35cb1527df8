// Mutated outputs: no crash, no hang, and no number that is not in the text. JITSTAT_FUZZ=100000
// runs as many.
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {seededRandom} from '../testdata/random.ts';
import {importText} from './index.ts';

const shared = new URL('../../../shared/fixtures/perf-stat/', import.meta.url);
const local = new URL('../testdata/perf-stat/', import.meta.url);
/** Words with numbers of their own, which must never become a count: all of them hold 31337. */
const prose = [
  'We lost 31337 packets (0.01%) in that run; 31337 of 31337 tests (31.337%) failed.',
  'On that box\n31,337 requests/sec, 31337 Gbit/s\nRegards,\n31337 Main-Street',
  'Fixes #31337: handle foo_bar\n    31337   console.log("world");\n31337\n>>> mydata.color',
  'It took 31337.5 seconds time elapsed for the whole run, and 31337 frames [50.00%] were dropped.',
  '| 31337 | 31,337 |\n 31337  scsi-trans\n31337\tsrc/foo_bar',
] as const;
const files = [
  ...(existsSync(shared)
    ? readdirSync(shared)
        .filter((name) => /\.(?:txt|csv|json)$/.test(name) && !name.endsWith('.expected.json'))
        .map((name) => readFileSync(new URL(name, shared), 'utf8'))
    : []),
  ...readdirSync(local).map((name) => readFileSync(new URL(name, local), 'utf8')),
];
/** Each as it is, quoted, and after blanks. */
const texts = files.flatMap((text) => [
  text,
  text.replace(/^/gm, '> > '),
  text.replace(/^/gm, '    '),
]);
const count = Number(process.env['JITSTAT_FUZZ'] ?? 3000);

const inserts = [
  '\u0000',
  '9'.repeat(400),
  '1e308',
  '-',
  '\u0663\u0664\u0665',
  '\u4e16\u754c',
  '1,2,3,4',
  '..',
  '<not supported>',
  '( +-',
  '%',
  '#',
  '\n',
  '\r',
  '> > ',
  '{',
  '}',
  '"',
  ',,,,,,',
  '=\n',
  '=20',
  'seconds time elapsed',
  'Performance counter stats for',
  '0x1f',
  'NaN',
  'Infinity',
  '\u00a0',
  '\u001b[31m',
  '18446744073709551616',
  '0',
  '&lt;',
  '|',
] as const;

const mutate = (text: string, next: () => number): string => {
  let result = text;
  const pick = (limit: number): number => Math.floor(next() * limit);
  for (let k = 1 + pick(4); k > 0; k--) {
    const at = pick(result.length + 1);
    const kind = pick(6);
    if (kind === 0) result = result.slice(0, at) + inserts[pick(inserts.length)] + result.slice(at);
    else if (kind === 1) result = result.slice(0, at) + result.slice(at + pick(60));
    else if (kind === 2) result = result.slice(0, at);
    else if (kind === 3) {
      const to = pick(result.length + 1);
      result = result.slice(0, at) + result.slice(to, to + pick(200)) + result.slice(at);
    } else if (kind === 4) {
      const lines = result.split('\n');
      const [a, b] = [pick(lines.length), pick(lines.length)];
      [lines[a], lines[b]] = [lines[b], lines[a]];
      result = lines.join('\n');
    } else result = result.slice(at) + result.slice(0, at);
  }
  return result;
};

/**
 * Digits of every number of the text, without group marks, points and leading zeros: what a value
 * read from it must consist of.
 */
const digitRuns = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[.,'\u00a0\u202f\u2009\u0000]|\u001b\[[0-9;]*[A-Za-z]|=\n/g, '')
    .replace(/(\d) (?=\d{3}(?!\d))/g, '$1');

const digitsOf = (value: number): string => {
  const plain =
    Number.isInteger(value) && Math.abs(value) < 1e21 ? BigInt(value).toString() : String(value);
  return plain
    .replace(/^-/, '')
    .replace('.', '')
    .replace(/^0+(?=\d)/, '')
    .replace(/(?<=\d)0+$/, '');
};

describe(`${count} mutated outputs`, () => {
  test('no crash, no invented number, and quick', () => {
    const next = seededRandom(20200702);
    let slowest = 0;
    for (let i = 0; i < count; i++) {
      const mutated = mutate(texts[Math.floor(next() * texts.length)], next);
      const words = prose[Math.floor(next() * prose.length)];
      const text = next() < 0.5 ? `${words}\n\n${mutated}` : `${mutated}\n\n${words}\n`;
      const began = process.cpuUsage().user;
      const document = importText(text, 'x');
      slowest = Math.max(slowest, process.cpuUsage().user - began);
      const runs = digitRuns(text);
      const decoded = text.includes('=') ? digitRuns(text.replace(/=\r?\n/g, '')) : runs;
      for (const table of document.tables) {
        expect(table.elapsed?.seconds).not.toBe(31337.5);
        for (const row of table.rows) {
          if (row.value === null) continue;
          if (row.value === 31337)
            expect.fail(`${row.event} = 31337 was made from prose in mutation ${i}`);
          expect(Number.isFinite(row.value)).toBe(true);
          // More than 15 digits are not exact in a double; their head is.
          const digits = digitsOf(row.value).slice(0, 15);
          if (!runs.includes(digits) && !decoded.includes(digits))
            expect.fail(`${row.event} = ${row.value} is not in the text of mutation ${i}`);
        }
      }
    }
    expect(slowest).toBeLessThan(5e6);
  }, 3_600_000);
});
