// Which records of nights a store accepts from another store.
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {sealDocument} from '../store/checksum.ts';
import {testHost} from '../testdata/session.ts';
import {addNight, finishedNights} from './add-night.ts';
import {readNights, writeNight} from './nights.ts';
import type {Night} from './types.ts';

const night: Night = {
  schema: 'jitstat/night/1',
  id: '20261122-020000000-ab12',
  night: '2026-11-22',
  created: '2026-11-22T02:00:00.000Z',
  finished: '2026-11-22T02:10:00.000Z',
  status: 'finished',
  machine: 'lab1',
  host: testHost,
  suite: 'test',
  aa: null,
  workloads: [],
  alerts: [],
  notes: [],
  exitCode: 0,
};

let store: string;
beforeEach(() => (store = mkdtempSync(join(tmpdir(), 'jitstat-add-night-'))));
afterEach(() => rmSync(store, {recursive: true, force: true}));

test('a night travels as the text of its file, and enters once', () => {
  const from = join(store, 'from');
  writeNight(from, night);
  writeNight(from, {...night, id: '20261123-020000000-ab12', status: 'unfinished', finished: null});
  const [text, ...more] = finishedNights(from);
  expect(more).toEqual([]);
  expect(addNight(store, text)).toEqual({night, added: true});
  expect(addNight(store, text)).toEqual({night, added: false});
  expect(readNights(store)).toEqual({nights: [night], problems: []});
  const other = sealDocument({...night, notes: ['other']});
  expect(() => addNight(store, other)).toThrow('is in the store with other content');
});

test('a night that was unfinished when the store was copied is replaced', () => {
  writeNight(store, {...night, status: 'unfinished', finished: null});
  expect(addNight(store, sealDocument(night)).added).toBe(true);
  expect(readNights(store).nights).toEqual([night]);
});

test.each([
  ['changed', sealDocument(night).replace('lab1', 'lab2'), 'its checksum does not fit'],
  ['unsealed', JSON.stringify(night), 'it carries no checksum'],
  ['no night', sealDocument({schema: 'jitstat/night/1'}), 'parts of it are missing'],
  ['not over', sealDocument({...night, status: 'unfinished'}), 'or is not over'],
  ['outside', sealDocument({...night, id: '../../x'}), 'has an odd id or date'],
  ['outside', sealDocument({...night, night: '../x'}), 'has an odd id or date'],
])('refuses %s', (_, text, words) => {
  expect(() => addNight(store, text)).toThrow(words);
  expect(readNights(store).nights).toEqual([]);
});
