// From a stored session to its points, one for each side, measure and event, and to the key that
// shows whether two sessions measured the same.
import type {HostRecord, NotCounted, Session, SideInfo, SideStats} from '../types.ts';
import type {HistoryPoint, HistorySeries} from './types.ts';

/** What a history keeps of a session: a year of whole sessions would fill the memory. */
export interface Measured {
  readonly id: string;
  readonly created: string;
  readonly night: string | undefined;
  readonly host: HostRecord;
  readonly workload: string;
  readonly repeat: number;
  /** As `subjectOf`, without the machine. */
  readonly subject: string;
  readonly points: readonly MeasuredPoint[];
  /** Why an event that has no point was not measured. */
  readonly missing: {readonly reason: string | null; readonly notCounted: readonly NotCounted[]};
}

export interface MeasuredPoint extends Pick<HistorySeries, 'side' | 'measure' | 'event' | 'unit'> {
  readonly point: HistoryPoint;
}

/** `event`: only the points of this one. */
export const measuredOf = (session: Session, event?: string): Measured => ({
  id: session.id,
  created: session.created,
  night: session.night,
  host: session.host,
  workload: workloadOf(session),
  repeat: session.plan.repeat,
  subject: subjectOf(session),
  points:
    session.comparison === null
      ? sidePoints(session, event)
      : comparisonPoints(session, session.comparison, event),
  missing: {
    reason: session.status === 'refused' ? (session.reason ?? 'refused') : null,
    notCounted: session.notCounted,
  },
});

const sidePoints = (session: Session, wanted: string | undefined): MeasuredPoint[] =>
  session.summary
    .filter(({event}) => wanted === undefined || event === wanted)
    .map(({event, unit, stats}) => ({
      side: sideName(session.before),
      measure: 'level',
      event,
      unit,
      point: levelPoint(session, session.before, stats, null),
    }));

const comparisonPoints = (
  session: Session,
  comparison: NonNullable<Session['comparison']>,
  wanted: string | undefined,
): MeasuredPoint[] => {
  const {before} = session;
  const after = session.after ?? comparison.after;
  const [left, right] = [sideName(before), sideName(after)];
  const points: MeasuredPoint[] = [];
  for (const row of comparison.rows) {
    const {event, unit, change, spikes} = row;
    if (wanted !== undefined && event !== wanted) continue;
    if (left !== right) {
      points.push({
        side: left,
        measure: 'level',
        event,
        unit,
        point: levelPoint(session, before, row.before, spikes.before.length),
      });
      points.push({
        side: right,
        measure: 'level',
        event,
        unit,
        point: levelPoint(session, after, row.after, spikes.after.length),
      });
    }
    if (change !== null) {
      points.push({
        side: `${left} -> ${right}`,
        measure: 'ratio',
        event,
        unit: '',
        point: pointOf(session, {
          value: change.ratio,
          low: change.low,
          high: change.high,
          spikes: spikes.before.length + spikes.after.length,
          runs: sumKnown(row.before.n, row.after.n),
          running: least(row.before.running, row.after.running),
        }),
      });
    }
  }
  return points;
};

const levelPoint = (
  session: Session,
  {imageHash}: SideInfo,
  stats: SideStats,
  spikes: number | null,
): HistoryPoint => {
  const value = stats.median ?? stats.mean;
  const reach = value === null || stats.sem === null ? null : 1.96 * stats.sem;
  const point = pointOf(session, {
    value,
    low: reach === null ? null : value! - reach,
    high: reach === null ? null : value! + reach,
    spikes,
    runs: stats.n,
    running: stats.running,
  });
  return imageHash === undefined ? point : Object.assign(point, {imageHash});
};

/** A point without a value, and why. */
export const missingPoint = (measured: Measured, event: string): HistoryPoint => ({
  ...pointOf(measured, {
    value: null,
    low: null,
    high: null,
    spikes: null,
    runs: null,
    running: null,
  }),
  reason:
    measured.missing.reason ??
    measured.missing.notCounted.find((entry) => entry.event === event)?.reason ??
    'not counted',
});

type Figures = Pick<HistoryPoint, 'value' | 'low' | 'high' | 'spikes' | 'runs' | 'running'>;

const pointOf = (
  {id, created}: Pick<Session, 'id' | 'created'>,
  {value, low, high, spikes, runs, running}: Figures,
): HistoryPoint => ({
  night: created.slice(0, 10),
  created,
  session: id,
  value,
  low,
  high,
  spikes,
  runs,
  running,
  spike: false,
});

/** Sessions of one subject on one machine measured the same thing and can be compared. */
export const subjectOf = (session: Session): string =>
  [
    session.kind,
    workloadOf(session),
    session.plan.repeat,
    sideName(session.before),
    session.after === null ? '' : sideName(session.after),
  ].join('\n');

export const workloadOf = (session: Session): string =>
  session.workload ??
  (session.after === null
    ? session.before.label
    : `${session.before.label} | ${session.after.label}`);

export const sideName = (side: SideInfo): string => side.variant ?? side.label;

/** Null if either is not known. */
export const sumKnown = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? null : a + b;

const least = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);
