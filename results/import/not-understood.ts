// Says which skipped text looks like a count, so that nothing perf printed is dropped without a word.
import type {Warning} from '../types.ts';

const known = String.raw`(?:task-clock|cpu-clock|duration_time|context-switches|cpu-migrations|CPU-migrations|page-faults|cpu-cycles|cycles|instructions|branches|branch-misses|stalled-cycles-\w+|L1-[di]cache-[\w-]+|LLC-[\w-]+|[di]TLB-[\w-]+|cache-(?:references|misses))`;
const signs: readonly RegExp[] = [
  /<not (?:supported|counted)>/,
  /\(\s*(?:\+-|\+\/-|\u00b1)\s*\d[\d.,]*\s*%\s*\)/,
  /\d\s*(?:\+-|\u00b1)\s*\d[^\n]{0,40}seconds time elapsed/,
  /^\s*\d[\d.,]*\s+seconds time elapsed/,
  new RegExp(String.raw`^\s*(?:\d+\.\d{9}\s+)?\d[\d.,']*\s+(?:msec\s+)?${known}(?:\s{2,}|\s*$|\s*#|\s+\d)`),
  new RegExp(String.raw`^\s*(?:[\w.-]*[,;|/:\t]){0,4}[\d.]+[,;|/:\t]\w*[,;|/:\t]${known}(?:[:/]\w*)?[,;|/:\t]`),
  /"(?:counter-value|metric-value|event-runtime)"/,
  // A row of --metric-only: numbers under a line of metric names.
  /^\s*(?:\d+\.\d{9}\s+)?(?:S-?\d+(?:-[A-Z]\d+)*|CPU-?\d+|N\d+)\s+(?:\d+\s+)?-?\d+\.\d+%?(?:\s+-?[\d.]+%?)*\s*$/,
];

/** `isWhole`: the text begins a line, so that the tests of a line's beginning apply. */
export const looksLikeCount = (text: string, isWhole: boolean): boolean => {
  const part = text.length > 4000 ? text.slice(0, 4000) : text;
  return signs.some((sign) => (isWhole || !sign.source.startsWith('^')) && sign.test(part));
};

const mostNamed = 50;

/** One warning a line, up to a limit; after it one warning that lists all further numbers. */
export const notUnderstood = (lines: readonly number[]): Warning[] => {
  const named = lines.slice(0, mostNamed).map((line): Warning => ({code: 'not-understood', text: `line ${line} looks like a count and was not understood`, data: {line}}));
  const more = lines.slice(mostNamed);
  if (more.length > 0) named.push({code: 'not-understood', text: `${more.length} further lines look like counts and were not understood (from line ${more[0]} to ${more.at(-1)})`, data: {lines: more}});
  return named;
};
