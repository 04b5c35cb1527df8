// How figures are printed: short numbers that still say enough, changes in percent, intervals by
// their ends.
import type {Change, ComparisonRow, SideStats} from '../../results/types.ts';
import {isSimulated} from './facts.ts';

const scales = [
  [1e18, 'E'],
  [1e15, 'P'],
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
] as const;

const mostColumns = 8;
/** For the digits that distinguish two figures. */
const mostColumnsToTell = 9;
const mostDigits = 8;

/**
 * At most eight columns, five digits if they matter: `1340.52`, `12267`, `4.7644G`, `0.012300`. `-`
 * if there is none.
 */
export const short = (value: number | null, digits = 5): string => {
  if (value === null || !Number.isFinite(value)) return '-';
  const scale = scales.find(([factor]) => Math.abs(value) >= factor * 0.9999995);
  const text =
    scale === undefined ? plain(value, digits) : `${plain(value / scale[0], digits)}${scale[1]}`;
  const isTooLong = text.length > mostColumns && digits === 5;
  return isTooLong ? value.toExponential(2).replace('e+', 'e') : text;
};

const plain = (value: number, digits: number): string => {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  const size = Math.abs(value);
  if (size >= 9999.5) return value.toFixed(digits - 5);
  if (size >= 999.5) return value.toFixed(digits - 3);
  return value.toPrecision(size >= 99.5 ? digits + 1 : digits);
};

/**
 * The two figures of a row as a table prints them. If five digits make them equal although the row
 * has a change, more are printed: a row must not contradict itself.
 */
export const figurePair = (row: ComparisonRow): readonly [string, string] => {
  const few = fewCounts(row);
  if (few !== null) {
    const decimals = countDecimals(few);
    return [few.before.toFixed(decimals), few.after.toFixed(decimals)];
  }
  const before = row.figures?.before ?? middle(row.before);
  const after = row.figures?.after ?? middle(row.after);
  const pair = [short(before), short(after)] as const;
  const isHidden = pair[0] === pair[1] && before !== after && row.verdict !== 'equal';
  if (!isHidden || before === null || after === null) return pair;
  for (let digits = 6; digits <= mostDigits; digits++) {
    const longer = [short(before, digits), short(after, digits)] as const;
    if (longer.some((text) => text.length > mostColumnsToTell)) break;
    if (longer[0] !== longer[1]) return longer;
  }
  return pair;
};

/** The change of a row: in percent, in points for percentages, as a difference for small counts. */
export const changeCell = (row: ComparisonRow): string => {
  if (row.points !== undefined) return pointsText(row.points.value);
  const few = fewCounts(row);
  if (few === null) return changeText(row.change);
  // The difference of what is printed.
  const [before, after] = figurePair(row).map(Number);
  return before === 0 && after === 0 ? '-' : signed(after - before, countDecimals(few));
};

/** `-23.0pt` */
const pointsText = (points: number): string => `${points < 0 ? '' : '+'}${points.toFixed(1)}pt`;

/** Columns of an interval. */
const intervalColumns = 12;

/** Beyond tenfold, percentages say nothing: nobody can use `+-4e10`. */
const mostPercent = 1000;

/** Both ends of the interval: `+8.6..+9.9`, in percent, points or counts; `exact`; `-` if there is none. */
export const intervalCell = (row: ComparisonRow): string =>
  row.kind === 'exact' || isSimulated(row.event) ? 'exact' : (intervalText(row) ?? '-');

/** The ends as in `intervalCell`; null if there is no interval, or one too wide to say anything. */
export const intervalText = (row: ComparisonRow): string | null => {
  if (row.kind === 'exact' || isSimulated(row.event)) return 'exact';
  if (row.points !== undefined) return ends(row.points.low, row.points.high);
  const {change} = row;
  if (change === null || change.low === null || change.high === null) return null;
  const few = fewCounts(row);
  if (few !== null && few.before === 0 && few.after === 0) return null;
  if (few !== null) return ends(few.before * (change.low - 1), few.before * (change.high - 1));
  // A factor whose interval contains "no change" and reaches beyond tenfold says nothing either.
  if (change.ratio >= 10)
    return change.low < 1 || change.high >= 9999.5
      ? null
      : `${factorText(change.low)}..${factorText(change.high)}`;
  const high = 100 * (change.high - 1);
  return high > mostPercent ? null : ends(100 * (change.low - 1), high);
};

/** With as many decimals as the width of the interval needs and the column has room for. */
const ends = (low: number | null, high: number | null): string | null => {
  if (low === null || high === null || !Number.isFinite(low + high)) return null;
  const half = (high - low) / 2;
  const wanted = half >= 9.95 ? 0 : half >= 0.995 ? 1 : half >= 0.0995 ? 2 : 3;
  for (let decimals = wanted; decimals > 0; decimals--) {
    const text = `${signed(low, decimals)}..${signed(high, decimals)}`;
    if (text.length <= intervalColumns) return text;
  }
  return `${signed(low, 0)}..${signed(high, 0)}`;
};

const signed = (value: number, decimals: number): string =>
  `${value < 0 ? '' : '+'}${value.toFixed(decimals)}`;

/** Below this many a run a ratio says little: the difference is printed. */
const fewest = 10;

/** The figures of a row of small counts, whose change is printed as a difference; else null. */
export const fewCounts = (row: ComparisonRow): {before: number; after: number} | null => {
  const before = row.figures?.before ?? middle(row.before);
  const after = row.figures?.after ?? middle(row.after);
  // perf prints means of counts as whole numbers; a fraction without runs is a metric.
  const isMetric = row.before.median === null && ![before, after].every(Number.isInteger);
  const isCount = row.unit === '' && row.kind !== 'exact' && !row.event.includes('/') && !isMetric;
  return isCount && before !== null && after !== null && Math.max(before, after) < fewest
    ? {before, after}
    : null;
};

/** Means as printed may be whole; others are typical counts and get two decimals. */
const countDecimals = ({before, after}: {before: number; after: number}): number =>
  Number.isInteger(before) && Number.isInteger(after) ? 0 : 2;

/** `+6.45%`, `-0.003%`, `x21.5` from tenfold on; a percentage always has its sign. */
export const changeText = (change: Change | null): string => {
  if (change === null) return '-';
  return change.ratio >= 10 ? factorText(change.ratio) : percentText(change.ratio - 1);
};

/** `x21.5`, `x1210`; an exponent only from a million on. */
const factorText = (ratio: number): string =>
  `x${
    ratio >= 999999.5
      ? ratio.toExponential(1).replace('e+', 'e')
      : ratio >= 99.5
        ? ratio.toFixed(0)
        : ratio.toPrecision(3)
  }`;

const decimalsOf = (percent: number): number =>
  percent >= 99.5 ? 0 : percent >= 9.95 ? 1 : percent >= 0.095 || percent === 0 ? 2 : 3;

/** A fraction as percent with its sign: 0.0645 -> `+6.45%`. */
export const percentText = (fraction: number): string => {
  const percent = 100 * fraction;
  const text = percent.toFixed(decimalsOf(Math.abs(percent)));
  return `${percent >= 0 ? '+' : ''}${text}%`;
};

/**
 * The figure a table shows for a side: the median of its runs, or the mean if only that is
 * known.
 */
export const middle = (stats: SideStats): number | null => stats.median ?? stats.mean;
