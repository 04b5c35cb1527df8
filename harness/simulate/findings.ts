// What simulated counts say in sentences: the parts by step, the model's prediction, and the figures once posted for the same pair.
import type {Finding} from '../../results/types.ts';
import {functionEvents, predictDifference} from './predict.ts';
import type {Cost} from './predict.ts';
import type {Posted} from './posted.ts';
import {posted} from './posted.ts';
import type {Simulated} from './simulate.ts';
import {stepCosts, stepDifferences} from './steps.ts';

const eventWords = ['instructions', 'branches', 'loads'] as const;

/** Findings of a simulated pair; all figures are after minus before. */
export const simulationFindings = (workload: string, before: Simulated, after: Simulated): readonly Finding[] => {
  const simulated = differenceOf(before, after);
  const pair = posted.filter((entry) => entry.workload === workload && entry.before === before.image.variant && entry.after === after.image.variant);
  return [
    ...stepFinding(before, after),
    ...predictionFinding(before, after, simulated),
    ...pair.map((entry) => postedFinding(entry, before, after, simulated)),
  ];
};

const differenceOf = (before: Simulated, after: Simulated): Cost => {
  const difference = (event: string): number => after.totals[event] - before.totals[event];
  return {instructions: difference('callgrind/instructions/'), branches: difference('callgrind/branches/'), loads: difference('callgrind/loads/')};
};

/** "unwind +6.3, push used +7.5, …" per program execution, largest first. */
const stepFinding = (before: Simulated, after: Simulated): Finding[] => {
  const steps = stepDifferences(before.lines, after.lines)
    .filter((step) => step.instructions !== 0)
    .toSorted((a, b) => Math.abs(b.instructions) - Math.abs(a.instructions));
  if (steps.length === 0) return [];
  const words = steps.slice(0, 6).map((step) => `${step.step} ${signed(step.instructions / before.executions)}`);
  return [{
    code: 'steps',
    text: `Instructions per program execution by step: ${words.join(', ')}${steps.length > 6 ? ', …' : ''}.`,
    data: {unit: 'instructions per program execution', steps: stepCosts(before, after)},
  }];
};

const predictionFinding = (before: Simulated, after: Simulated, simulated: Cost): Finding[] => {
  const predicted = predictDifference(before, after);
  if (predicted === null) return [];
  const same = eventWords.every((event) => predicted[event] === simulated[event]);
  const words = (cost: Cost): string => eventWords.map((event) => `${signed(cost[event])} ${event}`).join(', ');
  return [{
    code: 'predicted',
    text: same
      ? `A model of entries, misses, hits and exits predicts exactly these differences (${words(predicted)}).`
      : `A model with the before side's events predicts ${words(predicted)}; simulated ${words(simulated)}: the sides do not take the same tail calls.`,
    data: {predicted, simulated},
  }];
};

/** Posted millions for a million repetitions are counts for one repetition. */
const postedFinding = (entry: Posted, before: Simulated, after: Simulated, simulated: Cost): Finding => {
  const words = eventWords.map((event) => `${signed(entry[event])} ${event}`).join(', ');
  const start = `Posted for this pair (${entry.source}), per repetition: ${words}`;
  const data = {posted: entry, simulated};
  const worst = Math.max(...eventWords.map((event) => Math.abs(entry[event] - simulated[event])));
  if (worst <= 1.5) return {code: 'posted-fits', text: `${start}: it fits the simulated counts to within ${worst.toFixed(1)}.`, data};
  const some = fittingRuns(entry, before, after);
  if (some !== null) {
    const left = some.without.length === 0 ? '' : ` (all but ${some.without.map((label) => `'${label}'`).join(' and ')})`;
    return {
      code: 'posted-fits-in-part',
      text: `${start}: it fits ${before.runs.length - some.without.length} of the ${before.runs.length} test runs${left} having been repeated a million times there, to within ${some.error.toFixed(1)}.`,
      data: {...data, without: some.without},
    };
  }
  const gaps = eventWords.map((event) => `${signed(entry[event] - simulated[event])} ${event}`).join(', ');
  return {code: 'posted-differs', text: `${start}; the gap (${gaps}) ${gapReason(entry, after, simulated)}.`, data};
};

/** The smallest set of test runs whose absence explains all three figures, or null; several runs can be alike. */
const fittingRuns = (entry: Posted, before: Simulated, after: Simulated): { readonly without: readonly string[]; readonly error: number } | null => {
  const differences = before.runs.map((run, index) => ({
    label: run.label,
    instructions: after.runs[index].instructions - run.instructions,
    branches: after.runs[index].branches - run.branches,
    loads: after.runs[index].loads - run.loads,
  }));
  const sets = setsOf(differences, 3).map((missing) => ({
    without: missing.map((run) => run.label),
    error: Math.max(...eventWords.map((event) => Math.abs(entry[event] - sum(differences, event) + sum(missing, event)))),
  }));
  const fits = sets.filter((set) => set.error <= 5).toSorted((a, b) => a.without.length - b.without.length || a.error - b.error);
  return fits[0] ?? null;
};

/** All sets of up to `most` of the entries, the empty one first. */
const setsOf = <T>(entries: readonly T[], most: number): readonly (readonly T[])[] => {
  if (most === 0 || entries.length === 0) return [[]];
  const [first, ...rest] = entries;
  return [...setsOf(rest, most), ...setsOf(rest, most - 1).map((set) => [first, ...set])];
};

const sum = (runs: readonly Cost[], event: typeof eventWords[number]): number => runs.reduce((total, run) => total + run[event], 0);

const gapReason = (entry: Posted, after: Simulated, simulated: Cost): string => {
  const gap = simulated.instructions - entry.instructions;
  const hits = functionEvents(after).reduce((sum, event) => sum + event.hits, 0);
  const memoryFits = Math.abs(entry.loads - simulated.loads) < 1.5 && Math.abs(entry.branches - simulated.branches) < 1.5;
  if (!memoryFits || hits === 0) return 'is not explained by this code';
  return `is in instructions that neither load nor branch: ${(gap / hits).toFixed(1)} for each of the ${hits} tail calls taken. `
    + 'The listing has four such per tail call that v58 lacks or skips (nop at the bypass, add rsp and sub rsp even for an empty stack, the entry of the target)'
    + '; a program of other registers or one such instruction less gives it';
};

const signed = (value: number): string => `${value >= 0 ? '+' : ''}${Number.isInteger(value) ? value : value.toFixed(value > -1 && value < 1 ? 2 : 1)}`;
