// The queries of the five views, on made-up nights of four hosts.
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {readAlertMoves} from '../../../results/history/alert-files.ts';
import {commitOf, importMade, madeFleet, madeSession} from '../../testing/fleet-sessions.ts';
import {startPostgres} from '../../testing/postgres-server.ts';
import type {PostgresServer} from '../../testing/postgres-server.ts';
import type {Connection} from './connect.ts';
import {connect} from './connect.ts';
import {noDatabase} from './made-database.fixture.ts';
import {migrate} from './migrate.ts';
import {alertList, changeAlert, oneAlert} from './queries/alert-list.ts';
import {compareSessions} from './queries/compare-sessions.ts';
import {hostList} from './queries/host-list.ts';
import {lastNight} from './queries/last-night.ts';
import {oneCommit} from './queries/one-commit.ts';
import {listSeries, oneSeries} from './queries/one-series.ts';
import {inTransaction} from './queryable.ts';
import {refreshHistory} from './refresh-history.ts';

const reason = noDatabase();

describe.skipIf(reason !== null)(
  `queries of a fleet${reason === null ? '' : `: skipped, ${reason}`}`,
  () => {
    let server: PostgresServer;
    let db: Connection;
    const store = mkdtempSync(join(tmpdir(), 'jitstat-alerts-'));

    beforeAll(async () => {
      server = await startPostgres();
      db = await connect(server.url);
      await migrate(db);
      for (const {session, commit} of madeFleet()) await importMade(db, session, {commit});
      await refreshHistory(db, Infinity);
    });
    afterAll(async () => {
      await db?.end();
      await server?.stop();
      rmSync(store, {recursive: true, force: true});
    });

    test('an empty database has no night, and says which hosts are known', async () => {
      const empty = await lastNight(db, {night: '2020-01-01'});
      expect(empty).toMatchObject({night: null, groups: []});
    });

    test('last night: one group for the change on both Zens, who is missing, is it real', async () => {
      const view = await lastNight(db);
      expect(view).toMatchObject({
        night: '2026-01-12',
        earlier: '2026-01-11',
        hosts: ['sky1', 'zen1', 'zen2'],
        missing: [{host: 'sky2', why: 'last reported on 2026-01-10'}],
        sessions: 4,
        left: {groups: 0, standing: 0},
      });
      expect(view.groups.length).toBe(1);
      const [group] = view.groups;
      expect(group).toMatchObject({
        range: {from: commitOf(11), to: commitOf(12)},
        series: {workload: 'tailcall1', event: 'task-clock'},
        over: {
          verdict: 'more',
          text: 'more on 2 of 3 hosts, only on Zen (zen1, zen2); equal on sky1',
        },
        real: {answer: 'yes', text: 'confirmed by repetition on 1, A/A quiet, on 2 of 3 hosts'},
      });
      expect(group.cells.map((cell) => [cell?.host, cell?.isNew, cell?.confirmed])).toEqual([
        ['sky1', false, null],
        ['zen1', true, true],
        ['zen2', true, null],
      ]);
    });

    test('an earlier night has no change, and the way to the later one', async () => {
      expect(await lastNight(db, {night: '2026-01-11'})).toMatchObject({
        night: '2026-01-11',
        later: '2026-01-12',
        groups: [],
      });
    });

    test('a drained host is not missing, one that never came is', async () => {
      const host = {class: null, state: 'never seen', seen: null, queued: 0};
      const {missing} = await lastNight(db, {
        fleet: [
          {...host, name: 'sky2', drained: true},
          {...host, name: 'arm1', drained: false},
        ],
      });
      expect(missing).toEqual([{host: 'arm1', why: 'never seen'}]);
    });

    test('one series: a column for each host, marks from its record, verdict over hosts', async () => {
      const series = (await listSeries(db)).find(({event}) => event === 'task-clock')!;
      expect(series).toMatchObject({hosts: 4, lastNight: '2026-01-12'});
      const view = (await oneSeries(db, series.id))!;
      expect(view.hosts.map(({host, at}) => [host, at.length])).toEqual([
        ['sky1', 12],
        ['sky2', 10],
        ['zen1', 13],
        ['zen2', 12],
      ]);
      const [zen] = view.hosts.slice(2);
      expect(zen.marks).toMatchObject([{night: '2026-01-06', text: 'microcode 0x1 -> 0x2'}]);
      expect(zen.at[0]).toBe('2026-01-01T02:00:00.000Z');
      expect(zen.value.at(-1)).toBeCloseTo(1.05, 2);
      expect(zen.segments.length).toBe(1);
      expect(view.over.text).toBe(
        'more on 2 of 4 hosts, only on Zen (zen1, zen2); equal on sky1, sky2',
      );
      expect(await oneSeries(db, 999_999)).toBeNull();
    });

    test('two sessions: values, whether their intervals meet, and what differs in the hosts', async () => {
      const [one, other] = ['20260105-020000000-zen1', '20260112-020000000-zen1'];
      const view = await compareSessions(db, one, other);
      expect(view.recordChanges).toEqual(['microcode 0x1 -> 0x2']);
      expect(view.rows.map(({event, apart}) => [event, apart])).toEqual([
        ['instructions', false],
        ['task-clock', true],
      ]);
      expect(view.sessions.map(({commit}) => commit)).toEqual([commitOf(5), commitOf(12)]);
      const same = await compareSessions(db, one, one);
      expect(same.rows.every(({apart}) => apart === false)).toBe(true);
      await expect(compareSessions(db, one, 'none')).rejects.toThrow("no session 'none'");
    });

    test('one commit on all hosts; null for an unknown one', async () => {
      const view = (await oneCommit(db, commitOf(12)))!;
      expect(view).toMatchObject({hosts: ['sky1', 'zen1', 'zen2'], equal: 1, unsettled: 0});
      expect(view.groups.map(({over}) => over.changed)).toEqual([['zen1', 'zen2']]);
      expect(await oneCommit(db, commitOf(3))).toMatchObject({groups: [], equal: 2});
      expect(await oneCommit(db, 'feedfeed')).toBeNull();
    });

    test('hosts: last night, A/A, record changes, and those that never measured', async () => {
      const view = await hostList(db, [
        {name: 'arm1', class: 'arm', drained: false, state: 'never seen', seen: null, queued: 2},
      ]);
      expect(view.map(({name, lastNight: last}) => [name, last])).toEqual([
        ['sky1', '2026-01-12'],
        ['sky2', '2026-01-10'],
        ['zen1', '2026-01-12'],
        ['zen2', '2026-01-12'],
        ['arm1', null],
      ]);
      expect(view[2]).toMatchObject({
        sessions: 13,
        aa: {changed: 0, rows: 26},
        recordChanges: [{night: '2026-01-06', text: 'microcode 0x1 -> 0x2'}],
      });
    });

    test('alerts: open ones, one with its evidence, moves in files and database', async () => {
      const open = await alertList(db, ['new', 'ack']);
      expect(open.map(({host, commitBefore}) => [host, commitBefore])).toEqual([
        ['zen1', commitOf(11)],
        ['zen2', commitOf(11)],
      ]);
      const [{id}] = open;
      const move = (more: object) =>
        inTransaction(db, () =>
          changeAlert(db, store, {alert: id, by: 'ann', at: new Date(), random: 'aaaa', ...more}),
        );
      await expect(move({state: 'fixed'})).rejects.toThrow('needs a note');
      await expect(move({alert: 'none', state: 'ack'})).rejects.toThrow("no alert 'none'");
      expect(readAlertMoves(store).moves).toEqual([]);
      await move({state: 'ack', owner: 'ann'});
      await new Promise((resolve) => setTimeout(resolve, 5));
      await move({state: 'fixed', note: 'reverted'});
      const view = (await oneAlert(db, id))!;
      expect(view.alert).toMatchObject({state: 'fixed', owner: 'ann', note: 'reverted'});
      expect(view.moves.map(({state}) => state)).toEqual(['ack', 'fixed']);
      expect(view.group.real.text).toContain('on 2 of 3 hosts');
      expect(readAlertMoves(store).moves.length).toBe(2);
      expect((await alertList(db, ['new', 'ack'])).length).toBe(1);
      expect(await oneAlert(db, 'none')).toBeNull();
    });

    test('a repetition that does not show the change speaks against it', async () => {
      const again = madeSession({day: 12, host: 'zen2', ratio: 1, hour: '05'});
      await importMade(db, again, {commit: commitOf(12)});
      const {groups} = await lastNight(db);
      expect(groups[0].real).toEqual({
        answer: 'not known',
        text: 'a repetition says otherwise on 1, confirmed on 1, A/A quiet, on 2 of 3 hosts',
      });
    });
  },
);
