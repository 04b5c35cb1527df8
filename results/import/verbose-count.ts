// One line of `perf stat -v`: an event's count in one run, and how long it was counted.
import type {Finder} from './lines.ts';
import {digitsEnd, isDigit} from './perf-tokens.ts';

/**
 * One event in one run. `value` is already scaled by perf; `enabled` and `running` in nanoseconds;
 * running 0 = not counted.
 */
export interface VerboseCount {
  readonly event: string;
  readonly value: number;
  readonly enabled: number;
  readonly running: number;
}

/**
 * `event: value enabled running`, the event without `: ` in it. Nothing runs longer than it is
 * enabled.
 */
export const readCount = (
  text: string,
  first: number,
  end: number,
  colons: Finder,
): VerboseCount | null => {
  let last = end;
  while (last > first && isSpace(text.charCodeAt(last - 1))) last--;
  if (!isDigit(text.charCodeAt(last - 1))) return null;
  const colon = colons.next(first + 1);
  if (colon >= last) return null;
  const value = digitsEnd(text, colon + 2);
  const enabled = digitsEnd(text, value + 1);
  const running = digitsEnd(text, enabled + 1);
  if (
    running !== last ||
    value === colon + 2 ||
    enabled === value + 1 ||
    running === enabled + 1 ||
    text.charCodeAt(value) !== 32 ||
    text.charCodeAt(enabled) !== 32
  )
    return null;
  const count = {
    event: text.slice(first, colon),
    value: Number(text.slice(colon + 2, value)),
    enabled: Number(text.slice(value + 1, enabled)),
    running: Number(text.slice(enabled + 1, running)),
  };
  return count.running <= count.enabled ? count : null;
};

export const isSpace = (code: number): boolean => code === 32 || code === 9 || code === 13;
