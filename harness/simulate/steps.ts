// Counts of an image summed by step, and what the difference of two variants is made of.
import type {CountedLine} from './simulate.ts';

export interface StepCounts {
  readonly step: string;
  readonly instructions: number;
  readonly branches: number;
  readonly loads: number;
  readonly stores: number;
}

/** Sums over the lines of each step, in the order in which steps first appear. */
export const countSteps = (lines: readonly CountedLine[]): readonly StepCounts[] => {
  const sums = new Map<string, StepCounts>();
  for (const line of lines) {
    const sum = sums.get(line.step) ?? {step: line.step, instructions: 0, branches: 0, loads: 0, stores: 0};
    sums.set(line.step, {
      step: line.step,
      instructions: sum.instructions + line.executions,
      branches: sum.branches + line.branches,
      loads: sum.loads + line.loads,
      stores: sum.stores + line.stores,
    });
  }
  return [...sums.values()];
};

/** After minus before, by step name; steps that only one side has count from 0. */
export const stepDifferences = (before: readonly CountedLine[], after: readonly CountedLine[]): readonly StepCounts[] => {
  const [from, to] = [countSteps(before), countSteps(after)];
  const none = {instructions: 0, branches: 0, loads: 0, stores: 0};
  const names = [...new Set([...to, ...from].map((entry) => entry.step))];
  return names.map((step) => {
    const a = from.find((entry) => entry.step === step) ?? none;
    const b = to.find((entry) => entry.step === step) ?? none;
    return {
      step,
      instructions: b.instructions - a.instructions,
      branches: b.branches - a.branches,
      loads: b.loads - a.loads,
      stores: b.stores - a.stores,
    };
  });
};
