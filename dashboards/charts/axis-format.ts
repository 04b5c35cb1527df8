// Numbers as people read them: signed per cent, counts with a magnitude, intervals; real minus
// signs, no-break spaces, no false digits.
import {nounFor} from '../../results/wording.ts';

/** Keeps a number and its unit on one line. */
const space = '\u00a0';

const minus = (text: string): string => text.replaceAll('-', '−');

/** Digits after the point so that about three figures are shown. */
const decimals = (magnitude: number): number => {
  const rounded = Number(magnitude.toPrecision(4));
  return rounded >= 100 ? 0 : rounded >= 10 ? 1 : 2;
};

/** `0.0645` → `+6.45 %`; from a tripling on as a factor: `×21.5`. */
export const formatChange = (ratio: number): string => {
  if (!Number.isFinite(ratio)) return ratio === Infinity ? '∞' : 'unknown';
  if (ratio >= 3) return `×${formatGrouped(ratio, ratio >= 100 ? 0 : ratio >= 10 ? 1 : 2)}`;
  const percent = (ratio - 1) * 100;
  const text = percent.toFixed(decimals(Math.abs(percent)));
  const zero = Number(text) === 0;
  return minus(`${!zero && percent > 0 ? '+' : ''}${zero ? text.replace('-', '') : text}${space}%`);
};

/** An interval of ratios: `[+6.31, +6.58] %`. */
export const formatInterval = (low: number | null, high: number | null): string => {
  if (low === null || high === null) return 'no interval';
  if (high >= 3) return `[${formatChange(low)},${space}${formatChange(high)}]`;
  const part = (ratio: number) => formatChange(ratio).replace(`${space}%`, '');
  return `[${part(low)},${space}${part(high)}]${space}%`;
};

/** A natural log difference as the table prints it, a factor in per cent: 0.0625 → `+6.45 %`. */
export const formatFactor = (log: number): string => formatChange(Math.exp(log));

/** `12,345.6`. By hand: the first use of Intl costs a tenth of a second. */
export const formatGrouped = (value: number, digits: number): string => {
  const text = value.toFixed(digits);
  return Math.abs(value) < 1000 || text.includes('e')
    ? text
    : text.replace(/\B(?=(?:\d{3})+(?:\.|$))/g, ',');
};

/** Factors and letters, largest first. */
export const magnitudes = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
] as const;

/** Nanoseconds are shown in the unit that fits. */
const times = [
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'µs'],
] as const;

/** A count with four figures: `12.07 M`, `3,554`, `703.0 msec`, `1.34 s` (from ns). */
export const formatCount = (value: number, unit = ''): string => {
  const size = Math.abs(value);
  const [factor, letter] = (unit === 'ns' ? times : magnitudes).find(
    ([limit]) => size >= limit,
  ) ?? [1, ''];
  const scaled = value / factor;
  const scaledSize = Math.abs(scaled);
  const digits =
    factor === 1 && Number.isInteger(value)
      ? 0
      : scaledSize >= 1000
        ? 0
        : scaledSize >= 100
          ? 1
          : scaledSize >= 1
            ? 2
            : 3;
  const words = unit === 'ns' ? [letter || unit] : [letter, unit];
  return [minus(formatGrouped(scaled, digits)), ...words.filter((word) => word !== '')].join(space);
};

/** Nanoseconds on an axis are shown in the unit that fits the largest: divide by `factor`. */
export const displayUnit = (
  unit: string,
  values: readonly number[],
): {readonly factor: number; readonly unit: string} => {
  if (unit !== 'ns') return {factor: 1, unit};
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const [factor, letter] = times.find(([limit]) => largest >= limit) ?? [1, 'ns'];
  return {factor, unit: letter};
};

/** `3 runs`, `1 run`; large numbers grouped, and never broken before the noun. */
export const plural = (count: number, word: string): string =>
  `${formatGrouped(count, 0)}${space}${nounFor(count, word)}`;

/** A share 0..1 as per cent with at most two figures after the point: `0.04 %`, `1.5 %`, `96 %`. */
export const formatShare = (share: number): string => {
  const percent = share * 100;
  if (percent > 0 && percent < 0.005) return `<${space}0.01${space}%`;
  return `${Number(percent.toFixed(percent < 1 ? 2 : percent < 10 ? 1 : 0))}${space}%`;
};
