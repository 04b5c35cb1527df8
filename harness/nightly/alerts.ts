// The alerts of one entry of a night: changes that gate, budgets, and everything that makes its
// series unreliable.
import {eventInfo} from '../../results/events/events.ts';
import type {Alert} from '../../results/history/index.ts';
import {newsOf} from '../../results/history/index.ts';
import type {ComparisonRow, Session, SideStats} from '../../results/types.ts';
import {expectedLevel} from './expectation.ts';
import type {FailOn} from './suite/fail-on.ts';
import type {Suite, SuiteWorkload} from './suite/suite.ts';

/** The share of time that an event is counted may fall by this much before it is reported. */
const runningDrop = 0.2;

/**
 * Alerts of one session of a suite's entry: changes of gated events and budgets proven to be
 * exceeded.
 * `earlier`: sessions of earlier nights, oldest first.
 */
export const changeAlerts = (
  suite: Suite,
  workload: SuiteWorkload,
  session: Session,
  earlier: readonly Session[],
): Alert[] => [
  ...(session.comparison === null
    ? levelAlerts(suite, workload, session, earlier)
    : comparisonAlerts(suite, workload, session, earlier.at(-1) ?? null)),
  ...budgetAlerts(workload, session),
];

const comparisonAlerts = (
  suite: Suite,
  workload: SuiteWorkload,
  session: Session,
  before: Session | null,
): Alert[] =>
  session
    .comparison!.rows.filter((row) => suite.gate.includes(row.event))
    .flatMap((row) => {
      const earlier = before?.comparison?.rows.find(({event}) => event === row.event) ?? null;
      if (!alarming(row, suite.failOn, earlier, marginOf(workload, row.event))) return [];
      const then =
        earlier?.change === undefined || earlier.change === null
          ? ''
          : `, the night before ${percent(earlier.change.ratio)} (${earlier.verdict})`;
      const change =
        row.change === null
          ? row.verdict
          : `${percent(row.change.ratio)} [${percent(row.change.low ?? Number.NaN)}, ` +
            `${percent(row.change.high ?? Number.NaN)}] (${row.verdict})`;
      return [
        {
          code: 'change-found' as const,
          gate: suite.failOn !== 'never',
          workload: workload.name,
          event: row.event,
          text: `${workload.name}: ${row.event} ${change}${then}`,
          data: {ratio: row.change?.ratio ?? null, verdict: row.verdict},
        },
      ];
    });

const alarming = (
  row: ComparisonRow,
  failOn: FailOn,
  earlier: ComparisonRow | null,
  margin: number,
): boolean => {
  const wanted: Record<FailOn, readonly string[]> = {
    'new-more': ['more'],
    'new-less': ['less'],
    new: ['more', 'less'],
    more: ['more'],
    less: ['less'],
    either: ['more', 'less'],
    never: ['more', 'less'],
  };
  if (!wanted[failOn].includes(row.verdict)) return false;
  return (
    failOn === 'more' ||
    failOn === 'less' ||
    failOn === 'either' ||
    newsOf(row, earlier, margin) === 'new'
  );
};

/** One side against its own history. */
const levelAlerts = (
  suite: Suite,
  workload: SuiteWorkload,
  session: Session,
  earlier: readonly Session[],
): Alert[] => {
  const rows = session.summary.filter(({event}) => suite.gate.includes(event));
  return rows.flatMap(({event, stats}) => {
    const expected = expectedLevel(earlier, event, 0.01 / rows.length);
    const value = stats.median ?? stats.mean;
    if (expected === null || value === null) return [];
    const ratio = value / expected.level;
    const direction =
      value > expected.high && ratio > 1 + marginOf(workload, event)
        ? 'more'
        : value < expected.low && 1 / ratio > 1 + marginOf(workload, event)
          ? 'less'
          : null;
    if (direction === null || !watches(suite.failOn, direction)) return [];
    const text =
      `${workload.name}: ${event} ${percent(ratio)} (${direction}) against the level of ` +
      `${expected.nights} nights`;
    return [
      {
        code: 'change-found' as const,
        gate: suite.failOn !== 'never',
        workload: workload.name,
        event,
        text,
        data: {ratio, verdict: direction},
      },
    ];
  });
};

const watches = (failOn: FailOn, direction: 'more' | 'less'): boolean =>
  failOn === 'new' || failOn === 'either' || failOn === 'never' || failOn.endsWith(direction);

const budgetAlerts = (workload: SuiteWorkload, session: Session): Alert[] =>
  Object.entries(workload.budgets).flatMap(([event, {max, maxRatio}]): Alert[] => {
    const row = session.comparison?.rows.find((candidate) => candidate.event === event);
    const stats: SideStats | undefined =
      row?.after ?? session.summary.find((candidate) => candidate.event === event)?.stats;
    const alert = (text: string): Alert => ({
      code: 'budget-exceeded',
      gate: true,
      workload: workload.name,
      event,
      text: `${workload.name}: ${event} ${text}`,
    });
    const least = stats?.mean == null ? null : stats.mean - 1.96 * (stats.sem ?? 0);
    return [
      ...(max !== undefined && least !== null && least > max
        ? [alert(`${number(stats!.mean!)} a run, the budget is ${number(max)}`)]
        : []),
      ...(maxRatio !== undefined && row?.change != null && (row.change.low ?? -Infinity) > maxRatio
        ? [alert(`${percent(row.change.ratio)}, the budget is ${percent(maxRatio)}`)]
        : []),
    ];
  });

/**
 * For one entry: budgets that could not be checked, and events that are no longer counted, or for
 * less of the time than the night before.
 */
export const countingAlerts = (
  workload: SuiteWorkload,
  session: Session,
  before: Session | null,
): Alert[] => {
  const tonight = new Map(runningByEvent(session));
  const unchecked = Object.keys(workload.budgets)
    .filter((event) => !tonight.has(event))
    .map((event): Alert => ({
      code: 'not-counted',
      gate: false,
      workload: workload.name,
      event,
      text: `${workload.name}: the budget of ${event} could not be checked, it is not counted`,
    }));
  return [
    ...unchecked,
    ...runningByEvent(before).flatMap(([event, then]): Alert[] => {
      const common = {gate: false, workload: workload.name, event};
      const now = tonight.get(event);
      if (now === undefined) {
        const reason = session.notCounted.find((entry) => entry.event === event)?.reason;
        return [
          {
            ...common,
            code: 'not-counted',
            text:
              `${workload.name}: ${event} is no longer ` +
              `counted${reason === undefined ? '' : ` (${reason})`}`,
          },
        ];
      }
      if (then === null || now === null || now >= then - runningDrop) return [];
      return [
        {
          ...common,
          code: 'running-dropped',
          text:
            `${workload.name}: ${event} was counted ${share(now)} of the time, the night ` +
            `before ${share(then)}`,
        },
      ];
    }),
  ];
};

const runningByEvent = (session: Session | null): [string, number | null][] =>
  session === null
    ? []
    : session.comparison === null
      ? session.summary.map(({event, stats}) => [event, stats.running])
      : session.comparison.rows.map((row) => [
          row.event,
          row.before.running === null || row.after.running === null
            ? null
            : Math.min(row.before.running, row.after.running),
        ]);

const marginOf = (workload: SuiteWorkload, event: string): number =>
  workload.margins[event] ?? eventInfo(event).margin;

/** 1.0625 as `+6.25 %`. */
export const percent = (ratio: number): string => {
  const value = (ratio - 1) * 100;
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return `${value < 0 ? '' : '+'}${value.toFixed(digits)} %`;
};

const share = (fraction: number): string => `${(100 * fraction).toFixed(0)} %`;

const number = (value: number): string =>
  Math.abs(value) >= 1000
    ? Math.round(value).toLocaleString('en-US')
    : String(Number(value.toPrecision(4)));
