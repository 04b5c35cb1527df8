// Replies to mails: goldens of our own mails to review, and promises that hold for every mail.
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {compareTables} from '../../results/compare/summary/tables.ts';
import {importText} from '../../results/import/index.ts';
import {pairTables} from '../../results/import/pairs.ts';
import {caseText} from '../../results/testdata/field-case.ts';
import {replyText} from './index.ts';

const reply = (mail: string): string => {
  const {tables} = importText(mail, 'mail');
  return replyText(
    mail,
    pairTables(tables).map((pair) => {
      const [before, after] = [tables[pair.before], tables[pair.after]];
      return {before, after, comparison: compareTables(before, after)};
    }),
  );
};

const quote = (mail: string): string => mail.replaceAll(/^/gm, '> ');

const cases = [
  '09-one-run-pair',
  '11-hybrid-pinned-clock',
  '18-spike-of-many',
  '20-after-first-two-commands',
  '24-printed-sums',
] as const;

for (const name of cases)
  test(`${name}: the whole text`, async () =>
    expect(`${reply(caseText(name))}\n`).toMatchFileSnapshot(`golden/${name}.txt`));

test.each([...cases, '14-topdown-compare', '19-multiplex-error', '22-shared-heading'])(
  '%s: 72 columns of ASCII, at most five findings, also of a quoted mail',
  (name) => {
    for (const mail of [caseText(name), quote(quote(caseText(name)))]) {
      const text = reply(mail);
      for (const line of text.split('\n')) expect(line).toMatch(/^[\x20-\x7e]{0,72}$/);
      const findings = text.split('\n').filter((line) => line.startsWith('- '));
      expect(findings.length).toBeLessThanOrEqual(5);
      expect(text).toContain('\nWhat to measure next:\n* ');
    }
  },
);

test('the first sentence of our own is the verdict', () => {
  const first = (name: string): string | undefined =>
    reply(caseText(name))
      .split('\n')
      .find((line) => line !== '' && !line.startsWith('>'));
  expect(first('09-one-run-pair')).toBe(
    'Not settled: task-clock -50.0%, one run a side, no interval.',
  );
  expect(first('11-hybrid-pinned-clock')).toMatch(/^Not the code but the clock: task-clock \+10/);
  expect(first('12-host-guest-modifier')).toMatch(/^Slower: task-clock:HG \+8\.00%/);
  expect(first('19-multiplex-error')).toMatch(/^No change: task-clock is equal within 1 %/);
});

test('several claims are numbered as their findings are, also if their titles are alike', () => {
  const perfOutput = (clock: string): string =>
    ` Performance counter stats for './x':\n\n     ${clock} msec task-clock\n\n`;
  const claim = (before: string, after: string): string =>
    `before:\n${perfOutput(before)}after:\n${perfOutput(after)}`;
  const text = reply(`Small:\n\n${claim('100.00', '90.00')}Large:\n\n${claim('500.00', '600.00')}`);
  expect(text.match(/^\[\d\] .*task-clock \S+/gm)).toEqual([
    '[1] Not settled: task-clock -10.0%,',
    '[2] Not settled: task-clock +20.0%,',
  ]);
  expect(text.match(/^\.\/x: before -> after:/gm)?.length).toBe(2);
});

test('rows are quoted as the mail has them, with one more mark', () => {
  const text = reply(quote(caseText('09-one-run-pair')));
  expect(text).toContain(">>  Performance counter stats for './convert':");
  // Too wide for a mail: without gaps, but aligned.
  expect(text).toContain(
    '>>        41,200.00 msec task-clock    #  1.000 CPUs utilized\n' +
      '>>  120,000,000,000      cycles        #  2.913 GHz\n',
  );
});

const quotesOf = (mail: string): string[] =>
  reply(mail)
    .split('\n')
    .filter((line) => line.startsWith('>'));

// prettier-ignore
test.each([
  ['figures that hold each other',
    'before:\ntest_bpf: #1 ADD jited:1 210 PASS\nafter:\ntest_bpf: #1 ADD jited:1 200 PASS\n',
    ['> test_bpf: #1 ADD jited:1 210 PASS', '>', '> test_bpf: #1 ADD jited:1 200 PASS']],
  ['both sides in one line',
    'cycles per packet: 310 -> 298 (-3.9%)\nimage size: 7,600 -> 7,200 bytes\n',
    ['> cycles per packet: 310 -> 298 (-3.9%)', '> image size: 7,600 -> 7,200 bytes']],
  ['rows that have the name of the benchmark',
    'before:\nBenchmark  Time  CPU  Iterations\nBM_A/8  101.2 ns  100.9 ns  6912311\n' +
      'after:\nBenchmark  Time  CPU  Iterations\nBM_A/8  91.2 ns  90.9 ns  7612311\n',
    ['> BM_A/8  101.2 ns  100.9 ns  6912311', '>', '> BM_A/8  91.2 ns  90.9 ns  7612311']],
  ['all rows of a benchmark, and of one with round figures its own line',
    'name  old time/op  new time/op  delta\nA  1.21ms ± 1%  1.10ms ± 1%  -9.1%  (p=0.000 n=9+9)\n' +
      'B  3.12ms ± 1%  3.09ms ± 1%  -1.0%  (p=0.000 n=9+9)\n\n' +
      'name  old allocs/op  new allocs/op  delta\nA  112 ± 0%  100 ± 0%  -10.7%  (p=0.000 n=9+9)\n',
    ['> A  1.21ms +- 1%  1.10ms +- 1%  -9.1%  (p=0.000 n=9+9)',
      '> B  3.12ms +- 1%  3.09ms +- 1%  -1.0%  (p=0.000 n=9+9)',
      '> A  112 +- 0%  100 +- 0%  -10.7%  (p=0.000 n=9+9)']],
  ['a time in other units',
    'Benchmark 1: ./old\n' +
      '  Time (mean ± σ):   120.4 ms ±   3.2 ms    [User: 110.0 ms]\n' +
      '  Range (min … max): 116.0 ms … 131.0 ms    24 runs\n\n' +
      'Benchmark 2: ./new\n' +
      '  Time (mean ± σ):   108.4 ms ±   1.2 ms    [User: 100.0 ms]\n' +
      '  Range (min … max): 106.0 ms … 111.0 ms    27 runs\n',
    ['>   Time (mean +- sd):   120.4 ms +-   3.2 ms    [User: 110.0 ms]', '>',
      '>   Time (mean +- sd):   108.4 ms +-   1.2 ms    [User: 100.0 ms]']],
  ['a time that is only in the cells of a row',
    '| Command | Mean [ms] | Min [ms] | Max [ms] | Relative |\n|:---|---:|---:|---:|---:|\n' +
      '| `./old` | 120.4 ± 3.2 | 116.0 | 131.0 | 1.11 |\n' +
      '| `./new` | 108.4 ± 1.2 | 106.0 | 111.0 | 1.00 |\n',
    []],
])('only lines of the mail are quoted: %s', (_name, mail, wanted) =>
  expect(quotesOf(mail)).toEqual(wanted));

const seed = new URL('../../../shared/seed/', import.meta.url);

describe.skipIf(!existsSync(seed))('the seed mail (skipped: ../shared/seed is absent)', () => {
  test('both claims are answered', () => {
    const text = reply(readFileSync(new URL(readdirSync(seed)[0], seed), 'utf8'));
    expect(text).toContain('Not the code but the clock: task-clock +6.45%');
    expect(text).toContain('Slower than it looks: cycles +3.47%');
    expect(text).toContain('one unlucky run, not the');
    for (const line of text.split('\n')) expect(line).toMatch(/^[\x20-\x7e]{0,72}$/);
  });
});

test('exact counts have no interval, and measuring them in turn is not advised', () => {
  const table = (insns: number): string =>
    'File       Program  Verdict  Insns  States\n---------  -------  -------  -----  ------\n' +
    `foo.bpf.o  enter    success  ${insns}   80\nfoo.bpf.o  exit     success   200   12\n\n`;
  const text = reply(`Base:\n\n${table(1000)}With the patch:\n\n${table(900)}`);
  expect(text).toContain('[1] Less: verified-insns -10.0% (exact).');
  expect(text).toContain('[2] No change: verified-insns is the same count on both sides.');
  expect(text).not.toContain('in turn');
});
