// Imports one session file with everything that follows from it, once even if it is sent again.
// Call it inside a transaction.
import {createHash} from 'node:crypto';
import {UserError} from '../../../results/error.ts';
import {sessionPoints} from '../../../results/fleet/session-points.ts';
import type {SessionPoint} from '../../../results/fleet/session-points.ts';
import {parseSession} from '../../../results/store/index.ts';
import {sha256} from '../../../results/store/checksum.ts';
import {isClaim} from '../../../results/claims.ts';
import type {Session} from '../../../results/types.ts';
import type {FleetJob} from '../protocol/messages.ts';
import {hostKey} from './host-key.ts';
import {updateChanges, updateNightChanges} from './new-changes.ts';
import type {Queryable} from './queryable.ts';
import {rowsParameter} from './queryable.ts';

export interface SessionImport {
  readonly id: string;
  /** `sha256:…` of `text`. */
  readonly checksum: string;
  /** The whole session.json. */
  readonly text: string;
  /** Name of the host in the fleet. */
  readonly host: string;
  /** Why it was measured; null if no job asked for it. */
  readonly job: FleetJob | null;
}

/**
 * True if it was new, false if the database had it. Throws a UserError if the text is damaged, is
 * not this session, or differs from the text imported under this id.
 */
export const importSession = async (db: Queryable, given: SessionImport): Promise<boolean> => {
  if (sha256(given.text) !== given.checksum)
    throw new UserError(
      `The checksum of session ${given.id} does not fit its text.`,
      'It was changed in transit; send it again.',
    );
  const {session, checked} = parseSession(given.text, given.id);
  if (!checked || session.id !== given.id)
    throw new UserError(
      checked
        ? `The text holds session ${session.id}, not ${given.id}.`
        : `Session ${given.id} carries no checksum.`,
      'Send the session.json of a store, unchanged.',
    );
  const host = await hostKey(db, given.host);
  const key = await insertSession(db, given, session, host);
  if (key === null) return false;
  // Steps of a bisection compare commits out of order, so they do not become points of a series.
  if (typeof given.job?.good === 'string') return true;
  const points = sessionPoints(session, given.job?.commit ?? null);
  if (session.status === 'finished' && points.length > 0) {
    await insertSeries(db, points);
    await insertPoints(db, key, points);
  }
  await updateNight(db, host, nightOf(session));
  if (session.night !== undefined && session.comparison?.sameImage === true)
    await updateNightChanges(db, host, nightOf(session));
  else await updateChanges(db, key);
  return true;
};

/**
 * The date of the night in UTC: the date on which the night began, from its id, or the session's
 * own.
 */
const nightOf = ({night, created}: Session): string => {
  const date = /^(\d{4})(\d{2})(\d{2})-/.exec(night ?? '');
  return date === null ? created.slice(0, 10) : date.slice(1).join('-');
};

const insertSession = async (
  db: Queryable,
  {checksum, job}: SessionImport,
  session: Session,
  host: number,
): Promise<number | null> => {
  const aa = aaOf(session);
  const values = {
    name: session.id,
    checksum,
    host,
    record: await recordKey(db, host, session.host),
    night: nightOf(session),
    night_id: session.night ?? null,
    at: session.created,
    kind: session.kind,
    status: session.status,
    reason: session.reason ?? null,
    workload: session.workload ?? session.before.label,
    before: session.before.variant ?? session.before.label,
    after: session.after === null ? '' : (session.after.variant ?? session.after.label),
    commit: job?.commit ?? null,
    suite: job?.suite ?? null,
    variant: job?.variant ?? null,
    job: job?.id ?? null,
    attempt: job?.attempt ?? null,
    submitter: job?.submitter ?? null,
    aa_changed: aa?.changed ?? null,
    aa_rows: aa?.rows ?? null,
  };
  const names = Object.keys(values);
  const {rows} = await db.query<{id: number}>(
    `insert into jitstat.session (${names.join(', ')})
     values (${names.map((_, at) => `$${at + 1}`).join(', ')})
     on conflict (name) do nothing returning id`,
    Object.values(values),
  );
  if (rows.length > 0) return rows[0].id;
  const {rows: stored} = await db.query<{checksum: string}>(
    'select checksum from jitstat.session where name = $1',
    [session.id],
  );
  if (stored[0]?.checksum !== checksum)
    throw new UserError(
      `Session ${session.id} is in the database with other content.`,
      'A finished session is never rewritten; one of the two was changed.',
    );
  return null;
};

/** A separate A/A session counts too. */
const aaOf = ({comparison}: Session): {changed: number; rows: number} | null => {
  if (comparison === null) return null;
  if (comparison.aa !== null) return comparison.aa;
  if (!comparison.sameImage) return null;
  const measured = comparison.rows.filter(({kind}) => kind !== 'exact');
  return {
    rows: measured.length,
    changed: measured.filter(isClaim).length,
  };
};

const recordKey = async (db: Queryable, host: number, record: Session['host']): Promise<number> => {
  const text = JSON.stringify(record, Object.keys(record).sort());
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const {rows} = await db.query<{id: number}>(
    `with added as (
       insert into jitstat.host_record (host, digest, record) values ($1, $2, $3)
       on conflict (host, digest) do nothing returning id)
     select id from added
     union all select id from jitstat.host_record where host = $1 and digest = $2 limit 1`,
    [host, digest, text],
  );
  return rows[0].id;
};

const insertSeries = async (db: Queryable, points: readonly SessionPoint[]): Promise<void> => {
  await db.query(
    `insert into jitstat.series (workload, repeat, before, after, event, unit, kind, margin)
     select r.workload, r.repeat, r.before, r.after, r.event, r.unit, r.kind, r.margin
     from jsonb_to_recordset($1::jsonb) as r(workload text, repeat bigint, before text, after text,
       event text, unit text, kind text, margin double precision)
     where not exists (select from jitstat.series s
       where s.workload = r.workload and s.event = r.event and s.before = r.before
         and s.after = r.after and s.repeat = r.repeat)
     order by r.event
     on conflict do nothing`,
    [rowsParameter(points)],
  );
};

const insertPoints = async (
  db: Queryable,
  session: number,
  points: readonly SessionPoint[],
): Promise<void> => {
  await db.query(
    `with added as (
       insert into jitstat.point
         (series, host, verdict, night, session, at, before_level, level, ratio, low, high, runs, spikes)
       select s.id, o.host, r.verdict::jitstat.verdict, o.night, o.id, o.at, r."beforeLevel",
         r.level, r.ratio, r.low, r.high, r.runs, r.spikes
       from jsonb_to_recordset($2::jsonb) as r(workload text, repeat bigint, before text, after text,
         event text, verdict text, "beforeLevel" double precision, level double precision,
         ratio double precision, low real, high real, runs integer, spikes integer)
       join jitstat.series s on s.workload = r.workload and s.event = r.event
         and s.before = r.before and s.after = r.after and s.repeat = r.repeat
       join jitstat.session o on o.id = $1
       on conflict do nothing returning series, host)
     insert into jitstat.stale select distinct series, host from added on conflict do nothing`,
    [session, rowsParameter(points)],
  );
};

/** Recounted from its sessions, so that the order of imports does not matter. */
const updateNight = async (db: Queryable, host: number, night: string): Promise<void> => {
  await db.query(
    `insert into jitstat.host_night
       (host, night, first_at, last_at, record, commit, sessions, refused, aa_changed, aa_rows)
     select host, night, min(at), max(at), (array_agg(record order by at desc))[1],
       (array_agg(commit order by at desc) filter (where commit is not null))[1], count(*),
       count(*) filter (where status = 'refused'), coalesce(sum(aa_changed), 0),
       coalesce(sum(aa_rows), 0)
     from jitstat.session where host = $1 and night = $2 group by host, night
     on conflict (host, night) do update set first_at = excluded.first_at,
       last_at = excluded.last_at, record = excluded.record, commit = excluded.commit,
       sessions = excluded.sessions, refused = excluded.refused,
       aa_changed = excluded.aa_changed, aa_rows = excluded.aa_rows`,
    [host, night],
  );
  await db.query(
    `update jitstat.host_night n set record_before = b.before
     from (select c.host, c.night, nullif(e.record, c.record) as before from jitstat.host_night c
       left join lateral (select record from jitstat.host_night e
         where e.host = c.host and e.night < c.night order by e.night desc limit 1) e on true
       where c.host = $1 and (c.night = $2 or c.night = (select min(night) from jitstat.host_night
         where host = $1 and night > $2))) b
     where n.host = b.host and n.night = b.night
       and n.record_before is distinct from b.before`,
    [host, night],
  );
};
