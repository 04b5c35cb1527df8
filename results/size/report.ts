// From the sizes of single programs to the report over all of them. Pure: the order of the input
// only decides ties.
import {sum} from 'simple-statistics';
import {median} from '../stats/robust.ts';
import {sizeSteps} from './types.ts';
import type {
  RefusedProgram,
  RefusedReason,
  SizedProgram,
  SizeMoves,
  SizeReport,
  SizeSums,
  StepChange,
} from './types.ts';

/** How many of the largest changes a report lists in each direction. */
const mostListed = 10;

export const sizeReport = (
  sides: {readonly before: string; readonly after: string},
  programs: readonly SizedProgram[],
  refused: readonly RefusedProgram[],
): SizeReport => {
  const sums = sumsOf(programs);
  return {
    ...sides,
    sums,
    objects: new Set(programs.map(({file}) => file)).size,
    grew: moves(programs.map(changeOf)),
    shrank: moves(programs.map((one) => -changeOf(one))),
    same: programs.filter((one) => changeOf(one) === 0).length,
    disagree: sums.ratio !== null && (sums.ratio - 1) * ((sums.median ?? 1) - 1) < 0,
    largest: extremes(programs, changeOf),
    largestRatios: extremes(programs, (one) => ratioOf(one) - 1),
    steps: stepsOf(programs),
    folders: [...groups(programs, ({folder}) => folder)]
      .map(([folder, list]) => ({folder, ...sumsOf(list)}))
      .sort((a, b) => b.before - a.before || (a.folder < b.folder ? -1 : 1)),
    refused: reasonsOf(refused),
    refusedPrograms: refused.length,
  };
};

/** Bytes after minus bytes before. */
export const changeOf = ({before, after}: SizedProgram): number => after.bytes - before.bytes;

/** Bytes after over bytes before; code is never empty. */
export const ratioOf = ({before, after}: SizedProgram): number => after.bytes / before.bytes;

/**
 * What exceeds a limit: the sum, the median, or nothing. `limit` is a fraction: 0.01 is exceeded by
 * growth of more than 1 %, -0.01 by shrinking by more than 1 %.
 */
export const brokenLimit = ({sums}: SizeReport, limit: number): readonly ('sum' | 'median')[] => {
  const breaks = (ratio: number | null): boolean =>
    ratio !== null && (limit < 0 ? ratio - 1 < limit : ratio - 1 > limit);
  return (['sum', 'median'] as const).filter((name) =>
    breaks(name === 'sum' ? sums.ratio : sums.median),
  );
};

const sumsOf = (programs: readonly SizedProgram[]): SizeSums => {
  const before = sum(programs.map((one) => one.before.bytes));
  const after = sum(programs.map((one) => one.after.bytes));
  return {
    programs: programs.length,
    instructions: sum(programs.map(({instructions}) => instructions)),
    before,
    after,
    ratio: before === 0 ? null : after / before,
    median: programs.length === 0 ? null : median(programs.map(ratioOf)),
  };
};

const moves = (changes: readonly number[]): SizeMoves => {
  const up = changes.filter((change) => change > 0);
  return {programs: up.length, bytes: sum(up)};
};

const extremes = (
  programs: readonly SizedProgram[],
  by: (one: SizedProgram) => number,
): SizeReport['largest'] => {
  const pick = (sign: 1 | -1): readonly SizedProgram[] =>
    programs
      .filter((one) => sign * by(one) > 0)
      .sort((a, b) => sign * (by(b) - by(a)))
      .slice(0, mostListed);
  return {grew: pick(1), shrank: pick(-1)};
};

const stepsOf = (programs: readonly SizedProgram[]): readonly StepChange[] | null => {
  if (programs.some(({before, after}) => before.steps === null || after.steps === null))
    return null;
  return sizeSteps.map((step) => ({
    step,
    before: sum(programs.map(({before}) => before.steps![step])),
    after: sum(programs.map(({after}) => after.steps![step])),
  }));
};

const reasonsOf = (refused: readonly RefusedProgram[]): readonly RefusedReason[] =>
  [...groups(refused, ({by, reason}) => `${by} ${reason}`).values()]
    .map((list) => ({
      by: list[0].by,
      reason: list[0].reason,
      programs: list.length,
      example: list[0].program === '' ? list[0].file : `${list[0].file} ${list[0].program}`,
    }))
    .sort((a, b) => b.programs - a.programs);

const groups = <T>(list: readonly T[], keyOf: (one: T) => string): Map<string, T[]> => {
  const found = new Map<string, T[]>();
  for (const one of list) {
    const key = keyOf(one);
    const group = found.get(key);
    if (group === undefined) found.set(key, [one]);
    else group.push(one);
  }
  return found;
};
