// Whatever a night measured, no summary of it denies a change that its tables show: over generated
// nights, in its outcome, and in the step summary.
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {stepSummary} from '../exports/step-summary.ts';
import {testSamples, testSession} from '../testdata/session.ts';
import {verdicts} from '../types.ts';
import type {Session, Verdict} from '../types.ts';
import {buildHistory} from './build-history.ts';
import {nightOutcome} from './night-outcome.ts';
import type {Alert, Night} from './types.ts';

const samples = testSamples();
const events = samples.events.map(({event}) => event);
const base = testSession({}, samples);

const night = (workloads: readonly string[], alerts: readonly Alert[]): Night => ({
  schema: 'jitstat/night/1',
  id: '20261123-015900000-aaaa',
  night: '2026-11-23',
  created: '2026-11-23T01:59:00.000Z',
  finished: '2026-11-23T03:00:00.000Z',
  status: 'finished',
  machine: 'lab1',
  host: base.host,
  suite: 'default',
  aa: null,
  workloads: workloads.map((name) => ({name, session: `20261123-020000000-${name}`})),
  alerts,
  notes: [],
  exitCode: 0,
});

type Row = readonly [Verdict, number];
const row = fc.tuple(fc.constantFrom(...verdicts), fc.double({noNaN: true, min: 0.5, max: 2}));
const rows = fc.array(row, {minLength: events.length, maxLength: events.length});

const sessionOf = (name: string, date: string, of: readonly Row[]): Session => ({
  ...testSession({
    id: `${date.replaceAll('-', '')}-020000000-${name}`,
    created: `${date}T02:00:00.000Z`,
    night: date,
    workload: name,
  }),
  comparison: {
    ...base.comparison!,
    rows: base.comparison!.rows.map((one, at) => {
      const [verdict, ratio] = of[at];
      return {
        ...one,
        verdict,
        change: {ratio, low: ratio * 0.99, high: ratio * 1.01, level: 0.95},
      };
    }),
  },
});

const alert: fc.Arbitrary<Alert> = fc.record({
  code: fc.constantFrom('change-found', 'missing-workload', 'host-changed', 'bad-aa'),
  text: fc.constant('said'),
  gate: fc.boolean(),
});

test('no outcome is quieter than the tables, and none is louder', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(rows, rows), {minLength: 1, maxLength: 3}),
      fc.array(alert, {maxLength: 2}),
      fc.boolean(),
      (entries, alerts, isFirst) => {
        const names = entries.map((_, at) => `w${at}`);
        const before = entries.map(([one], at) => sessionOf(names[at], '2026-11-22', one));
        const tonight = entries.map(([, one], at) => sessionOf(names[at], '2026-11-23', one));
        const {series} = buildHistory([...(isFirst ? [] : before), ...tonight], [], []);
        const one = night(names, alerts);
        const isShown = tonight.some(({comparison}) =>
          comparison!.rows.some(({verdict}) => verdict === 'more' || verdict === 'less'),
        );
        const {state, differing} = nightOutcome(one, tonight, series);
        const alerted = alerts.some(({code}) => code === 'change-found');
        expect(state === 'alerts').toBe(alerted);
        expect(state === 'quiet').toBe(!isShown && !alerted);
        expect(differing.length > 0).toBe(isShown);
        if (['new', 'standing', 'first'].includes(state)) expect(state === 'first').toBe(isFirst);
        const text = stepSummary.write({
          sessions: tonight.map((session) => ({session, samples: null})),
          night: one,
        });
        const claims = /\*\*(?:more|less)\*\*/.test(text);
        expect(claims).toBe(isShown);
        if (claims) expect(text.split('\n')[0]).not.toMatch(/no change|nothing/);
      },
    ),
    {numRuns: 300},
  );
});

test.each([
  ['standing', 1.1, 'more', 1.1],
  ['new', 1.1, 'more', 1.3],
  ['new', 1.1, 'less', 0.8],
  ['standing', 1.3, 'more', 1.1],
] as const)('%s: %f before, %s %f tonight', (state, then, verdict, now) => {
  const rowsOf = (one: Row): Row[] => events.map(() => one);
  const before = sessionOf('w0', '2026-11-22', rowsOf(['more', then]));
  const tonight = sessionOf('w0', '2026-11-23', rowsOf([verdict, now]));
  const {series} = buildHistory([before, tonight], [], []);
  expect(nightOutcome(night(['w0'], []), [tonight], series).state).toBe(state);
  expect(nightOutcome(night(['w0'], []), [tonight], null).state).toBe('differs');
});
