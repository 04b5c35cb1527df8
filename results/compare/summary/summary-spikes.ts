// Spikes read out of a summary: findings in words, and why such a mean does not represent its side.
import type {Finding, ImportTable, SideName} from '../../types.ts';
import {count, finding} from '../findings.ts';
import type {Forensics, SpikeSolution} from './forensics.ts';
import {carriedByFewRuns, countsBehindZero, sharedBase, timeShare} from './forensics.ts';
import type {Printed} from './printed.ts';

export interface SpikeContext {
  readonly cycles: {readonly before: Printed; readonly after: Printed} | null;
  /** Program executions in one run, if the workload is known. */
  readonly executions: {readonly before: number | null; readonly after: number | null};
  /** The same event in further tables of the workload. */
  readonly others: readonly {readonly mean: number; readonly sem: number; readonly n: number}[];
}

/** `reason` is set if the mean of a side is carried by few runs. */
export interface SummarySpikes {
  readonly findings: readonly Finding[];
  readonly reason: string | null;
}

/** Looks at both sides of one event, each against the other. */
export const summarySpikes = (
  pair: {readonly event: string; readonly before: Printed; readonly after: Printed},
  context: SpikeContext,
): SummarySpikes => {
  const findings: Finding[] = [];
  const reasons: string[] = [];
  for (const [side, own, other] of [
    ['before', pair.before, pair.after],
    ['after', pair.after, pair.before],
  ] as const) {
    if (own.sem === null || own.n === null) continue;
    const base = quietBase(other, context.others);
    const found = carriedByFewRuns(own.mean, own.sem, own.n, base);
    if (found === null) continue;
    findings.push(spikeFinding(pair.event, side, own, found, base, context));
    const isOne = found.solutions.length === 1 && found.solutions[0].runs === 1;
    reasons.push(
      isOne ? `one run carries the ${side} mean` : `a few runs may carry the ${side} mean`,
    );
  }
  return {findings, reason: reasons.length === 0 ? null : reasons.join(', ')};
};

/** The other side's mean, or a lower quiet one of a further table of the same workload. */
const quietBase = (
  other: Printed,
  others: SpikeContext['others'],
): {mean: number; sem: number} | null => {
  const own =
    other.sem === null || other.n === null ? [] : [{mean: other.mean, sem: other.sem, n: other.n}];
  const shared = sharedBase([...own, ...others]);
  if (shared !== null) return shared;
  return other.sem === null ? null : {mean: other.mean, sem: other.sem};
};

/** What a finding about one side says besides the runs that carry the mean. */
interface Told {
  readonly event: string;
  readonly side: SideName;
  readonly n: number;
  /** The share of the time that the excess can explain, in words; may be empty. */
  readonly time: string;
  /** A size per program execution, in words; empty if their number is not known. */
  readonly each: (size: number) => string;
}

const spikeFinding = (
  event: string,
  side: SideName,
  own: Printed,
  found: Forensics,
  base: {mean: number} | null,
  context: SpikeContext,
): Finding => {
  const executions = context.executions[side];
  const [first] = found.solutions;
  const quiet = first?.base ?? found.unequal?.base ?? found.fewest?.base ?? 0;
  const part = timeShare(event, own.mean - quiet, context.cycles?.[side].mean ?? null);
  const told: Told = {
    event,
    side,
    n: own.n ?? 0,
    time:
      part === null
        ? ''
        : `; even at 100 cycles each that is ${(100 * part).toFixed(1)} % of the time`,
    each: (size) =>
      executions === null ? '' : `, ${count(size / executions, 4)} per program execution`,
  };
  const data = {
    event,
    side,
    n: told.n,
    mean: own.mean,
    sem: own.sem,
    otherBase: base?.mean ?? null,
    executions,
    timeShare: part,
    solutions: found.solutions.slice(0, 50),
    unequal: found.unequal,
    fewest: found.fewest,
    variation: found.variation,
    ...(first === undefined
      ? {}
      : {
          runs: first.runs,
          size: first.size,
          base: first.base,
          perExecution: executions === null ? null : first.size / executions,
        }),
  };
  if (found.fewest !== null) return unevenRuns(told, found.fewest.runs, quiet, data);
  return first === undefined
    ? twoRuns(told, found.unequal ?? {larger: 0, smaller: 0}, quiet, data)
    : equalRuns(told, found.solutions, data);
};

type Data = NonNullable<Finding['data']>;

const unevenRuns = (
  {event, side, n, time}: Told,
  runs: number,
  base: number,
  data: Data,
): Finding => finding('uneven-runs-spike', {event, side, n, runs, base: count(base), time}, data);

const twoRuns = (
  {event, side, n, time, each}: Told,
  {larger, smaller}: {readonly larger: number; readonly smaller: number},
  base: number,
  data: Data,
): Finding =>
  finding(
    'two-runs-spike',
    {
      event,
      side,
      n,
      larger: count(larger),
      smaller: count(smaller),
      base: count(base),
      perExecution: each(larger),
      time,
    },
    data,
  );

/** One run, or a range of numbers of equal runs, fewest first. */
const equalRuns = (
  {event, side, n, time, each}: Told,
  solutions: readonly SpikeSolution[],
  data: Data,
): Finding => {
  const first = solutions[0];
  const last = solutions[solutions.length - 1];
  const words = {
    event,
    side,
    n,
    size: count(first.size),
    base: count(first.base),
    perExecution: each(first.size),
    time,
  };
  if (last.runs === 1) return finding('one-run-spike', words, data);
  const solved = ({runs, size, base}: SpikeSolution): string =>
    `${runs === 1 ? '1 run' : `${runs} runs`} of about ${count(size)} over ${count(base)}`;
  const range =
    last === first ? solved(first) : `anything from ${solved(first)} to ${solved(last)}`;
  return finding('few-runs-spike', {...words, range}, data);
};

/**
 * perf up to 5.12 prints `0 ( +- 22.15% )` for a rare event: says how many counts that was in all,
 * for all such events at once.
 */
export const recoveredCounts = (
  events: readonly string[],
  before: ImportTable,
  after: ImportTable,
): Finding[] => {
  const found = events.flatMap((event) => {
    const [b, a] = [before, after].map((table) => {
      const row = table.rows.find((candidate) => candidate.event === event);
      return row === undefined ||
        row.value !== 0 ||
        row.sem === null ||
        row.sem <= 0 ||
        table.runs === null
        ? null
        : {sem: row.sem, total: countsBehindZero(row.sem), n: table.runs};
    });
    return b === null && a === null ? [] : [{event, before: b, after: a}];
  });
  const solved = ({before: b, after: a}: (typeof found)[number]): string =>
    [
      b === null ? null : `about ${count(b.total)} in all ${b.n} runs before`,
      a === null ? null : `about ${count(a.total)} in all ${a.n} after`,
    ]
      .filter((words) => words !== null)
      .join(' and ');
  if (found.length === 0) return [];
  if (found.length === 1)
    return [
      finding('recovered-count', {event: found[0].event, counts: solved(found[0])}, found[0]),
    ];
  return [
    finding(
      'recovered-counts',
      {events: found.length, list: found.map((one) => `${one.event} ${solved(one)}`).join('; ')},
      {events: found},
    ),
  ];
};
