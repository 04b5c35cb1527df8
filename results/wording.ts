// Counts and lengths of time in words, for every sentence about a result.

/**
 * The noun that goes with a count: `run` after 1, `runs` after 3; `address` becomes `addresses`.
 */
export const nounFor = (count: number, noun: string): string =>
  count === 1 ? noun : `${noun}${noun.endsWith('s') ? 'es' : 's'}`;

/** `1 run`, `3 runs`. */
export const plural = (count: number, noun: string): string => `${count} ${nounFor(count, noun)}`;

/** A length of time that is an estimate: `40 s`, `3 min`, `5 h`; never 0. */
export const durationText = (seconds: number): string =>
  seconds < 100
    ? `${Math.max(1, Math.round(seconds))} s`
    : seconds < 6000
      ? `${Math.round(seconds / 60)} min`
      : `${Math.round(seconds / 3600)} h`;

/** A fraction as a number of percent with three significant digits: 0.0123 is `1.23`. */
export const percentFigure = (fraction: number): string =>
  String(Number((100 * fraction).toPrecision(3)));
