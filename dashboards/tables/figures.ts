// How figures are printed: short numbers that still tell, changes in percent, intervals as half
// widths.
import type {Change, SideStats} from '../../results/types.ts';

const scales = [
  [1e18, 'E'],
  [1e15, 'P'],
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
] as const;

/**
 * At most nine columns, five digits where they tell: `1340.52`, `12267`, `4.7644G`, `0.0012300`.
 * `-` where there is none.
 */
export const short = (value: number | null): string => {
  if (value === null || !Number.isFinite(value)) return '-';
  const scale = scales.find(([factor]) => Math.abs(value) >= factor * 0.9999995);
  const text = scale === undefined ? digits(value) : `${digits(value / scale[0])}${scale[1]}`;
  return text.length <= 9 ? text : value.toExponential(2).replace('e+', 'e');
};

const digits = (value: number): string => {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  const size = Math.abs(value);
  if (size >= 9999.5) return value.toFixed(0);
  return size >= 999.5 ? value.toFixed(2) : value.toPrecision(size >= 99.5 ? 6 : 5);
};

/** `+6.45%`, `-0.003%`, `x21.5` for more than tenfold; always with its sign. */
export const changeText = (change: Change | null): string => {
  if (change === null) return '-';
  if (change.ratio >= 10)
    return `x${change.ratio >= 9999.5 ? change.ratio.toExponential(1) : change.ratio.toPrecision(3)}`;
  return percentText(change.ratio - 1);
};

/** Half the width of the interval in percent points: `+-0.14`. */
export const halfWidth = (change: Change | null): string => {
  if (change === null) return '-';
  const half = 50 * (change.high - change.low);
  if (!Number.isFinite(half)) return '-';
  return `+-${half >= 9999.5 ? half.toExponential(0).replace('+', '') : half >= 99.5 ? half.toFixed(0) : half >= 9.95 ? half.toFixed(1) : half >= 0.095 || half === 0 ? half.toFixed(2) : half.toFixed(3)}`;
};

/** A fraction as percent with its sign: 0.0645 -> `+6.45%`. */
export const percentText = (fraction: number): string => {
  const percent = 100 * fraction;
  const size = Math.abs(percent);
  const text =
    size >= 99.5
      ? percent.toFixed(0)
      : size >= 9.95
        ? percent.toFixed(1)
        : size >= 0.095 || size === 0
          ? percent.toFixed(2)
          : percent.toFixed(3);
  return `${percent >= 0 ? '+' : ''}${text}%`;
};

/**
 * The figure a table shows for a side: the median of its runs, or the mean where only that is
 * known.
 */
export const middle = (stats: SideStats): number | null => stats.median ?? stats.mean;
