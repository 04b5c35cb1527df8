// Findings from simulated counts: the parts by step, the model's prediction, and the figures once
// posted for the same pair.
import type {Finding} from '../../results/types.ts';
import {functionEvents, predictDifference} from './predict.ts';
import type {Cost} from './tail-call-costs.ts';
import type {CountedLine} from './count.ts';
import type {Posted} from './posted.ts';
import {posted} from './posted.ts';
import type {Simulated} from './simulate.ts';
import {stepCosts, stepDifferences} from './step-counts.ts';

const eventWords = ['instructions', 'branches', 'loads'] as const;

/** Findings of a simulated pair; all figures are after minus before. */
export const simulationFindings = (
  workload: string,
  before: Simulated,
  after: Simulated,
): readonly Finding[] => {
  const simulated = differenceOf(before, after);
  const pair = posted.filter(
    (entry) =>
      entry.workload === workload &&
      entry.before === before.image.variant &&
      entry.after === after.image.variant,
  );
  return [
    ...stepFinding(before, after),
    ...predictionFinding(before, after, simulated),
    ...pair.map((entry) => postedFinding(entry, before, after, simulated)),
  ];
};

const differenceOf = (before: Simulated, after: Simulated): Cost => {
  const difference = (event: string): number => after.totals[event] - before.totals[event];
  return {
    instructions: difference('callgrind/instructions/'),
    branches: difference('callgrind/branches/'),
    loads: difference('callgrind/loads/'),
  };
};

/** "unwind +6.3, push used +7.5, …" per program execution, largest first. */
export const stepFinding = (before: Simulated, after: Simulated): Finding[] => {
  const steps = stepDifferences(before.lines, after.lines)
    .filter((step) => step.instructions !== 0)
    .toSorted((a, b) => Math.abs(b.instructions) - Math.abs(a.instructions));
  if (steps.length === 0) return [];
  const words = steps
    .slice(0, 6)
    .map((step) => `${step.step} ${signed(step.instructions / before.executions)}`);
  return [
    {
      code: 'steps',
      text:
        'Instructions per program execution by step: ' +
        `${words.join(', ')}${steps.length > 6 ? ` and ${steps.length - 6} others` : ''}.`,
      data: {unit: 'instructions per program execution', steps: stepCosts(before, after)},
    },
  ];
};

const predictionFinding = (before: Simulated, after: Simulated, simulated: Cost): Finding[] => {
  const predicted = predictDifference(before, after);
  if (predicted === null) return [];
  const same = eventWords.every((event) => predicted[event] === simulated[event]);
  return [
    {
      code: 'predicted',
      text: same
        ? 'A model of entries, misses, hits and exits predicts exactly these differences ' +
          `(${wordsOf(predicted)}).`
        : `A model with the before side's events predicts ${wordsOf(predicted)}; simulated ` +
          `${wordsOf(simulated)}: the sides do not take the same tail calls.`,
      data: {predicted, simulated},
    },
  ];
};

/** Millions posted for a million repetitions are counts for one repetition. */
const postedFinding = (
  entry: Posted,
  before: Simulated,
  after: Simulated,
  simulated: Cost,
): Finding => {
  const start = `Posted for this pair (${entry.source}), per repetition: ${wordsOf(entry)}`;
  const data = {posted: entry, simulated};
  const worst = Math.max(...eventWords.map((event) => Math.abs(entry[event] - simulated[event])));
  if (worst <= 1.5)
    return {
      code: 'posted-fits',
      text: `${start}: it fits the simulated counts to within ${worst.toFixed(1)}.`,
      data,
    };
  const some = fittingRuns(entry, before, after);
  if (some !== null) {
    const left =
      some.without.length === 0
        ? ''
        : ` (for example all but ${some.without.map((label) => `'${label}'`).join(' and ')})`;
    return {
      code: 'posted-fits-in-part',
      text:
        `${start}: it fits ${before.runs.length - some.without.length} of the ` +
        `${before.runs.length} test runs${left} having been repeated a million times ` +
        `there, to within ${some.error.toFixed(1)}.`,
      data: {...data, without: some.without},
    };
  }
  const gaps = eventWords
    .map((event) => `${signed(entry[event] - simulated[event])} ${event}`)
    .join(', ');
  return {
    code: 'posted-differs',
    text: `${start}; the gap (${gaps}) ${gapReason(entry, before, after, simulated)}.`,
    data,
  };
};

/**
 * The smallest sets of test runs whose absence explains all three figures, or null; several sets
 * may do so equally.
 */
const fittingRuns = (
  entry: Posted,
  before: Simulated,
  after: Simulated,
): {readonly without: readonly string[]; readonly error: number} | null => {
  const differences = before.runs.map((run, index) => ({
    label: run.label,
    instructions: after.runs[index].instructions - run.instructions,
    branches: after.runs[index].branches - run.branches,
    loads: after.runs[index].loads - run.loads,
  }));
  const sets = setsOf(differences, 3).map((missing) => ({
    without: missing.map((run) => run.label),
    error: Math.max(
      ...eventWords.map((event) =>
        Math.abs(entry[event] - sum(differences, event) + sum(missing, event)),
      ),
    ),
  }));
  const fits = sets
    .filter((set) => set.error <= 5)
    .toSorted((a, b) => a.without.length - b.without.length || a.error - b.error);
  return fits[0] ?? null;
};

/** All sets of up to `most` of the entries, the empty one first. */
const setsOf = <T>(entries: readonly T[], most: number): readonly (readonly T[])[] => {
  if (most === 0 || entries.length === 0) return [[]];
  const [first, ...rest] = entries;
  return [...setsOf(rest, most), ...setsOf(rest, most - 1).map((set) => [first, ...set])];
};

const sum = (runs: readonly Cost[], event: (typeof eventWords)[number]): number =>
  runs.reduce((total, run) => total + run[event], 0);

/**
 * What the listing says about a gap in instructions if loads and branches fit. One more saved
 * register is a push and a pop, which would show in the loads; this leaves instructions that touch
 * no memory and do not branch.
 */
const gapReason = (entry: Posted, before: Simulated, after: Simulated, simulated: Cost): string => {
  const stores = after.totals['callgrind/stores/'] - before.totals['callgrind/stores/'];
  const memoryFits =
    Math.abs(entry.loads - simulated.loads) < 1.5 &&
    Math.abs(entry.branches - simulated.branches) < 1.5;
  if (!memoryFits || stores !== simulated.loads) return 'is not explained by this code';
  const plain = stepDifferences(before.lines.map(plainOnly), after.lines.map(plainOnly)).filter(
    (step) => step.instructions !== 0,
  );
  const hits = functionEvents(after).reduce(
    (all, event) => all + event.hits + event.indirectHits,
    0,
  );
  const gap = entry.instructions - simulated.instructions;
  return (
    [
      'is in instructions alone.',
      `Stores differ by ${signed(stores)} here, as loads do: pushes and pops are paired, ` +
        'so other saved registers would show in the loads.',
      `Left are ${signed(plain.reduce((all, step) => all + step.instructions, 0))} ` +
        'instructions that touch no memory and do not branch',
      `(${plain.map((step) => `${step.step} ${signed(step.instructions)}`).join(', ')});`,
      `the gap is ${signed(gap / hits)} for each of the ${hits} tail calls taken`,
    ].join(' ') +
    (entry.again === undefined
      ? ''
      : '. The same side measured again there differs from its first table by ' +
        `${wordsOf(entry.again)}: instruction counts there move by far more than the gap ` +
        'while loads stay')
  );
};

/** The line reduced to executions that neither load, store nor branch. */
const plainOnly = (line: CountedLine): CountedLine => ({
  ...line,
  executions: line.loads + line.stores === 0 ? line.executions - line.branches : 0,
});

const wordsOf = (cost: Cost): string =>
  eventWords.map((event) => `${signed(cost[event])} ${event}`).join(', ');

const signed = (value: number): string =>
  (value >= 0 ? '+' : '') +
  (Number.isInteger(value) ? value : value.toFixed(value > -1 && value < 1 ? 2 : 1));
