// How far apart two sessions of the same thing are: the allowance every blocked comparison makes.

/**
 * Standard deviation (of a log ratio) between two separate sessions, as a third of the event's
 * equivalence margin: an assumption, not a measurement. Two sessions cannot show it; two blocked
 * medians of one binary scattered by 3 % unpinned and by tenths of a percent pinned.
 */
export const sessionError = (margin: number): number => Math.log1p(margin) / 3;
