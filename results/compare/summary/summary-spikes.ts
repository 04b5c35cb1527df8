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

const spikeFinding = (
  event: string,
  side: SideName,
  own: Printed,
  found: Forensics,
  base: {mean: number} | null,
  context: SpikeContext,
): Finding => {
  const n = own.n ?? 0;
  const executions = context.executions[side];
  const cycles = context.cycles?.[side].mean ?? null;
  const first = found.solutions[0];
  const quiet = first?.base ?? found.unequal?.base ?? found.fewest?.base ?? 0;
  const part = timeShare(event, own.mean - quiet, cycles);
  const time =
    part === null
      ? ''
      : `; even at 100 cycles each that is ${(100 * part).toFixed(1)} % of the time`;
  const each = (size: number): string =>
    executions === null ? '' : `, ${count(size / executions, 4)} per program execution`;
  const data = {
    event,
    side,
    n,
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
  if (found.fewest !== null)
    return finding(
      'uneven-runs-spike',
      {event, side, n, runs: found.fewest.runs, base: count(quiet), time},
      data,
    );
  if (first === undefined) {
    const {larger, smaller} = found.unequal ?? {larger: 0, smaller: 0};
    return finding(
      'two-runs-spike',
      {
        event,
        side,
        n,
        larger: count(larger),
        smaller: count(smaller),
        base: count(quiet),
        perExecution: each(larger),
        time,
      },
      data,
    );
  }
  const words = {
    event,
    side,
    n,
    size: count(first.size),
    base: count(first.base),
    perExecution: each(first.size),
    time,
  };
  const last = found.solutions[found.solutions.length - 1];
  if (last.runs === 1) return finding('one-run-spike', words, data);
  const solved = ({runs, size, base: quietBase}: SpikeSolution): string =>
    `${runs === 1 ? '1 run' : `${runs} runs`} of about ${count(size)} over ${count(quietBase)}`;
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
