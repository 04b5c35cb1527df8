// The verifier's walk over all paths: stack depths, reached instructions, what tail calls and context accesses see.
import type {Program, VerifierRules} from '../types.ts';
import {UserError} from '../error.ts';
import {jumpTaken} from './alu.ts';
import {refuse} from './check.ts';
import {fieldAt} from './context.ts';
import type {ContextField} from './context.ts';
import {helperName} from './helpers.ts';
import {
  auxRegister, classes, codes, codeAt, dstAt, framePointer, helperLookup, helperTailCall, immAt, insnCount, isJump, isLocalCall, jumpTarget, modes, offAt, pseudo,
  srcAt, stackBytes, wideAt, widthOf,
} from './insn.ts';
import {atomicByImm} from './isa.ts';
import {liveRegisters} from './liveness.ts';
import {aluValue, any, anyUpTo, boundedOutcome, covers, equal, join, mixed, none, num, operandValue} from './values.ts';
import type {Value} from './values.ts';

/** What the walk found out; indexed by instruction or by function. */
export interface Walk {
  /** Instructions some path reaches. */
  readonly seen: Uint8Array;
  /** Deepest access below the frame pointer, bytes, per function. */
  readonly stackDepths: readonly number[];
  /** Tail calls: map and slot where they are the same known constants on all paths. */
  readonly tailCalls: ReadonlyMap<number, {readonly map: number | null; readonly key: number | null}>;
  /** Lookups: the map where it is the same on all paths. */
  readonly lookups: ReadonlyMap<number, number | null>;
  /** Loads and stores through the context pointer, by instruction: offset into the context. */
  readonly context: ReadonlyMap<number, number>;
}

interface Frame {
  readonly function: number;
  /** Where the caller goes on; -1 for the main function. */
  readonly back: number;
  /** Names the calls that lead here. */
  readonly chain: string;
  readonly registers: Value[];
  readonly slots: Map<number, Value>;
}

interface State {
  at: number;
  readonly frames: Frame[];
}

/** Different states kept at one jump target before they are merged. */
const statesKept = 8;
const maxFrames = 8;
/** Steps the kernel allows; larger programs get more, so that their size alone does not refuse them. */
const stepLimit = (count: number): number => Math.max(1_000_000, 16 * count);

/** Helpers whose first argument must be a map. */
const mapHelpers: ReadonlySet<number> = new Set([1, 2, 3, 51, 52, 53, 60, 70, 71, 72, 82, 87, 88, 89]);

const copyState = ({at, frames}: State): State => ({
  at,
  frames: frames.map((frame) => ({...frame, registers: frame.registers.slice(), slots: new Map(frame.slots)})),
});

/**
 * Follows every path of a checked program from the main function, with constants, the context pointer, stack addresses and maps
 * tracked, and returns what a verifier decides from them. Refuses (UserError) reads of registers that were never written, stack
 * accesses out of bounds, context accesses that differ by path, tail calls without context or prog array, call chains too deep.
 */
export const walkProgram = (program: Program, rules: VerifierRules, fields: readonly ContextField[]): Walk => {
  const {insns, functions} = program;
  const count = insnCount(insns);
  const seen = new Uint8Array(count);
  const stackDepths = functions.map(() => 0);
  const tailCalls = new Map<number, {map: number | null; key: number | null}>();
  const lookups = new Map<number, number | null>();
  const context = new Map<number, number>();
  const plain = new Set<number>();
  const live = liveRegisters(insns);
  const targets = new Uint8Array(count);
  for (let index = 0; index < count; index++) {
    const code = codeAt(insns, index);
    if (isJump(code)) targets[jumpTarget(insns, index)] = 1;
    if (code === codes.wide) index++;
  }
  const startOf = new Map(functions.map(({start}, number) => [start, number]));
  const known = new Map<string, Frame[][]>();
  const open: State[] = [{at: 0, frames: [newFrame(0, -1, '', [none, {kind: 'ctx', offset: 0}])]}];
  const limit = stepLimit(count);
  let steps = 0;

  const read = (frame: Frame, register: number, at: number): Value => {
    const value = frame.registers[register];
    return value.kind === 'none' ? refuse(program, at, `R${register} !read_ok`, 'Write the register on every path before it is read; calls clobber R1 to R5.') : value;
  };

  /** Notes a stack access of `bytes` and checks its bounds. */
  const touchStack = (state: State, pointer: Value & {kind: 'frame'}, off: number, bytes: number, at: number): void => {
    const low = pointer.offset + off;
    if (low < -stackBytes || (pointer.exact && low + bytes > 0)) refuse(program, at, `invalid stack off=${low} size=${bytes}`);
    const owner = state.frames[pointer.frame].function;
    stackDepths[owner] = Math.max(stackDepths[owner], -low);
  };

  /** Notes an access through `base`; false where it is none through the context or the stack. */
  const touch = (state: State, base: Value, off: number, bytes: number, at: number, register: number): void => {
    if (base.kind === 'ctx') {
      if (base.offset !== 0) refuse(program, at, `dereference of modified ctx ptr R${register} off=${base.offset} disallowed`);
      if (plain.has(at)) refuse(program, at, 'same insn cannot be used with different pointers');
      if (fieldAt(fields, off, bytes) === undefined) refuse(program, at, `invalid bpf_context access off=${off} size=${bytes}`);
      context.set(at, off);
      return;
    }
    if (base.kind === 'mixed' || context.has(at)) refuse(program, at, 'same insn cannot be used with different pointers');
    if (base.kind === 'map') refuse(program, at, `R${register} invalid mem access 'map_ptr'`, 'Look the element up with bpf_map_lookup_elem first.');
    plain.add(at);
    if (base.kind === 'frame') touchStack(state, base, off, bytes, at);
  };

  /** Forgets stack slots that a write of unknown place or part of a slot destroys. */
  const forget = (state: State, pointer: Value, off: number, bytes: number): void => {
    if (pointer.kind !== 'frame') return;
    const {slots} = state.frames[pointer.frame];
    if (!pointer.exact || bytes === 0) return slots.clear();
    const low = pointer.offset + off;
    for (let slot = Math.floor(low / 8) * 8; slot < low + bytes; slot += 8) slots.delete(slot);
  };

  const loadInsn = (state: State, frame: Frame, at: number): void => {
    const code = codeAt(insns, at);
    const [dst, src, off, bytes] = [dstAt(insns, at), srcAt(insns, at), offAt(insns, at), widthOf(code)];
    const base = read(frame, src, at);
    touch(state, base, off, bytes, at, src);
    const slot = base.kind === 'frame' && base.exact && bytes === 8 ? state.frames[base.frame].slots.get(base.offset + off) : undefined;
    const whole = base.kind === 'ctx' && fieldAt(fields, off, bytes)?.whole === true;
    const scalar = !whole && bytes < 8 && (code & 0xe0) === modes.mem;
    frame.registers[dst] = slot ?? (scalar ? anyUpTo((1n << BigInt(bytes * 8)) - 1n) : any);
  };

  const storeInsn = (state: State, frame: Frame, at: number): void => {
    const code = codeAt(insns, at);
    const [dst, off, bytes] = [dstAt(insns, at), offAt(insns, at), widthOf(code)];
    const base = read(frame, dst, at);
    const value = (code & 7) === classes.stx ? read(frame, srcAt(insns, at), at) : operandValue(0, none, immAt(insns, at));
    touch(state, base, off, bytes, at, dst);
    forget(state, base, off, bytes);
    if (base.kind === 'frame' && base.exact && bytes === 8 && (base.offset + off) % 8 === 0) state.frames[base.frame].slots.set(base.offset + off, value);
  };

  const atomicInsn = (state: State, frame: Frame, at: number): void => {
    const row = atomicByImm.get(immAt(insns, at));
    const code = codeAt(insns, at);
    const [dst, src, off, bytes] = [dstAt(insns, at), srcAt(insns, at), offAt(insns, at), widthOf(code)];
    const [address, other] = row?.name === 'load_acquire' ? [src, undefined] : [dst, src];
    if (other !== undefined) read(frame, other, at);
    if (row?.name === 'cmpxchg') read(frame, 0, at);
    const base = read(frame, address, at);
    if (base.kind === 'ctx') refuse(program, at, `BPF_ATOMIC stores into R${address} ctx is not allowed`);
    touch(state, base, off, bytes, at, address);
    const old = bytes === 8 ? any : anyUpTo((1n << BigInt(bytes * 8)) - 1n);
    if (row?.name === 'load_acquire') frame.registers[dst] = old;
    else forget(state, base, off, bytes);
    if (row?.name === 'cmpxchg') frame.registers[0] = old;
    else if (row?.fetch === true) frame.registers[src] = old;
  };

  const aluInsn = (frame: Frame, at: number): void => {
    const code = codeAt(insns, at);
    const [dst, off, imm] = [dstAt(insns, at), offAt(insns, at), immAt(insns, at)];
    const unary = (code & 0xf0) === 0x80 || (code & 0xf0) === 0xd0;
    const left = (code & 0xf0) === 0xb0 ? none : read(frame, dst, at);
    const right = unary ? none : operandValue(code, (code & 8) !== 0 ? read(frame, srcAt(insns, at), at) : none, imm);
    frame.registers[dst] = aluValue(code, left, right, off, imm, rules.isa === 'v6.18');
  };

  const wideInsn = (frame: Frame, at: number): void => {
    const src = srcAt(insns, at);
    frame.registers[dstAt(insns, at)] = src === 0 ? num(wideAt(insns, at)) : src === pseudo.map ? {kind: 'map', map: immAt(insns, at)} : any;
  };

  const tailCallInsn = (frame: Frame, at: number): void => {
    const [ctx, map, slot] = [read(frame, 1, at), read(frame, 2, at), read(frame, 3, at)];
    if (ctx.kind !== 'ctx' || ctx.offset !== 0) refuse(program, at, 'R1 of a tail call must be the context');
    if (map.kind !== 'map') return refuse(program, at, 'R2 of a tail call must be one map on each path');
    const spec = program.maps[map.map];
    if (spec.type !== 'prog_array') refuse(program, at, `cannot pass map_type ${spec.type} into func bpf_tail_call#12`);
    if (slot.kind !== 'any' && slot.kind !== 'num') refuse(program, at, 'R3 of a tail call must be a number');
    const key = slot.kind === 'num' && slot.value < BigInt(spec.maxEntries) ? Number(slot.value) : null;
    const before = tailCalls.get(at);
    tailCalls.set(at, before === undefined ? {map: map.map, key} : {map: before.map === map.map ? map.map : null, key: before.key === key ? key : null});
  };

  const clobber = (frame: Frame): void => {
    for (let register = 1; register <= 5; register++) frame.registers[register] = none;
  };

  const helperInsn = (state: State, frame: Frame, at: number): void => {
    const id = immAt(insns, at);
    if (id === helperTailCall) tailCallInsn(frame, at);
    const map = frame.registers[1];
    if (mapHelpers.has(id) && map.kind !== 'map') refuse(program, at, `R1 of bpf_${helperName(id)} must be a map`);
    if (id === helperLookup && map.kind === 'map') lookups.set(at, (lookups.get(at) ?? map.map) === map.map ? map.map : null);
    for (let register = 1; register <= 5; register++) {
      const value = frame.registers[register];
      if (value.kind !== 'frame') continue;
      touchStack(state, value, 0, 0, at);
      forget(state, value, 0, 0);
    }
    clobber(frame);
    frame.registers[0] = any;
  };

  const enter = (state: State, frame: Frame, at: number): void => {
    if (state.frames.length >= maxFrames) refuse(program, at, `the call stack of ${maxFrames + 1} frames is too deep`, 'Recursion and chains of more than 8 functions are not allowed.');
    const target = at + 1 + immAt(insns, at);
    const callee = newFrame(startOf.get(target) ?? 0, at + 1, `${frame.chain}/${at}`, frame.registers.slice(0, 6), state.frames.length);
    callee.registers[0] = none;
    clobber(frame);
    frame.registers[0] = none;
    state.frames.push(callee);
    state.at = target;
  };

  /** Leaves the top frame with `value` in R0; false at the end of the main function. */
  const leave = (state: State, value: Value): boolean => {
    const {back} = state.frames.pop() as Frame;
    if (state.frames.length === 0) return false;
    (state.frames.at(-1) as Frame).registers[0] = value.kind === 'frame' ? mixed : value;
    state.at = back;
    return true;
  };

  /** Takes a conditional jump one or both ways; the other way is put aside. */
  const branch = (state: State, frame: Frame, at: number): void => {
    const code = codeAt(insns, at);
    const [dst, target] = [dstAt(insns, at), jumpTarget(insns, at)];
    const left = read(frame, dst, at);
    const right = operandValue(code, (code & 8) !== 0 ? read(frame, srcAt(insns, at), at) : none, immAt(insns, at));
    const outcome = left.kind === 'num' && right.kind === 'num' ? jumpTaken(code, left.value, right.value) : boundedOutcome(code, left, right);
    if (outcome !== undefined) {
      state.at = outcome ? target : at + 1;
      return;
    }
    const other = copyState(state);
    other.at = target;
    state.at = at + 1;
    open.push(other);
    if (right.kind !== 'num' || left.kind !== 'any') return;
    const small = (code & 7) === classes.jmp || left.max <= 0xffff_ffffn;
    const value = num((code & 7) === classes.jmp ? right.value : right.value & 0xffff_ffffn);
    if (small && (code & 0xf0) === 0x10) (other.frames.at(-1) as Frame).registers[dst] = value;
    if (small && (code & 0xf0) === 0x50) frame.registers[dst] = value;
  };

  /** True where a state that covers this one was followed before; otherwise remembers it, merged once there are many. */
  const followed = (state: State): boolean => {
    const top = state.frames.at(-1) as Frame;
    const key = `${top.chain}:${state.at}`;
    const states = known.get(key);
    if (states === undefined) {
      known.set(key, [copyState(state).frames]);
      return false;
    }
    const masks = state.frames.map((_, depth) => depth === state.frames.length - 1 ? live[state.at] : live[state.frames[depth + 1].back] & ~0x3f);
    if (states.some((old) => coversFrames(old, state.frames, masks))) return true;
    if (states.length >= statesKept) {
      for (const old of states) joinInto(state.frames, old, masks);
      states.length = 0;
    }
    states.push(copyState(state).frames);
    return false;
  };

  while (open.length > 0) {
    const state = open.pop() as State;
    for (;;) {
      const {at} = state;
      if (targets[at] === 1 && followed(state)) break;
      if (++steps > limit) {
        throw new UserError(`program ${program.name}: BPF program is too large. Processed ${steps} insn`, 'Simplify branches and loops.');
      }
      seen[at] = 1;
      const frame = state.frames.at(-1) as Frame;
      const code = codeAt(insns, at);
      state.at = at + 1;
      switch (code & 7) {
        case classes.alu: case classes.alu64: aluInsn(frame, at); break;
        case classes.ldx: loadInsn(state, frame, at); break;
        case classes.st: storeInsn(state, frame, at); break;
        case classes.stx: if ((code & 0xe0) === modes.atomic) atomicInsn(state, frame, at); else storeInsn(state, frame, at); break;
        case classes.ld: wideInsn(frame, at); seen[at + 1] = 1; state.at = at + 2; break;
        default:
          if (code === codes.ja || code === codes.gotol) state.at = jumpTarget(insns, at);
          else if (code === codes.exit) state.at = -1;
          else if (code !== codes.call) branch(state, frame, at);
          else if (isLocalCall(insns, at)) enter(state, frame, at);
          else {
            helperInsn(state, frame, at);
            if (immAt(insns, at) === helperTailCall && rules.isa === 'v6.18' && state.frames.length > 1) {
              const other = copyState(state);
              if (leave(other, any)) open.push(other);
            }
          }
      }
      if (state.at === -1 && !leave(state, read(frame, 0, at))) break;
    }
  }
  return {seen, stackDepths, tailCalls, lookups, context};
};

const newFrame = (number: number, back: number, chain: string, values: readonly Value[], depth = 0): Frame => {
  const registers: Value[] = Array.from({length: auxRegister}, (_, register) => values[register] ?? none);
  registers[framePointer] = {kind: 'frame', frame: depth, offset: 0, exact: true};
  return {function: number, back, chain, registers, slots: new Map()};
};

const coversFrames = (old: readonly Frame[], frames: readonly Frame[], masks: readonly number[]): boolean => old.every((frame, depth) => {
  const {registers, slots} = frames[depth];
  for (let register = 0; register <= framePointer; register++) {
    if ((masks[depth] >> register & 1) === 1 && !covers(frame.registers[register], registers[register])) return false;
  }
  for (const [slot, value] of frame.slots) {
    const now = slots.get(slot);
    if (now === undefined || !equal(value, now)) return false;
  }
  return true;
});

/** Makes `frames` cover `old` as well. Registers that are dead count as never written. */
const joinInto = (frames: readonly Frame[], old: readonly Frame[], masks: readonly number[]): void => {
  frames.forEach(({registers, slots}, depth) => {
    for (let register = 0; register < framePointer; register++) {
      const alive = (masks[depth] >> register & 1) === 1;
      registers[register] = alive ? join(registers[register], old[depth].registers[register]) : none;
    }
    for (const [slot, value] of slots) {
      const before = old[depth].slots.get(slot);
      if (before === undefined || !equal(before, value)) slots.delete(slot);
    }
  });
};
