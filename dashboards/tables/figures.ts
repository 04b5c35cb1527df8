// How figures are printed: short numbers that still tell, changes in percent, intervals as half
// widths.
import type {Change, ComparisonRow, SideStats} from '../../results/types.ts';

const scales = [
  [1e18, 'E'],
  [1e15, 'P'],
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
] as const;

const mostColumns = 9;
const mostDigits = 8;

/**
 * At most nine columns, five digits where they tell: `1340.52`, `12267`, `4.7644G`, `0.0012300`.
 * `-` if there is none.
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
  const before = row.figures?.before ?? middle(row.before);
  const after = row.figures?.after ?? middle(row.after);
  const pair = [short(before), short(after)] as const;
  const isHidden = pair[0] === pair[1] && before !== after && row.verdict !== 'equal';
  if (!isHidden || before === null || after === null) return pair;
  for (let digits = 6; digits <= mostDigits; digits++) {
    const longer = [short(before, digits), short(after, digits)] as const;
    if (longer.some((text) => text.length > mostColumns)) break;
    if (longer[0] !== longer[1]) return longer;
  }
  return pair;
};

/** The change of a row as a table prints it: in percent, or in points for percentages. */
export const changeCell = (row: ComparisonRow): string =>
  row.points === undefined ? changeText(row.change) : pointsText(row.points.value);

/** `-23.0pt` */
const pointsText = (points: number): string => `${points < 0 ? '' : '+'}${points.toFixed(1)}pt`;

/** Half the width of the interval: in percent points of the ratio, or in points. */
export const intervalCell = ({change, points, kind}: ComparisonRow): string => {
  if (kind === 'exact') return '-';
  if (points === undefined) return halfWidth(change);
  return points.low === null || points.high === null
    ? '-'
    : `+-${((points.high - points.low) / 2).toFixed(1)}`;
};

/** `+6.45%`, `-0.003%`, `x21.5` for more than tenfold; always with its sign. */
export const changeText = (change: Change | null): string => {
  if (change === null) return '-';
  if (change.ratio >= 10)
    return `x${change.ratio >= 9999.5 ? change.ratio.toExponential(1) : change.ratio.toPrecision(3)}`;
  return percentText(change.ratio - 1);
};

/** Half the width of the interval in percent points: `+-0.14`; `-` if there is none. */
const halfWidth = (change: Change | null): string => {
  if (change === null || change.low === null || change.high === null) return '-';
  const half = 50 * (change.high - change.low);
  if (!Number.isFinite(half)) return '-';
  return `+-${half >= 9999.5 ? half.toExponential(0).replace('+', '') : half.toFixed(decimalsOf(half))}`;
};

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
