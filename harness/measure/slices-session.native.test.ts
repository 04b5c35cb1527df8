// Sessions of slices from the command line: the answer, resuming, and what a failing side leaves.
import {mkdtempSync, readFileSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {listSessions, loadSlices} from '../../results/store/index.ts';
import type {Comparison} from '../../results/types.ts';
import {runCli} from '../cli.ts';
import type {PreparedSession} from './session-types.ts';
import {loadTarget} from './load-target.ts';
import type {MeasureOptions} from './measure-options.ts';
import {prepareSession} from './prepare-session.ts';
import {runPrepared} from './run-session.ts';
import {readMeasureOptions} from './read-options.ts';
import {noCompiler, recordingIo} from '../testing/captured-io.ts';
import type {PreparedSlices} from './slices-target.ts';
import {finishSlices} from './slices-session.ts';
import type {CopiedSide} from '../slices/slice-side.ts';

const root = mkdtempSync(join(tmpdir(), 'jitstat-slices-session-'));
afterAll(() => rmSync(root, {recursive: true, force: true}));

const jitstat = async (store: string, ...argv: string[]) => {
  const io = recordingIo({env: {...process.env, JITSTAT_STORE: store}});
  const code = await runCli(io, argv);
  return {code, out: io.stdout(), err: io.stderr()};
};

const short = ['--design', 'slices', '--time', '1', '--no-report', '--seed', '5'];

const sameCode = {
  kind: 'workload',
  workload: 'callee_saved_2',
  before: 'v58',
  after: 'v58',
} as const;

const prepare = async (
  store: string,
  more: Partial<MeasureOptions> = {},
): Promise<PreparedSession> => {
  const io = recordingIo({env: process.env});
  return prepareSession(io, {
    target: loadTarget(sameCode, '/'),
    options: {
      ...readMeasureOptions({values: {time: 1, seed: 5}, positionals: [], rest: []}, io.now()),
      design: 'slices',
      ...more,
    },
    store,
    quiet: true,
  });
};

const compared = async (store: string, more: Partial<MeasureOptions>): Promise<Comparison> => {
  const io = recordingIo({env: process.env});
  const {session} = await runPrepared(io, store, true, await prepare(store, more));
  return session.comparison!;
};

/** The kernel's clock read as a counter, which needs no PMU. */
const softwareClock = {event: 'task-clock', type: 1, config: 1};

const journals = (store: string): string[] => readdirSync(join(store, 'journals'));

describe.skipIf(noCompiler !== null)(
  `slices${noCompiler === null ? '' : ` (skipped: ${noCompiler})`}`,
  () => {
    test('the answer as JSON, and the processes in the store', async () => {
      const store = join(root, 'json');
      const {code, out, err} = await jitstat(store, 'ab', 'tailcall1', ...short, '--json');
      expect({code, err}).toEqual({code: 0, err: ''});
      const comparison = JSON.parse(out) as Comparison;
      expect(comparison).toMatchObject({design: 'slices', quads: null, sameImage: false});
      const [row] = comparison.rows;
      expect(row).toMatchObject({event: 'slices/ns-per-execution/', unit: 'ns', primary: true});
      const {slices, findings} = comparison;
      expect(slices!.placements).toBeGreaterThanOrEqual(slices!.processes);
      expect(slices!.steps).toHaveLength(12);
      expect(slices!.overPlacements.low).toBeLessThanOrEqual(slices!.overPlacements.ratio);
      expect(slices!.spread.low).toBeLessThanOrEqual(slices!.spread.high);
      expect(slices!.aa!.processes).toBeGreaterThanOrEqual(2);
      expect(findings.map((one) => one.code)).toEqual(
        expect.arrayContaining(['slices-answers', 'slices-parts', 'slices-steps']),
      );
      const [entry] = listSessions(store).entries;
      const stored = loadSlices(entry.folder, entry.id)!;
      expect(stored.filter((one) => !one.aa)).toHaveLength(slices!.processes);
      const plan = await jitstat(store, 'plan', 'last');
      expect(plan).toMatchObject({code: 0, err: ''});
      expect(plan.out).toMatch(/^ +0\.1 % +show: \d+ processes \(\d+ (?:s|min|h)\), equal: \d+/m);
      expect(journals(store)).toEqual([]);
    });

    test('a sweep shows the change by offset, in text and on the page', async () => {
      const store = join(root, 'sweep');
      const {code, out} = await jitstat(
        store,
        'ab',
        'callee_saved_2',
        '--placement',
        'sweep',
        '--design',
        'slices',
        '--time',
        '3',
        '--seed',
        '5',
        '-o',
        join(root, 'report'),
      );
      expect(code).toBe(0);
      expect(out).toContain('change by slices, by the offset of the entry program in its line');
      expect(out).toMatch(/^ +0 +[+-]\d+\.\d% \+-\d+\.\d +[+-]\d+\.\d% \+-\d+\.\d$/m);
      const page = readFileSync(join(root, 'report', 'index.html'), 'utf8');
      expect(page).toContain('entry program, averaged over');
    });

    test('a width to reach ends the session early', async () => {
      const argv = ['ab', 'callee_saved_2', ...short, '--until', '90%', '--json'];
      const {code, out} = await jitstat(join(root, 'until'), ...argv);
      expect(code).toBe(0);
      const {slices} = JSON.parse(out) as Comparison;
      expect(slices!.processes + slices!.aa!.processes).toBe(12);
    });

    test('next to runs, slices that reach the width end the runs', async () => {
      const argv = ['ab', 'callee_saved_2', '--time', '6', '--no-report', '--no-aa', '--json'];
      const {code, out} = await jitstat(join(root, 'lead'), ...argv, '--until', '90%');
      expect(code).toBe(0);
      const {slices, quads, rows} = JSON.parse(out) as Comparison;
      // The width is looked at after 12; a busy host plans fewer.
      expect(slices!.processes).toBeLessThanOrEqual(12);
      if (quads !== null && rows.some(({event}) => event === 'task-clock'))
        expect(quads).toBeLessThanOrEqual(6);
    });

    test('an injected effect is found, and the result says so', async () => {
      // The control claims a change in up to one session in 20, and then verdicts are withheld.
      const more = {aa: false, slicesTrial: {effect: 0.5}};
      const comparison = await compared(join(root, 'effect'), more);
      expect(comparison.rows[0].verdict).toBe('more');
      expect(comparison.slices!.overPlacements.ratio).toBeGreaterThan(1.3);
      expect(comparison.warnings.map((one) => one.code)).toContain('slices-trial');
    });

    test('an event is counted instead of time, in separate processes', async (context) => {
      const store = join(root, 'counted');
      const slicesTrial = {effect: 0.5, counter: softwareClock};
      const {rows, slices, notCounted} = await compared(store, {aa: false, slicesTrial});
      const refused = notCounted.find(({event}) => event === 'slices/task-clock/');
      if (refused !== undefined) context.skip(`skipped: ${refused.reason}`);
      const row = rows.find(({event}) => event === 'slices/task-clock/');
      expect(row).toMatchObject({verdict: 'more'});
      expect(row!.change!.ratio!).toBeGreaterThan(1.3);
      const [entry] = listSessions(store).entries;
      const stored = loadSlices(entry.folder, entry.id)!;
      const counted = stored.filter((one) => one.event === 'task-clock');
      expect(counted).toHaveLength(row!.before.n!);
      expect(counted[0].clock).toMatchObject({name: 'counter', nsPerTick: 1});
      expect(slices!.processes).toBe(stored.length - counted.length);
    });

    test('a killed session continues with its plan and keeps its processes', async () => {
      const store = join(root, 'killed');
      const {slices, journal} = await prepare(store);
      const kept: number[] = [];
      await expect(
        finishSlices(slices as PreparedSlices, (process, finished) => {
          journal.append({type: 'slices', process});
          kept.push(process.pairs[0].entries[0]);
          if (finished === 3) throw new Error('killed');
        }),
      ).rejects.toThrow('killed');
      journal.close();
      const resumed = await jitstat(store, 'ab', '--resume', '--no-report', '-q');
      expect(resumed.code).toBe(0);
      const [entry] = listSessions(store).entries;
      const stored = loadSlices(entry.folder, entry.id)!;
      const {plan} = (slices as PreparedSlices).record;
      expect(stored.length).toBeGreaterThanOrEqual(Math.min(12, plan.processes));
      expect(stored.slice(0, 3).map((one) => one.pairs[0].entries[0])).toEqual(kept);
      expect(new Set(stored.map((one) => one.index)).size).toBe(stored.length);
      expect(journals(store)).toEqual([]);
    });

    test('a side that fails in the middle is named; what was measured is kept', async () => {
      const store = join(root, 'wrong');
      const prepared = await prepare(store);
      const {record, subject} = prepared.slices as PreparedSlices;
      const wrong = (side: CopiedSide): CopiedSide =>
        side.map((templates) =>
          templates.map((template) => ({
            ...template,
            functions: template.functions.map((one) => ({...one, code: Uint8Array.of(0x0f, 0x0b)})),
          })),
        ) as unknown as CopiedSide;
      const good = await finishFirst(prepared);
      const io = recordingIo({env: process.env});
      await expect(
        runPrepared(io, store, true, {
          ...prepared,
          slices: {
            record,
            subject: {...subject, after: wrong(subject.after as CopiedSide)},
            done: [good],
          },
        }),
      ).rejects.toThrow(
        new RegExp(
          String.raw`^process \d+ of the slices: crash: SIGILL in run 'compute' ` +
            String.raw`after 0 executions of the after side at placement 1 at `,
        ),
      );
      const [entry] = listSessions(store).entries;
      expect(entry.session).toMatchObject({status: 'refused'});
      expect(entry.session.reason).toContain('of the after side at placement 1');
      expect(loadSlices(entry.folder, entry.id)).toHaveLength(1);
      expect(journals(store)).toEqual([]);
    });

    test.each([
      ['commands', ['--', 'true', '--', 'true'], 'two variants of a workload', 'one-core'],
      ['a variant against the kernel', ['empty', '--before', 'kernel'], 'a sandbox', 'whole runs'],
    ])('%s cannot be cut into slices', async (_, argv, why, hint) => {
      const {code, err} = await jitstat(root, 'ab', '--design', 'slices', ...argv);
      expect(code).toBe(2);
      expect(err).toContain(why);
      expect(err).toContain(hint);
    });
  },
);

/** The first process of a session, in its journal. */
const finishFirst = async ({slices, journal}: PreparedSession) => {
  const {subject, record} = slices as PreparedSlices;
  const outcome = await finishSlices(
    {
      subject,
      record: {...record, plan: {...record.plan, processes: 1, aaProcesses: 0}},
      done: [],
    },
    (process) => journal.append({type: 'slices', process}),
  );
  if (!('processes' in outcome)) throw new Error('no slices');
  return outcome.processes[0];
};
