// Alerts: the open ones, a single one with all evidence for and against it, and its moves.
import {UserError} from '../../../../results/error.ts';
import {writeAlertMove} from '../../../../results/history/alert-files.ts';
import {moveAlert} from '../../../../results/history/alert-states.ts';
import type {AlertState} from '../../../../results/history/alert-states.ts';
import {changeGroups} from '../../../../results/fleet/change-groups.ts';
import type {AlertLine, AlertView, FleetHost} from '../../../../results/fleet/views.ts';
import {newSessionId} from '../../../../results/store/index.ts';
import {importMove} from '../import-night.ts';
import type {Queryable} from '../queryable.ts';
import type {CellColumns, SeriesColumns} from './columns.ts';
import {cellColumns, cellJoins, cellOf, hostTraits, seriesColumns, seriesOf} from './columns.ts';

const mostLines = 200;

type LineColumns = SeriesColumns &
  CellColumns & {
    readonly id: string;
    readonly night: string;
    readonly suite: string | null;
    readonly variant: string | null;
    readonly owner: string | null;
    readonly note: string;
    readonly state: AlertState;
  };

const lines = (where: string): string => `
  select ${seriesColumns}, ${cellColumns}, a.id, a.night::text as night, a.owner, a.note, o.suite,
    o.variant
  from (select * from jitstat.alert x where ${where}
    order by x.night desc, x.id limit ${mostLines}) x
  join jitstat.series s on s.id = x.series
  join jitstat.host h on h.id = x.host
  cross join lateral (select * from jitstat.point q where q.series = x.series and q.host = x.host
    and q.night = x.night and q.at >= x.night and q.at < x.night + 3 and q.is_new
    order by q.at desc limit 1) p
  ${cellJoins}
  order by a.night desc, a.id`;

const lineOf = (row: LineColumns): AlertLine => ({
  id: row.id,
  night: row.night,
  host: row.host,
  series: seriesOf(row),
  ratio: row.ratio,
  low: row.low,
  high: row.high,
  verdict: row.verdict,
  session: row.session,
  suite: row.suite,
  variant: row.variant,
  commit: row.commit,
  commitBefore: row.commit_before,
  sessionBefore: row.session_before,
  state: row.state,
  owner: row.owner,
  note: row.note,
});

/** Newest first, with one of `states`. */
export const alertList = async (
  db: Queryable,
  states: readonly AlertState[],
): Promise<AlertLine[]> =>
  (await db.query<LineColumns>(lines('x.state = any ($1)'), [states])).rows.map(lineOf);

/** Null if there is no such alert. */
export const oneAlert = async (
  db: Queryable,
  id: string,
  fleet: readonly FleetHost[] = [],
): Promise<AlertView | null> => {
  const {rows} = await db.query<LineColumns>(lines('x.id = $1'), [id]);
  if (rows.length === 0) return null;
  const alert = lineOf(rows[0]);
  const {rows: cells} = await db.query<SeriesColumns & CellColumns>(
    `select ${seriesColumns}, ${cellColumns}
     from jitstat.series s
     cross join (select h.* from jitstat.host_night n join jitstat.host h on h.id = n.host
       where n.night = $2) h
     cross join lateral (select * from jitstat.point q where q.series = s.id
       and q.host = h.id and q.night = $2 and q.at >= $2::date and q.at < $2::date + 3
       order by q.is_new desc, q.at desc limit 1) p
     ${cellJoins} where s.id = $1 order by h.name`,
    [alert.series.id, alert.night],
  );
  const hosts = cells.map(({host}) => host);
  const groups = changeGroups(
    cells.map((row) => ({series: seriesOf(row), cell: cellOf(row)})),
    hosts,
    await hostTraits(db, fleet),
  );
  const own = groups.find((one) => one.cells.some((cell) => cell?.alert?.id === id))!;
  const {rows: moves} = await db.query<Omit<AlertView['moves'][number], 'at'> & {at: Date}>(
    'select at, by, state, owner, note from jitstat.alert_move where alert = $1 order by id',
    [id],
  );
  return {
    alert,
    group: own,
    hosts,
    moves: moves.map((move) => ({...move, at: move.at.toISOString()})),
  };
};

/**
 * Records a person's move of an alert: a file in the store first, then the database. Throws a
 * UserError for an unknown alert or a move that makes no sense. Call it inside a transaction.
 */
export const changeAlert = async (
  db: Queryable,
  store: string,
  asked: {
    readonly alert: string;
    readonly by: string;
    readonly at: Date;
    readonly random: string;
    readonly state?: string;
    readonly owner?: string | null;
    readonly note?: string;
  },
): Promise<void> => {
  const {rows} = await db.query<{state: AlertState; owner: string | null; note: string}>(
    'select state, owner, note from jitstat.alert where id = $1 for update',
    [asked.alert],
  );
  if (rows.length === 0)
    throw new UserError(`There is no alert '${asked.alert}'.`, 'See the list of alerts.');
  const now = moveAlert(rows[0], asked);
  const move = {
    schema: 'jitstat/alert-move/1' as const,
    id: newSessionId(asked.at, asked.random),
    alert: asked.alert,
    at: asked.at.toISOString(),
    by: asked.by,
    ...now,
  };
  writeAlertMove(store, move);
  await importMove(db, move);
};
