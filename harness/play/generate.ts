// Seeded random programs that mean something: every register written, memory in bounds, loops that
// end, tail calls that continue.
import {callLocal, codes, encode} from '../../jit/bpf/word/insn.ts';
import type {Isa} from '../../jit/bpf/word/isa.ts';
import type {MapSpec, Program} from '../../jit/types.ts';
import {choicesFrom} from './choices.ts';
import type {Choices} from './choices.ts';
import {endPiece, entryPiece, makePiece} from './pieces.ts';
import {packetBytes} from './scope.ts';
import type {Scope} from './scope.ts';

export const generatedMaps = (slots: number): readonly MapSpec[] => [
  {name: 'slots', type: 'prog_array', keyBytes: 4, valueBytes: 4, maxEntries: slots},
  {name: 'numbers', type: 'array', keyBytes: 4, valueBytes: 16, maxEntries: 4},
];

/**
 * Programs that belong together: the first is the entry, slot `firstSlot + i` holds program i + 1;
 * one further slot stays empty.
 */
export interface Generated {
  readonly seed: number;
  readonly programs: readonly Program[];
  readonly firstSlot: number;
  readonly packet: Uint8Array;
}

export interface GenerateOptions {
  readonly isa: Isa;
  readonly firstSlot: number;
  /** Size of the prog array. */
  readonly slots: number;
  readonly tailCalls: boolean;
  /**
   * Only what a kernel's verifier can prove: packet bounds are checked, atomics stay in the stack,
   * lookups (inlined there) are left out.
   */
  readonly provable?: boolean;
  /** Some programs use all 512 bytes of stack, and all read theirs back at the end. */
  readonly fullStacks?: boolean;
}

/** Stack words of a function. */
const stacks = [1, 1, 2, 3, 5, 8];
const fullStacks = [1, 8, 33, 64];

/** How many slots one seed takes. */
export const slotsPerSeed = 4;

export const generate = (seed: number, options: GenerateOptions): Generated => {
  const random = choicesFrom(seed);
  const count = options.tailCalls && random.one(2) ? 1 + random.below(slotsPerSeed - 1) : 1;
  const programs = Array.from({length: count}, (_, index) =>
    makeProgram(`seed${seed}.${index}`, random, options, index, count),
  );
  return {
    seed,
    programs,
    firstSlot: options.firstSlot,
    packet: Uint8Array.from({length: packetBytes}, () => random.below(256)),
  };
};

const makeProgram = (
  name: string,
  random: Choices,
  options: GenerateOptions,
  index: number,
  count: number,
): Program => {
  const functions = random.one(2) ? 1 + random.below(3) : 1;
  const jumps = options.tailCalls && (index < count - 1 || random.one(3));
  const allTargets = jumps
    ? Array.from({length: count - index}, (_, step) => options.firstSlot + index + step)
    : [];
  const bodies = Array.from({length: functions}, (_, number) => {
    const callees = Array.from(
      {length: functions - number - 1},
      (_unused, step) => number + 1 + step,
    );
    return makeFunction(random, options, number, callees, allTargets, functions === 1);
  });
  const starts = bodies.map((_, number) =>
    bodies.slice(0, number).reduce((sum, {insns}) => sum + insns.length, 0),
  );
  const insns = bodies.flatMap((body, number) =>
    body.insns.map((insn, at) => {
      const call = body.calls.find((one) => one.at === at);
      return call === undefined ? insn : callLocal(starts[call.callee] - (starts[number] + at) - 1);
    }),
  );
  const called = new Set([0, ...bodies.flatMap(({calls}) => calls.map(({callee}) => callee))]);
  if (called.size < functions) return makeProgram(name, random, options, index, count);
  return {
    name,
    type: 'xdp',
    insns: encode(insns),
    maps: generatedMaps(options.slots),
    functions: starts.map((start, number) => ({name: number === 0 ? name : `f${number}`, start})),
  };
};

/**
 * A function starts by filling all its registers and stack slots and ends by folding the registers
 * into R0.
 */
const makeFunction = (
  random: Choices,
  options: GenerateOptions,
  number: number,
  callees: readonly number[],
  targets: readonly number[],
  alone: boolean,
) => {
  const saved = random.shuffle([6, 7, 8, 9]);
  const withContext = targets.length > 0 || callees.length > 0;
  const pins = saved.slice(0, withContext ? 2 : 1);
  const scope: Scope = {
    random,
    isa: options.isa,
    provable: options.provable === true,
    packet: pins[0],
    context: pins[1],
    callees,
    targets,
    stackBytes: 8 * random.pick(options.fullStacks === true && alone ? fullStacks : stacks),
    numbers: [0, 1, 2, 3, 4, 5, ...saved.slice(pins.length, pins.length + random.below(3))],
  };
  const pieces = [
    entryPiece(scope, number),
    ...Array.from({length: 3 + random.below(18)}, () => makePiece(scope)),
    endPiece(scope, options.fullStacks === true),
  ];
  const starts = pieces.map((_, index) =>
    pieces.slice(0, index).reduce((sum, piece) => sum + piece.insns.length, 0),
  );
  const calls = pieces.flatMap((piece, index) =>
    piece.calls === undefined
      ? []
      : [{at: starts[index] + piece.calls.at, callee: piece.calls.callee}],
  );
  const insns = pieces.flatMap((piece, index) =>
    piece.insns.map((insn, at) => {
      if (at !== piece.jumpAt) return insn;
      const target = starts[Math.min(index + 1 + (piece.skip ?? 0), pieces.length - 1)];
      const distance = target - (starts[index] + at) - 1;
      return insn.code === codes.gotol ? {...insn, imm: distance} : {...insn, off: distance};
    }),
  );
  return {insns, calls};
};
