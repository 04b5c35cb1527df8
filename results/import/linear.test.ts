// Reading takes time in proportion to the input: fragments repeated to 1, 2, 4 and 8 times, judged
// by the ratio of CPU times. JITSTAT_FRAGMENTS=N tries N of them.
import {describe, expect, test} from 'vitest';
import type {Fragment} from '../testdata/fragments.ts';
import {grown, seededFragments, slowOnce} from '../testdata/fragments.ts';
import {importText} from './index.ts';

const fragments = Number(process.env['JITSTAT_FRAGMENTS'] ?? 2000);
const smallest = 1000;
/** Below this a time says nothing; no verdict depends on how fast the machine is. */
const leastMs = 20;
/** Twice the input takes twice the time; four times would be quadratic. */
const mostRatio = 3;

const cpuMs = (text: string): number => {
  const start = process.cpuUsage();
  importText(text, 'fragment');
  const {user, system} = process.cpuUsage(start);
  return (user + system) / 1000;
};

/**
 * CPU times at doubling sizes while each doubling costs more than it may; an innocent fragment ends
 * the list with a cheap doubling. The least of several tries, as collectors and compilers disturb.
 */
const doublings = (fragment: Fragment, tries: number, most: number): readonly number[] => {
  const least = (size: number): number =>
    Math.min(...Array.from({length: tries}, () => cpuMs(grown(fragment, size))));
  const times = [least(smallest)];
  for (let size = 2 * smallest; size <= most; size *= 2) times.push(least(size));
  return times;
};

const isSuspect = (times: readonly number[]): boolean =>
  times.at(-1)! > leastMs && times.at(-1)! / times.at(-2)! > mostRatio;

/** A suspect is tried again, three times each, up to 32 times the size. */
const isSuperLinear = (fragment: Fragment): boolean => {
  if (!isSuspect(doublings(fragment, 1, 8 * smallest))) return false;
  const again = doublings(fragment, 3, 32 * smallest);
  return isSuspect(again) && isSuspect(again.slice(0, -1));
};

describe('the time of an import grows with its input and no faster', () => {
  test.each(slowOnce.map((fragment) => [JSON.stringify(fragment), fragment] as const))(
    '%s',
    (_, fragment) => expect(isSuperLinear({...fragment})).toBe(false),
  );

  test(`${fragments} seeded fragments`, {timeout: 600_000}, () => {
    expect(
      seededFragments(7, fragments)
        .filter(isSuperLinear)
        .map((fragment) => JSON.stringify(fragment)),
    ).toEqual([]);
  });
});
