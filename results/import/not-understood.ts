// Says which skipped text looks like a count, so that nothing perf printed is dropped without a
// word.
import type {Warning} from '../types.ts';
import {isDigit} from './perf-tokens.ts';
import {knownEvent, looksLikeEvent} from './vocabulary.ts';

const refused = /<not (?:supported|counted)>[,;|\s]+\w/;
const noise = /\(\s*(?:\+-|\+\/-|\u00b1)\s*\d[\d.,]*\s*%\s*\)/;
const elapsed = /\d\s*(?:\+-|\u00b1)\s*\d[^\n]{0,40}seconds time elapsed/;
const jsonKey = /"(?:counter-value|metric-value|event-runtime)"/;
/** These hold for whole lines only. */
const elapsedLine = /^[\s|]*\d[\d.,]*[\s|]+seconds time elapsed/;
const countLine = new RegExp(
  String.raw`^\s*(?:(?://|[#*;%+-]|--)\s+|\d{1,4}\s{2,})?(?:\d+\.\d{9}\s+)?\d[\d.,'\u0080-\uffff]*(?: \d{3})*\s+(?:msec\s+)?(?:cpu_\w+/)?${knownEvent}/?(?:\s{2,}|\s*$|\s*#|\s*\(msec\)|\s+\d)`,
);
const csvLine = new RegExp(
  String.raw`^\s*(?:[\w.-]*[,;|/:\t]){0,4}[\d.]+[,;|/:\t]\w*[,;|/:\t]${knownEvent}(?:[:/]\w*)?[,;|/:\t]`,
);
/** -x from the event on, behind anything: `,cycles,641704207,100.00,`. */
const csvTail = new RegExp(
  String.raw`([,;|\t])(?:\w{1,20}/)?${knownEvent}[:/]?\w{0,8}\1\d{1,20}\1\d{1,3}[.,]\d\d\1`,
);
/**
 * A row of perf before 2.6.38, whose names have blanks: `54011  context switches     #       0.043
 * M/sec`.
 */
const oldLine = /^\s*\d[\d.,]*\s{1,8}[A-Za-z][A-Za-z -]{1,40}#\s+-?\d[\d.,]*\s+(?:[KMG]?\/sec|CPU)/;
/** A grouped count, a name set apart from it, and a bracket or comment behind. */
const groupedLine = /^\s+\d{1,3}(?:[.,]\d{3})+\s{2,}[A-Za-z]\S*\s+[[#]/;
/**
 * -x of perf before 4.x: `884,cache-misses`, with time and CPU before it, or without running time.
 */
const oldCsvLine = new RegExp(
  String.raw`^\s*(?:\d+\.\d{9}([,;|\t]))?(?:CPU\d+[,;|\t])?[\d.]+[,;|\t]{1,2}(?:${knownEvent}|task-clock-msecs)(?::\w+)?[,;|\t]?\s*$`,
);
/** A count in a unit we do not know, of an event of a PMU; and a metric on a line of its own. */
const otherUnitLine = /^\s+\d[\d.,]*\s+[A-Za-z]{1,8}\s{2,}[A-Za-z_][\w-]*\/[^\s/]+\/?\s*(?:$|[#(])/;
const metricOnly = /^\s*#\s+-?\d[\d.,]*\s+%\s+tma_\w+/;
/**
 * Names above the columns of --metric-only and --topdown, and rows of numbers below them, also
 * separated (`-x`).
 */
const metricNames =
  /(?:^|\s)%\s{1,2}[a-z]\w*|\btma_\w+|insn per cycle|retiring\s+bad speculation|(?:^|[,;:|])(?:GHz|CPUs utilized|[\w-]+ of all [\w -]+)[,;:|]/;
const numbersLine =
  /^\s*(?:\d+[.,]\d{9}\s+)?(?:[A-Z]\S{0,30}\s+(?:\d+\s+)?)?-?\d+[.,]\d+%?(?:\s+-?\d+[.,]\d+%?)*\s*$/;
const separatedNumbers = /^\s*[\w.%-]*([,;:|])(?:[\w.%-]*\1)*[\w.%-]*\s*$/;
/** A row of --metric-only: numbers under a line of metric names. */
const metricLine =
  /^\s*(?:\d+\.\d{9}\s+)?(?:S-?\d+(?:-[A-Z]\d+)*|CPU-?\d+|N\d+)\s+(?:\d+\s+)?-?\d+\.\d+%?(?:\s+-?[\d.]+%?)*\s*$/;
/**
 * A row of --metric-only -I whose names are not known, a row with its comment within words, the
 * clocks of perf before 2.6.31.
 */
const timedNumbers = /^\s*[+-]?\s*\d{1,9}\.\d{9}(?:\s+-?\d+(?:\.\d+)?%?){2,}\s*$/;
const innerRow = new RegExp(String.raw`\d[\d.,]*\s+(?:msec\s+)?${knownEvent}(?::\w+)?\s+#\s+\d`);
/** Several grouped counts of known events, as in a cell of a table. */
const severalRows = new RegExp(
  String.raw`\d{1,3}(?:[.,]\d{3})+\s+${knownEvent}\D{0,40}\d{1,3}(?:[.,]\d{3})+\s+${knownEvent}`,
);
const oldestLine =
  /\d[\d.,]*\s{1,8}[A-Za-z][A-Za-z -]{1,40}\((?:msecs\)|scaled from )|^\s*Wall-clock time elapsed:\s+\d/;
/** A grouped count of a tracepoint or a PMU's event, named whole. */
const wholeLine =
  /^\s*(?:(?:\/\/|[#*;%+-]|--)\s+)?\d{1,3}(?:[.,']\d{3})+\s+[a-z]\w*(?::[a-z]\w*|\/\S+\/)\s*$/;
/** A count in a cell of its own. */
const cellLine = new RegExp(String.raw`^\s*\|?\s*\d[\d.,]*\s*\|\s*${knownEvent}`);
/** The name before the count, as in tables people make: `| cycles | 545,730,573,769 |`. */
const reversedLine = new RegExp(
  String.raw`^[\s|*\x60-]*${knownEvent}[*\x60]*\s*(?:[|:=]|\s{2})[\s*\x60]*\d(?:[\d.,]{5,}|\d{4,})[*\x60]*\s*(?:[|(]|$)`,
);
const separated = /^\s*[\w.-]*[,;|/:\t]/;

/** Of a longer part the beginning tells. */
export const longestPart = 4000;

const commentMarks: ReadonlySet<string> = new Set('/#*;%+-');
/** `CPU0`, `N0`, `S0`. */
const places: ReadonlySet<string> = new Set('CNS');

/**
 * A test for parts of a text, to be asked one after the other. `isWhole`: the part begins a line.
 * Cheap signs go before the patterns.
 */
export const newCountTest = (): ((part: string, isWhole: boolean) => boolean) => {
  let isUnderNames = false;
  return (part, isWhole) => {
    const hasPercent = part.includes('%');
    if (
      isUnderNames &&
      isWhole &&
      (numbersLine.test(part) || (separatedNumbers.test(part) && /\d/.test(part)))
    )
      return true;
    isUnderNames =
      isWhole &&
      part.length < longestPart &&
      (hasPercent || part.includes('insn per') || part.includes('retiring')) &&
      metricNames.test(part);
    if (part.includes('<not ') && refused.test(part)) return true;
    if (!/\d/.test(part)) return false;
    if (hasPercent && noise.test(part)) return true;
    if (part.includes('"') && jsonKey.test(part)) return true;
    if (csvTail.test(part) || severalRows.test(part) || (part.includes('#') && innerRow.test(part)))
      return true;
    if ((part.includes('msecs') || part.includes('(scaled from')) && oldestLine.test(part))
      return true;
    const hasSeconds = part.includes('seconds time elapsed');
    if (hasSeconds && elapsed.test(part)) return true;
    if (!isWhole) return false;
    const first = part.trimStart().charAt(0);
    const isNumber = isDigit(first.charCodeAt(0));
    if ((isNumber || commentMarks.has(first)) && (countLine.test(part) || wholeLine.test(part)))
      return true;
    if (separated.test(part) && csvLine.test(part)) return true;
    if (first === '#' && metricOnly.test(part)) return true;
    if (!isNumber && reversedLine.test(part)) return true;
    if (cellLine.test(part) || (hasSeconds && elapsedLine.test(part))) return true;
    if (
      isNumber &&
      (oldLine.test(part) ||
        oldCsvLine.test(part) ||
        otherUnitLine.test(part) ||
        groupedLine.test(part))
    )
      return true;
    return (isNumber || places.has(first)) && (metricLine.test(part) || timedNumbers.test(part));
  };
};

const insideLine =
  /^\s*(?:\d{1,9}[.,]\d{9}\s+)?(?:(?:S-?\d+(?:-[A-Z]+-?\d+)*|CPU\d+|[NDCLP]\d+|[A-Za-z_<(:]\S{0,40}-\d+)\s+(?:\d+\s+)?)?(?:\d[\d.,']*|<not)\s+[A-Za-z_<]/;
/** In the place of a count what no perf prints: `NaN`, `-500`, `1e308`, `0x1f`. */
const oddLine =
  /^[ \t]*(?:[+-]?(?:nan|inf(?:inity)?|\u221e)|[+-]\d[\d.,]*|[+-]?\d[\d.,]*e[+-]?\d+|0x[0-9a-f]+)[ \t]+(?:[A-Za-z%]{1,8}[ \t]+)?[A-Za-z_][\w./:-]*[ \t]*(?:$|[#(]|[ \t]{2})/i;
const insideComment = /#\s{0,40}-?\d[\d.,]*\s{0,8}%?\s{1,8}[A-Za-z]/;
/** A row of --metric-only where line breaks were lost. */
const insideMetric = /(?<!\S)S\d+(?:-D\d+)?(?:-C\d+)?\s+\d+\s+-?\d+\.\d+(?!\S)/;
const insidePart =
  /(?<![\w.,-])\d[\d.,']*\s{1,40}(?:(?:msec|ns|Joules|MiB)\s{1,8})?([A-Za-z_][\w./:-]*[\w/])/g;

/**
 * True where a part of the text that was skipped between two pieces of one table would be a row or
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
      text: `${more.length} further lines look like counts and were not understood (from line ${more[0]} to ${more.at(-1)})`,
      data: {lines: more},
    });
  return named;
};
