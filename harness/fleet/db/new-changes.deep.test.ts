// Which changes are new and raise alerts, and which nights stay silent, on a real PostgreSQL
// server.
import {describe, expect, test} from 'vitest';
import type {Night} from '../../../results/history/index.ts';
import {testHost} from '../../../results/testdata/session.ts';
import {importNight} from './import-night.ts';
import {emptyDatabase, night, noDatabase} from './made-database.fixture.ts';
import {inTransaction} from './queryable.ts';

const reason = noDatabase();

describe.skipIf(reason !== null)(
  `new changes${reason === null ? '' : `: skipped, ${reason}`}`,
  () => {
    const made = emptyDatabase();

    test('a change is new on the first night that shows it, and not on the next', async () => {
      for (const [day, ratio] of [1, 1, 1.05, 1.05].entries())
        await made.take(night(day + 1, 'a', ratio));
      const {rows} = await made.db.query<{night: string}>(
        `select night::text from jitstat.point where is_new`,
      );
      expect(rows.map((row) => row.night)).toEqual(['2026-01-03']);
      expect(await made.count('alert')).toBe(1);
    });

    test('a night whose A/A showed a change neither alerts nor becomes the reference', async () => {
      const loud = {changed: 1, rows: 2, quads: 4, events: ['task-clock']};
      const bad = night(2, 'a', 1.05);
      await made.take(night(1, 'a', 1));
      await made.take({...bad, comparison: {...bad.comparison!, aa: loud}});
      expect(await made.count('alert')).toBe(0);
      await made.take(night(3, 'a', 1.05));
      const {rows} = await made.db.query<{night: string}>('select night::text from jitstat.alert');
      expect(rows).toEqual([{night: '2026-01-03'}]);
    });

    test('the only A/A of a night silences its sessions, whichever comes first', async () => {
      const id = '20260102-010000000-n';
      const aa = night(2, 'a', 1.05, {night: id}, '01');
      const bad = {
        ...aa,
        after: aa.before,
        comparison: {...aa.comparison!, aa: null, sameImage: true},
      };
      const changed = night(2, 'a', 1.05, {night: id});
      const without = {...changed, comparison: {...changed.comparison!, aa: null}};
      await made.take(night(1, 'a', 1));
      await made.take(without);
      expect(await made.count('alert')).toBe(1);
      await made.take(bad);
      expect(await made.count('alert')).toBe(0);
      // Measured again without a change, the night counts after all.
      const quiet = night(2, 'a', 1, {night: id, after: aa.before}, '03');
      await made.take({...quiet, comparison: {...quiet.comparison!, aa: null, sameImage: true}});
      expect(await made.count('alert')).toBe(1);
    });

    test('a night record silences its sessions, whenever it arrives', async () => {
      await made.take(night(1, 'a', 1));
      await made.take(night(2, 'a', 1.05, {night: '20260102-020000000-n'}));
      expect(await made.count('alert')).toBe(1);
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
      await inTransaction(made.db, () => importNight(made.db, record, 'a'));
      expect(await made.count('alert')).toBe(0);
      await inTransaction(made.db, () => importNight(made.db, record, 'a'));
      await expect(importNight(made.db, {...record, notes: ['other']}, 'a')).rejects.toThrow(
        'other content',
      );
    });
  },
);
