// The codes of a text stand for its characters, and words found by them are the text's own.
import {expect, test} from 'vitest';
import {importText} from './index.ts';
import {isEnd, numberEnd, sourceOf} from './perf-codes.ts';
import {wordIn} from './perf-words.ts';

test.each(['', 'cycles', '\u00b1 1', 'caf\u00e9 \u00fe\u00ff', 'a\u2502b', '\u{1f600}1'])(
  'codes of %j are its characters, at most 254, and end after them',
  (text) => {
    const {codes} = sourceOf(text);
    const own = [...codes.subarray(0, text.length)];
    expect(own).toEqual(own.map((_code, i) => Math.min(254, text.charCodeAt(i))));
    expect(isEnd(codes[text.length])).toBe(true);
  },
);

test('a character that is a digit only in its lower byte is not one', () =>
  expect(numberEnd(sourceOf('\u0131\u0132').codes, 0)).toBe(-1));

test('words that differ in characters above the codes are two words', () => {
  const words = ['walk\u0416s', 'walk\u0417s', 'walk\u00fes', 'walks', 'walk\u0416s'];
  expect(words.map((text) => wordIn(sourceOf(text), 0, text.length).text)).toEqual(words);
});

test('many words of one length, first, middle and last character stay apart', () => {
  const words = Array.from({length: 300}, (_one, i) => `c${100 + i}-m-${400 - i}s`);
  const twice = [...words, ...words];
  expect(twice.map((text) => wordIn(sourceOf(text), 0, text.length).text)).toEqual(twice);
});

test('rows after characters of other scripts are read as without them', () => {
  const table = '\n  1,068,376      instructions   #  1.53  insn per cycle  ( \u00b1 0.13% )\n';
  const [plain, other] = ['so:', '\u4e00 \u0131\u0132:'].map(
    (words) => importText(words + table, 'x').tables[0].rows,
  );
  expect(plain[0]).toMatchObject({event: 'instructions', value: 1068376, metric: 1.53, sem: 0.13});
  expect(other).toEqual(plain);
});
