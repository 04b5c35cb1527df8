// jitstat annotate: sums, placements, samples of perf record; what it says if valgrind is missing.
import {spawnSync} from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {runCli} from '../cli.ts';
import {hasHardwareCounters} from '../perf/countable.ts';
import {noCompiler, noPerf, noValgrind, recordingIo} from '../testing/captured-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-annotate-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const missing = noValgrind ?? noCompiler;

const listed = (name: string): readonly string[] => (existsSync(name) ? readdirSync(name) : []);

const documented = (): string =>
  readFileSync(fileURLToPath(new URL('../../docs/simulation.md', import.meta.url)), 'utf8');

const indented = (text: string): string => text.trimEnd().replaceAll(/^(?=.)/gm, '    ');

const annotate = async (...args: string[]) => {
  const io = recordingIo();
  const code = await runCli(io, ['annotate', ...args]);
  return {code, out: io.stdout(), err: io.stderr()};
};

describe.skipIf(missing !== null)(
  `with valgrind${missing === null ? '' : ` (skipped: ${missing})`}`,
  () => {
    test('lines and steps add up to the totals, and the differences to those of both', async () => {
      const {code, out} = await annotate(
        'tailcall2',
        '--before',
        'v58',
        '--after',
        'rfc1',
        '--json',
      );
      expect(code).toBe(0);
      const document = JSON.parse(out);
      const totalOf = (side: {lines: {executions: number}[]}) =>
        side.lines.reduce((sum, line) => sum + line.executions, 0);
      for (const side of document.sides) {
        expect(totalOf(side)).toBe(side.totals['callgrind/instructions/']);
        expect(
          side.steps.reduce(
            (sum: number, step: {instructions: number}) => sum + step.instructions,
            0,
          ),
        ).toBe(totalOf(side));
      }
      expect(
        document.differences.reduce(
          (sum: number, step: {instructions: number}) => sum + step.instructions,
          0,
        ),
      ).toBe(totalOf(document.sides[1]) - totalOf(document.sides[0]));
    });

    test('several placements: one miss per program run at one of them, none at the others', async () => {
      const {code, out} = await annotate(
        'tail_chain_10',
        '--variant',
        'rfc1',
        '--placement',
        'stride:1',
        '--placement',
        'stride:16',
        '--placement',
        'stride:256',
        '--tlb',
        'itlb=128/8',
      );
      expect(code).toBe(0);
      expect(out).toMatch(/stride:256 +11\.00 +21\.00 +1\.00 +11\.00 +11\.00 +0\.00\n/);
      expect(out).toContain(
        '11.00 program runs of one execution.\n' +
          'iTLB misses per program run: stride:1 0.00, stride:16 0.00, stride:256 1.00.\n',
      );
      expect(documented()).toContain(indented(out));
    });

    test('one variant: the listing with executions', async () => {
      await expect((await annotate('tail_chain_1', '--variant', 'rfc1')).out).toMatchFileSnapshot(
        '../simulate/testdata/tail_chain_1.rfc1.txt',
      );
    });

    test('two variants: the difference by step, as documented', async () => {
      expect(documented()).toContain(
        indented((await annotate('flow_dissector', '--before', 'v58', '--after', 'rfc1')).out),
      );
    });
  },
);

test.each([
  [['tailcall1'], 'either --variant'],
  [
    [
      'tailcall1',
      '--before',
      'v58',
      '--after',
      'rfc1',
      '--placement',
      'stride:1',
      '--placement',
      'stride:2',
    ],
    'one variant at a time',
  ],
  [
    ['tailcall1', '--before', 'v58', '--after', 'rfc1', '--record', 'x.data'],
    'one variant at one placement',
  ],
  [['tailcall1', '--variant', 'kernel'], "kernel's own image"],
  [['tailcall1', '--variant', 'rfc1', '--tlb', 'itlb=7'], 'is not a TLB'],
])('%j is refused', async (args, message) => {
  const {code, out, err} = await annotate(...args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(message);
});

const recorded =
  noPerf === null &&
  spawnSync(
    'perf',
    ['record', '-q', '-e', 'cpu-clock:u', '-o', join(folder, 'probe.data'), 'true'],
    {stdio: 'ignore'},
  ).status === 0;
const notRecorded = missing ?? (recorded ? null : 'perf record is not permitted here');

test.skipIf(notRecorded !== null)(
  '--record: samples at instructions, the observer ' +
    `effect${notRecorded === null ? '' : ` (skipped: ${notRecorded})`}`,
  async () => {
    const file = join(folder, 'perf.data');
    const {code, out} = await annotate(...recording(file), '--json');
    expect(code).toBe(0);
    const {
      sides,
      recorded: {mapFile, observed, inImage},
    } = JSON.parse(out);
    const lines: {executions: number; samples: number}[] = sides[0].lines;
    expect(lines.reduce((sum, line) => sum + line.samples, 0)).toBe(inImage);
    expect(lines.filter((line) => line.executions === 0 && line.samples > 0)).toEqual([]);
    expect(observed.map((row: {event: string}) => row.event)).toContain('task-clock');
    expect(mapFile).toBe(`${file}.map`);
  },
);

const recording = (file: string): string[] => [
  'tailcall1',
  '--variant',
  'rfc1',
  '--record',
  file,
  '--repeat',
  '1000000',
];

test.skipIf(notRecorded !== null)(
  '--record: the printed command shows samples by name, from a map next to the data' +
    `${notRecorded === null ? '' : ` (skipped: ${notRecorded})`}`,
  async () => {
    const {out} = await annotate(...recording(join(folder, "perf's data")));
    const [, command, map] = /^ {2}(cp .* (\/tmp\/perf-\d+\.map); perf report .*)$/m.exec(out)!;
    expect(existsSync(map)).toBe(false);
    try {
      const report = spawnSync('sh', ['-c', `${command} --stdio -s symbol`], {encoding: 'utf8'});
      expect(report.stdout).toMatch(/\[\.\] entry\b/);
    } finally {
      rmSync(map, {force: true});
    }
  },
);

describe('without valgrind', () => {
  const path = process.env['PATH'];
  const tools = join(folder, 'tools');
  // Everything on the PATH except valgrind; the first of each name counts.
  beforeAll(() => {
    mkdirSync(tools);
    const found = new Map(
      path!
        .split(':')
        .toReversed()
        .flatMap((name) => listed(name).map((tool) => [tool, join(name, tool)])),
    );
    for (const [tool, target] of found)
      if (!tool.startsWith('valgrind')) symlinkSync(target, join(tools, tool));
    process.env['PATH'] = tools;
  });
  afterAll(() => void (process.env['PATH'] = path));

  test.skipIf(noCompiler !== null)('annotate names the package', async () => {
    const {code, out, err} = await annotate('tailcall1', '--variant', 'v58');
    expect([code, out]).toEqual([2, '']);
    expect(err).toBe(
      'jitstat: valgrind is not installed (Debian package: valgrind).\n  hint: Install ' +
        'it (Debian, as root: apt-get install -y valgrind). Without it jitstat ab ' +
        'measures, and leaves simulated counts out.\n',
    );
  });

  const cannot =
    noPerf ?? noCompiler ?? (hasHardwareCounters() ? 'with a PMU nothing is simulated' : null);
  test.skipIf(cannot !== null)(
    `a measurement continues and says so once${cannot === null ? '' : ` (skipped: ${cannot})`}`,
    async () => {
      const io = recordingIo();
      const code = await runCli(io, [
        'ab',
        'tail_chain_1',
        '-r',
        '4',
        '--repeat',
        '1000',
        '--no-report',
        '--no-aa',
        '--warmup',
        '0',
        '--store',
        join(folder, 'store'),
        '--json',
      ]);
      expect(code).toBe(0);
      const {rows, findings} = JSON.parse(io.stdout()) as {
        rows: {event: string}[];
        findings: {code: string; text: string}[];
      };
      expect(rows.map((row) => row.event)).toContain('task-clock');
      expect(rows.filter((row) => /^(?:callgrind|cachegrind)\//.test(row.event))).toEqual([]);
      expect(findings.filter((finding) => finding.text.includes('valgrind'))).toEqual([
        {
          code: 'not-simulated',
          text: 'No simulated counts: valgrind is not installed (Debian package: valgrind).',
        },
      ]);
    },
  );
});
