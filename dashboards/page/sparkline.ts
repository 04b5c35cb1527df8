// A series as a small line: the shape of its nights, without an axis.
import {px} from '../charts/picture.ts';
import type {Html} from './html.ts';
import {nothing, raw} from './html.ts';

const size = {width: 132, height: 26} as const;
const pad = 3;

/** At most this many of the newest values are drawn. */
const mostValues = 60;

/**
 * `trend`: oldest first, null for a night without a measurement. Nothing for fewer than two values.
 */
export const sparkline = (trend: readonly (number | null)[], label: string): Html => {
  const values = trend.slice(-mostValues);
  const known = values.filter((value) => value !== null && Number.isFinite(value)) as number[];
  if (known.length < 2) return nothing;
  const [low, high] = rangeOf(known);
  const x = (at: number): number => pad + (at / (values.length - 1)) * (size.width - 2 * pad);
  const y = (value: number): number =>
    size.height -
    pad -
    ((Math.min(high, Math.max(low, value)) - low) / (high - low)) * (size.height - 2 * pad);
  let path = '';
  let isOpen = false;
  values.forEach((value, at) => {
    const isKnown = value !== null && Number.isFinite(value);
    if (isKnown) path += `${isOpen ? 'L' : 'M'}${px(x(at))},${px(y(value))}`;
    isOpen = isKnown;
  });
  const last = values.findLastIndex((value) => value !== null && Number.isFinite(value));
  return raw(
    `<svg class="spark" width="${size.width}" height="${size.height}" ` +
      `viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${label}">` +
      `<path d="${path}"/><circle cx="${px(x(last))}" cy="${px(y(values[last]!))}" r="2.5"/></svg>`,
  );
};

/** Without the outermost twentieth at either end, so that one spike does not flatten the rest. */
const rangeOf = (values: readonly number[]): readonly [number, number] => {
  const sorted = values.toSorted((a, b) => a - b);
  const cut = Math.floor(sorted.length / 20);
  const [low, high] = [sorted[cut], sorted[sorted.length - 1 - cut]];
  const room = high > low ? (high - low) * 0.15 : Math.abs(high) * 0.05 || 1;
  return [low - room, high + room];
};
