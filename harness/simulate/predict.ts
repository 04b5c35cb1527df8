// A small model of tail-call code: how often entries, misses, hits and exits happen, times what each costs in a variant.
import {frameOf} from '../../jit/lower/frame.ts';
import type {Frame} from '../../jit/variants/frame.ts';
import {landingOffset} from '../../jit/variants/derive.ts';
import type {CountedLine} from './count.ts';
import type {CountedCode} from './simulate.ts';

export interface Cost {
  readonly instructions: number;
  readonly branches: number;
  readonly loads: number;
}

/** What happens in a function during one repetition; sites are its direct tail calls. */
export interface FunctionEvents {
  readonly symbol: string;
  /** Entered by a call: the whole prologue runs. */
  readonly calls: number;
  /** Entered by a tail call, behind the skipped part of the prologue. */
  readonly tailEntries: number;
  /** The slot was empty. */
  readonly misses: number;
  /** The limit of tail calls was reached. */
  readonly refused: number;
  readonly hits: number;
  readonly helperCalls: number;
  readonly exits: number;
}

const eventNames = ['calls', 'tailEntries', 'misses', 'refused', 'hits', 'helperCalls', 'exits'] as const;

type EventName = typeof eventNames[number];

const cost = (instructions: number, branches: number, loads: number): Cost => ({instructions, branches, loads});

/** u = callee-saved registers used, c = 1 if the function counts tail calls, s = 1 if it has a stack of its own. */
type CostTable = Readonly<Record<EventName, (u: number, c: number, s: number) => Cost>>;

const v58: CostTable = {
  calls: () => cost(9, 0, 0),
  tailEntries: () => cost(0, 0, 0),
  misses: () => cost(6, 1, 1),
  refused: () => cost(3, 1, 1),
  hits: () => cost(6, 2, 1),
  helperCalls: () => cost(0, 0, 0),
  exits: () => cost(7, 1, 7),
};

const rfc1: CostTable = {
  calls: (u, c) => cost(5 + c + u, 0, 0),
  tailEntries: (u, c) => cost(1 + c + u, 0, 0),
  misses: () => cost(6, 2, 1),
  refused: () => cost(3, 1, 1),
  hits: (u) => cost(9 + u, 2, 2 + u),
  helperCalls: () => cost(0, 0, 0),
  exits: (u, c) => cost(2 + u + c, 1, 2 + u + c),
};

/** Loads the count into rax before every call of a helper, where the function counts. */
const v510: CostTable = {
  calls: (u, c, s) => cost(4 + s + c + u, 0, 0),
  tailEntries: (u, c, s) => cost(s + c + u, 0, 0),
  misses: () => cost(6, 2, 1),
  refused: () => cost(3, 1, 1),
  hits: (u, _c, s) => cost(8 + u + s, 2, 2 + u),
  helperCalls: (_u, c) => cost(c, 0, c),
  exits: (u) => cost(2 + u, 1, 2 + u),
};

/** Main programs entered with a count in rax: cmp, ja, push, mov, jmp, push. */
const v618: CostTable = {
  calls: (u, c, s) => cost(4 + s + 6 * c + u, 2 * c, 0),
  tailEntries: (u, c, s) => cost(s + 6 * c + u, 2 * c, 0),
  misses: () => cost(4, 2, 2),
  refused: () => cost(3, 1, 2),
  hits: (u, _c, s) => cost(8 + u + s, 2, 5 + u),
  helperCalls: () => cost(0, 0, 0),
  exits: (u) => cost(2 + u, 1, 2 + u),
};

/** Costs of direct tail calls in main programs with plain returns, by variant; other variants are not modelled. */
const costTables: Readonly<Record<string, CostTable>> = {v58, rfc1, v510, v61: v510, v618};

/** Events of every function of a simulated run, read off its executions. */
export const functionEvents = (simulated: CountedCode): readonly FunctionEvents[] => framesOf(simulated).map(({symbol, landing}) => {
  const own = simulated.lines.filter((line) => line.symbol === symbol);
  const at = (offset: number): number => own.find((line) => line.offset === offset)?.executions ?? 0;
  const calls = at(0);
  const hits = sum(own.filter((line) => line.step === 'target'), (line) => line.branches);
  const attempts = sum(stepStarts(own, 'check count'), (line) => line.executions);
  const allowed = sum(stepStarts(own, own.some((line) => line.step === 'bypass') ? 'bypass' : 'bump count'), (line) => line.executions);
  return {
    symbol,
    calls,
    tailEntries: at(landing) - calls,
    misses: allowed - hits,
    refused: attempts - allowed,
    hits,
    helperCalls: sum(own.filter((line) => line.text.startsWith('call')), (line) => line.executions),
    exits: sum(own.filter((line) => line.text.startsWith('ret')), (line) => line.executions),
  };
});

/** Total cost of the events under a variant's table; null where the variant is not modelled. Body instructions are the same on both sides and left out. */
export const predictCost = (events: readonly FunctionEvents[], simulated: CountedCode): Cost | null => {
  const table = costTables[simulated.variant.name];
  if (table === undefined || simulated.image.layout.ibt) return null;
  const frames = framesOf(simulated);
  let total = cost(0, 0, 0);
  for (const event of events) {
    const frame = frames.find((entry) => entry.symbol === event.symbol);
    if (frame === undefined) return null;
    for (const name of eventNames) total = add(total, scale(table[name](...frame.sizes), event[name]));
  }
  return total;
};

/** Predicted after minus before per repetition, with the events of the before side; null where the model does not reach. */
export const predictDifference = (before: CountedCode, after: CountedCode): Cost | null => {
  const indirect = before.lines.some((line) => line.step === 'check index' && line.executions > 0);
  const subprograms = before.image.programs.some((program) => program.verified.functions.length > 1);
  if (indirect || subprograms) return null;
  const events = functionEvents(before);
  const [from, to] = [predictCost(events, before), predictCost(events, after)];
  return from === null || to === null ? null : add(to, scale(from, -1));
};

interface FrameFacts {
  readonly symbol: string;
  readonly landing: number;
  readonly sizes: readonly [u: number, c: number, s: number];
}

const framesOf = ({image, variant}: CountedCode): readonly FrameFacts[] => {
  return image.programs.flatMap((program) => {
    const functions = image.functions.filter((one) => one.program === program.name);
    return functions.map((one, index): FrameFacts => {
      const frame: Frame = frameOf(program.verified, index, image.layout);
      return {symbol: one.symbol, landing: landingOffset(variant, frame), sizes: [frame.used.length, variant.counts(frame) ? 1 : 0, frame.stackBytes > 0 ? 1 : 0]};
    });
  });
};

/** The first machine instruction of a step in each tail call. */
const stepStarts = (lines: readonly CountedLine[], step: string): readonly CountedLine[] =>
  lines.filter((line, index) => line.step === step && (lines[index - 1]?.step !== step || lines[index - 1].insn !== line.insn));

const sum = (lines: readonly CountedLine[], value: (line: CountedLine) => number): number => lines.reduce((total, line) => total + value(line), 0);

const add = (a: Cost, b: Cost): Cost => cost(a.instructions + b.instructions, a.branches + b.branches, a.loads + b.loads);

const scale = (a: Cost, by: number): Cost => cost(a.instructions * by, a.branches * by, a.loads * by);
