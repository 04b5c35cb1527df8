// Placements: parsed or refused, in range, without overlap, repeatable, and with the kernel's start
// offsets.
import {expect, test} from 'vitest';
import {seededRandom} from '../../results/testdata/random.ts';
import type {Placement} from '../types.ts';
import {formatPlacement, parsePlacement, placeFunctions} from './placement.ts';

const region = 0x20000000n;
const sizes = [86, 5000, 40, 4096, 1, 700];

const place = (list: readonly number[], placement: Placement, start: bigint): bigint[] =>
  placeFunctions(list, placement, start, seededRandom('seed' in placement ? placement.seed : 0));

test.each([
  'fixed:0',
  'fixed:4084',
  'stride:1',
  'stride:256',
  'random:7',
  'binary-alloc:1',
  'pack-alloc:4294967295',
])('%s is read and written back', (text) => {
  expect(formatPlacement(parsePlacement(text))).toBe(text);
});

test.each([
  'fixed',
  'fixed:',
  'fixed:3',
  'fixed:4088',
  'fixed:-4',
  'random:x',
  'random:4294967296',
  'random:1:2',
  'pack:1',
  '',
  'random:1e3',
  'fixed:99999999999',
  'stride:0',
  'stride:65537',
  'stride:x',
])('%j is refused with a hint', (text) => {
  expect(() => parsePlacement(text)).toThrow(
    expect.objectContaining({name: 'Refusal', hint: expect.stringMatching(/\w/)}),
  );
});

const overlapFree = (addresses: readonly bigint[]) => {
  const order = addresses
    .map((address, index) => ({address, size: sizes[index]}))
    .toSorted((a, b) => Number(a.address - b.address));
  return order.every(
    ({address}, index) =>
      index === 0 || address >= order[index - 1].address + BigInt(order[index - 1].size),
  );
};

test.each([
  'fixed:48',
  'stride:1',
  'stride:256',
  'random:1',
  'random:2',
  'binary-alloc:3',
  'pack-alloc:4',
])('%s: multiples of 4, no overlap, same again', (text) => {
  const placement = parsePlacement(text);
  const addresses = place(sizes, placement, region);
  expect(addresses.every((address) => address % 4n === 0n && address >= region)).toBe(true);
  expect(overlapFree(addresses)).toBe(true);
  expect(place(sizes, placement, region)).toEqual(addresses);
});

test('fixed: every function at the same place in its page', () => {
  const addresses = place(sizes, parsePlacement('fixed:48'), region);
  expect(addresses.map((address) => address % 4096n)).toEqual(sizes.map(() => 56n));
});

test('stride: whole strides apart, two for what is larger than one', () => {
  const pages = (stride: number) =>
    place(sizes, {kind: 'stride', pages: stride}, region).map((address) =>
      Number((address - region) / 4096n),
    );
  expect(pages(256)).toEqual([0, 256, 512, 768, 1024, 1280]);
  expect(pages(1)).toEqual([0, 1, 3, 4, 6, 7]);
  expect(() => pages(65536)).toThrow(
    expect.objectContaining({name: 'Refusal', message: expect.stringContaining('do not fit')}),
  );
});

// 86 bytes of code: P = 88, one page, hole 4000, start 0, 4 … 3996.
test('binary-alloc: starts as the kernel draws them', () => {
  const starts = Array.from(
    {length: 4000},
    (_each, seed) => Number(place([86], {kind: 'binary-alloc', seed}, region)[0] - region) - 8,
  );
  expect(Math.min(...starts)).toBeLessThan(16);
  expect(Math.max(...starts)).toBeGreaterThan(3980);
  expect(Math.max(...starts)).toBeLessThanOrEqual(3996);
});

test('pack-alloc: offsets 8 to 60 in a line of 64, chunks one after the other', () => {
  for (let seed = 0; seed < 200; seed++) {
    const addresses = place([86, 86, 86], {kind: 'pack-alloc', seed}, region);
    addresses.forEach((address, index) => {
      const chunk = region + BigInt(index * 128);
      expect(address - chunk).toBeGreaterThanOrEqual(8n);
      expect(address - chunk).toBeLessThanOrEqual(60n);
    });
  }
});

test('pack-alloc: what is too large for the rest of a pack goes to the next one', () => {
  const [first, second, third] = place(
    [(2 << 20) - 200, 4000, 40],
    {kind: 'pack-alloc', seed: 1},
    region,
  );
  expect(first - region).toBeLessThan(64n);
  expect(second - region).toBeGreaterThanOrEqual(2n << 20n);
  expect(third - region).toBeLessThan(2n << 20n);
});

test('random: every start in a page occurs', () => {
  const starts = new Set(
    Array.from(
      {length: 20_000},
      (_each, seed) => place([40], {kind: 'random', seed}, region)[0] % 4096n,
    ),
  );
  expect(starts.size).toBe(1024);
});
