// Made-up nights of hosts, imported into a results database, for tests of queries and pages.
import {importSession} from '../fleet/db/import-session.ts';
import type {Queryable} from '../fleet/db/queryable.ts';
import {inTransaction} from '../fleet/db/queryable.ts';
import {sealDocument, sha256} from '../../results/store/checksum.ts';
import {testHost, testSamples, testSession} from '../../results/testdata/session.ts';
import type {HostRecord, Session} from '../../results/types.ts';

export interface MadeNight {
  /** Day of January 2026. */
  readonly day: number;
  readonly host: string;
  readonly ratio: number;
  /** Two digits. */
  readonly hour?: string;
  readonly cpu?: string;
  readonly record?: Partial<HostRecord>;
  readonly more?: Partial<Session>;
}

const quietAa = {changed: 0, rows: 2, quads: 4, events: ['task-clock', 'instructions']};

/** `task-clock` changes by `ratio`, beyond 1 % as a shown change; instructions stay equal. */
export const madeSession = (night: MadeNight): Session => {
  const {day, host, ratio, hour = '02'} = night;
  const date = `2026-01-${String(day).padStart(2, '0')}`;
  const shown = Math.abs(ratio - 1) > 0.01;
  const session = testSession(
    {
      id: `${date.replaceAll('-', '')}-${hour}0000000-${host.split('.')[0]}`,
      created: `${date}T${hour}:00:00.000Z`,
      host: {...testHost, name: host, cpu: night.cpu ?? testHost.cpu, ...night.record},
    },
    testSamples(day + 100 * host.length, ratio, {'task-clock': 12.5, instructions: 9e7}),
    {'task-clock': shown ? (ratio > 1 ? 'more' : 'less') : 'equal'},
  );
  const {comparison} = session;
  const rows = comparison!.rows.map((row) =>
    row.event === 'instructions'
      ? {...row, change: {ratio: 1, low: 0.999, high: 1.001, level: 0.95}}
      : row,
  );
  return {...session, comparison: {...comparison!, rows, aa: quietAa}, ...night.more};
};

/** True if the database did not have it yet. */
export const importMade = (
  db: Queryable,
  session: Session,
  {host = session.host.name, commit = null}: {host?: string; commit?: string | null} = {},
): Promise<boolean> => {
  const text = sealDocument({...session, runsChecksum: null});
  const job =
    commit === null
      ? null
      : {
          id: '00000000-0000-0000-0000-000000000001',
          attempt: 0,
          suite: 'nightly',
          variant: null,
          commit,
          submitter: 'ann',
        };
  return inTransaction(db, () =>
    importSession(db, {id: session.id, checksum: sha256(text), text, host, job}),
  );
};

/** The commit at a place in a branch. */
export const commitOf = (place: number): string =>
  `${String(place).padStart(4, '0')}abcdef`.repeat(4);

const zen = 'AMD EPYC 7763 64-Core Processor';
const skylake = 'Intel(R) Xeon(R) Gold 6148 CPU @ 2.40GHz';

/**
 * Twelve nights of two Zens and two Skylakes: on the last both Zens take 5 % longer, seen twice on
 * one; sky2 has not reported since the tenth; zen1 got new microcode on the sixth.
 */
export const madeFleet = (): {session: Session; commit: string}[] =>
  Array.from({length: 12}, (_, at) => at + 1).flatMap((day) => {
    const commit = commitOf(day);
    const changed = day === 12 ? 1.05 : 1;
    const microcode = day < 6 ? '0x1' : '0x2';
    const nights: MadeNight[] = [
      {day, host: 'zen1', cpu: zen, ratio: changed, record: {microcode}},
      {day, host: 'zen2', cpu: zen, ratio: changed},
      {day, host: 'sky1', cpu: skylake, ratio: 1},
      ...(day <= 10 ? [{day, host: 'sky2', cpu: skylake, ratio: 1}] : []),
      ...(day === 12
        ? [{day, host: 'zen1', cpu: zen, ratio: 1.05, hour: '04', record: {microcode}}]
        : []),
    ];
    return nights.map((night) => ({session: madeSession(night), commit}));
  });
