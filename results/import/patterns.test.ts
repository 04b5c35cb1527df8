// Every pattern of the importer's core has an example that is read otherwise once the pattern matches
// nothing: the core is bundled as one script, and each pattern replaced in it in turn.
import {fileURLToPath} from 'node:url';
import {runInNewContext} from 'node:vm';
import {build} from 'esbuild';
import {expect, test} from 'vitest';

const header = " Performance counter stats for './a':\n\n";
const [cycles, faults] = ['  1,000      cycles\n', '  2      page-faults\n'];
const head = '  1,000      cycles      #    1.000 GHz';
const json = '"event" : "cycles", "unit" : "", "counter-value" : "1000"';
const runs = (event: string, ...values: number[]): string =>
  values
    .map((value, i) => `[ perf stat: executing run #${i + 1} ... ]\n${event}: ${value} 9 9\n`)
    .join('');
const run = runs('cycles', 10);
/** What mail programs and pages do that lose the line breaks. */
const inOneLine = (text: string): string => text.replace(/\s+/g, ' ');
const own = [
  './a: v58 -> v61\nn 40+40, ABBA',
  'event        before    after   change  +-95%  verdict',
  'cycles       1000      900     -10.0%  +-0.5  less',
].join('\n');
/** Outputs, each below some words. */
const base64 = (text: string): string =>
  `Content-Transfer-Encoding: base64\n\n${Buffer.from(text).toString('base64')}\n`;
const sides = (...words: string[]): string =>
  words.map((label) => `${label}\n${header}${cycles}\n`).join('');

/** By file, the names of its patterns and a text each. */
// prettier-ignore
const examples: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'vocabulary.ts': {
    tableWords: `{${json}} and then 1.5 seconds time elapsed\n`,
    eventShape: `${header}1,000 foo-bar\n`,
    rate: `${header}1,000 requests/sec\n`,
    address: `${header}1,000 foo_bar.c\n`,
    pmuEvent: '1,000 sched:sched_switch ( +- 1.00% )\n',
    wholeKnown: '1,000 cycles ( +- 1.00% )\n',
  },
  'label-words.ts': {
    shellLine: `# perf stat ./a\nhello\n${cycles}`,
    prompted: `Before:\n$ ./a\nhello\n${header}${cycles}`,
    version: `3.19:\n${cycles}`,
    shellStart: `$ perf stat -r 10 ./a:\n${cycles}`,
    verbose: `Mine:\nUsing CPUID GenuineIntel\nprogram says hello:\n${cycles}`,
    anyOutput: `Mine:\nThe output:\n${cycles}`,
    attribution: `Mine:\nJane Doe wrote:\n${cycles}`,
    heading: `## Mine\n$ perf stat ./a\n${cycles}`,
    ruler: `Mine\n----\n$ perf stat ./a\n${cycles}`,
  },
  'pairs.ts': {
    aloneWords: `before\n$ perf stat ./a\nhello\n${cycles}`,
    beforeWords: sides('Vanilla kernel:', 'Patched kernel:'),
    afterWords: sides('Vanilla kernel:', 'Patched kernel:'),
    bothSides: `Words:\nbefore and after it\n${cycles}`,
    everyBefore: 'Metric   vanilla   patched\nlatency  12.0 us   11.0 us\n',
    afterSoon: 'Metric   vanilla   patched\nlatency  12.0 us   11.0 us\n',
    lineEnd: `${'words '.repeat(12)}\nMetric   vanilla   patched\nlatency  12.0 us   11.0 us\n`,
    everySideWord: sides('old, 4 threads:', 'old, 8 threads:', 'new, 8 threads:', 'new, 4 threads:'),
  },
  'perf-head.ts': {
    lead: 'CPU0      1,000      cycles\n',
    tableLead: `${header}Web Content-1234      1,000      cycles\n`,
    innerLead: 'so 1.000100000 <not counted> cycles\n',
    timedLead: 'so 1.000100000 perf-24165 1,000 cycles # 1.0 GHz\n',
    otherUnit: `${header}   12.50 Furlong power/energy-pkg/\n`,
    blankGroups: `  1 234 567      cycles\n`,
  },
  'envelope/base64.ts': {
    header: base64(cycles),
    encoded: base64(cycles),
    binary: base64(`\u0000${cycles}`),
  },
  'envelope/comments.ts': {commentedStart: `// ${header.trim()}\n//\n//  1,000      walks\n`},
  'envelope/encodings.ts': {
    partingTag: `${header}  1,000<br>cycles\n`,
    tag: '<b>1,000</b>      cycles\n',
    tags: '<b>1,000</b>      cycles\n',
    anyEntity: '&lt;not counted&gt;      cycles\n',
  },
  'not-understood.ts': {
    metricNames: '%  tma_retiring of it all\n  12.5  13.5\n',
    numbersLine: '%  tma_retiring of it all\n  12.5  13.5\n',
    separatedNumbers: 'and so %  tma_retiring\n,,,5,%,\n',
    insideLine: `${header}${cycles}  12  walks to school and so on\n${faults}`,
    oddLine: `${header}${cycles}  NaN      walks\n${faults}`,
    insideComment: `${header}${cycles}  and # 12 % of them\n${faults}`,
    insideMetric: `${header}${cycles}so S0 4 2.6 it is\n${faults}`,
    insidePart: `${header}${cycles}so 12 foo-bar it is\n${faults}`,
  },
  'perf-metric.ts': {
    // Alone and whole a comment needs no pattern.
    knownComment: `${head.replace('1.000 GHz', '0.30 insn per cycle  and_more')}\n`,
    wrappedName: `${header}${' '.repeat(20)}1,000      cycles      #  1.0 cs/sec\ncs_per_second\n`,
    freeComment: `${header}  1,000      foo-bar      #    740.4 MB  read_all\n`,
    wrappedFree: `${header}${' '.repeat(20)}1,000      foo-bar      #  1.0 %\nread_all\n`,
    unitAndName: `${header}  1,000      foo-bar      #     12 percent of slots  retiring\n`,
    shareAfter: `${header}  1,000      foo-bar      #    740.4 MB of it  (50.00%)\n`,
    bareEnd: `${head.replace('1.000 GHz', '3.858 %')}\n`,
    nextPlace: `${header}1,000 foo-bar # 740.4 MB read_all CPU1 2,000 foo-bar\n`,
  },
  'perf-decorations.ts': {
    groupHead: '  TopdownL1 (cpu_core)    #     67.5 %  tma_backend_bound\n',
    tableGroupHead: `${header}  dram bound           #     12.5 %  dram bound\n`,
    namelessHead: `${header}                       #     12.3 %  tma_retiring\n`,
    innerRemark: `${header}${head} <-- look\n                 #    0.50 insn per cycle\n`,
  },
  'perf-items.ts': {
    headerWords: header + cycles,
    headerEnd: header.replace('./a', './a\n--b') + cycles,
    headerBare: ` Performance counter stats for ./a (5 runs):\n\n${cycles}`,
    opensQuote: header.replace('./a', './a\n--b') + cycles,
    rowLine: ` Performance counter stats for './a\n${cycles}and it is 'done' :\n`,
    measurement: `${header}     5.189 (-0.293) #\n     5.186 (-0.296) #\n`,
    intervalHeader:
      '#           time             counts unit events\n     1.000100000      1,000      cycles\n',
  },
  'perf-layout.ts': {remark: '  1,000      cycles      !!!\n'},
  'perf-evidence.ts': {
    bareCpus: `${header}S0      4      cycles\n`,
    withCpus: `${header}S0      4      cycles\n`,
    fraction: '  1.5      cycles\n',
    manyGroups: "1'234'567 cycles\n",
    longCount: '   123456789 cycles\n',
    grouped: '         1,000 cycles\n',
  },
  'perf-tail.ts': {
    nameTail: '  8,463,993      INST_RETIRED.ANY [cpu_core]\n',
    cgroup: '  1,234      cycles                    /system.slice/x.service\n',
    namedCgroup: '  1,234      cycles                    foo #    7.517 GHz\n',
  },
  'envelope/comment-blocks.ts': {
    markedFigure: '// cpu: 7 -> 8 +9 %\n// b 12.00 -> 17.40 +45 %\n',
    marked: '// BenchmarkA 1 5 ns/op\n// cpu: 7 -> 8 +9 %\n// b 12.00 -> 17.40 +45 %\n',
  },
  'benchmarks.ts': {
    line: 'BenchmarkPush-8 1000 101.0 ns/op\n',
    joined: 'BenchmarkPush-8 1000 101.0 ns/op BenchmarkPop-8 1000 101.0 ns/op and so on\n',
    continued: 'BenchmarkPush-8 1000 101.0 ns/op\n 12 B/op\n',
    measure: 'BenchmarkPush-8 1000 101.0 ns/op\n',
    next: 'BenchmarkPush-8 1000 101.0 ns/op BenchmarkPop-8 1000 101.0 ns/op\n',
    counted: 'BenchmarkPush-8 1000 101.0 ns/op\n',
  },
  'google-benchmark-json.ts': {
    aggregate:
      '{"benchmarks": [{"name": "A", "real_time": 5}, {"name": "A_mean", "real_time": 5}]}',
  },
  'csv-fields.ts': {
    arrows: '==> 1000,,cycles,10000,100.00,,\n',
    stringEnd: '1000,,cycles,10000,100.00,,"\n',
    pmuStart: '1000,,cpu/event=0x3c,umask=1/,10000,100.00,,\n',
  },
  'csv-rows.ts': {
    aggregateField: 'S0,4,1000,,cycles,10000,100.00,,\n',
    shortRow: '884,cache-misses\n',
  },
  'csv.ts': {
    neutral: '1000,,cycles,10000,100.00,,\n# words\n2000,,instructions,10000,100.00,,\n',
  },
  'csv-separators.ts': {
    anyEvent: '1000//cycles/10000/100.00//\n',
    separated: '1000::cycles:10000:100.00::\n',
  },
  'json-lines.ts': {
    keys: `{${json}}\n`,
    pair: `{${json}}\n`,
    metricOnly: '{"insn per cycle" : "0.50"}\n',
    isObjectStart: `{${json},\n"pcnt-running" : 100.00\n{${json}}\n`,
  },
  'own-tables.ts': {
    oneSide: './a: v58   n 40,  one side, x\nevent  median  mean  +-sem  +-sd\ncycles  1000  1001  1  2\n',
    ownHeader: own,
    sides: own,
    blanks: own,
  },
  'verbose.ts': {
    runLine: run + inOneLine(`${run}${header}${cycles}`),
    elapsedLine: `${runs('duration_time', 1e9, 2e9)}${header}${cycles}  1.5 seconds time elapsed\n`,
    joined: inOneLine(`${run}${header}${cycles}`),
  },
  'warnings/row-rules.ts': {
    share: `${head.replace('1.000 GHz', '120.0 % of all branches')}\n`,
    userMode: '  1,000      cycles:u\n',
    kernelMode: '  1,000      cycles:uk\n',
    coreKind: '  1,000      cpu_core/cycles/\n  1,000      cpu_atom/cycles/\n',
  },
};

const {outputFiles} = await build({
  stdin: {
    contents:
      "import {importText} from './index.ts'; import {pairTables} from './pairs.ts';" +
      'export const read = (text) => { const found = importText(text, "x");' +
      'return JSON.stringify([found, pairTables(found.tables)]); };',
    resolveDir: fileURLToPath(new URL('.', import.meta.url)),
  },
  bundle: true,
  write: false,
  platform: 'node',
  format: 'iife',
  globalName: 'importer',
  logLevel: 'error',
});
const code = outputFiles[0].text;

const readerOf = (script: string): ((text: string) => string) =>
  runInNewContext(`${script}\nimporter.read`, {Buffer, TextEncoder, process: {}}) as (
    text: string,
  ) => string;
const read = readerOf(code);

interface Found {
  /** Its file, and its name in the bundle and in the source. */
  readonly file: string;
  readonly name: string;
  readonly own: string;
}

/** The patterns at the top of each file of the core, as they are in the bundle. */
const patterns: readonly Found[] = code
  .split(/^ *\/\/ (?=\S+\.ts$)/m)
  .slice(1)
  .flatMap((part) => {
    const path = part.slice(0, part.indexOf('\n'));
    const file = path.replace(/^.*results\/import\//, '');
    return file.startsWith('readers/') || !path.includes('results/import/')
      ? []
      : [...part.matchAll(/^ *var (\w+) = (?:sticky\d*\(|new RegExp\(|\/[^*])/gm)].map(
          ([, name]) => ({file, name, own: name.replace(/(?<=[a-z])\d+$/, '')}),
        );
  });

test('every pattern has an example, and every example a pattern', () =>
  expect(
    patterns.map(({file, own: name}) => `${file} ${name}`).sort(),
    'the table of examples',
  ).toEqual(
    Object.entries(examples)
      .flatMap(([file, rows]) => Object.keys(rows).map((name) => `${file} ${name}`))
      .sort(),
  ));

test.each(patterns.map((one) => [`${one.file} ${one.own}`, one] as const))(
  '%s',
  (_title, {file, name, own: key}) => {
    const text = examples[file]?.[key] ?? '';
    const off = code.replace(
      new RegExp(String.raw`^( *var ${name} = )[\s\S]*?;$`, 'm'),
      (_all, start: string) => `${start}/(?!)/g;`,
    );
    expect(off).not.toBe(code);
    let without = 'it fails';
    try {
      without = readerOf(off)(text);
    } catch {
      // A pattern that must match at load or at every row.
    }
    expect(without).not.toBe(read(text));
  },
);
