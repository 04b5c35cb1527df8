// The reply of a review, from two variants in place of two trees: what it says, and that it is short.
import {expect, test} from 'vitest';
import {findVariant} from '../../jit/variants/list/index.ts';
import {buildShim} from '../shim/build-shim.ts';
import {movedPokes, reviewImages} from './images.ts';
import {diffLines, listingDiffs} from './listing-diff.ts';
import type {Review} from './review-text.ts';
import {mostLines, reviewText} from './review-text.ts';

test('a diff of lines', () => {
  expect(diffLines(['a', 'b', 'c'], ['a', 'x', 'c', 'd'])).toEqual([' a', '-b', '+x', ' c', '+d']);
  expect(diffLines([], ['a'])).toEqual(['+a']);
});

const review = async (before: string, after: string): Promise<Review> => {
  const {images, refused} = reviewImages(before, after, await buildShim('user'));
  return {
    titles: ['one', 'two', 'three', 'four', 'five', 'six'],
    base: findVariant(before).from,
    rules: 'v61',
    outside: ['kernel/bpf/verifier.c'],
    images,
    refused,
    failing: [],
    counts: ['valgrind is not installed'],
    slices: [],
    moved: images.flatMap(movedPokes),
    diffs: listingDiffs(images),
  };
};

test('two variants that differ: sizes, pokes that moved, at most 60 lines of 72 characters', async () => {
  const text = reviewText(await review('v510', 'v618'));
  expect(text).toMatch(/^> one\n> two\n> three\n> four\n> and 2 more\n/);
  expect(text).toMatch(/\d+ of \d+ workloads compile to different code/);
  expect(text).toMatch(/^size {4}\d+ -> \d+ bytes/m);
  expect(text).toMatch(/^pokes {3}\d+ moved/m);
  expect(text).toContain('kernel/bpf/verifier.c');
  const lines = text.trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(mostLines);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(72);
});

test('the same code on both sides says so', async () => {
  const text = reviewText(await review('v61', 'v61'));
  expect(text).toMatch(/No image changes: all \d+ workloads compile to the same code/);
  expect(text).toContain('pokes   none moved');
});
