// What tells a row from prose with a number and a word in it: its layout, its name, its comments,
// what is around it.
import type {Codes} from './perf-codes.ts';
import {skipBlank} from './perf-codes.ts';
import type {Draft} from './perf-draft.ts';
import {place} from './perf-head.ts';
import {endsHere, isPadded, mayGoOn, startsPiece} from './perf-layout.ts';
import {isKnownMetric} from './perf-metric.ts';
import {isBlank, isDigit} from './perf-tokens.ts';
import {isPerfsName, looksLikeEvent} from './vocabulary.ts';

const [hash, lessThan] = [35, 60];

/** False if the beginning alone shows that it is not a row. */
export const mayBeRow = (row: Draft): boolean => {
  const {codes, isInTable, count, place: ownPlace, event} = row;
  // After `#` a number is a comment, whatever stood before it.
  if (!row.isLineStart && isAfterHash(codes, row.position)) return false;
  // In tables also accept `not counted` without `<>`: web pages drop them.
  if (row.status !== 'ok' && !isInTable && codes[row.start] !== lessThan) return false;
  // Out of a table words after a number are a row only if one of them is an event, or more follows.
  if (!isInTable && !mayGoOn(codes, row.nameEnd) && !looksLikeEvent(event) && !isPerfsName(event))
    return false;
  // In `S0 4 cycles` the small number is a CPU count, not a counter value.
  return (
    ownPlace === null ||
    row.cpus !== null ||
    count === null ||
    !bareCpus.test(count) ||
    !withCpus.test(ownPlace)
  );
};

const bareCpus = /^\d{1,4}$/;
const withCpus = new RegExp(`^(?!CPU)(?:${place})$`);

const isAfterHash = (codes: Codes, position: number): boolean => {
  let p = position - 1;
  while (isBlank(codes[p])) p--;
  return codes[p] === hash;
};

/** What follows the name: comments; noise or a share of time; or nothing. */
type Shape = 'commented' | 'shared' | 'bare';

const shapeOf = ({metrics, end, nameEnd}: Draft): Shape =>
  metrics.length > 0 ? 'commented' : end === nameEnd ? 'bare' : 'shared';

/**
 * One way to be a row. `example`: a text whose first line is one for this reason alone, next to
 * what is open where it begins.
 */
interface Evidence {
  readonly name: string;
  readonly shape: Shape;
  readonly inTable: boolean;
  readonly holds: (row: Draft) => boolean;
  readonly example: string;
  /** In the example: words come before it in its line; the table has a header. */
  readonly within?: true;
  readonly headed?: true;
}

const isEvent = ({event}: Draft): boolean => looksLikeEvent(event);
/** perf's own event, a tracepoint, or a PMU's event named whole. */
const isPerfs = ({event}: Draft): boolean => isPerfsName(event);
const isGrouped = ({count}: Draft): boolean => count !== null && grouped.test(count);
const indent = ({position, start}: Draft): number => start - position;
/** A bare row that may end where its name does. */
const ends = (row: Draft): boolean => endsHere(row, row.nameEnd, row.isInTable);
/** Without perf's layout only a line that begins with a count of perf's event is a row. */
const isPlain = (row: Draft): boolean =>
  row.status === 'ok' && !isLaidOut(row) && row.isLineStart && isPerfs(row) && ends(row);

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
    holds: (row) => !row.isLineStart && isEvent(row) && endsHere(row, row.end, false),
    example: '1,000 cycles # 1.5 GHz\n',
    within: true,
  },
  {
    name: "perf's comment right after any name",
    shape: 'commented',
    inTable: false,
    holds: ({codes, isLineStart, next, metrics}) =>
      isLineStart && codes[next] === hash && metrics.some(isKnownMetric),
    example: '  1,000 walks # 0.30 insn per cycle\n',
  },
  {
    name: 'an event with its noise in a table',
    shape: 'shared',
    inTable: true,
    holds: (row) => isEvent(row) && row.noise !== null,
    example: '1,000 cycles ( +- 0.10% ) and words\n',
  },
  {
    name: 'noise or a share at the end, in a table',
    shape: 'shared',
    inTable: true,
    holds: (row) => endsHere(row, row.end, true),
    example: '1,000 walks (50.00%)\n',
  },
  {
    name: "an event in perf's layout with noise or a share",
    shape: 'shared',
    inTable: false,
    holds: (row) => isLaidOut(row) && isEvent(row) && endsHere(row, row.end, false),
    example: '  1,000      foo-bar ( +- 0.10% )\n',
  },
  {
    name: "perf's event with noise or a share, anywhere",
    shape: 'shared',
    inTable: false,
    holds: (row) =>
      !isLaidOut(row) &&
      isPerfs(row) &&
      (row.noise === null && !row.isLineStart
        ? startsPiece(row, row.end, false)
        : endsHere(row, row.end, false)),
    example: '1,000 cycles ( +- 0.10% )\n',
  },
  {
    name: 'a count perf refused, in a table',
    shape: 'bare',
    inTable: true,
    holds: (row) => row.status !== 'ok' && ends(row),
    example: '<not counted> walks\n',
  },
  {
    name: 'an event perf refused',
    shape: 'bare',
    inTable: false,
    holds: (row) => row.status !== 'ok' && isEvent(row) && ends(row),
    example: '<not counted> cycles\n',
  },
  {
    name: 'a name set apart under a header, or after a time',
    shape: 'bare',
    inTable: true,
    holds: (row) =>
      row.status === 'ok' && row.wide && (row.isHeaded || row.time !== null) && ends(row),
    example: '  1,000      walks\n',
    headed: true,
  },
  {
    name: 'an event in a table',
    shape: 'bare',
    inTable: true,
    holds: (row) => row.status === 'ok' && isEvent(row) && ends(row),
    example: '1,000 foo-bar\n',
  },
  {
    name: 'an event before prose, where line breaks were lost',
    shape: 'bare',
    inTable: true,
    holds: (row) =>
      !row.isLineStart &&
      row.status === 'ok' &&
      isEvent(row) &&
      isBlank(row.codes[row.nameEnd]) &&
      !isDigit(row.codes[skipBlank(row.codes, row.nameEnd)]),
    example: '1,000 foo-bar and words\n',
    within: true,
  },
  {
    name: "perf's event in perf's layout",
    shape: 'bare',
    inTable: false,
    holds: (row) =>
      row.status === 'ok' && isLaidOut(row) && isPerfs(row) && isEvent(row) && ends(row),
    example: '  12      cycles\n',
  },
  {
    name: "an event with a grouped count in perf's layout",
    shape: 'bare',
    inTable: false,
    holds: (row) =>
      row.status === 'ok' && isLaidOut(row) && isEvent(row) && isGrouped(row) && ends(row),
    example: '  1,000      foo-bar\n',
  },
  {
    name: "an event in perf's columns",
    shape: 'bare',
    inTable: false,
    holds: (row) =>
      row.status === 'ok' &&
      isLaidOut(row) &&
      isEvent(row) &&
      isPadded(row, row.position, row.start) &&
      ends(row),
    example: '              1000      foo-bar\n',
  },
  {
    name: "perf's event with groups set apart by blanks",
    shape: 'bare',
    inTable: false,
    holds: (row) => isPlain(row) && manyGroups.test(row.count ?? ''),
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
    holds: (row) => isPlain(row) && longCount.test(row.count ?? '') && indent(row) > 1,
    example: '   123456789 cycles\n',
  },
];

/** `off`: names of rows left out, for tests. */
export const isRow = (row: Draft, off: ReadonlySet<string> = new Set()): boolean => {
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
const isFraction = ({count, event, unit}: Draft): boolean =>
  count !== null && unit === '' && fraction.test(count) && !/clock|time$|\//.test(event);
const fraction = /^\d{1,9}[.,](?:\d{1,2}|\d{4,9})$/;

/** Quoted prose is indented by at most this many blanks. */
const mostQuoted = 6;
/** Groups set apart by blanks, read as apostrophes. */
const manyGroups = /^\d{1,3}(?:'\d{3}){2,}$/;
/** More than people write without group marks. */
const longCount = /^\d{8,}$/;
const isLaidOut = ({isLineStart, time, wide, isUnitFirst}: Draft): boolean =>
  time !== null || (isLineStart && (wide || isUnitFirst));
const grouped = /^\d{1,3}(?:[.,' ]\d{3})+$/;
