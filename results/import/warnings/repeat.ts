// perf -r of 5.14 to 6.4 prints the last run's counts or the sum of all runs for the mean: found
// from the numbers themselves.
import {min} from 'simple-statistics';
import type {ImportRow, ImportTable, Warning} from '../../types.ts';
import {impliedClock} from './clock.ts';

/**
 * With per-run lines the printed value is held against their mean, last and sum. Without, the rates
 * tell: they are made with the mean clock, so a count over its rate gives a clock that must be the
 * printed one. In a sum the standard errors tell too: of running sums 1x..Nx it is
 * sqrt((N + 1) / 12) / N of the printed value, and no row can be quieter.
 */
export const repeat = (table: ImportTable, clocks: readonly number[]): Warning[] => {
  const kind = fromRuns(table) ?? fromRates(table, clocks);
  if (kind === null) return [];
  const n = table.runs === null ? 'the runs' : `the ${table.runs} runs`;
  return kind.printed === 'last'
    ? [
        {
          code: 'repeat-prints-last-run',
          text:
            `the counts are those of the last run, not the mean of ${n} (perf 5.14 to 6.1 ` +
            `and 6.4.y): ${kind.evidence}; +- is the standard error in percent of that last ` +
            'value',
          data: {...kind.data},
        },
      ]
    : [
        {
          code: 'repeat-prints-sum',
          text:
            `the counts are sums over ${n}, not means (perf 6.2 to 6.4.0): ${kind.evidence}; ` +
            'divide by the number of runs and leave +- aside',
          data: {...kind.data},
        },
      ];
};

/**
 * What the printed decimals of count, rate and clock leave open beyond their own bounds, as a
 * fraction.
 */
const rounding = 2e-6;

interface Found {
  readonly printed: 'last' | 'sum';
  readonly evidence: string;
  readonly data: Readonly<Record<string, number>>;
}

const fromRuns = (table: ImportTable): Found | null => {
  if (table.samples.length === 0) return null;
  const votes = {mean: 0, last: 0, sum: 0};
  let example = '';
  for (const {event, unit, values} of table.samples) {
    const row = table.rows.find(
      (one) => one.event === event && one.unit === unit && one.value !== null,
    );
    const runs = values.filter((value) => value !== null);
    if (row === undefined || row.value === null || runs.length < 2) continue;
    const sum = runs.reduce((a, b) => a + b, 0);
    const mean = sum / runs.length;
    const last = runs.at(-1) ?? 0;
    const slack = unit === 'msec' ? 0.006 : 1.001;
    const near = (value: number): boolean => Math.abs((row.value ?? 0) - value) <= slack;
    if (near(mean)) votes.mean++;
    else if (near(last)) votes.last++;
    else if (near(sum)) votes.sum++;
    else continue;
    if (!near(mean) && example === '')
      example =
        `${event} prints ${row.value}, its ${runs.length} runs have a mean of ` +
        `${Number(mean.toPrecision(6))}`;
  }
  if (votes.last > 0 && votes.sum === 0) return {printed: 'last', evidence: example, data: {}};
  if (votes.sum > 0 && votes.sum >= votes.last)
    return {printed: 'sum', evidence: example, data: {}};
  return null;
};

/** A row of the whole run and machine. */
const isOverall = ({status, aggregate, time}: ImportRow): boolean =>
  status === 'ok' && aggregate === undefined && time === undefined;
/** Bounds of a clock further apart than this do not judge a mean. */
const widest = 1.01;

const fromRates = (table: ImportTable, printed: readonly number[]): Found | null => {
  if (
    printed.length === 0 ||
    table.samples.some((series) => series.event !== 'elapsed') ||
    (table.runs !== null && table.runs < 2)
  )
    return null;
  if (!table.rows.some(({sem}) => sem !== null && sem > 0)) return null;
  const rows = table.rows.filter(isOverall);
  const errors = rows.map((row) => row.sem).filter((sem) => sem !== null && sem > 0);
  if (errors.length === 0) return null;
  const bounds = rows
    .map(impliedClock)
    .filter((bound) => bound !== null)
    .filter(({low, high}) => high / low <= widest);
  const isRight = (bound: {low: number; high: number}): boolean =>
    printed.some(
      (msec) =>
        bound.low <= msec * (1 + rounding) + 0.006 && bound.high >= msec * (1 - rounding) - 0.006,
    );
  const wrong = bounds.filter((bound) => !isRight(bound));
  if (wrong.length === 0 || wrong.length * 2 <= bounds.length) return null;
  const middles = wrong.map(({low, high}) => (low + high) / 2).sort((a, b) => a - b);
  const implied = middles[middles.length >> 1];
  const [msec] = printed;
  // Rates a million times too big are another defect; rates that do not agree with each other tell
  // nothing.
  if (implied < msec / 1000 || implied > msec * 1000 || (middles.at(-1) ?? 0) / middles[0] > 1.05)
    return null;
  const evidence =
    `count over rate gives a clock of ${Number(implied.toPrecision(6))} msec where ` +
    `${Number(msec.toPrecision(8))} is printed`;
  const data = {impliedMsec: implied, printedMsec: msec};
  return isSum(table.runs, errors as number[], implied / msec, rows)
    ? {printed: 'sum', evidence, data}
    : {printed: 'last', evidence, data};
};

const quietest = (n: number): number => (100 * Math.sqrt((n + 1) / 12)) / n;

const isSum = (
  runs: number | null,
  errors: number[],
  share: number,
  rows: readonly ImportRow[],
): boolean => {
  const least = min(errors);
  const fits = (n: number): boolean => least >= 0.85 * quietest(n) && least <= 1.15 * quietest(n);
  if (share > 0.85) return false;
  if (runs !== null)
    return (
      least >= 0.85 * quietest(runs) &&
      (fits(runs) ||
        rows.some((row) => row.metricUnit === 'CPUs utilized' && (row.metric ?? 0) > 0.6 * runs))
    );
  for (let n = 2; n <= 100; n++)
    if (fits(n) && Math.abs(share - (n + 1) / (2 * n)) < 0.2) return true;
  return false;
};
