// Series of briefs: the confirming session counts for its night, and news is relative to the night
// before, not to the session that it confirms.
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {finishSession} from '../store/index.ts';
import {testSession} from '../testdata/session.ts';
import {briefSeries} from './brief-series.ts';
import {readBriefs} from './session-briefs.ts';

let store: string;
beforeAll(() => void (store = mkdtempSync(join(tmpdir(), 'jitstat-series-'))));
afterAll(() => rmSync(store, {recursive: true, force: true}));

const put = (day: number, second: number, ratio: number, host = 'abcd') => {
  const session = testSession({
    id: `202601${day}-02000${second}000-${host}`,
    created: `2026-01-${day}T02:00:0${second}.000Z`,
    night: `202601${day}-015900000-aaaa`,
  });
  const {comparison} = session;
  return finishSession(
    store,
    {
      ...session,
      host: {...session.host, id: host},
      comparison: {
        ...comparison!,
        rows: comparison!.rows.map((row) => ({
          ...row,
          verdict: 'more' as const,
          change: {ratio, low: ratio - 0.01, high: ratio + 0.01, level: 0.95},
        })),
      },
    },
    null,
  );
};

test('one series per machine, one session per night, and news relative to the night before', async () => {
  await put(10, 1, 1.1);
  await put(11, 1, 1.3);
  await put(11, 2, 1.3);
  await put(11, 3, 1.1, 'other');
  const series = briefSeries(readBriefs(store).briefs);
  expect(series.map(({briefs, news}) => [briefs.map(({id}) => id), news])).toEqual([
    [['20260110-020001000-abcd', '20260111-020002000-abcd'], 'new'],
    [['20260111-020003000-other'], 'first'],
  ]);
});
