// The pieces around the rows of a perf stat table: header, elapsed, user and sys, lines of
// `--table`, heads of intervals.
import type {Source} from './perf-codes.ts';
import {numberEnd, plusMinusEnd, skipBlank, skipBreak, skipGap} from './perf-codes.ts';
import {readNoise} from './perf-shares.ts';
import {at, isBlank, isDigit, number, startsName, sticky} from './perf-tokens.ts';
import {headerPhrase} from './vocabulary.ts';

export interface Header {
  readonly end: number;
  readonly command: string | null;
  readonly kind: string;
  readonly runs: number | null;
}

export interface Footer {
  readonly end: number;
  readonly what: 'elapsed' | 'user' | 'sys';
  readonly value: string;
  readonly error: string | null;
  readonly noise: string | null;
}

export const headerWords = sticky(String.raw`Performance\s{1,80}counter\s{1,80}stats\s{1,80}for`);
const headerEnd = /'(?:\s{1,80}\((\d{1,9})\s{1,80}runs?\))?\s{0,20}:(?=\s|$|\*)/g;
const headerBare = sticky(
  String.raw`[ \t]*([^\n]{1,300}?)(?:\s\((\d{1,9}) runs?\))?[ \t]*:[ \t]*(?=\n|$)`,
);
const opensQuote =
  /^\s{1,80}(?:(?:process|thread)\s{1,80}id\s{1,80}|BPF\s{1,80}program\(s\)\s{1,80})?'/;
const rowLine =
  /^[ \t]*(?:\d[\d.,']*|<not \w+>)[ \t]+(?:msec[ \t]+)?[A-Za-z_][^\s#]*[ \t]*(?:#|\(|$)/;
const measurement = sticky(
  String.raw`[ \t]{0,400}(${number})[ \t]{1,40}\(([+-]${number})\)[ \t]{1,40}#+(?!\S)`,
);
export const intervalHeader = sticky(
  String.raw`[ \t]{0,400}#[ \t]{1,400}time[ \t][^\n]{0,80}?counts[ \t]{1,80}(?:unit[ \t]{1,80})?events`,
);

const kinds: readonly (readonly [RegExp, string])[] = [
  [/^'?system wide'?$/, 'system wide'],
  [/^'?CPU\(s\) (.*)$/, 'cpus'],
  [/^process id '?(.*)$/, 'process'],
  [/^thread id '?(.*)$/, 'thread'],
  [/^BPF program\(s\) '?(.*)$/, 'bpf'],
];

/**
 * `Performance counter stats for 'COMMAND' (N runs):`, also wrapped; a header whose end is lost
 * names no command.
 */
export const readHeader = (source: Source, position: number): Header | null => {
  const {text} = source;
  if (at(headerWords, text, position) === null) return null;
  const start = headerWords.lastIndex;
  const plain = readPlain(source, start);
  if (plain !== null) return plain;
  const near = text.slice(start, start + 4000);
  const again = near.indexOf(headerPhrase);
  const window = again < 0 ? near : near.slice(0, again + 1);
  headerEnd.lastIndex = 0;
  const closed = opensQuote.test(window) ? headerEnd.exec(window) : null;
  const before = closed === null ? [] : window.slice(0, closed.index).split('\n');
  // A quote that closes below rows is another one.
  if (
    closed !== null &&
    before.length <= 8 &&
    !before.slice(1).some((line) => rowLine.test(line))
  ) {
    return {
      end: start + headerEnd.lastIndex,
      ...target(
        before
          .map((line) => line.trim())
          .filter((line) => line !== '')
          .join(' '),
      ),
      runs: closed[1] === undefined ? null : Number(closed[1]),
    };
  }
  const bare = window.includes(':') ? at(headerBare, text, start) : null;
  if (bare !== null)
    return {
      end: headerBare.lastIndex,
      ...target(bare[1].trim().replace(/['\u2019"`](?:\s*\([^()]*\))?$/, '')),
      runs: bare[2] === undefined ? null : Number(bare[2]),
    };
  return {end: start, command: null, kind: 'command', runs: null};
};

const [lineFeed, blank, quote, minus, colon] = [10, 32, 39, 45, 58];
const [longestPlain, mostRunsDigits] = [300, 9];

/** The rest of a header as most are: ` 'COMMAND' (N runs):`, in one line and without more quotes. */
const readPlain = (source: Source, start: number): Header | null => {
  const {text, codes} = source;
  const open = start + 1;
  const first = codes[open + 1];
  if (codes[start] !== blank || codes[open] !== quote) return null;
  if (!(first > blank && first < 127) || first === colon) return null;
  let close = open + 1;
  while (close < open + longestPlain && codes[close] !== lineFeed) {
    if (codes[close] === quote) break;
    close++;
  }
  const {runs, end} = readRuns(source, close + 1);
  if (codes[close] !== quote || !text.startsWith(':\n', end)) return null;
  const words = text.slice(open, close);
  return words.includes(headerPhrase) ? null : {end: end + 1, ...target(words.trim()), runs};
};

/** ` (N runs)`; without it `end` is where it would begin. */
const readRuns = ({text, codes}: Source, start: number): {runs: number | null; end: number} => {
  const from = start + 2;
  let to = from;
  while (to < from + mostRunsDigits && isDigit(codes[to])) to++;
  const words = [' runs)', ' run)'].find((one) => text.startsWith(one, to));
  return to === from || words === undefined || !text.startsWith(' (', start)
    ? {runs: null, end: start}
    : {runs: Number(text.slice(from, to)), end: to + words.length};
};

const target = (words: string): {command: string | null; kind: string} => {
  const bare = words.replace(/^['\u2018\u2019"`]/, '');
  for (const [pattern, kind] of kinds) {
    const found = pattern.exec(bare);
    if (found !== null) return {command: found[1] ?? 'system wide', kind};
  }
  return {command: bare === '' ? null : bare, kind: 'command'};
};

/** What perf gives in seconds; `time` is before `elapsed`. */
const times = ['time', 'user', 'sys'] as const;
const isInWord = (code: number): boolean => startsName(code) || isDigit(code) || code === minus;

/**
 * `0.199307 +- 0.000250 seconds time elapsed  ( +- 0.13% )`, `1.2 seconds user`, `1.2 seconds sys`.
 */
export const readFooter = (source: Source, position: number): Footer | null => {
  const {text, codes} = source;
  const valueEnd = numberEnd(codes, position);
  if (valueEnd < 0) return null;
  let next = skipGap(codes, valueEnd);
  let error: string | null = null;
  const sign = plusMinusEnd(codes, next);
  if (sign >= 0) {
    const start = skipGap(codes, sign);
    const errorEnd = numberEnd(codes, start);
    if (errorEnd < 0) return null;
    error = text.slice(start, errorEnd);
    next = skipGap(codes, errorEnd);
  }
  if (codes[next] !== 115 || !text.startsWith('seconds', next)) return null;
  const start = skipGap(codes, next + 'seconds'.length);
  const what = times.find((word) => text.startsWith(word, start));
  const rest = what === 'time' ? skipGap(codes, start + what.length) : start;
  const end = what === undefined ? -1 : rest + (what === 'time' ? 'elapsed' : what).length;
  if (what === undefined || isInWord(codes[end])) return null;
  if (what === 'time' && !text.startsWith('elapsed', rest)) return null;
  const relative = what === 'time' ? readNoise(source, skipBreak(codes, end)) : null;
  return {
    end: relative?.end ?? end,
    what: what === 'time' ? 'elapsed' : what,
    value: text.slice(position, valueEnd),
    error,
    noise: relative?.value ?? null,
  };
};

/** One line of `--table`: `value (+delta) ####`. */
export const readMeasurement = (
  {text, codes}: Source,
  position: number,
): {end: number; value: string} | null => {
  const valueEnd = numberEnd(codes, skipBlank(codes, position));
  if (valueEnd < 0 || !isBlank(codes[valueEnd]) || codes[skipBlank(codes, valueEnd)] !== 40)
    return null;
  const found = at(measurement, text, position);
  return found === null ? null : {end: measurement.lastIndex, value: found[1]};
};
