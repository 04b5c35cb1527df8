// The parts of the time from two printed tables, and what the sentences about them need to know.
import type {ComparisonRow, Decomposition, SideName} from '../../types.ts';
import type {Counted} from '../count-doubts.ts';
import {variationOf} from '../count-doubts.ts';
import type {RoleChanges} from '../decompose/decompose.ts';
import {decomposeChanges} from '../decompose/decompose.ts';
import type {CountedEvent, Roles} from '../decompose/roles.ts';
import {rolesOf} from '../decompose/roles.ts';
import type {WhyContext} from '../decompose/why.ts';
import {shownParts} from '../decompose/why.ts';
import type {CountedPair, Pair} from './table-pairs.ts';
import {relativeError, statsOf} from './printed.ts';
import {unknownRuns, welchDegrees} from './summary-row.ts';

/** Events counted on both sides, with the smaller share of the time. */
const countedOf = (pairs: readonly CountedPair[]): CountedEvent[] =>
  pairs.map(({event, before, after}) => ({
    event,
    running: Math.min(before.running ?? 1, after.running ?? 1),
  }));

export const pairRoles = (pairs: readonly CountedPair[]): Roles => rolesOf(countedOf(pairs));

export const partsOfTime = (pairs: readonly CountedPair[], level: number): Decomposition => {
  const runs = pairs.flatMap(({before, after}) => [
    before.n ?? unknownRuns,
    after.n ?? unknownRuns,
  ]);
  const n = runs.reduce((least, one) => Math.min(least, one), Infinity);
  return decomposeChanges(changesOf(pairs), countedOf(pairs), welchDegrees(1, n, 1, n, 0), level);
};

const changesOf = (pairs: readonly CountedPair[]): RoleChanges => {
  const roles = pairRoles(pairs);
  const change = (event: string | null): {value: number; error: number | null} | undefined => {
    const pair = pairs.find((candidate) => candidate.event === event);
    if (pair === undefined || pair.before.mean <= 0 || pair.after.mean <= 0) return undefined;
    const errors = [relativeError(pair.before), relativeError(pair.after)];
    return {
      value: Math.log(pair.after.mean / pair.before.mean),
      error: errors[0] === null || errors[1] === null ? null : Math.hypot(errors[0], errors[1]),
    };
  };
  return {
    time: change(roles.time),
    cycles: change(roles.cycles),
    instructions: change(roles.instructions),
    elapsed: change(roles.elapsed),
  };
};

const meanOf = (
  pairs: readonly CountedPair[],
  event: string | null,
  side: SideName,
): number | null => pairs.find((pair) => pair.event === event)?.[side].mean ?? null;

/** Seconds of one run: its time on the CPU, or else the elapsed time. */
export const secondsOf = (pairs: readonly CountedPair[]): number | null => {
  const roles = pairRoles(pairs);
  const msec = meanOf(pairs, roles.time, 'before');
  return msec === null ? meanOf(pairs, roles.elapsed, 'before') : msec / 1000;
};

/** What one side counted, for the doubts about counts. */
export const countedRows = (pairs: readonly Pair[], side: SideName): Counted[] =>
  pairs.flatMap((pair) => {
    const at = pair[side];
    if (at === null || at.unit === '%') return [];
    const variation = variationOf(statsOf(at));
    return [{event: pair.event, mean: at.mean, running: at.running, variation}];
  });

/** Means of a summary are in msec (times) and in seconds (elapsed). */
export const whyContext = (
  pairs: readonly CountedPair[],
  rows: readonly ComparisonRow[],
): WhyContext => {
  const roles = pairRoles(pairs);
  const both = (of: (side: SideName) => number | null): {before: number; after: number} | null => {
    const [before, after] = [of('before'), of('after')];
    return before === null || after === null ? null : {before, after};
  };
  const quotient =
    (a: string | null, b: string | null, scale: number) =>
    (side: SideName): number | null => {
      const [top, bottom] = [meanOf(pairs, a, side), meanOf(pairs, b, side)];
      return top === null || bottom === null || bottom === 0 ? null : (top / bottom) * scale;
    };
  const branches = pairs.find((pair) => pair.event === 'branches');
  return {
    event: roles.time ?? 'time',
    cycles: roles.cycles ?? 'cycles',
    clock: both(quotient(roles.cycles, roles.time, 1e-6)),
    utilisation: both(quotient(roles.time, roles.elapsed, roles.elapsed === 'elapsed' ? 1e-3 : 1)),
    branches:
      branches === undefined || branches.before.mean <= 0 || branches.after.mean <= 0
        ? null
        : Math.log(branches.after.mean / branches.before.mean),
    shown: shownParts(rows, roles),
    sameProgramMeant: true,
    slots: rows.filter((row) => row.points !== undefined),
  };
};
