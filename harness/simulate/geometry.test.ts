// TLB geometry as text: read, written back, refused.
import {expect, test} from 'vitest';
import {asCaches, formatTlb, parseTlb, tlbGeometry} from './geometry.ts';

test('missing parts keep their defaults', () => {
  expect(parseTlb('')).toEqual(tlbGeometry);
  expect(formatTlb(parseTlb('stlb=1536/12, itlb=128/8'))).toBe(
    'itlb=128/8,dtlb=64/64,stlb=1536/12',
  );
});

test('as caches with lines of 4096 bytes', () => {
  expect(asCaches(tlbGeometry)).toEqual({
    i1: [262144, 64, 4096],
    d1: [262144, 64, 4096],
    ll: [8388608, 8, 4096],
  });
});

test.each([
  'itlb',
  'itlb=64',
  'l2=64/4',
  'itlb=0/4',
  'itlb=96/4',
  'itlb=4/8',
  'itlb=64/0',
  'itlb=64/4;stlb=64/4',
])('%j is refused with a hint', (text) => {
  expect(() => parseTlb(text)).toThrow(
    expect.objectContaining({name: 'UserError', hint: expect.stringContaining('ENTRIES/WAYS')}),
  );
});
