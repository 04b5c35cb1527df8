// An index is never the truth: whatever happens to it or to the files, what is read is what the
// files hold, and what is damaged is named every time.
import {execFileSync, spawn} from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {bundleScript} from '../testdata/bundle-script.ts';
import {seededRandom} from '../testdata/random.ts';
import {testSession} from '../testdata/session.ts';
import type {Session} from '../types.ts';
import {sealDocument} from './checksum.ts';
import type {Derivation} from './derived.ts';
import {finishSession} from './session.ts';
import {readSessions, sessionDerivation} from './session-index.ts';

let store = '';
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'jitstat-derived-'));
});
afterEach(() => rmSync(store, {recursive: true, force: true}));

/** Long after everything was written. */
const later = (): number => Date.now() + 60_000;

const id = (at: number): string => `20261122-09300000${at}-aaaa`;
const sessionOf = (at: number, label = 'v58'): Session =>
  testSession({
    id: id(at),
    created: `2026-11-22T09:30:00.00${at}Z`,
    workload: at % 2 === 0 ? 'even\n"odd"' : 'odd',
    before: {label},
  });

/** Counts how many files are read. */
const counting = (version = '1'): {derivation: Derivation; read: () => number} => {
  let read = 0;
  const derivation = sessionDerivation(version, (session) => {
    read++;
    return {
      group: session.workload!,
      shared: {workload: session.workload},
      own: {label: session.before.label},
      parts: [
        ['__proto__x', session.created],
        ['constructor', 1],
        ['__proto__', session.id],
      ],
    };
  });
  return {
    derivation,
    read: () => {
      const before = read;
      read = 0;
      return before;
    },
  };
};

const labels = (derivation: Derivation, now: () => number = later) => {
  const {rows, problems} = readSessions({store, derivation, group: null, parts: null}, now);
  return {
    rows: rows.map(({name, own, parts}) => [name, (own as {label: string}).label, parts.length]),
    problems: problems.map(({text}) => text),
  };
};

const whole = [0, 1, 2, 3].map((at) => [id(at), 'v58', 3]);

const fill = async (): Promise<string[]> => {
  const folders = [];
  for (const at of [0, 1, 2, 3]) folders.push(await finishSession(store, sessionOf(at), null));
  return folders;
};

const indexPath = (): string => join(store, 'index', 'data', 'lab1', '2026', '11.index');

test('files are read once, and new ones alone after that; parts and groups one by one', async () => {
  await fill();
  const {derivation, read} = counting();
  expect([labels(derivation), read()]).toEqual([{rows: whole, problems: []}, 4]);
  expect([labels(derivation), read()]).toEqual([{rows: whole, problems: []}, 0]);
  await finishSession(store, sessionOf(4), null);
  expect([labels(derivation).rows.length, read()]).toEqual([5, 1]);
  expect([labels(derivation).rows.length, read()]).toEqual([5, 0]);
  const {rows} = readSessions(
    {store, derivation, group: (group) => group === 'even\n"odd"', parts: ['__proto__', 'none']},
    later,
  );
  expect(rows.map(({name, parts}) => [name, parts])).toEqual(
    [0, 2, 4].map((at) => [id(at), [['__proto__', id(at)]]]),
  );
  expect(read()).toBe(0);
  expect(readFileSync(join(store, 'index', '.gitignore'), 'utf8')).toBe('*\n');
});

test('what has just been written is read again each time until its time says it is settled', async () => {
  const folders = await fill();
  const {derivation, read} = counting();
  const times = folders.map((folder) => statSync(join(folder, 'session.json')).ctimeMs);
  for (const _time of [1, 2])
    expect([labels(derivation, () => times[0]).rows, read()]).toEqual([whole, 4]);
  // On a file system with whole seconds only after two of them.
  const settled = () => Math.max(...times) + (times.some((time) => time % 1000 === 0) ? 2000 : 200);
  expect([labels(derivation, settled).rows, read()]).toEqual([whole, 4]);
  expect([labels(derivation, settled).rows, read()]).toEqual([whole, 0]);
});

test.each([
  [
    'written in place, with the old size and time',
    (file: string) => {
      const {atime, mtime} = statSync(file);
      writeFileSync(file, sealDocument(sessionOf(1, 'v61')));
      utimesSync(file, atime, mtime);
    },
  ],
  [
    'another file moved to its place',
    (file: string) => {
      writeFileSync(`${store}/aside`, sealDocument(sessionOf(1, 'v61')));
      renameSync(`${store}/aside`, file);
    },
  ],
])('a session changed under the index is seen: %s', async (_how, change) => {
  const folders = await fill();
  const {derivation, read} = counting();
  labels(derivation);
  read();
  // File times have the clock's grain.
  execFileSync('sleep', ['0.05']);
  change(join(folders[1], 'session.json'));
  expect(labels(derivation).rows[1]).toEqual([id(1), 'v61', 3]);
  expect(read()).toBe(1);
});

test('a session damaged or removed under the index is named or gone, every time', async () => {
  const folders = await fill();
  const {derivation} = counting();
  labels(derivation);
  execFileSync('sleep', ['0.05']);
  const file = join(folders[1], 'session.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"v58"', '"v59"'));
  rmSync(folders[3], {recursive: true});
  mkdirSync(join(dirname(folders[0]), 'pictures'));
  for (const _time of [1, 2])
    expect(labels(derivation)).toEqual({
      rows: [whole[0], whole[2]],
      problems: [
        expect.stringContaining('its checksum does not fit'),
        'does not belong in a store',
      ],
    });
});

test('flips and cuts of the index change nothing, 600 of them', async () => {
  await fill();
  const {derivation} = counting();
  labels(derivation);
  const good = readFileSync(indexPath());
  const random = seededRandom(7);
  for (let i = 0; i < 600; i++) {
    const bad = Buffer.from(good);
    const at = Math.floor(random() * bad.length);
    bad[at] ^= 1 << Math.floor(random() * 8);
    writeFileSync(indexPath(), i % 3 === 0 ? good.subarray(0, at) : bad);
    expect(labels(derivation)).toEqual({rows: whole, problems: []});
  }
});

test.each([
  ['removed', () => rmSync(join(store, 'index'), {recursive: true})],
  ['a folder in its place', () => (rmSync(indexPath()), mkdirSync(indexPath()))],
  ['a pipe in its place', () => (rmSync(indexPath()), execFileSync('mkfifo', [indexPath()]))],
  [
    'a store that takes no index',
    () => (rmSync(join(store, 'index'), {recursive: true}), writeFileSync(`${store}/index`, '')),
  ],
])('the index is %s', async (_what, spoil) => {
  await fill();
  const {derivation} = counting();
  labels(derivation);
  spoil();
  for (const _time of [1, 2]) expect(labels(derivation)).toEqual({rows: whole, problems: []});
});

test('of another version all is derived again', async () => {
  await fill();
  labels(counting('1').derivation);
  const {derivation, read} = counting('2');
  expect([labels(derivation).rows, read()]).toEqual([whole, 4]);
  expect([labels(derivation).rows, read()]).toEqual([whole, 0]);
});

test('readers and writers at once: each sees whole sessions, and the index ends up right', async () => {
  const source = fileURLToPath(new URL('./session-index.ts', import.meta.url));
  const script = await bundleScript(
    store,
    `import {readSessions, sessionDerivation} from ${JSON.stringify(source)};
          const derivation = sessionDerivation('1', (session) => ({
            group: session.workload, shared: {workload: session.workload},
            own: {label: session.before.label}, parts: [['a', session.id], ['b', 1], ['c', 2]]}));
          const later = () => Date.now() + 90;
          const request = {store: process.argv[2], derivation, group: null, parts: null};
          let seen = 0;
          while (seen < 10) {
            const {rows, problems} = readSessions(request, later);
            const ids = rows.map(({name, own, parts}) => own.label === 'v58' && parts[0][1] === name);
            if (problems.length > 0 || ids.includes(false) || rows.length < seen)
              throw new Error(JSON.stringify([rows, problems]));
            seen = rows.length;
          }`,
  );
  const readers = [1, 2, 3].map(() => {
    const child = spawn(process.execPath, [script, store], {stdio: 'inherit'});
    return new Promise((resolve) => child.once('close', resolve));
  });
  for (let at = 0; at < 10; at++) await finishSession(store, sessionOf(at), null);
  expect(await Promise.all(readers)).toEqual([0, 0, 0]);
  const {derivation} = counting();
  expect(labels(derivation)).toEqual({
    rows: Array.from({length: 10}, (_, at) => [id(at), 'v58', 3]),
    problems: [],
  });
});
