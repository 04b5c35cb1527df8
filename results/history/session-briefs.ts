// What the index keeps of a session: its brief for lists, and its points for histories.
import {primaryRow} from '../rows/primary-row.ts';
import type {AaTable} from '../rows/calibration-rows.ts';
import {aaTables} from '../rows/calibration-rows.ts';
import type {Derived, DerivedRow} from '../store/derived.ts';
import {readSessions, sessionDerivation} from '../store/session-index.ts';
import type {StoreProblem} from '../store/store-layout.ts';
import {isClaim} from '../claims.ts';
import type {EventKind, HostRecord, NotCounted, Session, SideInfo, Verdict} from '../types.ts';
import type {Measured, MeasuredPoint} from './points.ts';
import {measuredOf} from './points.ts';
import {fromStored, toStored} from './stored-points.ts';
import type {StoredPoint} from './stored-points.ts';

/** Raise it with every change of what is derived below. */
const version = '1';

type BriefSide = Pick<SideInfo, 'label' | 'variant'>;

/** The row that answers for a session: the change of two sides, or the level of one side. */
export interface BriefRow {
  readonly event: string;
  readonly unit: string;
  readonly kind: EventKind;
  /** Medians of a run, or means if there are none. */
  readonly before: number | null;
  readonly after: number | null;
  /** after / before with its interval. */
  readonly ratio: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly margin: number;
  readonly verdict: Verdict | null;
}

/** What a list shows of a session. */
export interface SessionBrief {
  readonly id: string;
  readonly folder: string;
  readonly created: string;
  readonly kind: Session['kind'];
  readonly status: Session['status'];
  readonly reason: string | null;
  readonly night: string | null;
  readonly workload: string | null;
  readonly before: BriefSide;
  readonly after: BriefSide | null;
  readonly host: HostRecord;
  /** Sessions of one subject on one machine measured the same. */
  readonly subject: string;
  readonly primary: BriefRow | null;
  /** Rows whose verdict is `more` or `less`, of all. */
  readonly changed: number;
  readonly rows: number;
}

interface Shared extends Pick<SessionBrief, 'workload' | 'before' | 'after' | 'host' | 'subject'> {
  readonly repeat: number;
  readonly notCounted: readonly NotCounted[];
}

interface Own extends Pick<SessionBrief, 'created' | 'reason' | 'night'> {
  readonly aa: readonly AaTable[];
}

/** What only lists show is a separate part, next to the parts of the events. */
const listPart = '';
type ListPart = Pick<SessionBrief, 'kind' | 'status' | 'primary' | 'changed' | 'rows'>;

const derivation = sessionDerivation(version, (session): Derived => {
  const measured = measuredOf(session);
  const parts = new Map<string, StoredPoint[]>();
  for (const {event, ...point} of measured.points) {
    const column = parts.get(event);
    if (column === undefined) parts.set(event, [toStored(point)]);
    else column.push(toStored(point));
  }
  const rows = session.comparison?.rows ?? [];
  return {
    group: measured.workload,
    shared: {
      workload: session.workload,
      before: briefSide(session.before),
      after: session.after === null ? null : briefSide(session.after),
      host: session.host,
      subject: measured.subject,
      repeat: measured.repeat,
      notCounted: session.notCounted,
    } satisfies Shared,
    own: {
      created: session.created,
      reason: measured.missing.reason,
      night: session.night ?? null,
      aa: aaTables(session),
    } satisfies Own,
    parts: [
      ...parts,
      [
        listPart,
        {
          kind: session.kind,
          status: session.status,
          primary: briefRow(session),
          changed: rows.filter(isClaim).length,
          rows: rows.length,
        } satisfies ListPart,
      ],
    ],
  };
});

const briefSide = ({label, variant}: SideInfo): BriefSide =>
  variant === undefined ? {label} : {label, variant};

const briefRow = ({comparison, summary}: Session): BriefRow | null => {
  if (comparison !== null) {
    const row = primaryRow(comparison);
    if (row === undefined) return null;
    const {event, unit, kind, change, verdict, margin} = row;
    return {
      event,
      unit,
      kind,
      before: row.before.median ?? row.before.mean,
      after: row.after.median ?? row.after.mean,
      ratio: change?.ratio ?? null,
      low: change?.low ?? null,
      high: finiteOrNull(change?.high ?? null),
      margin,
      verdict,
    };
  }
  const row = summary[0];
  return row === undefined
    ? null
    : {
        event: row.event,
        unit: row.unit,
        kind: 'positive',
        before: row.stats.median ?? row.stats.mean,
        after: null,
        ratio: null,
        low: null,
        high: null,
        margin: 0,
        verdict: null,
      };
};

const finiteOrNull = (value: number | null): number | null =>
  value === null || !Number.isFinite(value) ? null : value;

/** A session with its points, as histories take it, and its A/A tables. */
export interface IndexedSession {
  readonly measured: Measured;
  readonly aa: readonly AaTable[];
}

export interface BriefFilter {
  readonly workload?: string;
  readonly machine?: string;
}

/** Briefs of all sessions that fit, oldest first. */
export const readBriefs = (
  store: string,
  filter: BriefFilter = {},
  now?: () => number,
): {briefs: SessionBrief[]; problems: readonly StoreProblem[]} => {
  const {rows, problems} = readRows(store, filter, [listPart], now);
  return {
    briefs: rows.map((row): SessionBrief => {
      const {repeat: _repeat, notCounted: _notCounted, ...shared} = row.shared as Shared;
      const {aa: _aa, ...own} = row.own as Own;
      const list = row.parts[0][1] as ListPart;
      return {id: row.name, folder: folderOf(row), ...shared, ...own, ...list};
    }),
    problems,
  };
};

/** With points of one event, or of all. */
export const readMeasured = (
  store: string,
  filter: BriefFilter & {readonly event?: string},
  now?: () => number,
): {sessions: IndexedSession[]; problems: readonly StoreProblem[]} => {
  const {rows, problems} = readRows(
    store,
    filter,
    filter.event === undefined ? null : [filter.event],
    now,
  );
  return {
    sessions: rows.map((row) => ({measured: measuredFrom(row), aa: (row.own as Own).aa})),
    problems,
  };
};

const folderOf = ({path}: DerivedRow): string => path.slice(0, path.lastIndexOf('/'));

/** `workload` is a built-in one, or the label of a command. */
const readRows = (
  store: string,
  {workload, machine}: BriefFilter,
  parts: readonly string[] | null,
  now: (() => number) | undefined,
): {rows: readonly DerivedRow[]; problems: readonly StoreProblem[]} => {
  const group =
    workload === undefined
      ? null
      : (name: string) => name === workload || name.startsWith(`${workload} | `);
  const {rows, problems} = readSessions({store, derivation, group, parts}, now);
  const fits = (row: DerivedRow): boolean => {
    const shared = row.shared as Shared;
    return (
      shared.host.name.startsWith(machine ?? '') &&
      (workload === undefined ||
        row.group === workload ||
        (shared.workload ?? shared.before.label) === workload)
    );
  };
  return {
    rows: workload === undefined && machine === undefined ? rows : rows.filter(fits),
    problems,
  };
};

const measuredFrom = (row: DerivedRow): Measured => {
  const {host, subject, repeat, notCounted} = row.shared as Shared;
  const {created, night, reason} = row.own as Own;
  const points: MeasuredPoint[] = [];
  for (const [event, column] of row.parts)
    if (event !== listPart)
      for (const stored of column as StoredPoint[])
        points.push(fromStored(event, stored, row.name, created));
  return {
    id: row.name,
    created,
    night: night ?? undefined,
    host,
    workload: row.group,
    repeat,
    subject,
    points,
    missing: {reason, notCounted},
  };
};
