// What to measure next: advice by what the findings leave open, the most helpful first.
import type {Comparison} from '../../results/types.ts';

interface Advice {
  readonly when: (comparison: Comparison) => boolean;
  readonly text: (comparison: Comparison) => string;
}

const has =
  (...codes: readonly string[]) =>
  ({findings, warnings}: Comparison): boolean =>
    [...findings, ...warnings].some(({code}) => codes.includes(code));

const isOpen = (comparison: Comparison): boolean =>
  !has('one-run')(comparison) &&
  comparison.rows.some((row) => row.primary && row.verdict === 'unsettled');

/** Both sides as commands that can be run in turn, if the mail names them. */
const commandsOf = ({before, after}: Comparison): string =>
  before.command === undefined || after.command === undefined
    ? 'BEFORE -- AFTER'
    : before.command === after.command
      ? 'BEFORE -- AFTER'
      : `${before.command} -- ${after.command}`;

/** One row per situation; at most three are printed. */
const advice: readonly Advice[] = [
  {
    when: has('printed-wrong', 'printed-sums'),
    text: () => 'Use perf 6.5 or newer (or 5.12): this one does not print the mean of its runs.',
  },
  {
    when: has('one-run'),
    text: () => 'Repeat each side: perf stat -r 20 or more, so that the spread is known.',
  },
  {
    // Exact counts are the same whenever they are taken.
    when: ({design, rows}) => design === 'summary' && rows.some(({kind}) => kind !== 'exact'),
    text: (comparison) =>
      `Run both sides in turn, not one after the other: jitstat ab -r 40 -- ${commandsOf(comparison)}`,
  },
  {
    when: has('clock-not-code', 'hidden-by-clock', 'clock-step'),
    text: () => 'Fix the clock (governor performance, boost off) or compare cycles, not time.',
  },
  {
    when: has('one-run-spike', 'few-runs-spike', 'two-runs-spike', 'uneven-runs-spike', 'scatters'),
    text: () =>
      'Keep every run (perf stat -v prints each count) and vary the placement of the code: ' +
      'jitstat ab WORKLOAD --placement random',
  },
  {
    when: has('multiplexed', 'low-running', 'multiplexed-unequal'),
    text: () => 'Count fewer events at a time (-e cycles,instructions), so that none is scaled.',
  },
  {
    when: isOpen,
    text: () =>
      'Measure longer: after a session of jitstat ab, jitstat plan says how many runs would ' +
      'settle it.',
  },
];

const most = 3;

export const nextSteps = (comparisons: readonly Comparison[]): readonly string[] => {
  const found = advice.flatMap(({when, text}) => {
    const first = comparisons.find(when);
    return first === undefined ? [] : [text(first)];
  });
  return found.slice(0, most);
};
