// Hostile text in every leaf of what jitstat reads, and every writer: none of it reaches a
// terminal, a table, CSV, Markdown, a page or a message raw.
import {mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {markdownChart, markdownGlance} from '../../dashboards/page/markdown-report.ts';
import {toCsv, toJson} from '../../dashboards/render/chart-numbers.ts';
import {terminalHistory, terminalReport} from '../../dashboards/render/terminal.ts';
import {storeView} from '../../dashboards/serve/routes.ts';
import {importSummary} from '../../dashboards/tables/import-summary.ts';
import {formatComparison, formatSide, perfTable} from '../../dashboards/tables/index.ts';
import {tableFormats} from '../../dashboards/tables/format-names.ts';
import {sweepTable} from '../../dashboards/tables/sweep.ts';
import {buildSession} from '../../dashboards/testdata/build.ts';
import {writeReport} from '../../dashboards/page/report-page.ts';
import {writeFrontPage} from '../../dashboards/page/front.ts';
import {forest} from '../../dashboards/charts/index.ts';
import {exports} from '../../results/exports/index.ts';
import {readHistory, readNights, writeNight} from '../../results/history/index.ts';
import type {Night} from '../../results/history/index.ts';
import {importText} from '../../results/import/index.ts';
import {formatSamplesCsv} from '../../results/samples/samples-csv.ts';
import {finishSession} from '../../results/store/index.ts';
import type {Samples, Session} from '../../results/types.ts';
import {runCli} from '../cli.ts';
import {historyText} from '../history/history-text.ts';
import {frontPage} from '../nightly/front-page.ts';
import {recordingIo} from './captured-io.ts';

const hostile =
  `"'><img src=x onerror=alert(1)></script><script>alert(2)</script>` +
  '\u001b]0;pwn\u0007\u009b2J\u202e\u2028\u061c\u0000\u007f\r\nforged: line\n=1+1';
/** Line feeds and tabs are ours; CSV ends lines with CR LF. */
const control = new RegExp(
  String.raw`[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f` +
    String.raw`\u2028-\u202e\u2066-\u2069]|\r(?!\n)`,
);
const markup = /(?<!\\)<img src=x|(?<!\\)<script>alert|onerror=alert\(1\)(?=[^&\\]*>)/;

/** Values that readers check against a list, as an id or as a date cannot be hostile. */
const fixed =
  /^(?:schema|id|created|finished|night|kind|status|design|verdict|side|order|session|confirm|gate)$/;

/** Every text gets the hostile one appended, or is replaced by it. */
const poisoned = <T>(value: T, key = '', whole = false): T => {
  if (typeof value === 'string')
    return (fixed.test(key) ? value : whole ? hostile : `${value}${hostile}`) as T;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map((one) => poisoned(one, key, whole)) as T;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, poisoned(one, name, whole)]),
  ) as T;
};

const fault = (text: string, {html = false} = {}): string | null => {
  const found = control.exec(text) ?? /^forged: line/m.exec(text) ?? (html && markup.exec(text));
  return found === null || found === false || !('index' in found)
    ? null
    : JSON.stringify(text.slice(Math.max(0, found.index - 60), found.index + 60));
};

const folder = mkdtempSync(join(tmpdir(), 'jitstat-hostile-'));
const store = join(folder, 'store');
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const built = buildSession({
  seed: 3,
  workload: 'tailcall1',
  quads: 6,
  runsPerBlock: 2,
  events: [
    {event: 'task-clock', base: 700, noise: 0.002, effect: 1.02},
    {event: 'page-faults', base: 120, noise: 0.002, effect: 1},
  ],
});
const made = (whole: boolean): {session: Session; samples: Samples} => {
  const events = new Map<string, string>();
  const session = poisoned(built.session, '', whole);
  built.session.comparison!.rows.forEach((row, at) =>
    events.set(row.event, session.comparison!.rows[at].event),
  );
  const samples = {
    ...built.samples!,
    events: built.samples!.events.map((one) => ({
      ...one,
      event: events.get(one.event) ?? `${one.event}${hostile}`,
      unit: `${one.unit}${hostile}`,
    })),
  };
  return {session, samples};
};
const {session, samples} = made(false);
const second = made(true);
const comparison = session.comparison!;
const night = poisoned({
  schema: 'jitstat/night/1',
  id: '20261122-010000000-aaaa',
  night: '2026-11-22',
  created: '2026-11-22T01:00:00.000Z',
  finished: '2026-11-22T02:00:00.000Z',
  status: 'finished',
  machine: session.host.name.replace(hostile, ''),
  host: built.session.host,
  suite: 'usual',
  aa: {session: session.id, bad: true, events: ['task-clock']},
  workloads: [
    {name: 'tailcall1', session: session.id},
    {name: 'other', session: null, reason: 'no time'},
  ],
  alerts: [
    {code: 'change-found', text: 'an alert', gate: true, workload: 'tailcall1', event: 'cycles'},
  ],
  notes: ['a note'],
  exitCode: 1,
} as Night);

beforeAll(async () => {
  await finishSession(store, session, samples);
  await finishSession(store, {...second.session, id: `${session.id}b`}, second.samples);
  writeNight(store, night);
});

test('the poison is seen', () => {
  expect(fault(hostile)).not.toBeNull();
  expect(fault('<p><img src=x></p>', {html: true})).not.toBeNull();
  expect(fault(JSON.stringify(comparison))).not.toBeNull();
});

const document = importText(
  ` Performance counter stats for 'a${hostile.replaceAll(/[\r\n]/g, ' ')}' (10 runs):\n\n` +
    ` 1,234,567  cycles\u009b\u202e  ( +- 0.50% )\n\n 0.5 seconds time elapsed\n`,
  hostile,
);

const oneSide = {...session, comparison: null, after: null, kind: 'run' as const};
const chart = forest(comparison)!;
const writers: readonly (readonly [string, () => string | Promise<string>])[] = [
  ...tableFormats.flatMap((format) => [
    [`table ${format}`, () => formatComparison(comparison, format)] as const,
    [
      `table ${format} of a session`,
      () => formatComparison(comparison, format, {session, samples}),
    ] as const,
  ]),
  ...exports.map(
    (one) =>
      [
        `export ${one.name}`,
        () => one.write({sessions: [{session, samples}, second], night}),
      ] as const,
  ),
  ['a table of one side', () => formatSide(oneSide)],
  ['a table as perf prints it', () => document.tables.map(perfTable).join('\n')],
  ['the summary of an import', () => importSummary(poisoned(document))],
  ['samples.csv', () => formatSamplesCsv(samples)],
  ['a sweep', () => sweepTable(session, samples)],
  ['the history', () => historyText(readHistory(store, {all: true}))],
  [
    'the front page of a night',
    () =>
      frontPage({
        night,
        sessions: new Map([[session.id, session]]),
        history: readHistory(store, {all: true}),
        first: false,
        full: true,
      }),
  ],
  [
    'charts as text',
    () => terminalReport(hostile, comparison, samples, {columns: 80, unicode: true}),
  ],
  [
    'nights as text',
    () =>
      readHistory(store, {all: true})
        .series.map((one) => terminalHistory(one, {columns: 72, unicode: true}))
        .join(''),
  ],
  ['a chart in Markdown', () => markdownChart(chart, 'a.svg')],
  ['the answers in Markdown', () => markdownGlance(comparison)],
  ["a chart's CSV", () => toCsv(chart.rows)],
  ["a chart's JSON", () => toJson(chart)],
];

test.each(writers)('%s', async (_, write) => {
  const text = await write();
  expect(fault(text)).toBeNull();
  expect(fault(text.replaceAll('\r\n', '\n'))).toBeNull();
});

test.each(['csv', 'samples.csv', 'chart'])(
  '%s holds no cell that a spreadsheet would run',
  (what) => {
    const formulas = {
      ...comparison,
      rows: ['=1+1', '+1', '-1', '@a', '\t=1', '\r=1', '=a,"b"'].map((event) => ({
        ...comparison.rows[0],
        event,
      })),
    };
    const one = samples.events[0];
    const text = {
      csv: () => formatComparison(formulas, 'csv'),
      'samples.csv': () =>
        formatSamplesCsv({...samples, events: formulas.rows.map(({event}) => ({...one, event}))}),
      chart: () => toCsv(formulas.rows.map(({event}) => ({event}))),
    }[what]!();
    expect(text).not.toMatch(/(?:^|,)"?[=+@\t\r]|(?:^|,)"?-(?![\d.])/m);
    expect(text).toContain("'=1+1");
  },
);

test('Markdown and the step summary hold no foreign markup', () => {
  expect(fault(formatComparison(comparison, 'markdown'), {html: true})).toBeNull();
  const summary = exports.find(({name}) => name === 'step-summary')!;
  expect(fault(summary.write({sessions: [{session, samples}], night}), {html: true})).toBeNull();
});

const call = async (...args: string[]): Promise<string> => {
  const io = recordingIo({cwd: folder, env: {JITSTAT_STORE: store, TERM: 'xterm'}});
  await runCli(io, args);
  return io.stdout() + io.stderr();
};

describe('commands', () => {
  const imported = join(folder, 'esc.json');
  writeFileSync(
    imported,
    [`cycles${hostile}`, '=1+1', 'x\u009b\u202e']
      .map((event) => JSON.stringify({'counter-value': '1.0', unit: '', event}))
      .join('\n'),
  );
  const evil = join(folder, `evil\u001b]0;x\u0007\nforged: line`);
  writeFileSync(evil, 'nothing');

  test.each([
    ['history', ['history', '--all']],
    ['history --json', ['history', '--all', '--json']],
    ['table', ['table', session.id]],
    ['table --json', ['table', session.id, '--json']],
    ['report --text', ['report', session.id, '--text']],
    ['import', ['import', imported]],
    ['import --json', ['import', imported, '--json']],
    ['compare', ['compare', imported, imported, '--format', 'perf']],
    ['a file of a hostile name', ['import', evil]],
    ['a session of a hostile name', ['table', hostile]],
    ['a command of a hostile name', [hostile]],
    ['an option of a hostile name', ['table', `--${hostile}`]],
    ['a workload of a hostile name', ['ab', hostile]],
    ['a variant of a hostile name', ['ab', 'tailcall1', '--before', hostile]],
    ['a night of a hostile name', ['report', '--night', hostile]],
    ['a series of a hostile name', ['history', '--workload', hostile]],
  ])('%s', async (_, args) => {
    const text = await call(...args);
    expect(text).not.toBe('');
    expect(text).not.toContain('internal failure');
    expect(fault(text)).toBeNull();
  });
});

test('pages, pictures and numbers of a report', async () => {
  const outDir = join(folder, 'page');
  await writeReport({sessions: [{session, samples, aaSamples: null, folder: ''}], outDir} as never);
  await writeFrontPage({
    night: readNights(store).nights[0],
    history: readHistory(store, {all: true}),
    sessions: [],
    outDir: join(outDir, 'night'),
  });
  const files = readdirSync(outDir, {recursive: true, encoding: 'utf8'}).filter((file) =>
    statSync(join(outDir, file)).isFile(),
  );
  expect(files.length).toBeGreaterThan(8);
  for (const file of files) {
    expect(fault(file)).toBeNull();
    const html = /\.(?:html|svg|md)$/.test(file);
    expect([file, fault(readFileSync(join(outDir, file), 'utf8'), {html})]).toEqual([file, null]);
  }
});

test('pages of the server', async () => {
  const answer = storeView({store, interactive: false});
  const paths = ['/', '/index.html', '/search', `/sessions/${session.id}/index.html`];
  for (const path of paths) {
    const page = await answer(path, new URLSearchParams({q: hostile}));
    expect([
      path,
      fault(String(page !== null && 'body' in page ? page.body : ''), {html: true}),
    ]).toEqual([path, null]);
  }
});
