// Seconds in one unit of a time, even if perf printed a clock without a unit.

const seconds: Readonly<Record<string, number>> = {
  msec: 1e-3,
  ms: 1e-3,
  usec: 1e-6,
  us: 1e-6,
  nsec: 1e-9,
  ns: 1e-9,
  sec: 1,
  s: 1,
};

const clock = /^(?:task|cpu)-clock(?::[a-zA-Z]+)?$/;

/**
 * Seconds in one `unit` of `event`; null for units that are not times. A clock without a unit is in
 * nanoseconds if perf 6.16 to 6.18 printed it, as a large whole number, and in milliseconds if 3.x
 * did, with decimals; `value` distinguishes the two.
 */
export const secondsPer = (event: string, unit: string, value = 1000): number | null => {
  if (unit !== '') return seconds[unit] ?? null;
  if (!clock.test(event)) return null;
  return Number.isInteger(value) && value >= 1000 ? 1e-9 : 1e-3;
};
