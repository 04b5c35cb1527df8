// From two imported tables (mean, standard error, runs) to a Comparison: wider claims, forensics,
// parts and their reasons.
import type {
  Comparison,
  ComparisonRow,
  Decomposition,
  Finding,
  ImportRow,
  ImportTable,
  NotCounted,
  SideInfo,
  SideName,
  Warning,
} from '../../types.ts';
import {eventInfo} from '../../events/events.ts';
import {primaryEvent} from '../context.ts';
import type {RoleChanges} from '../decompose/decompose.ts';
import {decomposeChanges} from '../decompose/decompose.ts';
import {finding, share} from '../findings.ts';
import {impossibleRatios, multiplexing} from '../ratios.ts';
import type {Counted} from '../ratios.ts';
import {rolesOf} from '../decompose/roles.ts';
import type {RowDraft} from '../quads/row.ts';
import {compareRuns, samplesOfTables} from '../side.ts';
import {recoveredCounts, summarySpikes} from './summary-spikes.ts';
import type {Printed} from './summary-row.ts';
import {draftSummaryRow, printed, relativeError, welchDegrees} from './summary-row.ts';
import {conclude} from '../quads/verdict.ts';
import type {WhyContext} from '../decompose/why.ts';
import {shownParts, whyFindings} from '../decompose/why.ts';

export interface TablesContext {
  readonly before?: SideInfo;
  readonly after?: SideInfo;
  readonly primary?: string;
  readonly margins?: Readonly<Record<string, number>>;
  readonly level?: number;
  readonly warnings?: readonly Warning[];
  /** Further tables of the same workload: their means help to tell a base from a spike. */
  readonly others?: readonly ImportTable[];
}

/** A pair of rows of one event; `null` where that side was not counted. */
export interface Pair {
  readonly event: string;
  readonly before: Printed | null;
  readonly after: Printed | null;
}

/**
 * Compares two tables. Design `summary`: every claim rests on means and standard errors of two
 * separate sessions. Events
 * whose runs are known on both sides (`samples`) are compared run by run as a `blocked` design
 * instead.
 */
export const compareTables = (
  before: ImportTable,
  after: ImportTable,
  context: TablesContext = {},
): Comparison => {
  const level = context.level ?? 0.95;
  const sides = {
    before: sideOf(before, 'before', context.before),
    after: sideOf(after, 'after', context.after),
  };
  const sampled = samplesOfTables(before, after);
  const full =
    sampled !== null &&
    rowEvents(before).every((event) =>
      sampled.before.events.some((series) => series.event === event),
    );
  if (full && sampled !== null) {
    return compareRuns(sampled.before, sampled.after, {
      ...sides,
      design: 'blocked',
      primary: context.primary,
      margins: context.margins,
      level,
      warnings: context.warnings,
    });
  }
  const pairs = pairsOf(before, after);
  const counted = pairs.filter(
    (pair): pair is Pair & {before: Printed; after: Printed} =>
      pair.before !== null && pair.after !== null,
  );
  const primary = primaryEvent(
    counted.map((pair) => pair.event),
    context.primary,
  );
  const wrong = [...misprinted(before, 'before'), ...misprinted(after, 'after')];
  const cycles =
    counted.find((pair) => pair.event === rolesOf(counted.map((other) => other.event)).cycles) ??
    null;
  const spikes = counted.map((pair) =>
    summarySpikes(pair, {
      cycles,
      executions: {before: sides.before.executions ?? null, after: sides.after.executions ?? null},
      others: othersOf(context.others ?? [], pair.event),
    }),
  );
  const drafts = counted.map((pair, i): RowDraft => {
    const withheld =
      wrong.length > 0 && pair.event !== 'elapsed'
        ? 'this perf prints the last run or the sum, not the mean'
        : spikes[i].reason;
    return draftSummaryRow(
      pair.event,
      pair.before,
      pair.after,
      context.margins?.[pair.event],
      level,
      withheld,
      spikes[i].findings,
    );
  });
  const rows = conclude(drafts, {
    level,
    primary,
    executions: {before: sides.before.executions, after: sides.after.executions},
    spikes: () => ({before: [], after: []}),
  });
  // Such a perf's counts are of one run (or of all together) on both sides: they still split up,
  // but say nothing of the spread.
  const decomposition = decompositionOf(counted, level, wrong.length === 0);
  const seconds = secondsOf(counted);
  const findings: Finding[] = [
    ...wrong,
    ...whyFindings(decomposition, whyContext(counted, rows)),
    ...spikes.flatMap((spike) => spike.findings),
    ...impossibleRatios([countedRows(pairs, 'before'), countedRows(pairs, 'after')]),
    ...multiplexing(countedRows(pairs, 'before'), countedRows(pairs, 'after'), seconds),
    finding('blocked-design', {
      margin: share(eventInfo(primary ?? '').margin),
      event: primary ?? 'an event',
    }),
    ...recoveredCounts(
      pairs.map((pair) => pair.event),
      before,
      after,
    ),
  ];
  return {
    schema: 'jitstat/comparison/1',
    ...sides,
    design: 'summary',
    quads: null,
    sameImage:
      sides.before.imageHash !== undefined && sides.before.imageHash === sides.after.imageHash,
    rows,
    notCounted: notCountedOf(before, after),
    decomposition,
    findings,
    warnings: [...(context.warnings ?? []), ...before.warnings, ...after.warnings],
    aa: null,
  };
};

const sideOf = (table: ImportTable, side: SideName, known: SideInfo | undefined): SideInfo =>
  known ?? {
    label: table.label ?? side,
    ...(table.command === null ? {} : {command: table.command}),
  };

const rowEvents = (table: ImportTable): string[] =>
  table.rows.filter((row) => row.status === 'ok').map((row) => row.event);

/**
 * Pairs in the order of the before table; the first of repeated rows counts. Elapsed time is a row
 * of its own.
 */
const pairsOf = (before: ImportTable, after: ImportTable): Pair[] => {
  const names = [...new Set([...before.rows, ...after.rows].map((row) => row.event))];
  const side = (table: ImportTable, event: string): Printed | null => {
    const row = table.rows.find((candidate) => candidate.event === event);
    return row === undefined ? null : printed(row, table.runs);
  };
  const pairs = names.map((event) => ({
    event,
    before: side(before, event),
    after: side(after, event),
  }));
  return pairs.some((pair) => pair.event === 'duration_time')
    ? pairs
    : [...pairs, {event: 'elapsed', before: elapsedOf(before), after: elapsedOf(after)}];
};

const elapsedOf = (table: ImportTable): Printed | null => {
  if (table.elapsed === null) return null;
  const row: ImportRow = {
    event: 'elapsed',
    value: table.elapsed.seconds,
    unit: 'sec',
    sem: table.elapsed.sem,
    running: null,
    metric: null,
    metricUnit: null,
    status: 'ok',
  };
  return printed(row, table.runs);
};

const countedRows = (pairs: readonly Pair[], side: SideName): Counted[] =>
  pairs.flatMap((pair) => {
    const at = pair[side];
    return at === null ? [] : [{event: pair.event, mean: at.mean, running: at.running}];
  });

const notCountedOf = (before: ImportTable, after: ImportTable): NotCounted[] => {
  const tables = [
    {table: before, side: 'before'},
    {table: after, side: 'after'},
  ];
  const events = [...new Set(tables.flatMap(({table}) => table.rows.map((row) => row.event)))];
  return events.flatMap((event) => {
    const missing = tables.flatMap(({table, side}) => {
      const row = table.rows.find((candidate) => candidate.event === event);
      if (row !== undefined && (row.status === 'ok' || row.group === true)) return [];
      return [
        {
          side,
          status: row === undefined || row.status === 'ok' ? ('not-counted' as const) : row.status,
          why:
            row === undefined ? 'not in the table' : `printed as <${row.status.replace('-', ' ')}>`,
        },
      ];
    });
    if (missing.length === 0) return [];
    const same = missing.length === 2 && missing[0].why === missing[1].why;
    const reason = same
      ? `${missing[0].why} on both sides`
      : missing.map(({side, why}) => `${why} (${side})`).join(', ');
    return [{event, status: missing[0].status, reason}];
  });
};

/**
 * Doubts the importer raised about what perf printed: such counts are of one run or of all
 * together.
 */
const misprinted = (table: ImportTable, side: SideName): Finding[] =>
  table.warnings
    .filter((warning) => /last-run|prints-sum/.test(warning.code))
    .map((warning) =>
      finding('printed-wrong', {side, what: warning.text}, {side, code: warning.code}),
    );

const othersOf = (
  tables: readonly ImportTable[],
  event: string,
): {mean: number; sem: number; n: number}[] =>
  tables.flatMap((table) => {
    const row = table.rows.find((candidate) => candidate.event === event);
    const side = row === undefined ? null : printed(row, table.runs);
    return side === null || side.sem === null || side.n === null
      ? []
      : [{mean: side.mean, sem: side.sem, n: side.n}];
  });

type CountedPair = Pair & {readonly before: Printed; readonly after: Printed};

const changesOf = (pairs: readonly CountedPair[], spreadKnown: boolean): RoleChanges => {
  const roles = rolesOf(pairs.map((pair) => pair.event));
  const change = (event: string | null): {value: number; error: number | null} | undefined => {
    const pair = pairs.find((candidate) => candidate.event === event);
    if (pair === undefined || pair.before.mean <= 0 || pair.after.mean <= 0) return undefined;
    const errors = [relativeError(pair.before), relativeError(pair.after)];
    return {
      value: Math.log(pair.after.mean / pair.before.mean),
      error:
        !spreadKnown || errors[0] === null || errors[1] === null
          ? null
          : Math.hypot(errors[0], errors[1]),
    };
  };
  return {
    time: change(roles.time),
    cycles: change(roles.cycles),
    instructions: change(roles.instructions),
    elapsed: change(roles.elapsed),
  };
};

const decompositionOf = (
  pairs: readonly CountedPair[],
  level: number,
  spreadKnown: boolean,
): Decomposition => {
  const n = pairs.reduce(
    (least, {before, after}) => Math.min(least, before.n ?? 5, after.n ?? 5),
    Infinity,
  );
  return decomposeChanges(
    changesOf(pairs, spreadKnown),
    rolesOf(pairs.map((pair) => pair.event)),
    welchDegrees(1, n, 1, n, 0),
    level,
  );
};

const meanOf = (
  pairs: readonly CountedPair[],
  event: string | null,
  side: SideName,
): number | null => pairs.find((pair) => pair.event === event)?.[side].mean ?? null;

const secondsOf = (pairs: readonly CountedPair[]): number | null => {
  const time = meanOf(pairs, rolesOf(pairs.map((pair) => pair.event)).time, 'before');
  return time === null ? null : time / 1000;
};

/** Means of a summary are in msec (times) and in seconds (elapsed). */
const whyContext = (pairs: readonly CountedPair[], rows: readonly ComparisonRow[]): WhyContext => {
  const roles = rolesOf(pairs.map((pair) => pair.event));
  const both = (of: (side: SideName) => number | null): {before: number; after: number} | null => {
    const [before, after] = [of('before'), of('after')];
    return before === null || after === null ? null : {before, after};
  };
  const quotient =
    (a: string | null, b: string | null, scale: number) =>
    (side: SideName): number | null => {
      const [top, bottom] = [meanOf(pairs, a, side), meanOf(pairs, b, side)];
      return top === null || bottom === null || bottom === 0 ? null : (top / bottom) * scale;
    };
  const branches = pairs.find((pair) => pair.event === 'branches');
  return {
    event: roles.time ?? 'time',
    clock: both(quotient(roles.cycles, roles.time, 1e-6)),
    utilisation: both(quotient(roles.time, roles.elapsed, roles.elapsed === 'elapsed' ? 1e-3 : 1)),
    branches:
      branches === undefined || branches.before.mean <= 0 || branches.after.mean <= 0
        ? null
        : Math.log(branches.after.mean / branches.before.mean),
    shown: shownParts(rows, roles),
    sameProgramMeant: true,
  };
};
