// The time of a night: what each session may take so that the whole keeps its limit, all shortened alike.
import type {Suite} from './suite.ts';

/** Part of the time kept for confirmations and for preparing. */
const reserve = 0.25;

export interface Clock {
  /** Seconds of measuring for the next session. */
  readonly share: () => number;
  /** One of the planned sessions is over. */
  readonly done: () => void;
  /** Whether so many seconds more are left. */
  readonly fits: (seconds: number) => boolean;
  /** What has to be said in the record. */
  readonly notes: () => string[];
}

/** `sessions`: how many the night has, its A/A included. */
export const nightClock = (now: () => Date, suite: Pick<Suite, 'time' | 'seconds'>, sessions: number): Clock => {
  const begun = now().getTime();
  const limit = suite.time ?? Infinity;
  const left = (): number => limit - (now().getTime() - begun) / 1000;
  const planned = Math.min(suite.seconds, (limit * (1 - reserve)) / sessions);
  let ahead = sessions;
  let shortest = planned;
  return {
    share: () => {
      const seconds = Math.max(0.01, Math.min(planned, left() / Math.max(1, ahead)));
      shortest = Math.min(shortest, seconds);
      return seconds;
    },
    done: () => {
      ahead--;
    },
    fits: (seconds) => left() > seconds,
    notes: () => (shortest >= suite.seconds ? [] : [`to keep ${limit} s, workloads were measured for ${tenths(shortest)} s instead of ${tenths(suite.seconds)} s each`]),
  };
};

const tenths = (seconds: number): number => Math.round(seconds * 10) / 10;
