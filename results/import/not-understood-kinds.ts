// The kinds of skipped text that look like a count, one row each, with the example that is its test.
import {knownEvent} from './vocabulary.ts';

/**
 * One kind of text that looks like a count. `part`: anywhere; `line`: only from the beginning of a
 * line. `sign`: words of which one must be there, or what the line begins with. `example` is its
 * test: without the row nothing names it.
 */
export interface Kind {
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
