// The results database on a PostgreSQL server of its own: imports that may come twice and in any order,
// new changes and alerts, the history, and a rebuild from files that gives the same again.
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {installPackages} from '../../testing/debian.ts';
import {noPostgres, startPostgres} from '../../testing/postgres-server.ts';
import {importMade, madeSession} from '../../testing/fleet-sessions.ts';
import type {PostgresServer} from '../../testing/postgres-server.ts';
import {writeAlertMove} from '../../../results/history/alert-files.ts';
import type {AlertMove} from '../../../results/history/alert-states.ts';
import {writeNote} from '../../../results/history/index.ts';
import type {Night} from '../../../results/history/index.ts';
import {sealDocument, sha256} from '../../../results/store/checksum.ts';
import {sessionFolders} from '../../../results/store/find-session.ts';
import {finishSession} from '../../../results/store/index.ts';
import {testHost} from '../../../results/testdata/session.ts';
import type {Session} from '../../../results/types.ts';
import type {Connection} from './connect.ts';
import {connect} from './connect.ts';
import {importMove, importNight} from './import-night.ts';
import {importSession} from './import-session.ts';
import {migrate, readMigrations} from './migrate.ts';
import {inTransaction} from './queryable.ts';
import {importStore, rebuild} from './rebuild.ts';
import {refreshHistory} from './refresh-history.ts';

const reason = noPostgres() === null ? null : installPackages(['postgresql']);

describe.skipIf(reason !== null)(
  `results database${reason === null ? '' : `: skipped, ${reason}`}`,
  () => {
    let server: PostgresServer;
    let db: Connection;

    beforeAll(async () => {
      server = await startPostgres();
      db = await connect(server.url);
    });
    afterAll(async () => {
      await db?.end();
      await server?.stop();
    });
    beforeEach(async () => {
      await db.query('drop schema if exists jitstat cascade');
      await migrate(db);
    });

    const night = (
      day: number,
      host: string,
      ratio: number,
      more: Partial<Session> = {},
      hour = '02',
    ): Session => madeSession({day, host, ratio, hour, more});

    const take = (session: Session, host = session.host.name, commit: string | null = null) =>
      importMade(db, session, {host, commit});

    const count = async (table: string): Promise<number> =>
      Number((await db.query<{n: string}>(`select count(*) as n from jitstat.${table}`)).rows[0].n);

    /** Everything but keys and times of import, in an order of its own. */
    const dump = async (): Promise<unknown> =>
      (
        await db.query(
          `select h.name, s.workload, s.event, s.after, p.night::text, o.name as session, p.ratio,
             p.low, p.high, p.verdict, p.is_new, a.id as alert, a.state, a.note
           from jitstat.point p join jitstat.series s on s.id = p.series
           join jitstat.host h on h.id = p.host join jitstat.session o on o.id = p.session
           left join jitstat.alert a on a.series = p.series and a.host = p.host and a.night = p.night
           order by 1, 2, 3, 4, 5, 6`,
        )
      ).rows;

    test('migrations: once each, and a database that is newer or other is refused', async () => {
      expect(await migrate(db)).toEqual([]);
      const own = readMigrations();
      await expect(migrate(db, own.slice(0, 1))).rejects.toThrow(
        'which this jitstat does not know',
      );
      const other = own.map((one) => ({...one, sql: `${one.sql}-- changed`}));
      await expect(migrate(db, other)).rejects.toThrow('is not the one of this jitstat');
    });

    test('a session is stored once; the same again is no news, another of its id is refused', async () => {
      const one = night(1, 'a', 1);
      expect(await take(one)).toBe(true);
      expect(await take(one)).toBe(false);
      expect(await count('point')).toBe(2);
      await expect(take({...one, warnings: [{code: 'x', text: 'changed'}]})).rejects.toThrow(
        'is in the database with other content',
      );
      expect([await count('session'), await count('point')]).toEqual([1, 2]);
    });

    test('a text that is damaged, without a checksum or of another session is refused', async () => {
      const one = night(1, 'a', 1);
      const text = sealDocument({...one, runsChecksum: null});
      const given = {id: one.id, checksum: sha256(text), text, host: 'a', job: null};
      await expect(importSession(db, {...given, text: `${text} `})).rejects.toThrow('does not fit');
      const flipped = text.replace('12.5', '12.6');
      await expect(
        importSession(db, {...given, text: flipped, checksum: sha256(flipped)}),
      ).rejects.toThrow('damaged');
      await expect(importSession(db, {...given, id: 'other'})).rejects.toThrow('not other');
      const bare = JSON.stringify(one);
      await expect(
        importSession(db, {...given, text: bare, checksum: sha256(bare)}),
      ).rejects.toThrow('no checksum');
      expect(await count('session')).toBe(0);
    });

    test('a change is new on the first night that shows it, and not on the next', async () => {
      for (const [day, ratio] of [1, 1, 1.05, 1.05].entries())
        await take(night(day + 1, 'a', ratio));
      const {rows} = await db.query<{night: string}>(
        `select night::text from jitstat.point where is_new`,
      );
      expect(rows.map((row) => row.night)).toEqual(['2026-01-03']);
      expect(await count('alert')).toBe(1);
    });

    test('a night whose A/A showed a change neither alerts nor sets the mark', async () => {
      const loud = {changed: 1, rows: 2, quads: 4, events: ['task-clock']};
      const bad = night(2, 'a', 1.05);
      await take(night(1, 'a', 1));
      await take({...bad, comparison: {...bad.comparison!, aa: loud}});
      expect(await count('alert')).toBe(0);
      await take(night(3, 'a', 1.05));
      const {rows} = await db.query<{night: string}>('select night::text from jitstat.alert');
      expect(rows).toEqual([{night: '2026-01-03'}]);
    });

    test('the one A/A of a night silences its sessions, whichever comes first', async () => {
      const id = '20260102-010000000-n';
      const aa = night(2, 'a', 1.05, {night: id}, '01');
      const bad = {
        ...aa,
        after: aa.before,
        comparison: {...aa.comparison!, aa: null, sameImage: true},
      };
      const changed = night(2, 'a', 1.05, {night: id});
      const without = {...changed, comparison: {...changed.comparison!, aa: null}};
      await take(night(1, 'a', 1));
      await take(without);
      expect(await count('alert')).toBe(1);
      await take(bad);
      expect(await count('alert')).toBe(0);
      // Measured again without a change, the night is good after all.
      const quiet = night(2, 'a', 1, {night: id, after: aa.before}, '03');
      await take({...quiet, comparison: {...quiet.comparison!, aa: null, sameImage: true}});
      expect(await count('alert')).toBe(1);
    });

    test('the order of imports does not matter', async () => {
      const sessions = ['a', 'b'].flatMap((host) =>
        [1, 1, 1.05, 1.05, 1, 0.95].map((ratio, day) => night(day + 1, host, ratio)),
      );
      for (const session of sessions) await take(session);
      const expected = await dump();
      for (const order of [
        sessions.toReversed(),
        [...sessions.slice(5), ...sessions.slice(0, 5)],
      ]) {
        await db.query('drop schema jitstat cascade');
        await migrate(db);
        for (const session of order) await take(session);
        expect(await dump()).toEqual(expected);
      }
    });

    test('two connections that import the same session at once: one stores it', async () => {
      const other = await connect(server.url);
      try {
        const text = sealDocument({...night(1, 'a', 1), runsChecksum: null});
        const given = {id: night(1, 'a', 1).id, checksum: sha256(text), text, host: 'a', job: null};
        const both = await Promise.all(
          [db, other].map((one) => inTransaction(one, () => importSession(one, given))),
        );
        expect(both.toSorted()).toEqual([false, true]);
        expect(await count('point')).toBe(2);
      } finally {
        await other.end();
      }
    });

    test('history: the planted step is the change point, recomputed when a night comes', async () => {
      for (let day = 1; day <= 28; day++) await take(night(day, 'a', day < 15 ? 1 : 1.05));
      expect(await refreshHistory(db)).toBe(2);
      expect(await refreshHistory(db)).toBe(0);
      const {rows} = await db.query<{night: string; event: string}>(
        `select night::text, event from jitstat.change_point join jitstat.series s on s.id = series`,
      );
      expect(rows).toEqual([{night: '2026-01-15', event: 'task-clock'}]);
      await take(night(29, 'a', 1.05));
      expect(await count('stale')).toBe(2);
    });

    test('the commit is left out of the sides, so that the commits of a branch are one series', async () => {
      const commit = 'abcdef0123456789abcdef0123456789abcdef01';
      const one = night(1, 'a', 1);
      const after = {...one.after!, variant: `git:/src#${commit}`};
      await take({...one, after, comparison: {...one.comparison!, after}}, 'a', commit);
      const {rows} = await db.query(`select distinct after from jitstat.series`);
      expect(rows).toEqual([{after: 'git:/src#COMMIT'}]);
    });

    test('dropped and made again from the files, it holds the same; damaged files are named', async () => {
      const store = mkdtempSync(join(tmpdir(), 'jitstat-fleet-store-'));
      try {
        for (const host of ['a', 'b'])
          for (const [day, ratio] of [1, 1, 1.05, 1.05].entries()) {
            const folder = await finishSession(store, night(day + 1, `${host}.lan`, ratio), null);
            const origin = {schema: 'jitstat/origin/1', host, job: null};
            writeFileSync(join(folder, 'origin.json'), sealDocument(origin));
          }
        writeNote(store, {date: '2026-01-03', text: 'new compiler'});
        expect((await importStore(db, store)).problems).toEqual([]);
        const {rows} = await db.query<{id: string}>('select id from jitstat.alert order by id');
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
        await importMove(db, move);
        const before = await dump();
        expect(before).toContainEqual(expect.objectContaining({state: 'wontfix', name: 'a'}));
        const again = await rebuild(db, store);
        expect(again).toMatchObject({sessions: 8, notes: 1, moves: 1, problems: []});
        expect(await dump()).toEqual(before);
        const [first] = sessionFolders(store).folders;
        const file = join(first, 'session.json');
        writeFileSync(file, readFileSync(file, 'utf8').replace('"tailcall1"', '"tailcall2"'));
        writeFileSync(join(sessionFolders(store).folders[1], 'origin.json'), '{');
        const damaged = await rebuild(db, store);
        expect(damaged.sessions).toBe(6);
        expect(damaged.problems.map(({text}) => text.replace(/.*\/(?=\w+\.json)/, ''))).toEqual([
          expect.stringContaining('damaged'),
          expect.stringContaining('origin.json'),
        ]);
      } finally {
        rmSync(store, {recursive: true, force: true});
      }
    });

    test('a night record silences its sessions whenever it comes', async () => {
      await take(night(1, 'a', 1));
      await take(night(2, 'a', 1.05, {night: '20260102-020000000-n'}));
      expect(await count('alert')).toBe(1);
      const record: Night = {
        schema: 'jitstat/night/1',
        id: '20260102-020000000-n',
        night: '2026-01-02',
        created: '2026-01-02T02:00:00.000Z',
        finished: '2026-01-02T03:00:00.000Z',
        status: 'finished',
        machine: 'a',
        host: testHost,
        suite: 'nightly',
        aa: {session: 'x', bad: true, events: ['task-clock']},
        workloads: [],
        alerts: [],
        notes: [],
        exitCode: 0,
      };
      await inTransaction(db, () => importNight(db, record, 'a'));
      expect(await count('alert')).toBe(0);
      await inTransaction(db, () => importNight(db, record, 'a'));
      await expect(importNight(db, {...record, notes: ['other']}, 'a')).rejects.toThrow(
        'other content',
      );
    });

    test('a hub may change results, a reader may only read, others nothing', async () => {
      await take(night(1, 'a', 1));
      await db.query(`do $$ begin create role stranger nologin; exception when duplicate_object then
        null; end $$`);
      const as = (role: string, text: string) =>
        inTransaction(db, async () => {
          await db.query(`set local role ${role}`);
          return db.query(text);
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
