// The rows of a kernel test robot's report: figures of two or more commits, the metric last.
import type {Lines} from '../lines.ts';
import {remembered} from '../repeated-words.ts';
import {shortLine} from './reader.ts';

const number = String.raw`-?\d[\d.]*(?:e[+-]?\d{1,3})?`;
const spread = String.raw`(?:\s*(?:±|\+-)\s*(\d{1,6})%)?`;
const side = String.raw`(${number})${spread}`;
const change = String.raw`([+-]\d[\d.]*(?:e[+-]?\d{1,3})?%?)`;
export const headLine = /%stddev(?:\s+%change\s+%stddev)+/;
/** Lines between the head and the rows: `\ | \` and rulers. */
export const ruleLine = /^[\s\\|:-]*$/;

/** How many columns of values are below a head, and their rows. */
export const shapeOf = remembered((head): {columns: number; form: RegExp} => {
  const columns = head.match(/%stddev/g)?.length ?? 0;
  const others = String.raw`(?:\s+${change})?\s+${side}`.repeat(columns - 1);
  return {columns, form: new RegExp(String.raw`^\s*${side}${others}\s+(\S.*?)\s*$`)};
});

interface Value {
  readonly mean: number;
  readonly percent: number | null;
}
export interface Row {
  readonly event: string;
  /** The change is a difference in points: the figures are shares. */
  readonly isShare: boolean;
  readonly values: readonly Value[];
}

const readRow = (line: string, form: RegExp): Row | null => {
  const match = form.exec(line);
  if (match === null) return null;
  const event = match[match.length - 1];
  if (!/[A-Za-z]/.test(event) || !/^\S+(?:\s\S+){0,4}$/.test(event)) return null;
  const value = (at: number): Value => ({
    mean: Number(match[at]),
    percent: match[at + 1] === undefined ? null : Number(match[at + 1]),
  });
  const values = [value(1)];
  let isShare = false;
  for (let at = 3; at + 2 < match.length; at += 3) {
    if (match[at] !== undefined && !match[at].endsWith('%')) isShare = true;
    values.push(value(at + 1));
  }
  return values.every(({mean}) => Number.isFinite(mean)) ? {event, isShare, values} : null;
};

/** The name of a metric alone in its line. */
const loneName = /^\s*[A-Za-z][\w.:/-]*\.[\w.:/%-]+\s*$/;

/** Every row begins so, and all else is passed over at once. */
const begins = /^\s*[+-]?\d/;
/** Begins as a row does, or begins with a number, holds another and ends in a metric's name. */
const rowStart = new RegExp(
  String.raw`^\s*(?:${side}\s+[+-]\d` +
    String.raw`|(?!\d+\.\d{9}\s)[+-]?\d\S*\s(?:.*\s)?\S*[\d%]\S*\s+[A-Za-z][\w-]*\.\S+\s*$)`,
);

/** Right below a row any number before the name of a metric is enough. */
const rowStartBelow = new RegExp(String.raw`${rowStart.source}|^\s*-?\d.*\s[A-Za-z][\w.-]*\.\w`);

/** More empty lines than this, or any other text, and a row must hold a change to be one. */
const mostEmpty = 2;
const changed = /\s[+-]\d/;
/** More lines than this that are not rows end a report. */
const mostBetween = 12;

/** `foreign`: lines of other texts, mixed with the rows. */
export const rowsBelow = (
  lines: Lines,
  head: number,
  form: RegExp,
): {rows: Row[]; last: number; unread: number[]; foreign: number[]} => {
  const rows: Row[] = [];
  const unread: number[] = [];
  const foreign: number[] = [];
  let last = head;
  for (let i = head + 1; i < lines.numbers.length && i <= last + mostBetween + 1; i++) {
    const line = shortLine(lines, i);
    if (headLine.test(line)) break;
    if (ruleLine.test(line)) {
      if (rows.length === 0) last = i;
      continue;
    }
    if (!begins.test(line)) {
      foreign.push(i);
      continue;
    }
    const isApart = i > last + mostEmpty + 1 || (foreign.at(-1) ?? 0) > last;
    const own = isApart && !changed.test(line) ? null : readRow(line, form);
    const next = own === null && !isApart ? shortLine(lines, i + 1) : '';
    // A mail program broke the line before its long name.
    const wrapped = loneName.test(next) ? readRow(`${line} ${next}`, form) : null;
    const one = own ?? wrapped;
    if (one === null && !(i === last + 1 ? rowStartBelow : rowStart).test(line)) {
      foreign.push(i);
      continue;
    }
    if (one === null) unread.push(i);
    else rows.push(one);
    if (wrapped !== null) i++;
    last = i;
  }
  return {rows, last, unread, foreign};
};
