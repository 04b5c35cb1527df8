// One step of the interpreter: what each instruction does to registers, memory and frames.
import type {Program} from '../../types.ts';
import {aluResult, immediate64, jumpTaken} from '../word/arithmetic.ts';
import {
  aluBits,
  classes,
  codeAt,
  codes,
  dstAt,
  framePointer,
  helperTailCall,
  immAt,
  insnAt,
  insnCount,
  isCallOrExit,
  jumpBits,
  jumpTarget,
  modes,
  offAt,
  pseudo,
  sourceX,
  srcAt,
  wideAt,
  widthOf,
} from '../word/insn.ts';
import {atomicByImm} from '../word/isa.ts';
import type {Atomic} from '../word/isa.ts';
import type {Memory} from './interpreter-memory.ts';
import type {InterpretOptions, World} from './run-types.ts';

export interface Frame {
  readonly registers: bigint[];
  /** Changed by a tail call. */
  program: Program;
  /** The call after which the caller continues; -1 for the first frame. */
  readonly back: number;
  /** Tail calls so far, shared with other frames or not. */
  readonly count: {calls: number};
}

export interface Machine {
  /** The instruction that is executed, or executed next. */
  at: number;
  tailCalls: number;
  readonly frames: Frame[];
  readonly enter: (
    program: Program,
    back: number,
    args: readonly bigint[],
    count: Frame['count'],
  ) => Frame;
  readonly memory: Memory;
  readonly world: World;
  readonly options: InterpretOptions;
}

/** Thrown to end a run; the interpreter turns it into an outcome. */
export class Fault extends Error {
  override readonly name = 'Fault';
}

const maxTailCalls = 33;
const mask64 = 0xffff_ffff_ffff_ffffn;

/** What an atomic operation stores, from the old value and the register's; `cmpxchg` is apart. */
const atomicResults: Partial<Record<Atomic['name'], (old: bigint, value: bigint) => bigint>> = {
  add: (old, value) => old + value,
  fetch_add: (old, value) => old + value,
  or: (old, value) => old | value,
  fetch_or: (old, value) => old | value,
  and: (old, value) => old & value,
  fetch_and: (old, value) => old & value,
  xor: (old, value) => old ^ value,
  fetch_xor: (old, value) => old ^ value,
  xchg: (_old, value) => value,
};

const fault = (reason: string): never => {
  throw new Fault(reason);
};

/** The function that executes the instruction at `machine.at` of the top frame and moves on. */
export const createExecute = (machine: Machine): ((frame: Frame) => void) => {
  const {memory, world, options, frames} = machine;
  const mapByAddress = new Map([...world.maps.values()].map((map) => [map.address, map]));

  const where = (address: bigint, width: number, verb: string): string =>
    `${verb} ${width} bytes at 0x${address.toString(16)}, which is not in any memory`;
  const load = (address: bigint, width: number): bigint =>
    memory.load(address, width) ?? fault(where(address, width, 'read'));
  const store = (address: bigint, width: number, value: bigint): void => {
    if (!memory.store(address, width, value)) fault(where(address, width, 'wrote'));
  };
  const operand = ({program: {insns}, registers}: Frame): bigint =>
    (codeAt(insns, machine.at) & sourceX) !== 0
      ? registers[srcAt(insns, machine.at)]
      : immediate64(immAt(insns, machine.at));
  const place = ({program: {insns}, registers}: Frame, base: number): bigint =>
    (registers[base] + BigInt(offAt(insns, machine.at))) & mask64;

  const loadInsn = (frame: Frame): void => {
    const {insns} = frame.program;
    const code = codeAt(insns, machine.at);
    const width = widthOf(code);
    const value = load(place(frame, srcAt(insns, machine.at)), width);
    frame.registers[dstAt(insns, machine.at)] =
      (code & 0xe0) === modes.memsx ? BigInt.asUintN(64, BigInt.asIntN(width * 8, value)) : value;
  };

  const storeInsn = (frame: Frame): void => {
    const {insns} = frame.program;
    const code = codeAt(insns, machine.at);
    if ((code & 7) === classes.stx && (code & 0xe0) === modes.atomic) return atomicInsn(frame);
    const value =
      (code & 7) === classes.stx
        ? frame.registers[srcAt(insns, machine.at)]
        : immediate64(immAt(insns, machine.at));
    store(place(frame, dstAt(insns, machine.at)), widthOf(code), value);
  };

  const atomicInsn = (frame: Frame): void => {
    const {
      program: {insns},
      registers,
    } = frame;
    const row = atomicByImm.get(immAt(insns, machine.at));
    const width = widthOf(codeAt(insns, machine.at));
    const [dst, src] = [dstAt(insns, machine.at), srcAt(insns, machine.at)];
    if (row === undefined) return fault('unknown atomic operation');
    if (row.name === 'load_acquire') {
      registers[dst] = load(place(frame, src), width);
      return;
    }
    const address = place(frame, dst);
    const value = BigInt.asUintN(width * 8, registers[src]);
    if (row.name === 'store_release') return store(address, width, value);
    const old = load(address, width);
    const result = atomicResults[row.name];
    if (result === undefined) {
      // cmpxchg compares with R0 and always loads into it.
      if (old === BigInt.asUintN(width * 8, registers[0])) store(address, width, value);
      registers[0] = old;
      return;
    }
    store(address, width, result(old, value));
    if (row.fetch) registers[src] = old;
  };

  const wideInsn = ({program: {insns, maps}, registers}: Frame): void => {
    const src = srcAt(insns, machine.at);
    let value = wideAt(insns, machine.at);
    if (src === pseudo.map || src === pseudo.mapValue) {
      const map = world.maps.get(maps[immAt(insns, machine.at)]?.name);
      if (map === undefined) return fault('the map does not exist');
      value =
        src === pseudo.map
          ? map.address
          : map.lookup(new Uint8Array(4)) + BigInt(immAt(insns, machine.at + 1));
    }
    registers[dstAt(insns, machine.at)] = value;
    machine.at++;
  };

  /** Continues in another program, in the same frame; does nothing if there is none. */
  const tailCall = (frame: Frame): void => {
    const map = mapByAddress.get(frame.registers[2]);
    const slot = Number(frame.registers[3] & 0xffff_ffffn);
    if (map === undefined) return fault('R2 of a tail call is not a map');
    if (slot >= map.spec.maxEntries || frame.count.calls >= maxTailCalls) return;
    const target = map.programs.get(slot);
    if (target !== undefined || options.countMisses === true) frame.count.calls++;
    if (target === undefined) return;
    machine.tailCalls++;
    frame.program = target;
    machine.at = -1;
  };

  /** Map lookup (1), update (2) and delete (3). */
  const mapHelper = (id: number, [r1, r2, r3, r4]: readonly bigint[]): bigint | undefined => {
    const map = mapByAddress.get(r1);
    const key = map === undefined ? undefined : memory.view(r2, map.spec.keyBytes);
    if (map === undefined || key === undefined) return undefined;
    if (id === 1) return map.lookup(key);
    if (id === 3) return immediate64(map.remove(key));
    const value = memory.view(r3, map.spec.valueBytes);
    return value === undefined ? undefined : immediate64(map.update(key, value, r4));
  };

  const callInsn = (frame: Frame): void => {
    const {
      program: {insns},
      registers,
    } = frame;
    const imm = immAt(insns, machine.at);
    const args = registers.slice(1, 6);
    if (srcAt(insns, machine.at) === pseudo.call) {
      const counter = options.tailCallCounter ?? 'shared';
      const count =
        counter === 'shared'
          ? frame.count
          : {calls: counter === 'inherited' ? frame.count.calls : 0};
      machine.enter(frame.program, machine.at, args, count);
      machine.at += imm;
      return;
    }
    if (imm === helperTailCall) return tailCall(frame);
    const helper = options.helpers?.[imm];
    const value =
      helper !== undefined
        ? helper({args, memory, mapAt: (address) => mapByAddress.get(address)})
        : imm <= 3
          ? mapHelper(imm, args)
          : undefined;
    registers[0] = BigInt.asUintN(
      64,
      value ?? fault(`helper ${imm} is not there or was called with bad arguments`),
    );
  };

  const exitInsn = (frame: Frame): void => {
    frames.pop();
    const caller = frames.at(-1);
    if (caller === undefined) return;
    caller.registers[0] = frame.registers[0];
    machine.at = frame.back;
  };

  return (frame) => {
    const {
      program: {insns},
      registers,
    } = frame;
    const code = codeAt(insns, machine.at);
    const dst = dstAt(insns, machine.at);
    if (!meansSomething(insns, machine.at)) fault('unknown instruction');
    switch (code & 7) {
      case classes.alu:
      case classes.alu64:
        registers[dst] = aluResult(
          code,
          registers[dst],
          operand(frame),
          offAt(insns, machine.at),
          immAt(insns, machine.at),
        );
        break;
      case classes.ldx:
        loadInsn(frame);
        break;
      case classes.st:
      case classes.stx:
        storeInsn(frame);
        break;
      case classes.ld:
        wideInsn(frame);
        break;
      default:
        if (code === codes.call) callInsn(frame);
        else if (code === codes.exit) exitInsn(frame);
        else if (
          code === codes.ja ||
          code === codes.gotol ||
          jumpTaken(code, registers[dst], operand(frame))
        )
          machine.at = jumpTarget(insns, machine.at) - 1;
    }
    machine.at++;
  };
};

/**
 * The interpreter also runs programs that were never checked: a meaningless instruction must not get
 * a meaning by accident.
 */
const meansSomething = (insns: Uint8Array, at: number): boolean => {
  const {code, dst, src, off, imm} = insnAt(insns, at);
  const operation = code & 0xf0;
  if (dst > framePointer || src > framePointer) return false;
  switch (code & 7) {
    case classes.alu:
    case classes.alu64:
      if (operation === aluBits.end) return imm === 16 || imm === 32 || imm === 64;
      return (
        operation < aluBits.end &&
        (operation !== aluBits.mov || off === 0 || off === 8 || off === 16 || off === 32)
      );
    case classes.ld:
      return code === codes.wide && at + 1 < insnCount(insns);
    case classes.jmp:
      return code !== codes.callx && operation <= jumpBits.jsle;
    case classes.jmp32:
      return operation <= jumpBits.jsle && !isCallOrExit(code);
    default:
      return true;
  }
};
