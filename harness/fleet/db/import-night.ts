// Imports night records, notes, and what people did to alerts. Each is imported once; call these
// inside a transaction.
import {createHash} from 'node:crypto';
import {UserError} from '../../../results/error.ts';
import type {AlertMove} from '../../../results/history/alert-states.ts';
import type {Night, Note} from '../../../results/history/index.ts';
import {hostKey} from './host-key.ts';
import {updateNightChanges} from './new-changes.ts';
import type {Queryable} from './queryable.ts';

/**
 * A night that is over; `host` is its name in the fleet. A night is written twice, when it begins
 * and when it ends: an unfinished record is replaced.
 */
export const importNight = async (db: Queryable, night: Night, host: string): Promise<void> => {
  const key = await hostKey(db, host);
  const values = [
    night.id,
    checksumOf(night),
    key,
    night.night,
    night.status,
    night.reason ?? null,
    night.suite,
    night.aa === null ? null : !night.aa.bad,
    JSON.stringify(night.alerts),
    JSON.stringify(night.notes),
  ];
  const {rowCount} = await db.query(
    `insert into jitstat.night_record
       (id, checksum, host, night, status, reason, suite, aa_quiet, alerts, notes)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (id) do update set checksum = $2, status = $5, reason = $6, aa_quiet = $8,
       alerts = $9, notes = $10
     where night_record.status = 'unfinished' or night_record.checksum = $2`,
    values,
  );
  if (rowCount === 0)
    throw new UserError(
      `Night ${night.id} is in the database with other content.`,
      'A finished night is never rewritten; one of the two was changed.',
    );
  await updateNightChanges(db, key, night.night);
};

const checksumOf = (value: object): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex');

export const importNote = async (db: Queryable, note: Note): Promise<void> => {
  await db.query(
    `insert into jitstat.note (id, night, text, machine, workload) values ($1, $2, $3, $4, $5)
     on conflict (id) do nothing`,
    [checksumOf(note), note.date, note.text, note.machine ?? null, note.workload ?? null],
  );
};

/** The alert may not exist yet: when it is created it takes its state from its last move. */
export const importMove = async (db: Queryable, move: AlertMove): Promise<void> => {
  await db.query(
    `insert into jitstat.alert_move (id, alert, at, by, state, owner, note)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing`,
    [move.id, move.alert, move.at, move.by, move.state, move.owner, move.note],
  );
  await db.query(
    `update jitstat.alert a set state = m.state, owner = m.owner, note = m.note, changed = m.at
     from jitstat.alert_move m
     where a.id = $1 and m.alert = a.id
       and m.id = (select max(id) from jitstat.alert_move where alert = $1)`,
    [move.alert],
  );
};
