// A small model of tail-call code: how often entries, misses, hits and exits happen, times their
// cost in a variant.
import {frameOf} from '../../jit/lower/function-frame.ts';
import type {Frame} from '../../jit/variants/frame.ts';
import {landingOffset} from '../../jit/variants/derive.ts';
import type {CountedLine} from './count.ts';
import type {CountedCode} from './simulate.ts';
import type {Cost} from './tail-call-costs.ts';
import {add, cost, costTables, eventNames, scale} from './tail-call-costs.ts';

/**
 * What happens in a function during one repetition. Misses, refusals and hits are those of direct
 * tail calls unless they say otherwise.
 */
export interface FunctionEvents {
  readonly symbol: string;
  /** Entered by a call: the whole prologue runs. */
  readonly calls: number;
  /** Entered by a tail call, after the skipped part of the prologue. */
  readonly tailEntries: number;
  /** The slot was empty. */
  readonly misses: number;
  /** The limit of tail calls was reached. */
  readonly refused: number;
  readonly hits: number;
  readonly indirectMisses: number;
  readonly indirectRefused: number;
  readonly indirectHits: number;
  readonly helperCalls: number;
  readonly exits: number;
}

/** The events of every function in a simulated run, found from its executions. */
export const functionEvents = (code: CountedCode): readonly FunctionEvents[] =>
  framesOf(code).map(({symbol, landing}) => {
    const own = code.lines.filter((line) => line.symbol === symbol);
    const at = (offset: number): number =>
      own.find((line) => line.offset === offset)?.executions ?? 0;
    const calls = at(0);
    const indirectInsns = new Set(
      own.filter((line) => line.step === 'check index').map((line) => line.insn),
    );
    const direct = own.filter((line) => !indirectInsns.has(line.insn));
    const indirect = own.filter((line) => indirectInsns.has(line.insn));
    const hits = sum(
      direct.filter((line) => line.step === 'target'),
      (line) => line.branches,
    );
    const attempts = starts(direct, 'check count');
    const allowed = starts(
      direct,
      direct.some((line) => line.step === 'bypass') ? 'bypass' : 'bump count',
    );
    const [indirectAllowed, indirectHits] = [
      starts(indirect, 'load slot'),
      starts(indirect, 'load entry'),
    ];
    return {
      symbol,
      calls,
      tailEntries: at(landing) - calls,
      misses: allowed - hits,
      refused: attempts - allowed,
      hits,
      indirectMisses: indirectAllowed - indirectHits,
      indirectRefused: starts(indirect, 'check count') - indirectAllowed,
      indirectHits,
      helperCalls: sum(
        own.filter((line) => line.step !== 'branch' && line.text.startsWith('call')),
        (line) => line.executions,
      ),
      exits: sum(
        own.filter((line) => line.step === 'return' && line.text.startsWith('ret')),
        (line) => line.executions,
      ),
    };
  });

/**
 * Total cost of the events under a variant's table; null if the variant is not modelled. Body
 * instructions are the same on both sides and left out.
 */
const predictCost = (events: readonly FunctionEvents[], simulated: CountedCode): Cost | null => {
  const table = costTables[simulated.variant.name];
  const {layout} = simulated.image;
  if (
    table === undefined ||
    layout.ibt ||
    layout.returnThunk !== null ||
    layout.indirectBranch !== simulated.variant.layout.indirectBranch
  )
    return null;
  const frames = framesOf(simulated);
  let total = cost(0, 0, 0);
  for (const event of events) {
    const frame = frames.find((entry) => entry.symbol === event.symbol);
    if (frame === undefined) return null;
    for (const name of eventNames)
      total = add(total, scale(table[name](...frame.sizes), event[name]));
  }
  return total;
};

/**
 * Predicted after minus before per repetition, with the events of the before side; null if a side
 * is not modelled.
 */
export const predictDifference = (before: CountedCode, after: CountedCode): Cost | null => {
  const subprograms = before.image.programs.some(
    (program) => program.verified.functions.length > 1,
  );
  if (subprograms) return null;
  const events = functionEvents(before);
  const [from, to] = [predictCost(events, before), predictCost(events, after)];
  return from === null || to === null ? null : add(to, scale(from, -1));
};

interface FrameFacts {
  readonly symbol: string;
  readonly landing: number;
  readonly sizes: readonly [u: number, c: number, s: number];
}

const framesOf = ({image, variant}: CountedCode): readonly FrameFacts[] =>
  image.programs.flatMap((program) =>
    image.functions
      .filter((one) => one.program === program.name)
      .map(({symbol}, index): FrameFacts => {
        const frame: Frame = frameOf(program.verified, index, image.layout, variant);
        return {
          symbol,
          landing: landingOffset(variant, frame),
          sizes: [frame.used.length, variant.counts(frame) ? 1 : 0, frame.stackBytes > 0 ? 1 : 0],
        };
      }),
  );

/** Executions of the first machine instruction of a step, over all tail calls. */
const starts = (lines: readonly CountedLine[], step: string): number =>
  sum(
    lines.filter(
      (line, index) =>
        line.step === step &&
        (lines[index - 1]?.step !== step || lines[index - 1].insn !== line.insn),
    ),
    (line) => line.executions,
  );

const sum = (lines: readonly CountedLine[], value: (line: CountedLine) => number): number =>
  lines.reduce((total, line) => total + value(line), 0);
