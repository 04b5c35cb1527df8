// Outputs as people send them, each with its right reading: the `read` part of every case.
import {readFileSync, readdirSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import type {ImportDocument, ImportTable} from '../types.ts';
import {importText} from './index.ts';
import {pairTables} from './pairs.ts';

const folder = new URL('../testdata/field-cases/', import.meta.url);
const open = (name: string, file = 'input'): ImportDocument =>
  importText(readFileSync(new URL(`${name}/${file}`, folder), 'utf8'), file);

const value = (table: ImportTable | undefined, event: string): number | null | undefined =>
  table?.rows.find((row) => row.event === event)?.value;
const figures = (table: ImportTable | undefined): (string | number | null)[][] =>
  (table?.rows ?? []).map((row) => [row.event, row.value]);

/** The two sides as the reader pairs them. */
const sides = ({tables}: ImportDocument, k = 0): [ImportTable, ImportTable] => {
  const pair = pairTables(tables)[k];
  return [tables[pair.before], tables[pair.after]];
};

describe('benchmarks of this field', () => {
  test('01 bench of the selftests: iterations are the runs, the warm-up is none', () => {
    const [before, after] = sides(open('01-bpf-bench-summary'));
    expect([before.label, after.label]).toEqual(['Before', 'After']);
    expect([before.command, before.runs, after.runs]).toEqual(['map-lookup', 5, 5]);
    expect(before.rows[0]).toMatchObject({
      event: 'hits',
      value: 7.241,
      unit: 'M/s',
      sd: 0.353,
      direction: 'higher',
    });
    expect(before.samples[0].values).toEqual([7.402, 6.61, 7.395, 7.411, 7.388]);
    expect(after.rows[0]).toMatchObject({value: 7.546, sd: 0.012});
    expect(after.samples[0].values).toEqual([7.552, 7.54, 7.561, 7.529, 7.548]);
  });
  test('03 bench next to perf stat: one table a side, with what was done per second', () => {
    const document = open('03-bench-beside-perf-stat');
    expect(document.tables.length).toBe(2);
    const [before, after] = sides(document);
    expect([value(before, 'hits'), value(after, 'hits')]).toEqual([60, 66]);
    expect([before.operations?.count, after.operations?.count]).toEqual([60e6, 66e6]);
    expect([before.fixedTime, before.operations?.isRate]).toEqual([true, true]);
    expect(value(before, 'instructions')).toBe(20612330004);
  });
  test('28 test_bpf, the after side first', () => {
    const [before, after] = sides(open('28-test-bpf'));
    expect([before.label, after.label]).toEqual(['without the patch', 'with the patch']);
    expect(figures(before).map(([, figure]) => figure)).toEqual([168000, 178500]);
    expect(figures(after)).toEqual([
      ['#829 ALU64_MOV_K: all immediate value magnitudes', 160000],
      ['#831 ALU64_OR_K: all immediate value magnitudes', 170000],
    ]);
    expect([before.rows[0].unit, before.runs]).toEqual(['ns', null]);
  });
  test('29 perf bench next to perf stat', () => {
    const document = open('29-perf-bench-beside-stat');
    expect(document.tables.length).toBe(2);
    const [before, after] = sides(document);
    expect([value(before, 'usecs/op'), value(after, 'usecs/op')]).toEqual([2.8, 2.52]);
    expect([value(before, 'ops/sec'), value(after, 'ops/sec')]).toEqual([357142, 396825]);
    expect(value(after, 'context-switches')).toBe(2000100);
  });
  test('30 bpftool prog profile: run_cnt is a row and divides the others', () => {
    const {tables} = open('30-bpftool-profile');
    expect(figures(tables[0])).toEqual([
      ['run_cnt', 4000],
      ['cycles', 3400000],
      ['instructions', 3536000],
      ['llc_misses', 12],
    ]);
    expect(tables[0].operations).toEqual({count: 4000, of: 'run', isRate: false});
    expect([tables[0].label, tables[0].rows[1].running]).toEqual([null, 84.08]);
  });
  test('31 bpftool prog show', () => {
    const [before, after] = sides(open('31-bpftool-show'));
    for (const [event, b, a] of [
      ['time per run', 30, 27],
      ['xlated bytes', 528, 520],
      ['jited bytes', 370, 350],
    ] as const)
      expect([event, value(before, event), value(after, event)]).toEqual([event, b, a]);
    expect(before.rows.find((row) => row.event === 'jited bytes')?.exact).toBe(true);
  });
});

describe('both sides in one output', () => {
  test('04 report of the test robot', () => {
    const [before, after] = sides(open('04-lkp-report'));
    expect(before.label).toBe('aaaa1111bb mm: first thing');
    expect(after.label).toBe('cccc2222dd mm: second thing');
    const wanted = (
      JSON.parse(readFileSync(new URL('04-lkp-report/expect.json', folder), 'utf8')) as {
        read: {values: [string, number, number, number | null, number | null][]};
      }
    ).read.values;
    const percent = (table: ImportTable, k: number): number | null => {
      const {sd, value: mean} = table.rows[k];
      return sd === undefined || mean === null ? null : Math.round((100 * sd) / mean);
    };
    expect(
      before.rows.map((row, k) => [
        row.event,
        row.value,
        after.rows[k].value,
        percent(before, k),
        percent(after, k),
      ]),
    ).toEqual(wanted);
    expect(before.rows.filter((row) => row.isShare).map((row) => row.event)).toEqual(
      wanted.slice(-2).map(([event]) => event),
    );
    expect(before.rows[2].sdAtMost).toBe(1250);
  });
  test('05 the same, its first row without a spread', () => {
    const document = open('05-lkp-first-row-plain');
    const [before, after] = sides(document);
    expect(figures(before).map(([, figure]) => figure)).toEqual([1000000, 250000, 500, 110000]);
    expect(figures(after).map(([, figure]) => figure)).toEqual([1100000, 300000, 450, 99000]);
    expect(document.tables.flatMap(({warnings}) => warnings)).toEqual([]);
  });
  test('07 veristat -C', () => {
    const document = open('07-veristat-compare');
    expect(pairTables(document.tables).map(({why}) => why)).toEqual(['stated', 'stated']);
    const all = [0, 1].map((k) => sides(document, k));
    expect(all.map(([before]) => before.command)).toEqual([
      'lb_core.bpf.o/lb_ingress',
      'lb_core.bpf.o/lb_egress',
    ]);
    expect(all.map(([before, after]) => [figures(before), figures(after)])).toEqual([
      [
        [
          ['verified-insns', 4000],
          ['states', 200],
        ],
        [
          ['verified-insns', 3600],
          ['states', 180],
        ],
      ],
      [
        [
          ['verified-insns', 1500],
          ['states', 30],
        ],
        [
          ['verified-insns', 1800],
          ['states', 36],
        ],
      ],
    ]);
    expect(all.flat().every(({rows}) => rows.every((row) => row.exact === true))).toBe(true);
  });
  test('08 veristat CSV, a file a side, with the verdict', () => {
    const [before, after] = ['before.csv', 'after.csv'].map((file) =>
      open('08-veristat-csv', file),
    );
    expect(before.tables.map((table) => value(table, 'verified-insns'))).toEqual([4000, 1500]);
    expect(after.tables.map((table) => value(table, 'verified-insns'))).toEqual([3600, 120]);
    expect([before, after].map(({tables}) => tables[1].outcome)).toEqual(['success', 'failure']);
    expect(after.tables[0].rows.map((row) => row.exact)).toEqual([undefined, true, true]);
  });
  test('15 a table of iterations above the outputs its columns name', () => {
    const document = open('15-iterations-table');
    expect(document.tables.length).toBe(2);
    const [before, after] = sides(document);
    expect([value(before, 'Iterations'), value(after, 'Iterations')]).toEqual([5000, 5100]);
    expect(value(before, 'instructions')).toBe(1.5e12);
    expect(after.operations).toEqual({count: 5100, of: 'iteration', isRate: false});
  });
  test('26 perf diff: shares of the samples', () => {
    const [before, after] = sides(open('26-perf-diff'));
    expect(before.command).toBe('cycles:P');
    expect(figures(before)).toEqual([
      ['store_page', 4.3],
      ['compress_block', 11],
      ['new_helper', 0],
    ]);
    expect(figures(after)).toEqual([
      ['store_page', 1.3],
      ['compress_block', 12.4],
      ['new_helper', 0.9],
    ]);
    expect(after.warnings.map(({code}) => code)).toEqual(['shares']);
  });
  test('27 mmtests: minus is worse, stars are shown', () => {
    const [before, after] = sides(open('27-mmtests'));
    expect(before.rows.map((row) => [row.event, row.value, row.direction])).toEqual([
      ['Hmean 1', 500, 'higher'],
      ['Hmean 64', 12800, 'higher'],
      ['Amean latency-8', 2.5, 'lower'],
    ]);
    expect(after.rows.map((row) => [row.value, row.stated?.shown])).toEqual([
      [495, true],
      [11520, true],
      [2.55, false],
    ]);
  });
  test('32 benchstat', () => {
    const [before, after] = sides(open('32-benchstat-text'));
    expect([before.label, after.label, before.command]).toEqual(['old.txt', 'new.txt', 'sec/op']);
    expect(figures(before)).toEqual([
      ['Lookup-8', 50e-9],
      ['Update-8', 80e-9],
    ]);
    expect(
      after.rows.map((row) => [row.value, row.stated?.p, row.stated?.shown, row.runs]),
    ).toEqual([
      [45e-9, 0, true, 10],
      [80.4e-9, 0.372, false, 10],
    ]);
    expect([after.rows[0].sem, after.rows[0].sd, after.rows[0].interval?.of]).toEqual([
      null,
      undefined,
      'median',
    ]);
  });
  test('33 criterion', () => {
    const [before, after] = sides(open('33-criterion-text'));
    expect(after.command).toBe('jit/compile/60k');
    expect(after.rows[0]).toMatchObject({
      value: 5.6e-3,
      interval: {of: 'mean', low: 5.5e-3, high: 5.7e-3},
      stated: {low: 1.039, ratio: 1.057, high: 1.075, p: 0},
    });
    expect(value(before, 'time')).toBeCloseTo(5.298e-3, 6);
  });
});

describe('several commands in one output', () => {
  test('25 hyperfine on the terminal', () => {
    const {tables} = open('25-hyperfine-text');
    expect(
      tables.map(({command, runs, elapsed, user, sys}) => [
        command,
        runs,
        elapsed?.seconds,
        elapsed?.sdSeconds,
        elapsed?.min,
        elapsed?.max,
        user,
        sys,
      ]),
    ).toEqual([
      ['./tool --old', 10, 0.54, 0.02, 0.521, 0.5779, 0.6162, 0.0588],
      ['./tool --new', 13, 0.486, 0.011, 0.466, 0.5096, 0.3356, 0.0313],
    ]);
    expect(tables[0].elapsed?.sem).toBeCloseTo((100 * 0.02) / Math.sqrt(10) / 0.54, 9);
  });
  test('34 poop', () => {
    const [before, after] = sides(open('34-poop-text'));
    expect([before.runs, after.runs]).toEqual([40, 40]);
    expect([before.elapsed?.seconds, after.elapsed?.seconds]).toEqual([0.15, 0.135]);
    expect([value(before, 'cycles'), value(after, 'cycles')]).toEqual([600e6, 540e6]);
    expect([value(before, 'instructions'), value(after, 'instructions')]).toEqual([995e6, 995e6]);
    expect(before.rows[0].sd).toBe(4e6);
  });
});

test('36 the decimals as printed say msec, also if they are all zero', () => {
  const [table] = open('36-round-milliseconds').tables;
  expect(table.rows[0]).toMatchObject({event: 'task-clock', value: 2400, unit: 'msec'});
  expect(table.warnings).toEqual([]);
});

test('every case but those of nothing gives tables', () => {
  const empty = readdirSync(folder)
    .filter((name) => /^\d/.test(name) && !name.startsWith('08'))
    .filter((name) => open(name).tables.length === 0);
  expect(empty).toEqual(['35-json-of-nothing']);
});
