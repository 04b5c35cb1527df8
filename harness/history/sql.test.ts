// SQL needs DuckDB: without it the message says what to install; with it the tables hold the store.
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {finishSession} from '../../results/store/index.ts';
import {testSamples, testSession} from '../../results/testdata/session.ts';
import {querySql} from './sql.ts';

const installed = existsSync(
  fileURLToPath(new URL('../../node_modules/@duckdb/node-api', import.meta.url)),
);
let store: string;
beforeAll(async () => {
  store = mkdtempSync(join(tmpdir(), 'jitstat-sql-test-'));
  await finishSession(store, testSession(), testSamples());
});
afterAll(() => rmSync(store, {recursive: true}));

test.skipIf(installed)(
  'without DuckDB the hint names the package (skipped if it is installed)',
  async () => {
    await expect(querySql(store, store, 'select 1', false)).rejects.toMatchObject({
      name: 'UserError',
      hint: expect.stringContaining('npm install @duckdb/node-api') as string,
    });
  },
);

describe.skipIf(!installed)('with DuckDB (skipped if it is not installed)', () => {
  test('both tables, as text and as JSON', async () => {
    expect(
      await querySql(
        store,
        store,
        "select event, side, verdict from rows where event = 'cycles' order by side",
        false,
      ),
    ).toBe('event\tside\tverdict\ncycles\tafter\tequal\ncycles\tbefore\tequal\n');
    expect(
      JSON.parse(await querySql(store, store, 'select machine, quads from sessions', true)),
    ).toEqual([{machine: 'lab1', quads: '4'}]);
  });

  test("a wrong query is the user's to fix", () =>
    expect(querySql(store, store, 'select nonsense from rows', false)).rejects.toMatchObject({
      name: 'UserError',
    }));
});
