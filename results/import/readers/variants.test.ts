// Other shapes of the formats, as lists and repositories hold them: what must be read of each.
import {expect, test} from 'vitest';
import {importText} from '../index.ts';
import {pairTables} from '../pairs.ts';

/** Event and value of every row, a list a table. */
const figures = (text: string): (string | number | null)[][] =>
  importText(text, 'x').tables.map(({rows}) => rows.flatMap(({event, value}) => [event, value]));

/** What it is, the text, and events and values of every table. */
type Variant = readonly [string, string, readonly (readonly (string | number | null)[])[]];

// prettier-ignore
const variants: readonly Variant[] = [
  ['bench: several sizes under both sides',
    'Before:\n\n' +
      '  nr_loops: 10\nbpf_loop - throughput: 198.5 ± 0.2 M ops/s, latency: 5.037 ns/op\n\n' +
      '  nr_loops: 100\nbpf_loop - throughput: 247.4 ± 0.3 M ops/s, latency: 4.041 ns/op\n\n' +
      'After:\n\n' +
      '  nr_loops: 10\nbpf_loop - throughput: 210.5 ± 0.2 M ops/s, latency: 4.837 ns/op\n\n' +
      '  nr_loops: 100\nbpf_loop - throughput: 257.4 ± 0.3 M ops/s, latency: 3.841 ns/op\n',
    [['bpf_loop (nr_loops: 10)', 198.5, 'bpf_loop (nr_loops: 10) latency', 5.037,
      'bpf_loop (nr_loops: 100)', 247.4, 'bpf_loop (nr_loops: 100) latency', 4.041],
     ['bpf_loop (nr_loops: 10)', 210.5, 'bpf_loop (nr_loops: 10) latency', 4.837,
      'bpf_loop (nr_loops: 100)', 257.4, 'bpf_loop (nr_loops: 100) latency', 3.841]]],
  ['bench: names with blanks, drops, the author\'s per cent',
    'base:\nrb-libbpf nr_prod 1  11.440 ± 0.019M/s (drops 0.100 ± 0.010M/s)\n\npatched:\n' +
      'rb-libbpf nr_prod 1  12.440 ± 0.019M/s (+8.7%)\n',
    [['rb-libbpf nr_prod 1', 11.44, 'rb-libbpf nr_prod 1 drops', 0.1], ['rb-libbpf nr_prod 1', 12.44]]],
  ['bench: local storage',
    "Setting up benchmark 'ls'...\n" +
      "Iter   0 (-1.000us): hits   13.000M/s important_hits   10.000M/s\n" +
      "Iter   1 (-1.000us): hits   13.100M/s important_hits   10.100M/s\n" +
      "Iter   2 (-1.000us): hits   13.300M/s important_hits   10.300M/s\n" +
      "Summary: hits throughput   13.200 ± 0.141 M ops/s, hits latency   75.758 ns/op, " +
      "important_hits throughput   10.200 ± 0.141 M ops/s\n",
    [['hits throughput', 13.2, 'hits latency', 75.758, 'important_hits throughput', 10.2]]],
  ['robot report: three commits, changes with exponents',
    '         %stddev     %change         %stddev     %change         %stddev\n' +
      '             \\          |                \\          |                \\  \n' +
      '   1000000 ±  3%     +10.0%    1100000            +5.0%    1050000 ±  4%  meminfo.AnonPages\n' +
      '      0.20 ±153%  +2.1e+05%     418.07 ±203%  +2.0e+05%     400.07 ±203%  perf-sched.x\n',
    [['meminfo.AnonPages', 1000000, 'perf-sched.x', 0.2],
     ['meminfo.AnonPages', 1100000, 'perf-sched.x', 418.07],
     ['meminfo.AnonPages', 1050000, 'perf-sched.x', 400.07]]],
  ['veristat of one run',
    "Processing 'a.o'...\nFile  Program  Verdict  Duration (us)  Insns  States\n" +
      "----  -------  -------  -------------  -----  ------\n" +
      "a.o   p        success            410   4000     200\n" +
      "----  -------  -------  -------------  -----  ------\n" +
      "Done. Processed 1 files, 0 programs. Skipped 2 files, 0 programs.\n",
    [['duration', 410, 'verified-insns', 4000, 'states', 200]]],
  ['veristat -C: verdicts, a program that is gone',
    'Program  Verdict (A)  Verdict (B)  Verdict (DIFF)  Insns (A)  Insns (B)  Insns (DIFF)\n' +
      '-------  -----------  -----------  --------------  ---------  ---------  ------------\n' +
      'p        failure      success      MISMATCH               20         21   +1 (+5.00%)\n' +
      'q        success      N/A          N/A                    30        N/A           N/A\n',
    [['verified-insns', 20], ['verified-insns', 21], ['verified-insns', 30], ['verified-insns', null]]],
  ['veristat -C as CSV',
    'file_name,prog_name,total_insns_base,total_insns_comp,total_insns_diff\n' +
      'a.o,p,100,90,-10 (-10.00%)\n',
    [['verified-insns', 100], ['verified-insns', 90]]],
  ['benchstat, old form',
    'name      old time/op  new time/op  delta\n' +
      'Lookup-8  50.0ns ± 1%  45.0ns ± 2%  -10.00%  (p=0.000 n=10+9)\n\n' +
      'name      old speed     new speed     delta\n' +
      'Lookup-8  160MB/s ± 1%  170MB/s ± 1%  +6.25%  (p=0.000 n=10+10)\n',
    [['Lookup-8', 50e-9], ['Lookup-8', 45e-9], ['Lookup-8', 160e6], ['Lookup-8', 170e6]]],
  ['criterion: no change, a minus that is not a hyphen',
    'fib/30   time:   [26.029 ms 26.251 ms 26.505 ms]\n' +
      '         change: [−0.292% +0.500% +0.524%] (p = 0.34 > 0.05)\n' +
      '         No change in performance detected.\n',
    [['time', 26.251e-3 / 1.005], ['time', 26.251e-3]]],
  ['mmtests: names over two lines, three kernels',
    'hackbench\n       5.10.0-rc1    5.10.0-rc1    5.10.0-rc1\n' +
      '          vanilla       patched         other\n' +
      'Amean  1  0.34 (  0.00%)  0.33 (  2.94%)  0.35 *  -2.94%*\n',
    [['Amean 1', 0.34], ['Amean 1', 0.33], ['Amean 1', 0.35]]],
  ['two columns: markdown, blanks, arrows',
    '| Benchmark | main | PR | Δ |\n|---|---|---|---|\n| parse | 12.3 ms | 11.1 ms | -9.8% |\n\n' +
      '            before      after\n' +
      'cycles      1,234,567   1,200,000\n\n' +
      'jit compile time: 12.00 ms -> 17.40 ms (+45%)\n',
    [['parse', 12.3], ['parse', 11.1], ['cycles', 1234567], ['cycles', 1200000],
      ['jit compile time', 12], ['jit compile time', 17.4]]],
  ['two columns: the first without a name, and names in bold',
    '| | Before | After | Δ |\n|---|---|---|---|\n| **cycles** | 1,000,000 | 900,000 | -10% |\n' +
      '| **time** | 1.2 s | 1.1 s | -8% |\n',
    [['cycles', 1000000, 'time', 1.2], ['cycles', 900000, 'time', 1.1]]],
  ['bench: local storage, a line a benchmark',
    'get: hits throughput: 52.114 ± 0.104 M ops/s, hits latency: 19.189 ns/op, ' +
      'important_hits throughput: 50.1 ± 0.2 M ops/s\n',
    [['get', 52.114, 'get latency', 19.189, 'get important_hits', 50.1]]],
  ['two columns: names of one word, minutes, sides that have other names',
    '               mainline     patched     diff\n' +
      'compile time   1m2.311s     1m1.002s    -2.1%\nTCP_RR         91,210       93,011      +2.0%\n' +
      '_faults_       120          130         +8.3%\n',
    [['compile time', 62.311, 'TCP_RR', 91210, 'faults', 120],
     ['compile time', 61.002, 'TCP_RR', 93011, 'faults', 130]]],
  ['two columns: words that name a side in the name of the first column',
    'Patched: Metric | Baseline | Patched | Delta\n---|---|---|---\nLoops | 5000 | 5100 | +2%\n',
    [['Loops', 5000], ['Loops', 5100]]],
  ['perf bench: what it executed, below its figures, does not end them',
    "# Running 'sched/pipe' benchmark:\n     Total time: 2.800 [sec]\n       2.8 usecs/op\n" +
      '# Executed 1000000 pipe operations between two processes\n' +
      " Performance counter stats for 'perf bench sched pipe':\n\n     100,000      cgroup-switches\n\n",
    [['cgroup-switches', 100000, 'total time', 2.8, 'usecs/op', 2.8]]],
  ['--metric-only as CSV, the separator after cpus forgotten',
    'time,socket,cpusGhz,insn per cycle,branch-misses of all branches,\n' +
      '     0.000683094,S0,8,0.593,2.00,0.60,\n',
    [['Ghz', 0.593, 'insn per cycle', 2, 'branch-misses of all branches', 0.6]]],
  ['--metric-only under a header',
    " Performance counter stats for './a':\n\n %  tma_backend_bound %  tma_retiring\n" +
      "                36.9            7.2\n\n  0.5012 seconds time elapsed\n",
    [['tma_backend_bound', 36.9, 'tma_retiring', 7.2]]],
  ['perf bench: several functions, averages',
    "# Running 'mem/memcpy' benchmark:\n" +
      "# function 'default' (Default memcpy())\n# Copying 1MB bytes ...\n\n" +
      "      15.951168 GB/sec\n" +
      "# function 'unrolled' (unrolled memcpy())\n# Copying 1MB bytes ...\n\n" +
      "      11.951168 GB/sec\n\n" +
      "# Running futex/hash benchmark...\n" +
      "Run summary [PID 1]: 4 threads, each operating on 1024 [private] futexes for 10 secs.\n\n" +
      "[thread  0] futexes: 0x1 ... 0x2 [ 1234567 ops/sec ]\n\n" +
      "Averaged 1234567 operations/sec (+- 0.13%), total secs = 10\n",
    [['GB/sec (default)', 15.951168, 'GB/sec (unrolled)', 11.951168], ['ops/sec', 1234567]]],
  ['test_bpf in a kernel log',
    '[  123.456] test_bpf: #0 TAX jited:1 12 11 PASS\n' +
      '[  123.457] test_bpf: #1 TXA jited:0 30 PASS\n',
    [['#0 TAX [1]', 12, '#0 TAX [2]', 11, '#1 TXA (jited:0)', 30]]],
  ['robot report: lines a mail program broke before the long name, with a spread and without',
    '         %stddev     %change         %stddev\n' +
      '             \\          |                \\\n' +
      '     40000 ±  3%      -7.5%      37000 ±  2%\n' +
      'stress-ng.time.voluntary_context_switches\n' +
      '      1200            +2.5%       1230        stress-ng.switch.ops\n' +
      '     55.20            -1.2       54.00\n' +
      'perf-profile.calltrace.cycles-pp.do_syscall_64\n',
    [['stress-ng.time.voluntary_context_switches', 40000, 'stress-ng.switch.ops', 1200,
      'perf-profile.calltrace.cycles-pp.do_syscall_64', 55.2],
     ['stress-ng.time.voluntary_context_switches', 37000, 'stress-ng.switch.ops', 1230,
      'perf-profile.calltrace.cycles-pp.do_syscall_64', 54]]],
  ['benchstat: three files, the first is the base of both',
    '        │  a.txt   │           b.txt            │           c.txt            │\n' +
      '        │  sec/op  │  sec/op   vs base          │  sec/op   vs base          │\n' +
      'Push-8   10n ± 1%   9n ± 1%  -10% (p=0.000 n=10)  8n ± 1%  -20% (p=0.000 n=10)\n',
    [['Push-8', 1e-8], ['Push-8', 9e-9], ['Push-8', 8e-9]]],
  ['poop: bytes and thousands',
    'Benchmark 1 (33 runs): ./a\n' +
      '  measurement   mean ± σ            min … max     outliers  delta\n' +
      '  peak_rss      1.05MB ± 28.9KB     918KB … 1.05MB  2 ( 1%)  0%\n' +
      '  cache_misses  1.3K   ±  200       900   … 3K      5 ( 0%)  0%\n',
    [['peak_rss', 1.05e6, 'cache-misses', 1300]]],
];

test.each(variants)('%s', (_name, text, wanted) => {
  const found = figures(text);
  expect(found.map((row) => row.length)).toEqual(wanted.map((row) => row.length));
  found.flat().forEach((figure, k) => {
    const right = wanted.flat()[k];
    if (typeof figure === 'number' && typeof right === 'number')
      expect(figure).toBeCloseTo(right, 9);
    else expect(figure).toBe(right);
  });
});

test('one base and several others: a pair each', () => {
  const text = variants.find(([name]) => name.startsWith('mmtests'))?.[1] ?? '';
  expect(pairTables(importText(text, 'x').tables)).toEqual([
    {before: 0, after: 1, why: 'stated'},
    {before: 0, after: 2, why: 'stated'},
  ]);
});

const labels = (text: string): (string | null)[] =>
  importText(text, 'x').tables.map(({label}) => label);

test('Go benchmarks of two sides in one text are not one series', () => {
  const runs = (ns: number): string =>
    `goos: linux\nBenchmarkPush-8 1000 ${ns}.0 ns/op\nBenchmarkPush-8 1000 ${ns + 2}.0 ns/op\nPASS\n`;
  const text = `old:\n${runs(100)}\nnew:\n${runs(90)}`;
  expect(figures(text)).toEqual([
    ['time', 101],
    ['time', 91],
  ]);
  expect(labels(text)).toEqual(['old', 'new']);
  expect(labels(`old:\n${runs(100)}${'\nwords'.repeat(20)}\n${runs(90)}`)).toEqual(['old', null]);
});

test('a side alone in its line names the table of the command below it', () => {
  const run = (side: string, count: number): string =>
    `${side}\n\n$ perf stat -e cycles ./bench map-hash\nhashing\ndone\n\n` +
    ` Performance counter stats for './bench map-hash':\n\n     ${count},000      cycles\n\n`;
  expect(labels(run('before', 12) + run('with the patch', 11))).toEqual([
    'before',
    'with the patch',
  ]);
  for (const words of ['On that box', 'With kind regards'])
    expect(labels(run(words, 12))).toEqual(['perf stat -e cycles ./bench map-hash']);
});

test('perf bench: a remark below the figures names the next run', () => {
  const run = (name: string, total: number): string =>
    `# perf bench syscall basic (${name})\n# Running 'syscall/basic' benchmark:\n` +
    `# Executed 10000000 getppid() calls\n     Total time: ${total} [sec]\n\n`;
  expect(labels(run('v6.12', 1.5) + run('v6.12 + patch', 1.3))).toEqual([
    'perf bench syscall basic (v6.12)',
    'perf bench syscall basic (v6.12 + patch)',
  ]);
});

test('the command line of hyperfine names no benchmark', () => {
  const run = (name: string): string =>
    `Benchmark 1: ${name}\n  Time (mean ± σ):   1.5 s ±  0.1 s    [User: 1.4 s, System: 0.1 s]\n`;
  expect(labels(`$ hyperfine './old' './new'\n${run('./old')}\n${run('./new')}`)).toEqual([
    null,
    null,
  ]);
});

test('hyperfine: a line a mail program broke before the last of its times', () => {
  const [{runs, elapsed, user, sys}] = importText(
    'Benchmark 1: ./a\n  Time (mean ± σ):     540.0 ms ±  20.0 ms    [User: 516.2 ms,\n' +
      'System: 18.8 ms]\n' +
      '  Range (min … max):   521.0 ms … 577.9 ms    10 runs\n',
    'x',
  ).tables;
  expect([runs, elapsed?.seconds, elapsed?.max, user, sys]).toEqual([
    10, 0.54, 0.5779, 0.5162, 0.0188,
  ]);
});

test('two columns: a unit in the name gives a direction, and shares change in points', () => {
  const text =
    '                   before   after\nTCP_RR (trans/s)   91210    93011\n' +
    'latency (us)       41.2     40.9\n' +
    'CPU util (%)       50       49\nsize (small)       7        8\n';
  expect(
    importText(text, 'x').tables[0].rows.map((row) => [
      row.event,
      row.unit,
      row.isShare,
      row.direction,
    ]),
  ).toEqual([
    ['TCP_RR', 'trans/s', undefined, 'higher'],
    ['latency', 'us', undefined, 'lower'],
    ['CPU util', '%', true, null],
    ['size (small)', '', undefined, null],
  ]);
});

test('hyperfine JSON without the runs: the spread of one run is known, the mean is not', () => {
  const [{elapsed, runs}] = importText(
    '{"results":[{"command":"./a","mean":0.54,"stddev":0.02,"median":0.539,"min":0.52,"max":0.578}]}',
    'x',
  ).tables;
  expect([elapsed?.sdSeconds, elapsed?.sem, runs]).toEqual([0.02, null, null]);
});

test('folded parts of a page name the tables in them', () => {
  const perf =
    "```\n Performance counter stats for './a':\n\n   1,000      cycles\n```\n</details>\n\n";
  const part = (name: string): string => `<details><summary>${name}</summary>\n\n${perf}`;
  expect(labels(part('before') + part('after'))).toEqual(['before', 'after']);
});

test('a bench next to a perf table: the throughput is what it is about', () => {
  const text =
    'Iter 0 (1.0us): hits 7.3M/s\nIter 1 (1.0us): hits 7.4M/s\nSummary: hits 7.4 ± 0.1M/s\n\n' +
    " Performance counter stats for './bench':\n\n   1,000      cycles\n\n";
  expect(importText(text, 'x').tables.map(({about}) => about)).toEqual(['hits']);
});

test('`and after:` is the after side', () => {
  const run = 'trig-fentry :    9.402 ± 0.012M/s\n';
  expect(labels(`Before:\n${run}\nand after:\n${run}`)).toEqual(['Before', 'after']);
  const perf = " Performance counter stats for './a':\n\n   1,000      cycles\n\n";
  expect(labels(`Before:\n${perf}and after:\n${perf}`)).toEqual(['Before', 'after']);
});

// prettier-ignore
test.each([
  'We went from 12 -> 17 patches in this series.',
  '| Option | Default | Meaning |\n|---|---|---|\n| -r | 10 | runs |\n',
  'The old way was better: 5 before, 7 after lunch.',
  'struct foo *p = bar->baz; /* 12 -> 13 */',
  'time: it took 3 hours.\nchange: none',
  '5: xdp is a type of program\n',
  'Summary: 3 tests passed, 1 failed.',
  '  100 run_cnt is the field to look at',
  'Running 3 benchmarks now.',
])('prose stays prose: %s', (text) => expect(importText(text, 'x').tables).toEqual([]));
