// What tells a row from prose with a number and a word in it: its layout, its name, its comments,
// what is around it.
import type {Decorations} from './perf-decorations.ts';
import type {Head, Lead} from './perf-head.ts';
import {place} from './perf-head.ts';
import {endsHere, isPadded, mayGoOn, startsPiece} from './perf-layout.ts';
import {isKnownMetric} from './perf-metric.ts';
import {isBlank, isDigit, skipBlank} from './perf-tokens.ts';
import {isPerfsName, looksLikeEvent} from './vocabulary.ts';

/**
 * Where a row may begin. `isLineStart`: nothing comes before it in its line. `isInTable`: a table
 * is open and the piece before ended right here.
 */
export interface Place {
  readonly text: string;
  readonly position: number;
  readonly isLineStart: boolean;
  readonly isInTable: boolean;
  /** That table has a header, so that any name may be an event. */
  readonly isHeaded: boolean;
}

/**
 * A row that may be one: `event` and `unit` as they were understood, `nameEnd` the position after
 * its name and what belongs to it.
 */
export interface Candidate extends Place {
  readonly before: Lead;
  readonly head: Head;
  readonly event: string;
  readonly unit: string;
  readonly nameEnd: number;
  readonly more: Decorations;
}

const [hash, lessThan] = [35, 60];

/** False if the beginning alone shows that it is not a row. */
export const mayBeRow = (
  {text, position, isLineStart, isInTable}: Place,
  before: Lead,
  {count, status, event, end}: Head,
): boolean => {
  // After `#` a number is a comment, whatever stood before it.
  if (!isLineStart && isAfterHash(text, position)) return false;
  // In tables also accept `not counted` without `<>`: web pages drop them.
  if (status !== 'ok' && !isInTable && text.charCodeAt(before.end) !== lessThan) return false;
  // Out of a table words after a number are a row only if one of them is an event, or more follows.
  if (!isInTable && !mayGoOn(text, end) && !looksLikeEvent(event) && !isPerfsName(event))
    return false;
  // In `S0 4 cycles` the small number is a CPU count, not a counter value.
  return (
    before.place === null ||
    before.cpus !== null ||
    count === null ||
    !bareCpus.test(count) ||
    !withCpus.test(before.place)
  );
};

const bareCpus = /^\d{1,4}$/;
const withCpus = new RegExp(`^(?!CPU)(?:${place})$`);

const isAfterHash = (text: string, position: number): boolean => {
  let p = position - 1;
  while (isBlank(text.charCodeAt(p))) p--;
  return text.charCodeAt(p) === hash;
};

/** What follows the name: comments; noise or a share of time; or nothing. */
type Shape = 'commented' | 'shared' | 'bare';

const shapeOf = ({more, nameEnd}: Candidate): Shape =>
  more.metrics.length > 0 ? 'commented' : more.end === nameEnd ? 'bare' : 'shared';

/**
 * One way to be a row. `example`: a text whose first line is one for this reason alone, next to
 * what is open where it begins.
 */
interface Evidence {
  readonly name: string;
  readonly shape: Shape;
  readonly inTable: boolean;
  readonly holds: (row: Candidate) => boolean;
  readonly example: string;
  /** In the example: words come before it in its line; the table has a header. */
  readonly within?: true;
  readonly headed?: true;
}

const isEvent = ({event}: Candidate): boolean => looksLikeEvent(event);
/** perf's own event, a tracepoint, or a PMU's event named whole. */
const isPerfs = ({event}: Candidate): boolean => isPerfsName(event);
const isGrouped = ({head: {count}}: Candidate): boolean => count !== null && grouped.test(count);
const indent = ({position, before}: Candidate): number => before.end - position;
/** A bare row that may end where its name does. */
const ends = ({text, nameEnd, isInTable}: Candidate): boolean => endsHere(text, nameEnd, isInTable);
/** Without perf's layout only a line that begins with a count of perf's event is a row. */
const isPlain = (row: Candidate): boolean =>
  row.head.status === 'ok' && !isLaidOut(row) && row.isLineStart && isPerfs(row) && ends(row);

/** Each is a sufficient reason; a candidate without any is prose. */
export const evidence: readonly Evidence[] = [
  {
    name: 'any comment in a table',
    shape: 'commented',
    inTable: true,
    holds: () => true,
    example: '1,000 walks # 0.30 insn per cycle\n',
  },
  {
    name: 'an event and a comment at the beginning of a line',
    shape: 'commented',
    inTable: false,
    holds: (row) => row.isLineStart && isEvent(row),
    example: '  1,000 cycles ( +- 0.10% ) # 0.30 insn per cycle\n',
  },
  {
    name: 'an event and a comment within a line, and nothing after',
    shape: 'commented',
    inTable: false,
    holds: (row) => !row.isLineStart && isEvent(row) && endsHere(row.text, row.more.end, false),
    example: '1,000 cycles # 1.5 GHz\n',
    within: true,
  },
  {
    name: "perf's comment right after any name",
    shape: 'commented',
    inTable: false,
    holds: ({text, isLineStart, nameEnd, more}) =>
      isLineStart &&
      text.charCodeAt(skipBlank(text, nameEnd)) === hash &&
      more.metrics.some(isKnownMetric),
    example: '  1,000 walks # 0.30 insn per cycle\n',
  },
  {
    name: 'an event with its noise in a table',
    shape: 'shared',
    inTable: true,
    holds: (row) => isEvent(row) && row.more.noise !== null,
    example: '1,000 cycles ( +- 0.10% ) and words\n',
  },
  {
    name: 'noise or a share at the end, in a table',
    shape: 'shared',
    inTable: true,
    holds: ({text, more}) => endsHere(text, more.end, true),
    example: '1,000 walks (50.00%)\n',
  },
  {
    name: "an event in perf's layout with noise or a share",
    shape: 'shared',
    inTable: false,
    holds: (row) => isLaidOut(row) && isEvent(row) && endsHere(row.text, row.more.end, false),
    example: '  1,000      foo-bar ( +- 0.10% )\n',
  },
  {
    name: "perf's event with noise or a share, anywhere",
    shape: 'shared',
    inTable: false,
    holds: (row) =>
      !isLaidOut(row) &&
      isPerfs(row) &&
      (row.more.noise === null && !row.isLineStart
        ? startsPiece(row.text, row.more.end, false)
        : endsHere(row.text, row.more.end, false)),
    example: '1,000 cycles ( +- 0.10% )\n',
  },
  {
    name: 'a count perf refused, in a table',
    shape: 'bare',
    inTable: true,
    holds: (row) => row.head.status !== 'ok' && ends(row),
    example: '<not counted> walks\n',
  },
  {
    name: 'an event perf refused',
    shape: 'bare',
    inTable: false,
    holds: (row) => row.head.status !== 'ok' && isEvent(row) && ends(row),
    example: '<not counted> cycles\n',
  },
  {
    name: 'a name set apart under a header, or after a time',
    shape: 'bare',
    inTable: true,
    holds: (row) =>
      row.head.status === 'ok' &&
      row.head.wide &&
      (row.isHeaded || row.before.time !== null) &&
      ends(row),
    example: '  1,000      walks\n',
    headed: true,
  },
  {
    name: 'an event in a table',
    shape: 'bare',
    inTable: true,
    holds: (row) => row.head.status === 'ok' && isEvent(row) && ends(row),
    example: '1,000 foo-bar\n',
  },
  {
    name: 'an event before prose, where line breaks were lost',
    shape: 'bare',
    inTable: true,
    holds: (row) =>
      !row.isLineStart &&
      row.head.status === 'ok' &&
      isEvent(row) &&
      isBlank(row.text.charCodeAt(row.nameEnd)) &&
      !isDigit(row.text.charCodeAt(skipBlank(row.text, row.nameEnd))),
    example: '1,000 foo-bar and words\n',
    within: true,
  },
  {
    name: "perf's event in perf's layout",
    shape: 'bare',
    inTable: false,
    holds: (row) =>
      row.head.status === 'ok' && isLaidOut(row) && isPerfs(row) && isEvent(row) && ends(row),
    example: '  12      cycles\n',
  },
  {
    name: "an event with a grouped count in perf's layout",
    shape: 'bare',
    inTable: false,
    holds: (row) =>
      row.head.status === 'ok' && isLaidOut(row) && isEvent(row) && isGrouped(row) && ends(row),
    example: '  1,000      foo-bar\n',
  },
  {
    name: "an event in perf's columns",
    shape: 'bare',
    inTable: false,
    holds: (row) =>
      row.head.status === 'ok' &&
      isLaidOut(row) &&
      isEvent(row) &&
      isPadded(row.text, row.position, row.before.end) &&
      ends(row),
    example: '              1000      foo-bar\n',
  },
  {
    name: "perf's event with groups set apart by blanks",
    shape: 'bare',
    inTable: false,
    holds: (row) => isPlain(row) && manyGroups.test(row.head.count ?? ''),
    example: "1'234'567 cycles\n",
  },
  {
    name: "perf's event with a grouped count, far indented",
    shape: 'bare',
    inTable: false,
    holds: (row) => isPlain(row) && isGrouped(row) && indent(row) > mostQuoted,
    example: '         1,000 cycles\n',
  },
  {
    name: "perf's event with a long count, indented",
    shape: 'bare',
    inTable: false,
    holds: (row) => isPlain(row) && longCount.test(row.head.count ?? '') && indent(row) > 1,
    example: '   123456789 cycles\n',
  },
];

/** `off`: names of rows left out, for tests. */
export const isRow = (row: Candidate, off: ReadonlySet<string> = new Set()): boolean => {
  const shape = shapeOf(row);
  if (shape !== 'commented' && isFraction(row)) return false;
  return reasons[shape][row.isInTable ? 1 : 0].some(
    ({name, holds}) => holds(row) && (off.size === 0 || !off.has(name)),
  );
};

const reasonsFor = (shape: Shape): (readonly Evidence[])[] =>
  [false, true].map((inTable) =>
    evidence.filter((one) => one.shape === shape && one.inTable === inTable),
  );
/** By shape, out of a table and in one. */
const reasons = {
  commented: reasonsFor('commented'),
  shared: reasonsFor('shared'),
  bare: reasonsFor('bare'),
} as const;

/** Counts without a unit are whole, but for clocks and what PMUs scale. */
const isFraction = ({head, event, unit}: Candidate): boolean =>
  head.count !== null && unit === '' && fraction.test(head.count) && !/clock|time$|\//.test(event);
const fraction = /^\d{1,9}[.,](?:\d{1,2}|\d{4,9})$/;

/** Quoted prose is indented by at most this many blanks. */
const mostQuoted = 6;
/** Groups set apart by blanks, read as apostrophes. */
const manyGroups = /^\d{1,3}(?:'\d{3}){2,}$/;
/** More than people write without group marks. */
const longCount = /^\d{8,}$/;
const isLaidOut = ({isLineStart, before, head}: Candidate): boolean =>
  before.time !== null || (isLineStart && (head.wide || head.unit !== ''));
const grouped = /^\d{1,3}(?:[.,' ]\d{3})+$/;
