// The results database on a real PostgreSQL server: imports that may come twice and in any order,
// the history, rights, and a rebuild from files that gives the same content.
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {writeAlertMove} from '../../../results/history/alert-files.ts';
import type {AlertMove} from '../../../results/history/alert-states.ts';
import {writeNote} from '../../../results/history/index.ts';
import {sealDocument, sha256} from '../../../results/store/checksum.ts';
import {sessionFolders} from '../../../results/store/find-session.ts';
import {finishSession} from '../../../results/store/index.ts';
import {connect} from './connect.ts';
import {importMove} from './import-night.ts';
import {importSession} from './import-session.ts';
import {emptyDatabase, night, noDatabase} from './made-database.fixture.ts';
import {migrate, readMigrations} from './migrate.ts';
import {inTransaction} from './queryable.ts';
import {importStore} from './rebuild.ts';
import {refreshHistory} from './refresh-history.ts';

const reason = noDatabase();

describe.skipIf(reason !== null)(
  `results database${reason === null ? '' : `: skipped, ${reason}`}`,
  () => {
    const made = emptyDatabase();

    /** Everything except keys and times of import, sorted. */
    const dump = async (): Promise<unknown> =>
      (
        await made.db.query(
          `select h.name, s.workload, s.event, s.after, p.night::text, o.name as session, p.ratio,
             p.low, p.high, p.verdict, p.is_new, a.id as alert, a.state, a.note
           from jitstat.point p join jitstat.series s on s.id = p.series
           join jitstat.host h on h.id = p.host join jitstat.session o on o.id = p.session
           left join jitstat.alert a on a.series = p.series and a.host = p.host and a.night = p.night
           order by 1, 2, 3, 4, 5, 6`,
        )
      ).rows;

    const rebuild = async (store: string) => {
      await made.db.query('drop schema jitstat cascade');
      await migrate(made.db);
      return importStore(made.db, store);
    };

    test('migrations: once each, and a newer or different database is refused', async () => {
      expect(await migrate(made.db)).toEqual([]);
      const own = readMigrations();
      await expect(migrate(made.db, own.slice(0, 1))).rejects.toThrow(
        'which this jitstat does not know',
      );
      const other = own.map((one) => ({...one, sql: `${one.sql}-- changed`}));
      await expect(migrate(made.db, other)).rejects.toThrow('is not the one of this jitstat');
    });

    test('a session is stored once: again it changes nothing, another one of its id is refused', async () => {
      const one = night(1, 'a', 1);
      expect(await made.take(one)).toBe(true);
      expect(await made.take(one)).toBe(false);
      expect(await made.count('point')).toBe(2);
      await expect(made.take({...one, warnings: [{code: 'x', text: 'changed'}]})).rejects.toThrow(
        'is in the database with other content',
      );
      expect([await made.count('session'), await made.count('point')]).toEqual([1, 2]);
    });

    test('a text that is damaged, without a checksum or of another session is refused', async () => {
      const one = night(1, 'a', 1);
      const text = sealDocument({...one, runsChecksum: null});
      const given = {id: one.id, checksum: sha256(text), text, host: 'a', job: null};
      await expect(importSession(made.db, {...given, text: `${text} `})).rejects.toThrow(
        'does not fit',
      );
      const flipped = text.replace('12.5', '12.6');
      await expect(
        importSession(made.db, {...given, text: flipped, checksum: sha256(flipped)}),
      ).rejects.toThrow('damaged');
      await expect(importSession(made.db, {...given, id: 'other'})).rejects.toThrow('not other');
      const bare = JSON.stringify(one);
      await expect(
        importSession(made.db, {...given, text: bare, checksum: sha256(bare)}),
      ).rejects.toThrow('no checksum');
      expect(await made.count('session')).toBe(0);
    });

    test('the order of imports does not matter', async () => {
      const sessions = ['a', 'b'].flatMap((host) =>
        [1, 1, 1.05, 1.05, 1, 0.95].map((ratio, day) => night(day + 1, host, ratio)),
      );
      for (const session of sessions) await made.take(session);
      const expected = await dump();
      for (const order of [
        sessions.toReversed(),
        [...sessions.slice(5), ...sessions.slice(0, 5)],
      ]) {
        await made.db.query('drop schema jitstat cascade');
        await migrate(made.db);
        for (const session of order) await made.take(session);
        expect(await dump()).toEqual(expected);
      }
    });

    test('two connections that import the same session at once: one stores it', async () => {
      const other = await connect(made.server.url);
      try {
        const text = sealDocument({...night(1, 'a', 1), runsChecksum: null});
        const given = {id: night(1, 'a', 1).id, checksum: sha256(text), text, host: 'a', job: null};
        const both = await Promise.all(
          [made.db, other].map((one) => inTransaction(one, () => importSession(one, given))),
        );
        expect(both.toSorted()).toEqual([false, true]);
        expect(await made.count('point')).toBe(2);
      } finally {
        await other.end();
      }
    });

    test('history: the planted step is the change point, recomputed with each new night', async () => {
      for (let day = 1; day <= 28; day++) await made.take(night(day, 'a', day < 15 ? 1 : 1.05));
      expect(await refreshHistory(made.db)).toBe(2);
      expect(await refreshHistory(made.db)).toBe(0);
      const {rows} = await made.db.query<{night: string; event: string}>(
        `select night::text, event from jitstat.change_point join jitstat.series s on s.id = series`,
      );
      expect(rows).toEqual([{night: '2026-01-15', event: 'task-clock'}]);
      await made.take(night(29, 'a', 1.05));
      expect(await made.count('stale')).toBe(2);
    });

    test('the commit is left out of the sides, so that the commits of a branch are one series', async () => {
      const commit = 'abcdef0123456789abcdef0123456789abcdef01';
      const one = night(1, 'a', 1);
      const after = {...one.after!, variant: `git:/src#${commit}`};
      await made.take({...one, after, comparison: {...one.comparison!, after}}, 'a', commit);
      const {rows} = await made.db.query(`select distinct after from jitstat.series`);
      expect(rows).toEqual([{after: 'git:/src#COMMIT'}]);
    });

    test('dropped and rebuilt from the files, it holds the same; damaged files are named', async () => {
      const store = mkdtempSync(join(tmpdir(), 'jitstat-fleet-store-'));
      try {
        for (const host of ['a', 'b'])
          for (const [day, ratio] of [1, 1, 1.05, 1.05].entries()) {
            const folder = await finishSession(store, night(day + 1, `${host}.lan`, ratio), null);
            const origin = {schema: 'jitstat/origin/1', host, job: null};
            writeFileSync(join(folder, 'origin.json'), sealDocument(origin));
          }
        writeNote(store, {date: '2026-01-03', text: 'new compiler'});
        expect((await importStore(made.db, store)).problems).toEqual([]);
        const {rows} = await made.db.query<{id: string}>(
          'select id from jitstat.alert order by id',
        );
        expect(rows.length).toBe(2);
        const move: AlertMove = {
          schema: 'jitstat/alert-move/1',
          id: '20260104-090000000-x',
          alert: rows[0].id,
          at: '2026-01-04T09:00:00.000Z',
          by: 'ann',
          state: 'wontfix',
          owner: 'ann',
          note: 'as planned',
        };
        writeAlertMove(store, move);
        await importMove(made.db, move);
        const before = await dump();
        expect(before).toContainEqual(expect.objectContaining({state: 'wontfix', name: 'a'}));
        const again = await rebuild(store);
        expect(again).toMatchObject({sessions: 8, notes: 1, moves: 1, problems: []});
        expect(await dump()).toEqual(before);
        const [first] = sessionFolders(store).folders;
        const file = join(first, 'session.json');
        writeFileSync(file, readFileSync(file, 'utf8').replace('"tailcall1"', '"tailcall2"'));
        writeFileSync(join(sessionFolders(store).folders[1], 'origin.json'), '{');
        const damaged = await rebuild(store);
        expect(damaged.sessions).toBe(6);
        expect(damaged.problems.map(({text}) => text.replace(/.*\/(?=\w+\.json)/, ''))).toEqual([
          expect.stringContaining('damaged'),
          expect.stringContaining('origin.json'),
        ]);
      } finally {
        rmSync(store, {recursive: true, force: true});
      }
    });

    test('a hub may change results, a reader may only read, others nothing', async () => {
      await made.take(night(1, 'a', 1));
      await made.db
        .query(`do $$ begin create role stranger nologin; exception when duplicate_object then
        null; end $$`);
      const as = (role: string, text: string) =>
        inTransaction(made.db, async () => {
          await made.db.query(`set local role ${role}`);
          return made.db.query(text);
        });
      const erase = 'delete from jitstat.alert_move';
      await as('jitstat_hub', erase);
      await as('jitstat_reader', 'select * from jitstat.point');
      await expect(as('jitstat_reader', erase)).rejects.toThrow('permission denied');
      await expect(as('stranger', 'select * from jitstat.point')).rejects.toThrow(
        'permission denied',
      );
      await expect(as('jitstat_hub', 'delete from jitstat.migration')).rejects.toThrow(
        'permission denied',
      );
    });
  },
);
