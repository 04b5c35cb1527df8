// The pieces around the rows of a perf stat table: header, elapsed, user and sys, lines of `--table`, heads of intervals.
import {at, footer, noise, number, skipBreak, sticky} from './perf-tokens.ts';

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
const headerBare = sticky(String.raw`[ \t]*([^\n]{1,300}?)(?:\s\((\d{1,9}) runs?\))?[ \t]*:[ \t]*(?=\n|$)`);
const measurement = sticky(String.raw`[ \t]{0,400}(${number})[ \t]{1,40}\(([+-]${number})\)[ \t]{1,40}#+(?!\S)`);
export const intervalHeader = sticky(String.raw`[ \t]{0,400}#[ \t]{1,400}time[ \t][^\n]{0,80}?counts[ \t]{1,80}(?:unit[ \t]{1,80})?events`);

const kinds: readonly (readonly [RegExp, string])[] = [
  [/^'?system wide'?$/, 'system wide'], [/^'?CPU\(s\) (.*)$/, 'cpus'], [/^process id '?(.*)$/, 'process'], [/^thread id '?(.*)$/, 'thread'],
  [/^BPF program\(s\) '?(.*)$/, 'bpf'],
];

/** `Performance counter stats for 'COMMAND' (N runs):`, also wrapped; a header whose end is lost names no command. */
export const readHeader = (text: string, position: number): Header | null => {
  if (at(headerWords, text, position) === null) return null;
  const start = headerWords.lastIndex;
  const window = text.slice(start, start + 4000);
  headerEnd.lastIndex = 0;
  const closed = headerEnd.exec(window);
  const before = closed === null ? '' : window.slice(0, closed.index);
  if (closed !== null && before.split('\n').length <= 8 && !before.includes('Performance counter stats for')) {
    return {end: start + headerEnd.lastIndex, ...target(before.replace(/\s*\n\s*/g, ' ').trim()), runs: closed[1] === undefined ? null : Number(closed[1])};
  }
  const bare = at(headerBare, text, start);
  if (bare !== null) return {end: headerBare.lastIndex, ...target(bare[1].trim().replace(/'$/, '')), runs: bare[2] === undefined ? null : Number(bare[2])};
  return {end: start, command: null, kind: 'command', runs: null};
};

const target = (words: string): {command: string | null; kind: string} => {
  const bare = words.replace(/^'/, '');
  for (const [pattern, kind] of kinds) {
    const found = pattern.exec(bare);
    if (found !== null) return {command: found[1] ?? 'system wide', kind};
  }
  return {command: bare === '' ? null : bare, kind: 'command'};
};

/** `0.199307 +- 0.000250 seconds time elapsed  ( +- 0.13% )`, `1.2 seconds user`, `1.2 seconds sys`. */
export const readFooter = (text: string, position: number): Footer | null => {
  const found = at(footer, text, position);
  if (found === null) return null;
  const what = found[3].startsWith('time') ? 'elapsed' : found[3] as 'user' | 'sys';
  const end = footer.lastIndex;
  const relative = what === 'elapsed' ? at(noise, text, skipBreak(text, end)) : null;
  return {end: relative === null ? end : noise.lastIndex, what, value: found[1], error: found[2] ?? null, noise: relative?.[1] ?? null};
};

/** One line of `--table`: `value (+delta) ####`. */
export const readMeasurement = (text: string, position: number): {end: number; value: string} | null => {
  const found = at(measurement, text, position);
  return found === null ? null : {end: measurement.lastIndex, value: found[1]};
};
