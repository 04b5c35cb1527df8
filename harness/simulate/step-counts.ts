// Counts of an image summed by step, and the parts of the difference between two variants.
import type {CountedLine} from './count.ts';
import type {Simulated} from './simulate.ts';

export interface StepCounts {
  readonly step: string;
  readonly instructions: number;
  readonly branches: number;
  readonly loads: number;
  readonly stores: number;
}

/** The part of the code that a step belongs to; steps not named here are the body. */
const parts: Readonly<Record<string, string>> = {
  hook: 'prologue',
  endbr: 'prologue',
  landing: 'prologue',
  'start count': 'prologue',
  'push frame': 'prologue',
  'allocate stack': 'prologue',
  'push counter': 'prologue',
  'push callee-saved': 'prologue',
  'push used': 'prologue',
  'check index': 'tail-call check',
  'check count': 'tail-call check',
  'bump count': 'tail-call check',
  'load slot': 'tail-call check',
  bypass: 'tail-call check',
  unwind: 'unwind',
  'keep R6-R9': 'unwind',
  rewind: 'unwind',
  'restore R6-R9': 'unwind',
  align: 'unwind',
  target: 'tail jump',
  'load entry': 'tail jump',
  branch: 'tail jump',
  thunk: 'tail jump',
  exit: 'exit',
  return: 'exit',
};

export const partOf = (step: string): string => parts[step] ?? 'body';

/** Sums over the lines of each step, in the order in which steps first appear. */
export const countSteps = (
  lines: readonly CountedLine[],
  nameOf: (step: string) => string = (step) => step,
): readonly StepCounts[] => {
  const sums = new Map<string, StepCounts>();
  for (const line of lines) {
    const step = nameOf(line.step);
    const sum = sums.get(step) ?? {step, instructions: 0, branches: 0, loads: 0, stores: 0};
    sums.set(step, {
      step,
      instructions: sum.instructions + line.executions,
      branches: sum.branches + line.branches,
      loads: sum.loads + line.loads,
      stores: sum.stores + line.stores,
    });
  }
  return [...sums.values()];
};

/** After minus before, by step name; a step that only one side has counts as 0 on the other. */
export const stepDifferences = (
  before: readonly CountedLine[],
  after: readonly CountedLine[],
  nameOf?: (step: string) => string,
): readonly StepCounts[] => {
  const [from, to] = [countSteps(before, nameOf), countSteps(after, nameOf)];
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

/**
 * Instructions of each step per program execution on both sides; null if a side has no such
 * step.
 */
export const stepCosts = (
  before: Simulated,
  after: Simulated,
): readonly {
  readonly step: string;
  readonly before: number | null;
  readonly after: number | null;
}[] => {
  const [from, to] = [countSteps(before.lines), countSteps(after.lines)];
  const cost = (steps: readonly StepCounts[], name: string, executions: number): number | null => {
    const found = steps.find((entry) => entry.step === name);
    return found === undefined ? null : found.instructions / executions;
  };
  return [...new Set([...from, ...to].map((entry) => entry.step))].map((step) => ({
    step,
    before: cost(from, step, before.executions),
    after: cost(to, step, after.executions),
  }));
};
