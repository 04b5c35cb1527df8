// One run of each side outside the plan, as a check and to measure its duration.
import {UserError} from '../../results/error.ts';
import {visible} from '../../results/visible.ts';
import type {Perf} from '../perf/perf.ts';
import {derivedSeed} from '../derived-seed.ts';
import type {MeasureOptions} from './measure-options.ts';
import {exitTrouble, underPerf} from './runner.ts';
import {quadLimits} from './plan.ts';
import type {MeasureRequest, PreparedSession} from './session-types.ts';

/**
 * Up to this many runs of commands are one per block, however long they take, and their first quad
 * is trial enough: a trial would take a tenth of the time.
 */
export const needsTrial = ({
  target,
  options,
  left,
}: Pick<MeasureRequest, 'target' | 'options' | 'left'>): boolean =>
  target.kind !== 'commands' ||
  options.design !== 'abba' ||
  left !== undefined ||
  options.runs === null ||
  options.runs >= 4 * quadLimits.comfortable;

/**
 * Runs each side once, outside the plan: both must work. Returns how long the longer one takes
 * together with its hooks, in seconds.
 */
export const trialRuns = async (
  perf: Perf,
  events: readonly string[],
  subjects: PreparedSession['subjects'],
  options: MeasureOptions,
  folder: string,
  show: (text: string) => void,
): Promise<number> => {
  let longest = 0;
  for (const subject of [subjects.before, subjects.after]) {
    if (subject === null) continue;
    const ready = await subject.prepare({
      index: -1,
      quad: 0,
      seed: derivedSeed(options.seed, 3),
      folder,
    });
    const begun = performance.now();
    const {result, reported} = await underPerf(
      {perf, events, folder, region: options.region, show},
      subject,
      ready,
      1,
    );
    const {problem} = ready.check(reported, 1);
    if (problem !== null)
      throw new UserError(
        `The trial run of ${subject.info.label} failed: ${problem}.`,
        'jitstat jit WORKLOAD --variant V --listing shows the code.',
      );
    const trouble = exitTrouble(result, 1, options.ignoreFailure);
    if (trouble !== null)
      throw new UserError(
        `The trial run of ${visible(subject.info.label)} failed: ${trouble}.`,
        'Fix the command, or pass --ignore-failure.',
      );
    const elapsed = result.runs[0]?.find((count) => count.event === 'duration_time')?.value ?? 0;
    const isPrepared = (subject.around?.prepare ?? subject.around?.conclude) !== undefined;
    const wall = isPrepared ? performance.now() - begun : 0;
    longest = Math.max(longest, elapsed / 1e9, wall / 1e3);
  }
  return longest;
};
