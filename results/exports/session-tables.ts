// A session as the tables perf would have printed: mean, standard error in percent and share of
// time counted, side by side.
import {isSimulated} from '../events/events.ts';
import {ratios} from '../events/ratios.ts';
import type {Comparison, ImportRow, ImportTable, Session, SideInfo, SideStats} from '../types.ts';

interface Figure {
  readonly event: string;
  readonly unit: string;
  readonly stats: SideStats;
}

/**
 * One table per side, in the session's order of events, measured events only; a `run` session has
 * one table.
 */
export const sessionTables = (session: Session): ImportTable[] => {
  if (session.kind === 'run' || session.comparison === null)
    return [tableOf(session.before, session.summary, session)];
  return comparisonTables(session.comparison);
};

/** Both sides of a comparison as tables. */
export const comparisonTables = (comparison: Comparison): ImportTable[] => [
  tableOf(
    comparison.before,
    comparison.rows.map((row) => ({event: row.event, unit: row.unit, stats: row.before})),
    comparison,
  ),
  tableOf(
    comparison.after,
    comparison.rows.map((row) => ({event: row.event, unit: row.unit, stats: row.after})),
    comparison,
  ),
];

const tableOf = (
  side: SideInfo,
  all: readonly Figure[],
  {notCounted}: Pick<Comparison, 'notCounted'>,
): ImportTable => {
  const figures = all.filter(({event}) => !isSimulated(event));
  const elapsed = figures.find(({event}) => event === 'duration_time' || event === 'elapsed');
  const scale = elapsed?.unit === 'ns' ? 1e-9 : elapsed?.unit === 'msec' ? 1e-3 : 1;
  const mean = elapsed?.stats.mean ?? null;
  const named = [side.workload, side.variant].filter((part) => part !== undefined).join(' ');
  const runs = Math.max(0, ...figures.map(({stats}) => stats.n ?? 0));
  return {
    command: side.command ?? (named === '' ? null : named),
    label: side.label,
    runs: runs > 1 ? runs : null,
    kind: 'command',
    elapsed:
      mean === null
        ? null
        : {
            seconds: rounded(mean * scale, 9),
            sem: percentOf(elapsed?.stats.sem ?? null, mean),
            ...(elapsed?.stats.sem == null
              ? {}
              : {semSeconds: rounded(elapsed.stats.sem * scale, 9)}),
          },
    rows: [
      ...figures.filter(({event}) => event !== 'elapsed').map((figure) => rowOf(figure, figures)),
      ...notCounted.map(({event, status}): ImportRow => ({
        event,
        value: null,
        unit: '',
        sem: null,
        running: null,
        metric: null,
        metricUnit: null,
        status,
      })),
    ],
    samples: [],
    warnings: [],
  };
};

const rounded = (value: number, decimals: number): number => Number(value.toFixed(decimals));

const percentOf = (sem: number | null, mean: number | null): number | null => {
  if (sem === null || mean === null || mean === 0) return null;
  const percent = rounded((100 * sem) / mean, 2);
  return percent === 0 ? null : percent;
};

/** Counts as whole numbers and times in hundredths, as perf prints them. */
const rowOf = ({event, unit, stats}: Figure, all: readonly Figure[]): ImportRow => {
  const value =
    stats.mean === null
      ? null
      : rounded(stats.mean, unit === 'msec' || (unit !== '' && stats.mean < 1000) ? 2 : 0);
  const comment = commentOf(event, unit, all);
  const running =
    stats.running === null || stats.running > 0.99995 ? null : rounded(100 * stats.running, 2);
  return {
    event,
    value,
    unit,
    sem: percentOf(stats.sem, stats.mean),
    running,
    metric: comment?.value ?? null,
    metricUnit: comment?.unit ?? null,
    status: value === null ? 'not-counted' : 'ok',
  };
};

const shares: Readonly<Record<string, string>> = {
  'branch-misses': '% of all branches',
  'L1-dcache-load-misses': '% of all L1-dcache accesses',
  'LLC-load-misses': '% of all LL-cache accesses',
  'L1-icache-load-misses': '% of all L1-icache accesses',
  'dTLB-load-misses': '% of all dTLB cache accesses',
  'cache-misses': '% of all cache refs',
};

/**
 * The comment perf prints after a row, as the quotient of the two means; none for pairs that are
 * no share of a whole (iTLB).
 */
const commentOf = (
  event: string,
  unit: string,
  all: readonly Figure[],
): {value: number; unit: string} | null => {
  const mean = (name: string): number | null =>
    all.find((figure) => figure.event === name)?.stats.mean ?? null;
  const own = mean(event);
  const clock = mean('task-clock');
  if (own === null) return null;
  const over = (below: number | null, scale: number, decimals: number, words: string) =>
    below === null || below <= 0
      ? null
      : {value: rounded((scale * own) / below, decimals), unit: words};
  if (event === 'task-clock') return over(mean('duration_time'), 1e6, 3, 'CPUs utilized');
  if (event === 'cycles') return over(clock, 1e-6, 3, 'GHz');
  if (event === 'instructions') return over(mean('cycles'), 1, 2, 'insn per cycle');
  if (shares[event] !== undefined) {
    const info = ratios.find(({above}) => above === event);
    return info === undefined ? null : over(mean(info.below), 100, 2, shares[event]);
  }
  if (unit !== '' || event === 'iTLB-load-misses' || clock === null || clock <= 0) return null;
  const rate = (1e3 * own) / clock;
  const [scale, words] =
    rate >= 1e9
      ? [1e9, 'G/sec']
      : rate >= 1e6
        ? [1e6, 'M/sec']
        : rate >= 1e3
          ? [1e3, 'K/sec']
          : [1, '/sec'];
  return {value: rounded(rate / scale, 3), unit: words};
};
