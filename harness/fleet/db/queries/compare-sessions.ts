// Two sessions next to each other, with the differences between their host records.
import type {CompareView, ComparedValue, SessionRef} from '../../../../results/fleet/views.ts';
import {UserError} from '../../../../results/error.ts';
import {hostChanges} from '../../../../results/history/index.ts';
import type {Queryable} from '../queryable.ts';

/** Throws a UserError if one of them is not known. */
export const compareSessions = async (
  db: Queryable,
  before: string,
  after: string,
): Promise<CompareView> => {
  const sessions = [await findSession(db, before), await findSession(db, after)] as const;
  const {rows} = await db.query<Compared>(
    `select s.event, s.unit, o.name = $1 as is_first, p.level, p.ratio, p.low, p.high, p.verdict
     from jitstat.session o join jitstat.point p on p.session = o.id
     join jitstat.series s on s.id = p.series
     where o.name in ($1, $2) order by s.event`,
    [before, after],
  );
  const events = [...new Set(rows.map(({event}) => event))];
  return {
    sessions,
    recordChanges: hostChanges(sessions[0].record, sessions[1].record),
    rows: events.map((event) => {
      const of = (isFirst: boolean): ComparedValue | null =>
        rows.find((row) => row.event === event && row.is_first === isFirst) ?? null;
      const values = [of(true), before === after ? of(true) : of(false)] as const;
      const unit = rows.find((row) => row.event === event)!.unit;
      return {event, unit, values, apart: apart(...values)};
    }),
  };
};

interface Compared extends ComparedValue {
  readonly event: string;
  readonly unit: string;
  readonly is_first: boolean;
}

/** Intervals of ratios; levels of different hosts are never compared. */
const apart = (one: ComparedValue | null, other: ComparedValue | null): boolean | null =>
  one?.ratio == null ||
  other?.ratio == null ||
  one.low === null ||
  one.high === null ||
  other.low === null ||
  other.high === null
    ? null
    : one.low > other.high || other.low > one.high;

const findSession = async (db: Queryable, name: string): Promise<SessionRef> => {
  const {rows} = await db.query<Omit<SessionRef, 'at'> & {at: Date}>(
    `select o.name, h.name as host, o.at, o.commit, o.workload, o.before, o.after, o.suite, r.record
     from jitstat.session o join jitstat.host h on h.id = o.host
     join jitstat.host_record r on r.id = o.record where o.name = $1`,
    [name],
  );
  if (rows.length === 0)
    throw new UserError(
      `The database has no session '${name}'.`,
      'Take its whole name from a page or from jitstat jobs.',
    );
  return {...rows[0], at: rows[0].at.toISOString()};
};
