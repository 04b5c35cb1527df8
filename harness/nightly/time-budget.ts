// The time of a night: what each session may take so that the whole keeps its limit, all shortened
// alike.
import type {Plan} from '../../results/types.ts';
import {quadLimits} from '../measure/plan.ts';
import type {Suite} from './suite/suite.ts';

/** Part of the time kept for confirmations. */
const reserve = 0.2;

/** Seconds that preparing and storing a session are taken to cost before one was seen. */
const firstCost = 1;

export interface Clock {
  /** Seconds of measuring for the next session; never more than the one before. */
  readonly share: () => number;
  /**
   * A session that was given `share` seconds took `took` seconds in all: preparing and storing cost
   * the difference.
   */
  readonly learn: (share: number, took: number) => void;
  /** One of the planned sessions is over. */
  readonly done: () => void;
  /** Whether one more session of so many seconds of measuring can be done. */
  readonly fits: (seconds: number) => boolean;
  /**
   * Whether so many seconds can be spent and each session still to come keep a third of its share.
   */
  readonly affords: (seconds: number) => boolean;
  /** Seconds until the limit; Infinity without one. */
  readonly left: () => number;
  /** What has to be said in the record. */
  readonly notes: () => string[];
}

/** `sessions`: how many the night has, its A/A included. */
export const nightClock = (
  now: () => Date,
  suite: Pick<Suite, 'time' | 'seconds'>,
  sessions: number,
): Clock => {
  const begun = now().getTime();
  const limit = suite.time ?? Infinity;
  const left = (): number => limit - (now().getTime() - begun) / 1000;
  let ahead = sessions;
  let cost = firstCost;
  let shortest = suite.seconds;
  return {
    share: () => {
      const each = (left() - ahead * cost) / Math.max(1, ahead);
      shortest = Math.max(0.01, Math.min(shortest, each * (1 - reserve)));
      return shortest;
    },
    learn: (share, took) => {
      cost = Math.max(cost, took - share);
    },
    done: () => {
      ahead--;
    },
    fits: (seconds) => left() > seconds + cost,
    affords: (seconds) => left() - seconds > (ahead - 1) * (shortest / 3 + cost),
    left,
    notes: () =>
      shortest >= suite.seconds
        ? []
        : [
            `to keep ${limit} s, workloads were measured for ${shown(shortest)} s ` +
              `instead of ${shown(suite.seconds)} s each`,
          ],
  };
};

/** Rounded down, so that what was shortened never reads as what was asked for, nor as nothing. */
const shown = (seconds: number): string => {
  const steps = seconds < 1 ? 100 : 10;
  return String(Math.floor(seconds * steps + 1e-9) / steps);
};

/** A note for the record if too few quads fitted; null if enough did. */
export const shortNote = (name: string, {quads}: Plan): string | null =>
  quads >= quadLimits.least
    ? null
    : `${name}: ${quads} quad${quads === 1 ? '' : 's'} fitted into its time, and fewer ` +
      `than ${quadLimits.least} settle nothing; give the night more time or the workload a ` +
      'smaller repeat';
