// Says which skipped text looks like a count, so that nothing perf printed is dropped without a
// word.
import type {Warning} from '../types.ts';
import {isDigit} from './perf-tokens.ts';
import {knownEvent, looksLikeEvent} from './vocabulary.ts';

/**
 * One kind of text that looks like a count. `part`: anywhere; `line`: only from the beginning of a
 * line. `sign`: words of which one must be there, or what the line begins with. `example` is its
 * test: without the row nothing names it.
 */
interface Kind {
  readonly name: string;
  readonly of: 'part' | 'line';
  readonly words?: readonly string[];
  readonly begins?: 'number' | 'number or mark' | 'number or place' | 'other';
  readonly pattern: RegExp;
  readonly example: string;
}

export const kinds: readonly Kind[] = [
  {
    name: 'a count perf refused',
    of: 'part',
    words: ['<not '],
    pattern: /<not (?:supported|counted)>[,;|\s]+\w/,
    example: 'it says <not supported> cycles there',
  },
  {
    name: 'a standard error in brackets',
    of: 'part',
    words: ['%'],
    pattern: /\(\s*(?:\+-|\+\/-|\u00b1)\s*\d[\d.,]*\s*%\s*\)/,
    example: '12 foo bar ( +- 1.5% )',
  },
  {
    name: 'an elapsed time with its error',
    of: 'part',
    words: ['seconds time elapsed'],
    pattern: /\d\s*(?:\+-|\u00b1)\s*\d[^\n]{0,40}seconds time elapsed/,
    example: 'about 1,5.2 +- 0.1 of seconds time elapsed there',
  },
  {
    name: 'a key of -j',
    of: 'part',
    words: ['"'],
    pattern: /"(?:counter-value|metric-value|event-runtime)"/,
    example: '"counter-value" : 12,',
  },
  {
    name: 'the end of a row of -x',
    of: 'part',
    pattern: new RegExp(
      String.raw`([,;|\t])(?:\w{1,20}/)?${knownEvent}[:/]?\w{0,8}\1\d{1,20}\1\d{1,3}[.,]\d\d\1`,
    ),
    example: 'run 3   6720143357,,cpu_atom/instructions/,16548968,2.00,,',
  },
  {
    name: 'several grouped counts of known events',
    of: 'part',
    pattern: new RegExp(
      String.raw`\d{1,3}(?:[.,]\d{3})+\s+${knownEvent}\D{0,40}\d{1,3}(?:[.,]\d{3})+\s+${knownEvent}`,
    ),
    example: 'We saw 1,234,567 cycles and 2,345,678 instructions in it.',
  },
  {
    name: 'a row within words',
    of: 'part',
    words: ['#'],
    pattern: new RegExp(String.raw`\d[\d.,]*\s+(?:msec\s+)?${knownEvent}(?::\w+)?\s+#\s+\d`),
    example: 'The line "12,345 cycles # 0.5 GHz" is what counts.',
  },
  {
    name: 'clocks of perf before 2.6.31',
    of: 'part',
    words: ['msecs', '(scaled from'],
    pattern:
      /\d[\d.,]*\s{1,8}[A-Za-z][A-Za-z -]{1,40}\((?:msecs\)|scaled from )|^\s*Wall-clock time elapsed:\s+\d/,
    example: '       10.163691  cpu clock ticks (msecs)  (scaled from 98.94%)',
  },
  {
    name: 'a count and a known event',
    of: 'line',
    begins: 'number or mark',
    pattern: new RegExp(
      String.raw`^\s*(?:(?://|[#*;%+-]|--)\s+|\d{1,4}\s{2,})?(?:\d+\.\d{9}` +
        String.raw`\s+)?\d[\d.,'\u0080-\uffff]*(?: \d{3})*\s+(?:msec\s+)?(?:cpu_\w+/)?` +
        String.raw`${knownEvent}/?(?:\s{2,}|\s*$|\s*#|\s*\(msec\)|\s+\d)`,
    ),
    example: '1,77,489 branches',
  },
  {
    name: 'a grouped count of a tracepoint or an event of a PMU',
    of: 'line',
    begins: 'number or mark',
    pattern:
      /^\s*(?:(?:\/\/|[#*;%+-]|--)\s+)?\d{1,3}(?:[.,']\d{3})+\s+[a-z]\w*(?::[a-z]\w*|\/\S+\/)\s*$/,
    example: '* 1,234,567 sched:sched_switch',
  },
  {
    name: 'a row of -x',
    of: 'line',
    pattern: new RegExp(
      String.raw`^\s*(?:[\w.-]*[,;|/:\t]){0,4}[\d.]+[,;|/:\t]\w*[,;|/:\t]${knownEvent}(?:[:/]\w*)?[,;|/:\t]`,
    ),
    example: 'a,b,c,12,msec,task-clock,x',
  },
  {
    name: 'a metric alone',
    of: 'line',
    begins: 'number or mark',
    pattern: /^\s*#\s+-?\d[\d.,]*\s+%\s+tma_\w+/,
    example: '  #   12.3 %  tma_retiring of it all',
  },
  {
    name: 'a name before its count',
    of: 'line',
    begins: 'other',
    pattern: new RegExp(
      String.raw`^[\s|*\x60-]*${knownEvent}[*\x60]*\s*(?:[|:=]|\s{2})[\s*\x60]*\d` +
        String.raw`(?:[\d.,]{5,}|\d{4,})[*\x60]*\s*(?:[|(]|$)`,
    ),
    example: '| cycles | 545,730,573,769 |',
  },
  {
    name: 'a count in a cell',
    of: 'line',
    pattern: new RegExp(String.raw`^\s*\|?\s*\d[\d.,]*\s*\|\s*${knownEvent}`),
    example: '1,234 | cycles',
  },
  {
    name: 'an elapsed time in cells',
    of: 'line',
    words: ['seconds time elapsed'],
    pattern: /^[\s|]*\d[\d.,]*[\s|]+seconds time elapsed/,
    example: '1.5 | seconds time elapsed',
  },
  {
    name: 'a row of perf before 2.6.38, whose names have blanks',
    of: 'line',
    begins: 'number',
    pattern: /^\s*\d[\d.,]*\s{1,8}[A-Za-z][A-Za-z -]{1,40}#\s+-?\d[\d.,]*\s+(?:[KMG]?\/sec|CPU)/,
    example: '       1255.538611  task clock ticks     #      10.143 CPU utilization factor',
  },
  {
    name: 'a row of -x of perf before 4.x',
    of: 'line',
    begins: 'number',
    pattern: new RegExp(
      String.raw`^\s*(?:\d+\.\d{9}([,;|\t]))?(?:CPU\d+[,;|\t])?[\d.]+[,;|\t]{1,2}` +
        String.raw`(?:${knownEvent}|task-clock-msecs)(?::\w+)?[,;|\t]?\s*$`,
    ),
    example: '8.8.4,cache-misses',
  },
  {
    name: 'an unknown unit before an event of a PMU',
    of: 'line',
    begins: 'number',
    pattern: /^\s+\d[\d.,]*\s+[A-Za-z]{1,8}\s{2,}[A-Za-z_][\w-]*\/[^\s/]+\/?\s*(?:$|[#(])/,
    example: '      12.5.1 Furlong  power/energy-pkg/',
  },
  {
    name: 'a grouped count with a bracket or comment',
    of: 'line',
    begins: 'number',
    pattern: /^\s+\d{1,3}(?:[.,]\d{3})+\s{2,}[A-Za-z]\S*\s+[[#]/,
    example: '     1,234,567  walks  [of pages]',
  },
  {
    name: 'a row of --metric-only',
    of: 'line',
    begins: 'number or place',
    pattern: new RegExp(
      String.raw`^\s*(?:\d+\.\d{9}\s+)?(?:S-?\d+(?:-[A-Z]\d+)*|CPU-?\d+|N\d+)\s+(?:\d+` +
        String.raw`\s+)?-?\d+\.\d+%?(?:\s+-?[\d.]+%?)*\s*$`,
    ),
    example: '  S0        8                  2.6',
  },
  {
    name: 'intervals of --metric-only without names',
    of: 'line',
    begins: 'number or place',
    pattern: /^\s*[+-]?\s*\d{1,9}\.\d{9}(?:\s+-?\d+(?:\.\d+)?%?){2,}\s*$/,
    example: '     1.001141351                 11.5                 34.9',
  },
];

/** Names above the columns of --metric-only and --topdown, and rows of numbers below them. */
const metricNames = new RegExp(
  String.raw`(?:^|\s)%\s{1,2}[a-z]\w*|\btma_\w+|insn per cycle|retiring\s+bad speculation` +
    String.raw`|(?:^|[,;:|])(?:GHz|CPUs utilized|[\w-]+ of all [\w -]+)[,;:|]`,
);
const numbersLine =
  /^\s*(?:\d+[.,]\d{9}\s+)?(?:[A-Z]\S{0,30}\s+(?:\d+\s+)?)?-?\d+[.,]\d+%?(?:\s+-?\d+[.,]\d+%?)*\s*$/;
const separatedNumbers = /^\s*[\w.%-]*([,;:|])(?:[\w.%-]*\1)*[\w.%-]*\s*$/;

/** Of a longer part the beginning tells. */
export const longestPart = 4000;

const commentMarks: ReadonlySet<string> = new Set('/#*;%+-');
/** `CPU0`, `N0`, `S0`. */
const places: ReadonlySet<string> = new Set('CNS');

/** How a part begins, and the kinds that may begin so: a cheap check before their patterns. */
type Beginning = 'number' | 'mark' | 'place' | 'other';
const beginningOf = (first: string): Beginning =>
  isDigit(first.charCodeAt(0))
    ? 'number'
    : commentMarks.has(first)
      ? 'mark'
      : places.has(first)
        ? 'place'
        : 'other';
const beginsWith = (beginning: Beginning, begins: Kind['begins']): boolean =>
  begins === undefined ||
  (begins === 'other' ? beginning !== 'number' : begins.split(' or ').includes(beginning));

/**
 * A test for parts of a text, one after the other. `isWhole`: the part begins a line. `off`: names
 * of kinds left out, for tests.
 */
export const newCountTest = (
  off: ReadonlySet<string> = new Set(),
): ((part: string, isWhole: boolean) => boolean) => {
  const on = kinds.filter(({name}) => !off.has(name));
  const possible = (list: readonly Kind[]): Record<Beginning, readonly Kind[]> => {
    const of = (beginning: Beginning): readonly Kind[] =>
      list.filter(({begins}) => beginsWith(beginning, begins));
    return {number: of('number'), mark: of('mark'), place: of('place'), other: of('other')};
  };
  const [ofLines, ofParts] = [possible(on), possible(on.filter(({of}) => of === 'part'))];
  let isUnderNames = false;
  return (part, isWhole) => {
    if (
      isUnderNames &&
      isWhole &&
      (numbersLine.test(part) || (separatedNumbers.test(part) && /\d/.test(part)))
    )
      return true;
    isUnderNames =
      isWhole &&
      part.length < longestPart &&
      (part.includes('%') || part.includes('insn per') || part.includes('retiring')) &&
      metricNames.test(part);
    const hasDigit = /\d/.test(part);
    if (!hasDigit && !part.includes('<not ')) return false;
    const first = part.trimStart().charAt(0);
    return (isWhole ? ofLines : ofParts)[beginningOf(first)].some(
      ({words, pattern}) =>
        (words === undefined || words.some((word) => part.includes(word))) && pattern.test(part),
    );
  };
};

const insideLine = new RegExp(
  String.raw`^\s*(?:\d{1,9}[.,]\d{9}\s+)?(?:(?:S-?\d+(?:-[A-Z]+-?\d+)*|CPU\d+|[NDCLP]\d+` +
    String.raw`|[A-Za-z_<(:]\S{0,40}-\d+)\s+(?:\d+\s+)?)?(?:\d[\d.,']*|<not)\s+[A-Za-z_<]`,
);
/** In the place of a count what no perf prints: `NaN`, `-500`, `1e308`, `0x1f`. */
const oddLine = new RegExp(
  String.raw`^[ \t]*(?:[+-]?(?:nan|inf(?:inity)?|\u221e)|[+-]\d[\d.,]*` +
    String.raw`|[+-]?\d[\d.,]*e[+-]?\d+|0x[0-9a-f]+)[ \t]+` +
    String.raw`(?:[A-Za-z%]{1,8}[ \t]+)?[A-Za-z_][\w./:-]*[ \t]*(?:$|[#(]|[ \t]{2})`,
  'i',
);
const insideComment = /#\s{0,40}-?\d[\d.,]*\s{0,8}%?\s{1,8}[A-Za-z]/;
/** A row of --metric-only where line breaks were lost. */
const insideMetric = /(?<!\S)S\d+(?:-D\d+)?(?:-C\d+)?\s+\d+\s+-?\d+\.\d+(?!\S)/;
const insidePart =
  /(?<![\w.,-])\d[\d.,']*\s{1,40}(?:(?:msec|ns|Joules|MiB)\s{1,8})?([A-Za-z_][\w./:-]*[\w/])/g;

/**
 * True if a part of the text that was skipped between two pieces of one table would be a row or
 * a comment there.
 */
export const looksLikeInside = (part: string, isWhole: boolean): boolean => {
  if (isWhole && (insideLine.test(part) || oddLine.test(part))) return true;
  return (
    insideComment.test(part) ||
    insideMetric.test(part) ||
    [...part.matchAll(insidePart)].some(([, word]) => looksLikeEvent(word))
  );
};

const mostNamed = 50;

/** One warning a line, up to a limit; after it one warning that lists all further numbers. */
export const notUnderstood = (lines: readonly number[]): Warning[] => {
  const named = lines.slice(0, mostNamed).map((line): Warning => ({
    code: 'not-understood',
    text: `line ${line} looks like a count and was not understood`,
    data: {line},
  }));
  const more = lines.slice(mostNamed);
  if (more.length > 0)
    named.push({
      code: 'not-understood',
      text:
        `${more.length} further lines look like counts and were not understood (from line ` +
        `${more[0]} to ${more.at(-1)})`,
      data: {lines: more},
    });
  return named;
};
