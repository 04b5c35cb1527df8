// From two imported tables (mean, standard error, runs) to a Comparison: wider intervals,
// forensics, parts and their reasons.
import type {
  Comparison,
  ComparisonRow,
  Direction,
  Finding,
  ImportTable,
  SideInfo,
  SideName,
  Warning,
} from '../../types.ts';
import {eventInfo} from '../../events/events.ts';
import {marginFor, primaryEvent} from '../context.ts';
import {impossibleRatios, multiplexing} from '../count-doubts.ts';
import {whyFindings} from '../decompose/why.ts';
import {finding, share} from '../findings.ts';
import type {RowDraft} from '../quads/row.ts';
import {conclude} from '../quads/verdict.ts';
import {compareRuns, samplesOfTables} from '../side.ts';
import {misprintFindings, misprintReason, withMeans} from './misprints.ts';
import type {CountedPair} from './table-pairs.ts';
import {countedPairs, notCountedOf, pairsOf} from './table-pairs.ts';
import {countedRows, pairRoles, partsOfTime, secondsOf, whyContext} from './parts.ts';
import {scatterFindings, scatters} from './scatter.ts';
import type {SummarySpikes} from './summary-spikes.ts';
import {recoveredCounts, summarySpikes} from './summary-spikes.ts';
import {
  namedPerOperation,
  operationFindings,
  operationsOf,
  outcomeFindings,
  perOperation,
} from './operations.ts';
import {assumedRuns, printed} from './printed.ts';
import {repeatedFindings} from './repeated-rows.ts';
import {draftSummaryRow, oneRun} from './summary-row.ts';
import {oddRuns} from './odd-run.ts';

export interface TablesContext {
  readonly before?: SideInfo;
  readonly after?: SideInfo;
  readonly primary?: string;
  readonly margins?: Readonly<Record<string, number>>;
  readonly level?: number;
  readonly warnings?: readonly Warning[];
  /** Further tables of the same workload: their means help to separate a base from a spike. */
  readonly others?: readonly ImportTable[];
}

interface Sides {
  readonly before: SideInfo;
  readonly after: SideInfo;
}

/**
 * Compares two tables. Design `summary`: every claim rests on means and standard errors of two
 * separate sessions. If the runs of all events are known on both sides (`samples`), they are
 * compared run by run as a `blocked` design instead.
 */
export const compareTables = (
  before: ImportTable,
  after: ImportTable,
  context: TablesContext = {},
): Comparison => {
  const isOneLabel = before.label === after.label;
  const sides = {
    before: sideOf(before, 'before', context.before, isOneLabel),
    after: sideOf(after, 'after', context.after, isOneLabel),
  };
  return (
    compareTheirRuns(before, after, sides, context) ??
    compareSummaries(before, after, sides, context)
  );
};

const compareTheirRuns = (
  before: ImportTable,
  after: ImportTable,
  sides: Sides,
  {primary, margins, level, warnings}: TablesContext,
): Comparison | null => {
  const sampled = samplesOfTables(before, after);
  const isFull =
    sampled !== null &&
    before.rows
      .filter((row) => row.status === 'ok')
      .every(({event}) => sampled.before.events.some((series) => series.event === event));
  if (!isFull) return null;
  const comparison = compareRuns(sampled.before, sampled.after, {
    ...sides,
    design: 'blocked',
    primary,
    margins,
    level: level ?? 0.95,
    warnings,
    directions: directionsOf(after),
  });
  const {findings} = comparison;
  return {...comparison, findings: [...oddRuns(before, after), ...findings]};
};

const directionsOf = ({rows}: ImportTable): Readonly<Record<string, Direction | null>> =>
  Object.fromEntries(
    rows.flatMap(({event, direction}) => (direction === undefined ? [] : [[event, direction]])),
  );

const compareSummaries = (
  before: ImportTable,
  after: ImportTable,
  sides: Sides,
  context: TablesContext,
): Comparison => {
  const level = context.level ?? 0.95;
  const operations = operationsOf(before, after);
  const printedPairs = pairsOf(withMeans(before), withMeans(after));
  const pairs = perOperation(printedPairs, operations);
  const counted = countedPairs(pairs);
  const primary = primaryEvent(
    counted.map((pair) => pair.event),
    context.primary ?? before.about,
  );
  const executions = {before: sides.before.executions, after: sides.after.executions};
  const spikes = spikesOf(counted, context, executions);
  const rows = conclude(draftsOf(counted, spikes, misprintReason([before, after]), context), {
    level,
    primary,
    executions,
    spikes: () => ({before: [], after: []}),
  });
  const decomposition = partsOfTime(counted, level);
  const [left, right] = [countedRows(pairs, 'before'), countedRows(pairs, 'after')];
  const findings: Finding[] = [
    ...misprintFindings(before, after),
    ...repeatedFindings(before, after),
    ...outcomeFindings(before, after),
    ...operationFindings(printedPairs, operations),
    ...whyFindings(decomposition, whyContext(counted, rows)),
    ...spikes.flatMap((spike) => spike.findings),
    ...scatterFindings(counted),
    ...impossibleRatios([left, right]),
    ...multiplexing(left, right, secondsOf(counted)),
    ...designFindings(rows, counted, primary),
    ...assumedFindings(before, after),
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
    rows: namedPerOperation(rows, pairs, operations),
    notCounted: notCountedOf(before, after),
    decomposition,
    findings,
    warnings: [...(context.warnings ?? []), ...before.warnings, ...after.warnings],
    aa: null,
  };
};

/** Tables of one label are called by the headings above it, if there are any. */
const sideOf = (
  {label, heading, command}: ImportTable,
  side: SideName,
  known: SideInfo | undefined,
  isOneLabel: boolean,
): SideInfo =>
  known ?? {
    label: (isOneLabel ? heading : undefined) ?? label ?? side,
    ...(command === null ? {} : {command}),
  };

const draftsOf = (
  counted: readonly CountedPair[],
  spikes: readonly SummarySpikes[],
  misprint: string | null,
  context: TablesContext,
): RowDraft[] =>
  counted.map((pair, i) =>
    draftSummaryRow(pair, {
      margin: marginFor(context.margins, pair.event),
      level: context.level ?? 0.95,
      withheld: (pair.event === 'elapsed' ? null : misprint) ?? spikes[i].reason,
      warnings: spikes[i].findings,
    }),
  );

const spikesOf = (
  counted: readonly CountedPair[],
  context: TablesContext,
  executions: {readonly before: number | undefined; readonly after: number | undefined},
): SummarySpikes[] => {
  const roles = pairRoles(counted);
  const cycles = counted.find((pair) => pair.event === roles.cycles) ?? null;
  return counted.map((pair) =>
    scatters(pair)
      ? {findings: [], reason: null}
      : summarySpikes(pair, {
          cycles,
          executions: {before: executions.before ?? null, after: executions.after ?? null},
          others: othersOf(context.others ?? [], pair.event),
        }),
  );
};

/** Intervals are not mentioned if no row has one of ours: those of a source are as it states them. */
const designFindings = (
  rows: readonly ComparisonRow[],
  counted: readonly CountedPair[],
  primary: string | null,
): Finding[] => {
  const isStated = new Set(
    counted.filter(({after}) => after.stated !== undefined).map(({event}) => event),
  );
  const isTest = rows.some(
    ({event, p, kind}) => p !== null && kind !== 'exact' && !isStated.has(event),
  );
  const measured = rows.filter(({kind, points}) => kind !== 'exact' && points === undefined);
  const isOneRun = measured.some(({reason}) => reason === oneRun);
  if (!isTest && isOneRun && measured.length === rows.length) return [finding('one-run', {})];
  if (!isTest) return [];
  const margin = share(eventInfo(primary ?? '').margin);
  return [finding('blocked-design', {margin, event: primary ?? 'an event'})];
};

/** One finding for sources that leave out their number of runs. */
const assumedFindings = (...tables: readonly ImportTable[]): Finding[] => {
  const runs = tables.flatMap((table) =>
    table.rows
      .filter((row) => row.runs === undefined && (row.sd ?? row.sdAtMost) !== undefined)
      .filter((row) => row.sem === null)
      .map((row) => assumedRuns(row, table) ?? 0),
  );
  const most = runs.reduce((a, b) => Math.max(a, b), 0);
  return most === 0 ? [] : [finding('assumed-runs', {runs: most})];
};

const othersOf = (
  tables: readonly ImportTable[],
  event: string,
): {mean: number; sem: number; n: number}[] =>
  tables.flatMap((table) => {
    const row = table.rows.find((candidate) => candidate.event === event);
    const side = row === undefined ? null : printed(row, table);
    return side === null || side.sem === null || side.n === null
      ? []
      : [{mean: side.mean, sem: side.sem, n: side.n}];
  });
