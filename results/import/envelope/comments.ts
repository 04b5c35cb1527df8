// Outputs kept in the comments of a program or script.
import type {Lines} from '../lines.ts';
import {firstCode, newLines} from '../lines.ts';
import {place} from '../perf-head.ts';
import {at, sticky} from '../perf-tokens.ts';
import {headerPhrase, knownEvent} from '../vocabulary.ts';

const commentedStart = sticky(
  String.raw`[ \t]*(?:(//|#)(?=${headerPhrase})|(//|#|\*|;|--|%)[ \t]+(?:${headerPhrase}` +
    String.raw`|\[ perf stat: executing run #|#[ \t]+time[ \t]|\d{1,9}[.,]\d{9}[ \t,;|]|` +
    String.raw`(?:(?:${place}|[\w:/.-]{1,20}-\d{1,10}(?=[,;|]))[ \t,;|]+(?:\d+[ \t,;|]+)?)?` +
    String.raw`(?:\d[\d.,]*|<not (?:supported|counted)>)(?:[ \t]+(?:(?:msec|Joules` +
    String.raw`|MiB)[ \t]+)?|[,;|]\w*[,;|])(?:(?:\w+/)?(?:${knownEvent}|run_cnt)(?![\w-])` +
    String.raw`|[a-z]\w*:[a-z]\w*|[a-z][\w-]*/\S+/)))`,
);
const commentMarks = new Set([...'/#*;-%'].map((mark) => mark.charCodeAt(0)));

/** The mark of comments before a header or row in line `i`, or null. */
const markOf = (lines: Lines, i: number): string | null => {
  const begun = commentMarks.has(firstCode(lines, i))
    ? at(commentedStart, lines.text, lines.starts[i])
    : null;
  return begun === null ? null : (begun[1] ?? begun[2]);
};

/**
 * Outputs kept in comments: the mark before a header or row is taken off the lines below it too.
 */
export const uncomment = (lines: Lines): Lines => {
  const {text, starts: from, numbers, indents} = lines;
  if (!numbers.some((_number, i) => markOf(lines, i) !== null)) return lines;
  const starts = [0];
  const parts: string[] = [];
  let mark: string | null = null;
  let length = 0;
  let kept = 0;
  for (let i = 0; i < numbers.length; i++) {
    const end = from[i + 1] - 1;
    const first = from[i] + indents[i];
    mark = markOf(lines, i) ?? mark;
    if (mark !== null && first < end) {
      if (text.startsWith(mark, first)) {
        parts.push(text.slice(kept, from[i]));
        kept = first + mark.length;
      } else {
        mark = null;
      }
    }
    length += end + 1 - Math.max(from[i], kept);
    starts.push(length);
  }
  parts.push(text.slice(kept));
  return newLines(parts.join(''), starts, numbers);
};
