// Reference interpreter: runs a program as written, 64 bits exact, and says how it ended.
import type {MapSpec, Program} from '../../types.ts';
import {createExecute, Fault} from './execute.ts';
import type {Frame, Machine} from './execute.ts';
import {framePointer, insnCount, stackBytes} from '../word/insn.ts';
import {createMap} from './map-state.ts';
import {createMemory} from './interpreter-memory.ts';
import type {Memory, Region} from './interpreter-memory.ts';
import type {Context, InterpretOptions, Outcome, World} from './run-types.ts';

export type {Context, Helper, InterpretOptions, Outcome, World} from './run-types.ts';

/** The value of R1 for a context; there is no memory at this address. */
const contextAddress = 0x0000_6000_0000_0000n;
const contextSpan = 0x1000n;
const stackTop = 0x0000_7000_0000_0000n;
/**
 * A verifier allows a program 8 frames; a tail call from a subprogram keeps its callers'
 * frames, 33 times at most.
 */
const maxFrames = 64;

/** A world with empty (or `initial`) maps and the given memory regions. */
export const createWorld = (maps: readonly MapSpec[], regions: readonly Region[] = []): World => {
  const memory = createMemory(regions);
  return {
    memory,
    maps: new Map(maps.map((spec, number) => [spec.name, createMap(spec, number, memory)])),
  };
};

/**
 * Runs `program` from its first instruction until the main function exits. Semantics are those of
 * RFC 9669 and the kernel: division by zero gives 0, modulo by zero leaves the destination, shifts
 * are masked, 32-bit operations clear the upper half, at most 33 tail calls. Accesses outside of
 * the stack, the context and the regions of the world are faults.
 */
export const interpret = (program: Program, options: InterpretOptions = {}): Outcome => {
  const world = options.world ?? createWorld(program.maps);
  const limit = options.stepLimit ?? 1_000_000;
  const frames: Frame[] = [];
  const enter = (
    next: Program,
    back: number,
    args: readonly bigint[],
    count: Frame['count'],
  ): Frame => {
    if (frames.length >= maxFrames) throw new Fault('the call stack is too deep');
    const registers = new Array<bigint>(11).fill(0n);
    args.forEach((value, index) => (registers[index + 1] = value));
    registers[framePointer] = stackTop - BigInt(frames.length * stackBytes);
    const frame = {registers, program: next, back, count};
    frames.push(frame);
    return frame;
  };
  const machine: Machine = {
    at: 0,
    tailCalls: 0,
    frames,
    enter,
    memory: withStackAndContext(world.memory, options.context),
    world,
    options,
  };
  const execute = createExecute(machine);
  let steps = 0;
  try {
    const first = enter(program, -1, options.registers ?? [contextAddress], {calls: 0});
    while (frames.length > 0) {
      const frame = frames[frames.length - 1];
      if (machine.at < 0 || machine.at >= insnCount(frame.program.insns))
        throw new Fault('left the program');
      if (++steps > limit) return {kind: 'step-limit', steps, tailCalls: machine.tailCalls};
      execute(frame);
    }
    return {kind: 'returned', value: first.registers[0], steps, tailCalls: machine.tailCalls};
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return {
      kind: 'fault',
      program: frames.at(-1)?.program.name ?? program.name,
      insn: machine.at,
      reason: error.message,
      steps,
      tailCalls: machine.tailCalls,
    };
  }
};

/** The memory of one run: the world's regions, a stack of its own, and the context. */
const withStackAndContext = (memory: Memory, context: Context | undefined): Memory => {
  const stack = createMemory([
    {
      name: 'stack',
      base: stackTop - BigInt(maxFrames * stackBytes),
      bytes: new Uint8Array(maxFrames * stackBytes),
    },
  ]);
  const inContext = (address: bigint): boolean =>
    context !== undefined && address >= contextAddress && address < contextAddress + contextSpan;
  return {
    ...memory,
    load: (address, width) =>
      inContext(address)
        ? context?.load(Number(address - contextAddress), width)
        : (stack.load(address, width) ?? memory.load(address, width)),
    store: (address, width, value) =>
      inContext(address)
        ? (context?.store?.(Number(address - contextAddress), width, value) ?? false)
        : stack.store(address, width, value) || memory.store(address, width, value),
    view: (address, length) => stack.view(address, length) ?? memory.view(address, length),
  };
};
