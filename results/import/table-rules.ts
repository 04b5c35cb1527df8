// Where a piece of a perf stat table goes, as ordered rules: the first that holds decides. Each has an
// example that is its test.
import {namesNext} from './labels.ts';
import type {RawRow, RawTable} from './raw-table.ts';

/** Diff style: `-` lines are before, `+` lines after. */
export type Sign = '-' | '+' | null;

/** A piece that must go to a table, and what is open where it begins. */
export interface Arrival {
  readonly piece: 'header' | 'intervals' | 'rows' | 'elapsed';
  readonly sign: Sign;
  /** The first row of the piece, and the first of the open table. */
  readonly row: RawRow | null;
  readonly above: RawRow | null;
  readonly open: RawTable | null;
  /** Words before an elapsed time in its line. */
  readonly name: string | null;
  readonly hasGap: () => boolean;
  readonly between: () => string;
}

/** Where a piece goes: the next table, a side of a diff, the table of a named time, the open one. */
type Way = 'next' | 'side' | 'named' | 'open';

/**
 * One way a piece goes. `example`: a text and the labels of its tables, which are others without
 * the rule.
 */
export interface Rule {
  readonly name: string;
  readonly of: readonly Arrival['piece'][];
  readonly goes: Way;
  /** Text must be between the piece before and this one, and a row above it: cheap to see first. */
  readonly apart?: true;
  readonly holds: (arrival: Arrival) => boolean;
  readonly example: string;
  readonly labels: readonly (string | null)[];
}

/** A row after a gap, under another one. */
export const isApart = ({row, above, hasGap}: Arrival): boolean =>
  row !== null && above !== null && hasGap();
const isTimed = (row: RawRow | null): boolean => row !== null && row.time !== null;
/** Counts without times, or intervals before the last one of the open table. */
const startsOver = ({row, open}: Arrival): boolean =>
  !isTimed(row) || secondsOf(row) < secondsOf(open?.rows.at(-1) ?? null);
const secondsOf = (row: RawRow | null): number => Number(row?.time?.replace(',', '.'));

const [cycles, faults] = ['  1,000      cycles\n', '  2      page-faults\n'];
const head = '#           time             counts unit events\n';
const timed = '     1.000100000      1,000      cycles\n';
const header = " Performance counter stats for './a':\n\n";

/** In order: the first that holds decides; if none does, the piece goes to the open table. */
export const rules: readonly Rule[] = [
  {
    name: 'a header',
    of: ['header'],
    goes: 'next',
    holds: () => true,
    example: `One:\n${header}${cycles}\nTwo:\n${header}${faults}`,
    labels: ['One', 'Two'],
  },
  {
    name: 'signs of a diff',
    of: ['rows', 'elapsed'],
    goes: 'side',
    holds: ({sign}) => sign !== null,
    example: `-${cycles}+${cycles}`,
    labels: ['before', 'after'],
  },
  {
    name: 'a name before a time',
    of: ['elapsed'],
    goes: 'named',
    holds: ({name}) => name !== null,
    example: `${header}base: 1.5 seconds time elapsed\n`,
    labels: ['base'],
  },
  {
    name: 'nothing is open',
    of: ['intervals', 'rows', 'elapsed'],
    goes: 'next',
    holds: ({open}) => open === null,
    example: `Base:\n${cycles}`,
    labels: ['Base'],
  },
  {
    name: 'the head of intervals after other text',
    of: ['intervals'],
    goes: 'next',
    holds: ({hasGap}) => hasGap(),
    example: `One:\n${head}${timed}Two:\n${head}${timed}`,
    labels: ['One', 'Two'],
  },
  {
    name: 'the head of intervals below counts',
    of: ['intervals'],
    goes: 'next',
    holds: ({above}) => above !== null && !isTimed(above),
    example: `One:\n${cycles}${head}${timed}`,
    labels: ['One', 'One'],
  },
  {
    name: 'intervals below counts, after a gap',
    of: ['rows'],
    goes: 'next',
    apart: true,
    holds: (one) => isTimed(one.row) && !isTimed(one.above),
    example: `One:\n${cycles}and then Two:\n${timed}`,
    labels: ['One', 'and then Two'],
  },
  {
    name: 'counts below intervals, after a gap',
    of: ['rows'],
    goes: 'next',
    apart: true,
    holds: (one) => !isTimed(one.row) && isTimed(one.above),
    example: `One:\n${timed}and then\n${faults}`,
    labels: ['One', 'and then'],
  },
  {
    name: 'the first event again, after a gap',
    of: ['rows'],
    goes: 'next',
    apart: true,
    holds: (one) =>
      startsOver(one) &&
      one.row?.event === one.above?.event &&
      one.row?.aggregate === one.above?.aggregate,
    example: `${header}${cycles}and then\n${cycles}`,
    labels: [null, 'and then'],
  },
  {
    name: 'a heading between rows without a header',
    of: ['rows'],
    goes: 'next',
    apart: true,
    holds: (one) => startsOver(one) && one.open?.kind === null && namesNext(one.between()),
    example: `One:\n${cycles}Two:\n${faults}`,
    labels: ['One', 'Two'],
  },
];
