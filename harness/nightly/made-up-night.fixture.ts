// A night in a made-up world, whose sessions turn out as a script says.
import {StoreError, UserError} from '../../results/error.ts';
import {readHistory} from '../../results/history/index.ts';
import {finishSession, newSessionId} from '../../results/store/index.ts';
import {testHost, testPlan, testSamples, testSession} from '../../results/testdata/session.ts';
import type {HostRecord, Session} from '../../results/types.ts';
import {frontPage} from './front-page.ts';
import type {MeasureTask, NightWorld} from './night-task.ts';
import {runNight} from './night.ts';
import {parseSuite} from './suite/suite.ts';

/** A suite of two workloads. */
export const suiteOf = (more: object = {}) =>
  parseSuite(
    'suite.json',
    JSON.stringify({
      schema: 'jitstat/suite/1',
      name: 'test',
      seconds: 10,
      workloads: [
        {name: 'w', workload: 'tailcall1', before: 'v58', after: 'rfc1'},
        {name: 'x', workload: 'tailcall2', before: 'v58', after: 'rfc1'},
      ],
      ...more,
    }),
    '/',
    ['SMT'],
  );

/** How a made-up session turns out; `ratio` after / before of task-clock. */
export interface Outcome {
  readonly ratio?: number;
  readonly verdict?: 'more' | 'less' | 'equal' | 'unsettled';
  readonly events?: Readonly<Record<string, number>>;
  readonly running?: number;
  readonly fails?: string;
  /** The store refuses. */
  readonly store?: true;
  readonly seconds?: number;
}

/** A night: its day, its host, and how its sessions turn out. */
export interface Script {
  readonly day?: number;
  readonly host?: Partial<HostRecord> | string;
  readonly badChecks?: readonly string[];
  /** Outcomes by workload (`aa` for the A/A), one per call; the last one repeats. */
  readonly outcomes?: Readonly<Record<string, readonly Outcome[]>>;
}

/** Plays a night in the store. */
export const playNight = async (store: string, script: Script = {}, suite = suiteOf()) => {
  let clock = Date.UTC(2026, 10, script.day ?? 22, 2);
  const calls: Record<string, number> = {};
  const tasks: MeasureTask[] = [];
  const measure = async (task: MeasureTask): Promise<Session> => {
    const {target} = task;
    tasks.push(task);
    const name =
      target.before === target.after
        ? 'aa'
        : target.kind === 'workload'
          ? target.workload
          : 'command';
    const outcomes = script.outcomes?.[name] ?? [{}];
    const outcome = outcomes[Math.min(calls[name] ?? 0, outcomes.length - 1)];
    calls[name] = (calls[name] ?? 0) + 1;
    clock += 1000 * (outcome.seconds ?? 5);
    if (outcome.fails !== undefined) throw new UserError(outcome.fails, 'fix it');
    if (outcome.store === true) throw new StoreError('x cannot be written.', 'make room');
    const samples = testSamples(
      clock % 2 ** 31,
      outcome.ratio ?? 1,
      outcome.events ?? {'task-clock': 12.5, 'page-faults': 120},
    );
    const made = testSession(
      {
        id: newSessionId(new Date(clock), 'abcd'),
        created: new Date(clock).toISOString(),
        night: task.night!,
        plan: {...testPlan, quads: 8, repeat: task.repeat},
        workload: name === 'aa' ? 'tailcall1' : name,
        host: {...testHost, ...(typeof script.host === 'object' ? script.host : {})},
      },
      samples,
      {'task-clock': outcome.verdict ?? 'equal'},
    );
    const rows = made.comparison!.rows.map((row) => ({
      ...row,
      before: {...row.before, running: outcome.running ?? 1},
    }));
    const session: Session =
      task.target.after === null
        ? {
            ...made,
            kind: 'run',
            after: null,
            comparison: null,
            summary: rows.map(({event, unit, before}) => ({event, unit, stats: before})),
          }
        : {...made, comparison: {...made.comparison!, rows}};
    await finishSession(store, session, samples);
    return session;
  };
  const world: NightWorld = {
    now: () => new Date(clock),
    host: async () => {
      if (typeof script.host === 'string') throw new UserError(script.host, 'install it');
      return {...testHost, ...script.host};
    },
    checks: () =>
      (script.badChecks ?? []).map((name) => ({
        name,
        status: 'bad',
        value: 'on',
        why: '',
        fix: null,
      })),
    measure,
    random: 'nnnn',
    progress: () => {},
  };
  const finished = await runNight(world, store, suite, testHost);
  const page = frontPage({...finished, history: readHistory(store), full: false});
  return {...finished, tasks, page, codes: finished.night.alerts.map(({code}) => code)};
};
