// Outputs kept in the comments of a program or script.
import type {Lines} from '../lines.ts';
import {place} from '../perf-head.ts';
import {at, isBlank, sticky} from '../perf-tokens.ts';
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

/** True if the line at `start` is a header or row after a mark of comments. */
export const startsComment = (text: string, start: number): boolean => {
  let p = start;
  while (isBlank(text.charCodeAt(p))) p++;
  return commentMarks.has(text.charCodeAt(p)) && at(commentedStart, text, start) !== null;
};

/**
 * Outputs kept in comments: the mark before a header or row is taken off the lines below it too.
 */
export const uncomment = ({text, starts: from, numbers}: Lines): Lines => {
  const starts = [0];
  const parts: string[] = [];
  let mark: string | null = null;
  let length = 0;
  let kept = 0;
  for (let i = 0; i < numbers.length; i++) {
    const end = from[i + 1] - 1;
    let first = from[i];
    while (first < end && isBlank(text.charCodeAt(first))) first++;
    if (commentMarks.has(text.charCodeAt(first))) {
      const begun = at(commentedStart, text, from[i]);
      if (begun !== null) mark = begun[1] ?? begun[2];
    }
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
  return {text: parts.join(''), starts, numbers};
};
