// Every row of the registry reads its own example, also as mails and sources carry it.
import {expect, test} from 'vitest';
import {cleanLines} from '../envelope/index.ts';
import {importText} from '../index.ts';
import {readers} from './index.ts';
import type {Reader} from './reader.ts';
import {veristat} from './veristat.ts';

const lines = (text: string, change: (line: string) => string): string =>
  text.split('\n').map(change).join('\n');

// prettier-ignore
const carriers: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'quoted': (text) => lines(text, (line) => `> ${line}`),
  'quoted twice': (text) => lines(text, (line) => `> > ${line}`),
  'indented': (text) => lines(text, (line) => `      ${line}`),
  'in a fence': (text) => `Look:\n\n\`\`\`\n${text}\n\`\`\`\n`,
  'with CR LF': (text) => text.replaceAll('\n', '\r\n'),
  'in comments of //': (text) => lines(text, (line) => `// ${line}`),
  'in comments of #': (text) => lines(text, (line) => `# ${line}`),
  'in comments of *': (text) => lines(text, (line) => ` * ${line}`),
  'between prose': (text) => `Hello,\n\nhere are 3 numbers for you.\n\n${text}\n\nRegards,\nA. N. Other\n`,
};

const figures = (text: string) =>
  importText(text, 'x').tables.map(({format, command, rows, samples, elapsed, runs}) => ({
    format,
    command: command === 'Look' ? null : command,
    rows,
    samples,
    elapsed,
    runs,
  }));

const names = readers.map(({name}) => name);

test('names are unique', () => expect(new Set(names).size).toBe(names.length));

test.each(readers.map((reader) => [reader.name, reader] as const))(
  '%s reads its example and nothing else does',
  (name, {example}: Reader) => {
    const {tables, warnings} = importText(example, 'x');
    expect(tables.length).toBeGreaterThan(0);
    expect(new Set(tables.map(({format}) => format))).toEqual(new Set([name]));
    expect(warnings).toEqual([]);
  },
);

test.each(readers.map((reader) => [reader.name, reader] as const))(
  '%s: without its row the example is not read by it',
  (name, {example, sniff}: Reader) => {
    expect(sniff(example)).toBe(true);
    expect(sniff('Hello,\n\nplain words and 12 numbers.\n') && name !== 'perf stat -x').toBe(false);
  },
);

for (const [how, carry] of Object.entries(carriers))
  test.each(readers.map((reader) => [reader.name, reader] as const))(
    `%s, ${how}`,
    (_name, {example}: Reader) => expect(figures(carry(example))).toEqual(figures(example)),
  );

test('veristat: CSV of more programs than a function takes arguments', () => {
  const programs = 150_000;
  const text = `file_name,prog_name,total_insns\n${'a.o,p,10\n'.repeat(programs)}`;
  expect(veristat.read(cleanLines(text)).tables.length).toBe(programs);
});
