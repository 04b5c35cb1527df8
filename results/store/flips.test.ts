// A flipped bit in a file of a store is noticed, or changes nothing that is read. JITSTAT_FLIPS=N
// sets how many are tried.
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {readNights, writeNight} from '../history/nights.ts';
import type {Night} from '../history/types.ts';
import {seededRandom} from '../testdata/random.ts';
import {testHost, testPlan, testSamples, testSession} from '../testdata/session.ts';
import type {JournalBlock} from './journal-types.ts';
import {createJournal} from './journal.ts';
import {readJournal} from './read-journal.ts';
import {finishSession, listSessions, loadSession} from './session.ts';

const flips = Number(process.env['JITSTAT_FLIPS'] ?? 1000);
const store = mkdtempSync(join(tmpdir(), 'jitstat-flips-'));
afterAll(() => rmSync(store, {recursive: true}));

const session = testSession();
const night = {
  schema: 'jitstat/night/1',
  id: '20261122-010000000-aaaa',
  night: '2026-11-22',
  created: '2026-11-22T01:00:00.000Z',
  finished: '2026-11-22T02:00:00.000Z',
  status: 'finished',
  machine: 'lab1',
  host: testHost,
  suite: 'usual',
  aa: null,
  workloads: [{name: 'tailcall1', session: session.id}],
  alerts: [{code: 'bad-aa', text: 'an alert', gate: false}],
  notes: ['a note'],
  exitCode: 0,
} satisfies Night;

const block = (index: number): JournalBlock => ({
  type: 'block',
  index,
  quad: index >> 2,
  position: index % 4,
  side: [0, 1, 1, 0][index % 4] as 0 | 1,
  warmup: false,
  aa: false,
  placement: {text: 'fixed:0', side: 'before', addresses: {main: '0x1000'}},
  runs: [{events: {cycles: [1000 + index, 5, 5], 'task-clock': [index / 7, null, null]}}],
});

interface Kind {
  readonly path: string;
  /** What a reader sees, as text; throws, or returns null, if damage is noticed. */
  readonly read: () => Promise<string | null> | string | null;
}

const kinds: Record<string, Kind> = {};

beforeAll(async () => {
  const folder = await finishSession(store, session, testSamples(), testSamples(2));
  const journal = createJournal(store, {
    schema: 'jitstat/journal/1',
    id: '20261123-010000000-bbbb',
    created: '2026-11-23T01:00:00.000Z',
    kind: 'ab',
    workload: null,
    before: {label: 'a'},
    after: {label: 'b'},
    host: testHost,
    plan: testPlan,
    commands: {before: ['a'], after: ['b']},
    notCounted: [],
  });
  for (let index = 0; index < 16; index++) journal.append(block(index));
  journal.append({type: 'note', text: 'a note'});
  journal.close();
  const loaded = async (): Promise<string> => JSON.stringify(await loadSession(store, folder));
  Object.assign(kinds, {
    'session.json': {
      path: join(folder, 'session.json'),
      read: async () => {
        const {entries, problems} = listSessions(store);
        if (problems.length > 0) {
          await expect(loadSession(store, folder)).rejects.toThrow(/session\.json/);
          return null;
        }
        return `${JSON.stringify(entries[0].head)}${await loaded()}`;
      },
    },
    'runs.json.gz': {path: join(folder, 'runs.json.gz'), read: loaded},
    journal: {
      path: journal.path,
      read: () => {
        const {header, blocks, notes, checked, damaged, torn} = readJournal(journal.path);
        return damaged.length > 0 || torn !== null
          ? null
          : JSON.stringify({header, blocks, notes, checked});
      },
    },
    night: {
      path: writeNight(store, night),
      read: () => {
        const {nights, problems} = readNights(store);
        return problems.length > 0 ? null : JSON.stringify(nights);
      },
    },
  });
});

const outcome = async ({read}: Kind, whole: string): Promise<string> => {
  try {
    const seen = await read();
    return seen === null ? 'noticed' : seen === whole ? 'harmless' : 'accepted, other content';
  } catch (error) {
    return 'hint' in (error as object) ? 'noticed' : String(error);
  }
};

const tallyOf = async (kind: Kind, damage: (bytes: Buffer) => Buffer, times: number) => {
  const bytes = readFileSync(kind.path);
  const whole = (await kind.read())!;
  const tally: Record<string, number> = {};
  try {
    for (let i = 0; i < times; i++) {
      writeFileSync(kind.path, damage(bytes));
      const found = await outcome(kind, whole);
      tally[found] = (tally[found] ?? 0) + 1;
    }
  } finally {
    writeFileSync(kind.path, bytes);
  }
  return tally;
};

test.each(['session.json', 'runs.json.gz', 'journal', 'night'])(
  `%s: ${flips} flipped bits`,
  async (name) => {
    const random = seededRandom(11);
    const flip = (bytes: Buffer): Buffer => {
      const copy = Buffer.from(bytes);
      copy[Math.floor(random() * copy.length)] ^= 1 << Math.floor(random() * 8);
      return copy;
    };
    const {noticed = 0, harmless = 0, ...others} = await tallyOf(kinds[name], flip, flips);
    expect(others).toEqual({});
    expect(noticed + harmless).toBe(flips);
    expect(harmless).toBeLessThan(flips / 20);
  },
);

test.each(['session.json', 'runs.json.gz', 'journal', 'night'])(
  '%s cut short is noticed, or is what it was up to there',
  async (name) => {
    const random = seededRandom(12);
    const cut = (bytes: Buffer): Buffer => bytes.subarray(0, Math.floor(random() * bytes.length));
    const tally = await tallyOf(kinds[name], cut, 100);
    // A journal cut at the end of a line is a shorter journal, as a kill leaves it.
    if (name === 'journal') expect(Object.keys(tally)).not.toContain('harmless');
    else expect(tally).toEqual({noticed: 100});
  },
);
