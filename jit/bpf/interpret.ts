// Reference interpreter: runs a program as written, 64 bits exact, and says how it ended.
import type {MapSpec, Program} from '../types.ts';
import {aluResult, immediate64, jumpTaken} from './alu.ts';
import {
  aluBits, classes, codeAt, codes, dstAt, framePointer, helperTailCall, immAt, insnAt, insnCount, jumpTarget, modes, offAt, pseudo, srcAt, stackBytes, wideAt,
  widthOf,
} from './insn.ts';
import {atomicByImm} from './isa.ts';
import {createMap} from './map-state.ts';
import type {MapState} from './map-state.ts';
import {createMemory} from './memory.ts';
import type {Memory, Region} from './memory.ts';

/** What a helper sees. Returning undefined means that an argument was bad; the run ends with a fault. */
export interface HelperCall {
  readonly args: readonly bigint[];
  readonly memory: Memory;
  readonly mapAt: (address: bigint) => MapState | undefined;
}
export type Helper = (call: HelperCall) => bigint | undefined;

/** Everything outside of the program. Kept between runs, so that maps keep their contents. */
export interface World {
  readonly memory: Memory;
  readonly maps: ReadonlyMap<string, MapState>;
}

/** The context as programs see it: `load` and `store` by offset from the pointer in R1; undefined or false = no such field. */
export interface Context {
  readonly load: (offset: number, bytes: number) => bigint | undefined;
  readonly store?: (offset: number, bytes: number, value: bigint) => boolean;
}

export interface InterpretOptions {
  readonly world?: World;
  readonly context?: Context;
  /** R1 to R5; absent = R1 is the context, the others 0. */
  readonly registers?: readonly bigint[];
  /** By number; map lookup, update and delete and tail calls are built in. */
  readonly helpers?: Readonly<Record<number, Helper>>;
  /** Default 1,000,000. */
  readonly stepLimit?: number;
  /** Who counts tail calls: one counter per run (6.12 and later), a copy per call (5.10 to 6.11), each function anew (the RFC). */
  readonly tailCallCounter?: 'shared' | 'inherited' | 'fresh';
  /** An empty slot uses up a tail call as well (up to 6.11). */
  readonly countMisses?: boolean;
}

/** How a run ended. `steps` are executed instructions, `tailCalls` those that found a program. */
export type Outcome = {readonly steps: number; readonly tailCalls: number} & (
  | {readonly kind: 'returned'; readonly value: bigint}
  | {readonly kind: 'fault'; readonly program: string; readonly insn: number; readonly reason: string}
  | {readonly kind: 'step-limit'}
);

/** The value of R1 for a context; no region lies there. */
export const contextAddress = 0x0000_6000_0000_0000n;
const stackTop = 0x0000_7000_0000_0000n;
/** A verifier allows 8 frames to one program; a tail call from a subprogram keeps its callers' frames, 33 times at most. */
const maxFrames = 64;
const maxTailCalls = 33;
const mask64 = 0xffff_ffff_ffff_ffffn;

/** A world with empty (or `initial`) maps and the given memory regions. */
export const createWorld = (maps: readonly MapSpec[], regions: readonly Region[] = []): World => {
  const memory = createMemory(regions);
  return {memory, maps: new Map(maps.map((spec, number) => [spec.name, createMap(spec, number, memory)]))};
};

interface Frame {
  readonly registers: bigint[];
  program: Program;
  /** Where the caller goes on, -1 for the first frame. */
  readonly back: number;
  count: {calls: number};
}

/** Thrown inside a run and turned into an outcome. */
class Fault extends Error {}

/**
 * Runs `program` from its first instruction until the main function exits. Semantics are those of RFC 9669 and the kernel:
 * division by zero gives 0, modulo by zero leaves the destination, shifts are masked, 32-bit operations clear the upper half,
 * at most 33 tail calls. Accesses outside of the stack, the context and the regions of the world are faults.
 */
export const interpret = (program: Program, options: InterpretOptions = {}): Outcome => {
  const world = options.world ?? createWorld(program.maps);
  const {memory} = world;
  const context = options.context;
  const limit = options.stepLimit ?? 1_000_000;
  const mapByAddress = new Map([...world.maps.values()].map((map) => [map.address, map]));
  const stack = createMemory([{name: 'stack', base: stackTop - BigInt(maxFrames * stackBytes), bytes: new Uint8Array(maxFrames * stackBytes)}]);
  const given = options.registers ?? [contextAddress];
  const frames: Frame[] = [];
  let steps = 0;
  let tailCalls = 0;
  let at = 0;

  const inContext = (address: bigint): boolean => context !== undefined && address >= contextAddress && address < contextAddress + 0x1000n;
  const pieces: Memory = {
    ...memory,
    load: (address, width) => inContext(address) ? context?.load(Number(address - contextAddress), width) : stack.load(address, width) ?? memory.load(address, width),
    store: (address, width, value) => inContext(address) ? context?.store?.(Number(address - contextAddress), width, value) ?? false
      : stack.store(address, width, value) || memory.store(address, width, value),
    view: (address, length) => stack.view(address, length) ?? memory.view(address, length),
  };
  const fault = (reason: string): never => {
    throw new Fault(reason);
  };
  const where = (address: bigint, width: number, verb: string): string => `${verb} ${width} bytes at 0x${address.toString(16)}, where no memory is`;
  const load = (address: bigint, width: number): bigint => pieces.load(address, width) ?? fault(where(address, width, 'read'));
  const store = (address: bigint, width: number, value: bigint): void => {
    if (!pieces.store(address, width, value)) fault(where(address, width, 'wrote'));
  };

  const push = (next: Program, back: number, args: readonly bigint[], count: Frame['count']): Frame => {
    if (frames.length >= maxFrames) fault('the call stack is too deep');
    const registers = new Array<bigint>(11).fill(0n);
    args.forEach((value, index) => registers[index + 1] = value);
    registers[framePointer] = stackTop - BigInt(frames.length * stackBytes);
    const frame = {registers, program: next, back, count};
    frames.push(frame);
    return frame;
  };

  const atomicInsn = ({program: {insns}, registers}: Frame): void => {
    const row = atomicByImm.get(immAt(insns, at));
    const width = widthOf(codeAt(insns, at));
    const [dst, src] = [dstAt(insns, at), srcAt(insns, at)];
    if (row === undefined) return fault('unknown atomic operation');
    if (row.name === 'load_acquire') {
      registers[dst] = load((registers[src] + BigInt(offAt(insns, at))) & mask64, width);
      return;
    }
    const address = (registers[dst] + BigInt(offAt(insns, at))) & mask64;
    const value = BigInt.asUintN(width * 8, registers[src]);
    if (row.name === 'store_release') return store(address, width, value);
    const old = load(address, width);
    switch (row.name) {
      case 'add': case 'fetch_add': store(address, width, old + value); break;
      case 'or': case 'fetch_or': store(address, width, old | value); break;
      case 'and': case 'fetch_and': store(address, width, old & value); break;
      case 'xor': case 'fetch_xor': store(address, width, old ^ value); break;
      case 'xchg': store(address, width, value); break;
      default:
        if (old === BigInt.asUintN(width * 8, registers[0])) store(address, width, value);
        registers[0] = old;
        return;
    }
    if (row.fetch) registers[src] = old;
  };

  const wideInsn = ({program: owner, registers}: Frame): void => {
    const {insns, maps} = owner;
    const src = srcAt(insns, at);
    let value = wideAt(insns, at);
    if (src === pseudo.map || src === pseudo.mapValue) {
      const map = world.maps.get(maps[immAt(insns, at)]?.name);
      if (map === undefined) return fault('the map does not exist');
      value = src === pseudo.map ? map.address : map.lookup(new Uint8Array(4)) + BigInt(immAt(insns, at + 1));
    }
    registers[dstAt(insns, at)] = value;
    at++;
  };

  /** Goes on in another program, in the same frame; does nothing where there is none. */
  const tailCall = (frame: Frame): void => {
    const map = mapByAddress.get(frame.registers[2]);
    const slot = Number(frame.registers[3] & 0xffff_ffffn);
    if (map === undefined) return fault('R2 of a tail call is no map');
    if (slot >= map.spec.maxEntries || frame.count.calls >= maxTailCalls) return;
    const target = map.programs.get(slot);
    if (target !== undefined || options.countMisses === true) frame.count.calls++;
    if (target === undefined) return;
    tailCalls++;
    frame.program = target;
    at = -1;
  };

  const builtIn = (frame: Frame, id: number): bigint | undefined => {
    const [, r1, r2, r3, r4] = frame.registers;
    const map = mapByAddress.get(r1);
    if (map === undefined) return undefined;
    const key = pieces.view(r2, map.spec.keyBytes);
    if (key === undefined) return undefined;
    if (id === 1) return map.lookup(key);
    if (id === 3) return immediate64(map.remove(key));
    const value = pieces.view(r3, map.spec.valueBytes);
    return value === undefined ? undefined : immediate64(map.update(key, value, r4));
  };

  const callInsn = (frame: Frame): void => {
    const {program: {insns}, registers} = frame;
    const imm = immAt(insns, at);
    if (srcAt(insns, at) === pseudo.call) {
      const start = options.tailCallCounter ?? 'shared';
      const count = start === 'shared' ? frame.count : {calls: start === 'inherited' ? frame.count.calls : 0};
      push(frame.program, at, registers.slice(1, 6), count);
      at += imm;
      return;
    }
    if (imm === helperTailCall) return tailCall(frame);
    const helper = options.helpers?.[imm];
    const args = registers.slice(1, 6);
    const value = helper !== undefined ? helper({args, memory: pieces, mapAt: (address) => mapByAddress.get(address)}) : imm <= 3 ? builtIn(frame, imm) : undefined;
    if (value === undefined) return fault(`helper ${imm} is not there or was called with bad arguments`);
    registers[0] = BigInt.asUintN(64, value);
  };

  /** Executes the instruction at `at`; true once the first frame has exited. */
  const step = (frame: Frame): boolean => {
    const {program: {insns}, registers} = frame;
    const code = codeAt(insns, at);
    const [dst, off] = [dstAt(insns, at), offAt(insns, at)];
    if (!meansSomething(insns, at)) fault('unknown instruction');
    switch (code & 7) {
      case classes.alu: case classes.alu64: {
        const right = (code & 8) !== 0 ? registers[srcAt(insns, at)] : immediate64(immAt(insns, at));
        registers[dst] = aluResult(code, registers[dst], right, off, immAt(insns, at));
        break;
      }
      case classes.ldx: {
        const width = widthOf(code);
        const value = load((registers[srcAt(insns, at)] + BigInt(off)) & mask64, width);
        registers[dst] = (code & 0xe0) === modes.memsx ? BigInt.asUintN(64, BigInt.asIntN(width * 8, value)) : value;
        break;
      }
      case classes.st: store((registers[dst] + BigInt(off)) & mask64, widthOf(code), immediate64(immAt(insns, at))); break;
      case classes.stx:
        if ((code & 0xe0) === modes.atomic) atomicInsn(frame);
        else store((registers[dst] + BigInt(off)) & mask64, widthOf(code), registers[srcAt(insns, at)]);
        break;
      case classes.ld: wideInsn(frame); break;
      default:
        if (code === codes.call) callInsn(frame);
        else if (code === codes.exit) {
          frames.pop();
          const caller = frames.at(-1);
          if (caller === undefined) return true;
          caller.registers[0] = registers[0];
          at = frame.back;
        } else if (code === codes.ja || code === codes.gotol) at = jumpTarget(insns, at) - 1;
        else {
          const right = (code & 8) !== 0 ? registers[srcAt(insns, at)] : immediate64(immAt(insns, at));
          if (jumpTaken(code, registers[dst], right)) at = jumpTarget(insns, at) - 1;
        }
    }
    at++;
    return false;
  };

  try {
    const first = push(program, -1, given, {calls: 0});
    for (;;) {
      const frame = frames.at(-1) as Frame;
      if (at < 0 || at >= insnCount(frame.program.insns)) fault('left the program');
      if (++steps > limit) return {kind: 'step-limit', steps, tailCalls};
      if (step(frame)) return {kind: 'returned', value: first.registers[0], steps, tailCalls};
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return {kind: 'fault', program: frames.at(-1)?.program.name ?? program.name, insn: at, reason: error.message, steps, tailCalls};
  }
};

/** The interpreter also takes programs that no check has seen: what has no meaning must not get one by accident. */
const meansSomething = (insns: Uint8Array, at: number): boolean => {
  const {code, dst, src, off, imm} = insnAt(insns, at);
  const operation = code & 0xf0;
  if (dst > framePointer || src > framePointer) return false;
  switch (code & 7) {
    case classes.alu: case classes.alu64:
      if (operation === aluBits.end) return imm === 16 || imm === 32 || imm === 64;
      return operation < aluBits.end && (operation !== aluBits.mov || off === 0 || off === 8 || off === 16 || off === 32);
    case classes.ld: return code === codes.wide && at + 1 < insnCount(insns);
    case classes.jmp: return code !== codes.callx && operation < 0xe0;
    case classes.jmp32: return operation < 0xe0 && operation !== 0x80 && operation !== 0x90;
    default: return true;
  }
};
