// Says which skipped text looks like a count, so that nothing perf printed is dropped without a
// word.
import type {Warning} from '../types.ts';
import {isDigit} from './perf-tokens.ts';
import {kinds} from './not-understood-kinds.ts';
import type {Kind} from './not-understood-kinds.ts';
import {looksLikeEvent} from './vocabulary.ts';

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
