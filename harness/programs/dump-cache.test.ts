// The cache of what the kernel made of objects: entries are found again, but not if anything
// differs or is broken; its size is bounded.
import {mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeEach, expect, test, vi} from 'vitest';
import {cachedLines, keepLines, pruneCache} from './dump-cache.ts';

const caches = mkdtempSync(join(tmpdir(), 'jitstat-dumps-'));
const folder = join(caches, 'jitstat', 'loaded');
vi.stubEnv('XDG_CACHE_HOME', caches);
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(caches, {recursive: true});
});
beforeEach(() => rmSync(folder, {recursive: true, force: true}));

const bytes = Buffer.from('object');
const lines = ['{"name":"a"}', '{"name":"b"}'];

test('lines are found again for the same object and loader only', () => {
  expect(cachedLines('/x/loader-1', bytes)).toBeNull();
  keepLines('/x/loader-1', bytes, lines);
  expect(cachedLines('/x/loader-1', bytes)).toEqual(lines);
  expect(cachedLines('/x/loader-2', bytes)).toBeNull();
  expect(cachedLines('/x/loader-1', Buffer.from('other'))).toBeNull();
});

test('a broken entry is ignored', () => {
  keepLines('loader', bytes, lines);
  const [name] = readdirSync(folder);
  writeFileSync(join(folder, name), readFileSync(join(folder, name)).subarray(0, 30));
  expect(cachedLines('loader', bytes)).toBeNull();
});

test('the most recently used entries stay', () => {
  const objects = ['a', 'b', 'c'].map((text) => Buffer.from(text));
  for (const [age, object] of objects.entries()) {
    const before = new Set(age === 0 ? [] : readdirSync(folder));
    keepLines('loader', object, lines);
    const added = readdirSync(folder).find((name) => !before.has(name))!;
    utimesSync(join(folder, added), 1000 + age, 1000 + age);
  }
  // Found, which counts as a use.
  expect(cachedLines('loader', objects[0])).toEqual(lines);
  const [{length}] = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  pruneCache(2 * length + 4);
  expect(objects.map((object) => cachedLines('loader', object) !== null)).toEqual([
    true,
    false,
    true,
  ]);
});

test('without a writable folder there is no cache', () => {
  const file = join(caches, 'file');
  writeFileSync(file, '');
  vi.stubEnv('XDG_CACHE_HOME', file);
  keepLines('loader', bytes, lines);
  expect(cachedLines('loader', bytes)).toBeNull();
  pruneCache();
  vi.stubEnv('XDG_CACHE_HOME', caches);
});
