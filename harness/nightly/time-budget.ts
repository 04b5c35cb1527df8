// The time of a night: what each session may take so that the night keeps its limit, all shortened
// equally.
import type {Night} from '../../results/history/index.ts';
import type {Plan} from '../../results/types.ts';
import {quadLimits} from '../measure/plan.ts';
import type {Suite} from './suite/suite.ts';
import {plural} from '../../results/wording.ts';

/** Part of the time kept for confirmations. */
const reserve = 0.2;

/** Assumed seconds for preparing and storing a session before the first one is known. */
const firstCost = 1;

/** Shorter sessions settle next to nothing, so fewer workloads are planned instead. */
const leastSeconds = 5;

/** Seconds a session of the suite must have at least. */
const leastOf = ({seconds}: Pick<Suite, 'seconds'>): number => Math.min(seconds, leastSeconds);

/**
 * Seconds that a night of `workloads` takes: usually the A/A and each of them; at most, if each is
 * measured again with twice the quads.
 */
export const estimatedSeconds = (
  {seconds}: Pick<Suite, 'seconds'>,
  workloads: number,
): {readonly usual: number; readonly most: number} => {
  const usual = (1 + workloads) * (seconds + firstCost);
  return {usual, most: usual + (1 + workloads) * (2 * seconds + firstCost)};
};

/** Former nights of the same length that say how long the next one takes. */
const pastNights = 7;

/**
 * Seconds that the last finished nights of this suite on this machine took, if they had as many
 * workloads, in rising order.
 */
export const pastSeconds = (
  nights: readonly Pick<Night, 'suite' | 'machine' | 'created' | 'finished' | 'workloads'>[],
  {name, workloads}: Pick<Suite, 'name' | 'workloads'>,
  machine: string,
): readonly number[] =>
  nights
    .filter((night) => night.suite === name && night.machine === machine)
    .filter((night) => night.finished !== null && night.workloads.length === workloads.length)
    .slice(-pastNights)
    .map(({created, finished}) => (Date.parse(finished!) - Date.parse(created)) / 1000)
    .toSorted((a, b) => a - b);

/** How many workloads a limit leaves room for, before a night knows the cost of preparing. */
export const workloadsThatFit = ({time, seconds}: Pick<Suite, 'time' | 'seconds'>): number =>
  time === null ? Infinity : Math.max(1, Math.floor(time / (leastOf({seconds}) + firstCost)) - 1);

export interface Clock {
  /**
   * How many of the planned sessions have room, each long enough to settle something; at least one.
   * The others are dropped from the plan.
   */
  readonly plan: (sessions: number) => number;
  /** Seconds of measuring for the next session; never more than for the one before. */
  readonly share: () => number;
  /**
   * Notes that a session given `share` seconds took `took` seconds in all: preparing and storing
   * cost the difference.
   */
  readonly learn: (share: number, took: number) => void;
  /** One of the planned sessions is over. */
  readonly done: () => void;
  /** Whether there is time for one more session with `seconds` of measuring. */
  readonly fits: (seconds: number) => boolean;
  /**
   * Whether `seconds` can be spent so that each session still to come keeps a third of its share.
   */
  readonly affords: (seconds: number) => boolean;
  /** Seconds until the limit; Infinity without one. */
  readonly left: () => number;
  /** Notes for the record. */
  readonly notes: () => string[];
}

/** `sessions`: how many the night has, including its A/A. */
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
    plan: (wanted) => {
      ahead = Math.max(1, Math.min(wanted, Math.floor(left() / (leastOf(suite) + cost))));
      return ahead;
    },
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

/** Rounded down, so that a shortened time never reads as the requested one, nor as nothing. */
const shown = (seconds: number): string => {
  const steps = seconds < 1 ? 100 : 10;
  return String(Math.floor(seconds * steps + 1e-9) / steps);
};

/** A note for the record if too few quads fitted; null if enough did. */
export const shortNote = (name: string, {quads}: Plan): string | null =>
  quads >= quadLimits.least
    ? null
    : `${name}: ${plural(quads, 'quad')} fitted into its time, and fewer ` +
      `than ${quadLimits.least} settle nothing; give the night more time or the workload a ` +
      'smaller repeat';
