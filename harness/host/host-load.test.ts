// Load from others: our own work does not count, other work does.
import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {cpus} from 'node:os';
import {expect, test} from 'vitest';
import type {LoadReading} from './host-load.ts';
import {loadBetween, readLoad} from './host-load.ts';

const at = (reading: Partial<LoadReading>): LoadReading => ({
  at: 0,
  busy: 0,
  stolen: 0,
  own: 0,
  waited: 0,
  ...reading,
});

// prettier-ignore
test.each([
  [{busy: 10, own: 10}, {others: 0, stolen: 0, waited: 0}],
  [{busy: 10, own: 4}, {others: 0.6}],
  [{busy: 3, own: 4}, {others: 0}],
  [{waited: 5}, {waited: 0.5}],
  [{waited: null}, {waited: null}],
  [{stolen: 2 * cpus().length}, {stolen: 0.2}],
])('ten seconds with %j', (last, expected) => {
  expect(loadBetween(at({}), at({at: 10, ...last}))).toMatchObject({seconds: 10, ...expected});
});

test('nothing is said without two readings', () => {
  expect(loadBetween(null, at({at: 1}))).toBeNull();
  expect(loadBetween(at({}), null)).toBeNull();
  expect(loadBetween(at({}), at({}))).toBeNull();
});

test.skipIf(!existsSync('/proc/stat'))(
  'a spinning child counts as ours once it has been waited for',
  async () => {
    const first = readLoad()!;
    const child = spawn(process.execPath, [
      '-e',
      'const end=Date.now()+400;while(Date.now()<end);',
    ]);
    await new Promise((resolve) => child.on('exit', resolve));
    const last = readLoad()!;
    expect(last.own - first.own).toBeGreaterThan(0.05);
    expect(last.busy - first.busy).toBeGreaterThan(0.05);
  },
);
