// The verifier's walk over all paths: stack depths, reached instructions, what tail calls, lookups
// and context accesses see.
import {Refusal} from '../../../refusal.ts';
import type {Program, VerifierRules} from '../../../types.ts';
import {jumpTaken} from '../../word/arithmetic.ts';
import type {ContextField} from '../context-fields.ts';
import {helperName} from '../../word/helpers.ts';
import {
  aluBits,
  classes,
  codeAt,
  codes,
  dstAt,
  helperLookup,
  helperTailCall,
  immAt,
  insnCount,
  isJump,
  isLocalCall,
  jumpBits,
  jumpTarget,
  modes,
  offAt,
  pseudo,
  sourceX,
  srcAt,
  wideAt,
  widthOf,
} from '../../word/insn.ts';
import {atomicByImm} from '../../word/isa.ts';
import {liveRegisters} from '../liveness.ts';
import {refuse} from '../../word/refuse.ts';
import {
  aluValue,
  any,
  anyUpTo,
  boundedOutcome,
  isPointer,
  none,
  num,
  operandValue,
} from './values.ts';
import type {Value} from './values.ts';
import {createMemoryNotes} from './walk-memory.ts';
import {copyState, createMemo, newFrame} from './walk-state.ts';
import type {Frame, State} from './walk-state.ts';

/** What the walk found out; indexed by instruction or by function. */
export interface Walk {
  /** 1 for instructions that some path reaches. */
  readonly seen: Uint8Array;
  /** Deepest access below the frame pointer, bytes, per function. */
  readonly stackDepths: readonly number[];
  /** Tail calls: map and slot where they are the same known constants on all paths. */
  readonly tailCalls: ReadonlyMap<
    number,
    {readonly map: number | null; readonly key: number | null}
  >;
  /** Lookups: the map where it is the same on all paths. */
  readonly lookups: ReadonlyMap<number, number | null>;
  /** Loads and stores through the context pointer, by instruction: offset into the context. */
  readonly context: ReadonlyMap<number, number>;
}

const maxFrames = 8;
/**
 * Steps that kernels allow; larger programs get more, so that their size alone does not refuse
 * them.
 */
const stepLimit = (count: number): number => Math.max(1_000_000, 16 * count);

/** Helpers whose first argument must be a map. */
const mapHelpers: ReadonlySet<number> = new Set([
  1, 2, 3, 51, 52, 53, 60, 70, 71, 72, 82, 87, 88, 89,
]);

/**
 * Follows every path of a checked program from the main function, with constants, the context
 * pointer, stack addresses and maps
 * tracked, and returns what a verifier decides from them. Refuses (Refusal) reads of registers
 * that were never written, stack
 * accesses out of bounds, context accesses that differ by path, tail calls without context or prog
 * array, call chains too deep.
 */
export const walkProgram = (
  program: Program,
  rules: VerifierRules,
  fields: readonly ContextField[],
): Walk => {
  const {insns} = program;
  const count = insnCount(insns);
  const seen = new Uint8Array(count);
  const meets = meetingPlaces(insns);
  const followed = createMemo(liveRegisters(insns));
  const {step, stackDepths, context, tailCalls, lookups} = createStep(program, rules, fields);
  const open: State[] = [
    {at: 0, frames: [newFrame(0, -1, '', [none, {kind: 'ctx', offset: 0}], 0)]},
  ];
  const limit = stepLimit(count);
  let steps = 0;
  while (open.length > 0) {
    const state = open.pop() as State;
    do {
      const {at} = state;
      if (meets[at] === 1 && followed(state)) break;
      if (++steps > limit) {
        throw new Refusal(
          `program ${program.name}: BPF program is too large. Processed ${steps} insn`,
          'Simplify branches and loops.',
        );
      }
      seen[at] = 1;
      if (codeAt(insns, at) === codes.wide) seen[at + 1] = 1;
      const other = step(state);
      if (other !== undefined) open.push(other);
    } while (state.frames.length > 0);
  }
  return {seen, stackDepths, tailCalls, lookups, context};
};

/** Where paths come together: targets of jumps, and where a called function returns to. */
const meetingPlaces = (insns: Uint8Array): Uint8Array => {
  const places = new Uint8Array(insnCount(insns));
  for (let index = 0; index < places.length; index++) {
    const code = codeAt(insns, index);
    if (isJump(code)) places[jumpTarget(insns, index)] = 1;
    if (isLocalCall(insns, index)) places[index + 1] = 1;
    if (code === codes.wide) index++;
  }
  return places;
};

/**
 * The step function: executes `state.at` in place and returns the state of the other way, where
 * there are two.
 */
const createStep = (program: Program, rules: VerifierRules, fields: readonly ContextField[]) => {
  const {insns} = program;
  const memory = createMemoryNotes(program, fields);
  const tailCalls = new Map<number, {map: number | null; key: number | null}>();
  const lookups = new Map<number, number | null>();
  const startOf = new Map(program.functions.map(({start}, number) => [start, number]));

  const read = ({registers}: Frame, register: number, at: number): Value =>
    registers[register].kind === 'none'
      ? refuse(
          program,
          at,
          `R${register} !read_ok`,
          'Write the register on every path before it is read; calls clobber R1 to R5.',
        )
      : registers[register];
  const operand = (frame: Frame, at: number): Value => {
    const code = codeAt(insns, at);
    return operandValue(
      code,
      (code & sourceX) !== 0 ? read(frame, srcAt(insns, at), at) : none,
      immAt(insns, at),
    );
  };
  const loaded = (bytes: number): Value =>
    bytes === 8 ? any : anyUpTo((1n << BigInt(bytes * 8)) - 1n);

  const alu = (frame: Frame, at: number): void => {
    const code = codeAt(insns, at);
    const [dst, operation] = [dstAt(insns, at), code & 0xf0];
    const left = operation === aluBits.mov ? none : read(frame, dst, at);
    const right =
      operation === aluBits.neg || operation === aluBits.end ? none : operand(frame, at);
    frame.registers[dst] = aluValue(
      code,
      left,
      right,
      offAt(insns, at),
      immAt(insns, at),
      rules.isa === 'v6.18',
    );
  };

  const wide = (frame: Frame, at: number): void => {
    const src = srcAt(insns, at);
    frame.registers[dstAt(insns, at)] =
      src === 0
        ? num(wideAt(insns, at))
        : src === pseudo.map
          ? {kind: 'map', map: immAt(insns, at)}
          : any;
  };

  const load = (state: State, frame: Frame, at: number): void => {
    const code = codeAt(insns, at);
    const [src, off, bytes] = [srcAt(insns, at), offAt(insns, at), widthOf(code)];
    const base = read(frame, src, at);
    memory.touch(state, base, off, bytes, at, src);
    frame.registers[dstAt(insns, at)] =
      memory.read(state, base, off, bytes) ?? ((code & 0xe0) === modes.memsx ? any : loaded(bytes));
  };

  const store = (state: State, frame: Frame, at: number): void => {
    const code = codeAt(insns, at);
    const [dst, off, bytes] = [dstAt(insns, at), offAt(insns, at), widthOf(code)];
    const base = read(frame, dst, at);
    const value =
      (code & 7) === classes.stx
        ? read(frame, srcAt(insns, at), at)
        : operandValue(0, none, immAt(insns, at));
    memory.touch(state, base, off, bytes, at, dst);
    memory.write(state, base, off, bytes, value, at);
  };

  const atomic = (state: State, frame: Frame, at: number): void => {
    const row = atomicByImm.get(immAt(insns, at));
    const [dst, src, off, bytes] = [
      dstAt(insns, at),
      srcAt(insns, at),
      offAt(insns, at),
      widthOf(codeAt(insns, at)),
    ];
    const acquires = row?.name === 'load_acquire';
    const address = acquires ? src : dst;
    if (!acquires && isPointer(read(frame, src, at)))
      refuse(program, at, `BPF_ATOMIC takes numbers, R${src} is a pointer`);
    if (row?.name === 'cmpxchg') read(frame, 0, at);
    const base = read(frame, address, at);
    if (base.kind === 'ctx')
      refuse(program, at, `BPF_ATOMIC stores into R${address} ctx is not allowed`);
    memory.touch(state, base, off, bytes, at, address);
    if (!acquires) memory.write(state, base, off, bytes, any, at);
    if (acquires) frame.registers[dst] = loaded(bytes);
    else if (row?.fetch === true) frame.registers[row.name === 'cmpxchg' ? 0 : src] = loaded(bytes);
  };

  const tailCall = (frame: Frame, at: number): void => {
    const [ctx, map, slot] = [read(frame, 1, at), read(frame, 2, at), read(frame, 3, at)];
    if (ctx.kind !== 'ctx' || ctx.offset !== 0)
      refuse(program, at, 'R1 of a tail call must be the context');
    if (map.kind !== 'map')
      return refuse(program, at, 'R2 of a tail call must be one map on each path');
    const spec = program.maps[map.map];
    if (spec.type !== 'prog_array')
      refuse(program, at, `cannot pass map_type ${spec.type} into func bpf_tail_call#12`);
    if (slot.kind !== 'any' && slot.kind !== 'num')
      refuse(program, at, 'R3 of a tail call must be a number');
    const key =
      slot.kind === 'num' && slot.value < BigInt(spec.maxEntries) ? Number(slot.value) : null;
    const before = tailCalls.get(at) ?? {map: map.map, key};
    tailCalls.set(at, {
      map: before.map === map.map ? map.map : null,
      key: before.key === key ? key : null,
    });
  };

  /**
   * Returns the state in which a tail call from a subprogram has come back with anything, which
   * newer kernels follow too.
   */
  const helper = (state: State, frame: Frame, at: number): State | undefined => {
    const id = immAt(insns, at);
    const [, map] = frame.registers;
    if (id === helperTailCall) tailCall(frame, at);
    if (mapHelpers.has(id) && map.kind !== 'map')
      refuse(program, at, `R1 of bpf_${helperName(id)} must be a map`);
    if (id === helperLookup && map.kind === 'map')
      lookups.set(at, (lookups.get(at) ?? map.map) === map.map ? map.map : null);
    for (let register = 1; register <= 5; register++) {
      const value = frame.registers[register];
      if (value.kind !== 'frame') continue;
      memory.touch(state, value, 0, 0, at, register);
      memory.write(state, {...value, exact: false}, 0, 0, any, at);
    }
    frame.registers.fill(none, 1, 6);
    frame.registers[0] = id === helperTailCall ? none : any;
    if (id !== helperTailCall || rules.isa !== 'v6.18' || state.frames.length === 1)
      return undefined;
    const other = copyState(state);
    leave(other, any, at);
    return other;
  };

  const enter = (state: State, frame: Frame, at: number): void => {
    if (state.frames.length >= maxFrames) {
      refuse(
        program,
        at,
        `the call stack of ${maxFrames + 1} frames is too deep`,
        'Recursion and chains of more than 8 functions are not allowed.',
      );
    }
    state.at = at + 1 + immAt(insns, at);
    const args = [none, ...frame.registers.slice(1, 6)];
    state.frames.push(
      newFrame(
        startOf.get(state.at) ?? 0,
        at + 1,
        `${frame.chain}/${at}`,
        args,
        state.frames.length,
      ),
    );
    frame.registers.fill(none, 0, 6);
  };

  /** Leaves the top frame with `value` in R0. */
  const leave = (state: State, value: Value, at: number): void => {
    const frame = state.frames.pop();
    const caller = state.frames.at(-1);
    if (frame === undefined || caller === undefined) return;
    caller.registers[0] =
      value.kind === 'frame'
        ? refuse(program, at, 'cannot return stack pointer to the caller')
        : value;
    state.at = frame.back;
  };

  /** Goes on where a conditional jump is known to go, else behind it; the other way is returned. */
  const branch = (state: State, frame: Frame, at: number): State | undefined => {
    const code = codeAt(insns, at);
    const [dst, target] = [dstAt(insns, at), jumpTarget(insns, at)];
    const [left, right] = [read(frame, dst, at), operand(frame, at)];
    const taken =
      left.kind === 'num' && right.kind === 'num'
        ? jumpTaken(code, left.value, right.value)
        : boundedOutcome(code, left, right);
    if (taken !== undefined) {
      if (taken) state.at = target;
      return undefined;
    }
    const other = copyState({...state, at: target});
    const equals = equalOnBranch(code, left, right);
    if (equals !== undefined && (code & 0xf0) === jumpBits.jeq)
      (other.frames.at(-1) as Frame).registers[dst] = equals;
    if (equals !== undefined && (code & 0xf0) === jumpBits.jne) frame.registers[dst] = equals;
    return other;
  };

  const step = (state: State): State | undefined => {
    const {at} = state;
    const frame = state.frames.at(-1) as Frame;
    const code = codeAt(insns, at);
    state.at = at + 1;
    switch (code & 7) {
      case classes.alu:
      case classes.alu64:
        alu(frame, at);
        return undefined;
      case classes.ldx:
        load(state, frame, at);
        return undefined;
      case classes.st:
        store(state, frame, at);
        return undefined;
      case classes.stx:
        if ((code & 0xe0) === modes.atomic) atomic(state, frame, at);
        else store(state, frame, at);
        return undefined;
      case classes.ld:
        wide(frame, at);
        state.at = at + 2;
        return undefined;
      default:
        if (code === codes.ja || code === codes.gotol) state.at = jumpTarget(insns, at);
        else if (code === codes.exit) leave(state, read(frame, 0, at), at);
        else if (code !== codes.call) return branch(state, frame, at);
        else if (isLocalCall(insns, at)) enter(state, frame, at);
        else return helper(state, frame, at);
        return undefined;
    }
  };
  return {step, tailCalls, lookups, stackDepths: memory.stackDepths, context: memory.context};
};

/**
 * What the left side of `==` or `!=` is on the side where they are equal; 32-bit comparisons fix
 * only numbers of 32 bits.
 */
const equalOnBranch = (code: number, left: Value, right: Value): Value | undefined => {
  if (left.kind !== 'any' || right.kind !== 'num') return undefined;
  if ((code & 7) === classes.jmp) return right;
  return left.max <= 0xffff_ffffn ? num(right.value & 0xffff_ffffn) : undefined;
};
