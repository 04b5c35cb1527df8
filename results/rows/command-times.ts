// Elapsed times of commands, and the figures that exports print for each.
import {describe} from '../samples/side-stats.ts';

/** One command: its runs in the order they were made. User and system times may be unknown. */
export interface CommandTimes {
  readonly name: string;
  readonly seconds: readonly number[];
  readonly userSeconds: readonly number[];
  readonly systemSeconds: readonly number[];
}

/** Seconds; null if there are no runs, or no user and system times. */
export const timesStats = ({seconds, userSeconds, systemSeconds}: CommandTimes) => {
  const {mean, sd, median} = describe(Float64Array.from(seconds));
  return {
    mean,
    stddev: sd,
    median,
    user: describe(Float64Array.from(userSeconds)).mean,
    system: describe(Float64Array.from(systemSeconds)).mean,
    min: seconds.length === 0 ? null : Math.min(...seconds),
    max: seconds.length === 0 ? null : Math.max(...seconds),
  };
};
