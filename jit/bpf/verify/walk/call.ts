// Calls in the verifier walk: helpers with their buffers and maps, tail calls, functions and their
// exits.
import type {Program} from '../../../types.ts';
import {argumentsOf} from '../../word/helper-arguments.ts';
import type {ArgumentKind} from '../../word/helper-arguments.ts';
import {helperName} from '../../word/helpers.ts';
import {helperLookup, helperTailCall, immAt} from '../../word/insn.ts';
import {isPlayed} from '../../word/program-types.ts';
import {isThrow} from '../../word/kernel-functions.ts';
import {refuse} from '../../word/refuse.ts';
import {forgetLookup} from './branch.ts';
import {callbackOf, enterCallback, enterLater} from './callback.ts';
import {refuseDepth} from './frames.ts';
import {refuseHelperOfOtherType} from './helper-types.ts';
import {constantKey, forgetNumbers} from './stack-slots.ts';
import {any, elementAt, isExact, isUnfollowed, matters, none} from './values.ts';
import type {Value} from './values.ts';
import {copyState, newFrame} from './walk-state.ts';
import type {Frame, State} from './walk-state.ts';
import {readRegister} from './walker.ts';
import type {Walker} from './walker.ts';

/**
 * Returns the state after a tail call from a subprogram that came back with an unknown value, which
 * newer kernels follow, too.
 */
export const walkHelper = (
  walker: Walker,
  state: State,
  frame: Frame,
  at: number,
): State | undefined => {
  const {program, isa, lookups} = walker;
  const id = immAt(program.insns, at);
  refuseHelperOfOtherType(program, isa, id, at);
  if (id === helperTailCall) noteTailCall(walker, frame, at);
  const called = callbackOf(walker.program, frame, id, at);
  const map = walkArguments(walker, state, frame, at);
  if (id === helperLookup && map !== undefined)
    lookups.set(at, lookups.has(at) && lookups.get(at) !== map ? null : map);
  const result = id === helperTailCall ? none : resultOf(walker, state, frame, at, map);
  frame.registers.fill(none, 1, 6);
  frame.registers[0] = result;
  if (called !== undefined) return enterCallback(walker, state, called, at);
  if (id !== helperTailCall || isa !== 'v6.18' || state.frames.length === 1) return undefined;
  const other = copyState(state);
  leave(walker, other, any, at);
  return other;
};

/** Notes what a helper does to the memory its arguments point to; returns the map it gets. */
const walkArguments = (
  walker: Walker,
  state: State,
  frame: Frame,
  at: number,
): number | undefined => {
  const {program} = walker;
  const id = immAt(program.insns, at);
  const kinds = argumentsOf(id);
  const position = kinds.indexOf('map');
  const given = position < 0 ? undefined : frame.registers[position + 1];
  // It was found in another map, and no map-in-map is ever run.
  const isInner = program.standIns !== undefined && given?.kind === 'any';
  if (given !== undefined && given.kind !== 'map' && !isInner)
    refuse(program, at, `R${position + 1} of bpf_${helperName(id)} must be a map`);
  const map = given?.kind === 'map' ? given.map : undefined;
  kinds.forEach((kind, index) => {
    const register = index + 1;
    if (kind === '-' || kind === 'map') return;
    const base = readRegister(walker, frame, register, at);
    if (base.kind === 'num') return;
    const {bytes, constant} = bufferSize(walker, frame, kind, register, map, at);
    if (bytes === 0) return;
    const access = {base, off: 0, bytes, register, at};
    if (base.kind === 'ctx')
      refuse(
        program,
        at,
        `R${register} type=ctx expected=fp, pkt, pkt_meta, map_key, map_value, mem`,
      );
    if (base.kind === 'frame' || base.kind === 'element')
      walker.memory.buffer(state, access, constant || uses[kind] === 'read' ? uses[kind] : 'part');
  });
  return map;
};

const uses = {
  key: 'read',
  value: 'read',
  pop: 'whole',
  read: 'read',
  write: 'part',
  fill: 'whole',
  fill8: 'whole',
  write4: 'part',
} as const satisfies Record<Exclude<ArgumentKind, '-' | 'map'>, 'read' | 'whole' | 'part'>;

interface BufferSize {
  /** At most. */
  readonly bytes: number;
  readonly constant: boolean;
}

const fixed = (bytes: number): BufferSize => ({bytes, constant: true});

const bufferSize = (
  walker: Walker,
  frame: Frame,
  kind: keyof typeof uses,
  register: number,
  map: number | undefined,
  at: number,
): BufferSize => {
  const spec = map === undefined ? undefined : walker.program.maps[map];
  if (kind === 'key') return fixed(spec?.keyBytes ?? 0);
  if (kind === 'value' || kind === 'pop') return fixed(spec?.valueBytes ?? 0);
  if (kind === 'write4') return fixed(4);
  if (kind === 'fill8') return fixed(8);
  const size = readRegister(walker, frame, register + 1, at);
  if (isOfInterest(walker.program, frame.registers[register])) matters(size);
  if (size.kind === 'num') return fixed(sizeUpTo(size.value));
  return {bytes: size.kind === 'any' ? sizeUpTo(size.range.wide.umax) : 0, constant: false};
};

/** The size of a buffer there makes a difference. */
const isOfInterest = ({maps}: Program, base: Value): boolean =>
  base.kind === 'element' ? maps[base.map].readOnly === true : !isUnfollowed(base);

/** More than a whole stack makes no difference. */
const sizeUpTo = (size: bigint): number => Number(size < 512n ? size : 512n);

/** A lookup gives an element or NULL; others are not followed. */
const resultOf = (
  walker: Walker,
  state: State,
  frame: Frame,
  at: number,
  map: number | undefined,
): Value => {
  const {program, isa} = walker;
  if (immAt(program.insns, at) !== helperLookup || map === undefined) return any;
  const spec = program.maps[map];
  if (spec.type === 'xskmap' || spec.type.endsWith('_of_maps')) return any;
  const lookup = at + 1;
  forgetLookup(state, lookup);
  const key = frame.registers[2];
  const constant =
    isa === 'v6.18' &&
    (spec.type === 'array' || spec.type === 'percpu_array') &&
    key.kind === 'frame' &&
    isExact(key)
      ? constantKey(state.frames[key.frame].slots, key.offset, spec.keyBytes)
      : undefined;
  const found = constant !== undefined && constant < BigInt(spec.maxEntries);
  return elementAt(program.maps, map, 0, found ? 0 : lookup);
};

/**
 * A kernel function may write wherever a pointer to the stack points, but not over pointers that the
 * program still uses. Returns the state in which it calls a function that it was given.
 */
export const walkKfunc = (
  walker: Walker,
  state: State,
  frame: Frame,
  at: number,
): State | undefined => {
  const {memory} = walker;
  if (isThrow(walker.program, at)) {
    walker.throws.add(at);
    state.frames.length = 0;
    return undefined;
  }
  const given = frame.registers.slice(1, 6);
  for (const one of given) {
    if (one.kind !== 'frame') continue;
    const owner = state.frames[one.frame];
    forgetNumbers(owner.slots);
    const deepest = memory.stackDepths[owner.function];
    memory.stackDepths[owner.function] = Math.max(deepest, -one.offset);
  }
  frame.registers.fill(none, 1, 6);
  frame.registers[0] = any;
  const called = given.find((one) => one.kind === 'function');
  return called === undefined ? undefined : enterLater(walker, called.start, at);
};

const noteTailCall = (walker: Walker, frame: Frame, at: number): void => {
  const {program, tailCalls} = walker;
  const [ctx, map, slot] = [1, 2, 3].map((register) => readRegister(walker, frame, register, at));
  if (ctx.kind !== 'ctx' || ctx.offset !== 0)
    refuse(program, at, 'R1 of a tail call must be the context');
  if (map.kind !== 'map')
    return refuse(program, at, 'R2 of a tail call must be one map on each path');
  const spec = program.maps[map.map];
  if (spec.type !== 'prog_array')
    refuse(program, at, `cannot pass map_type ${spec.type} into func bpf_tail_call#12`);
  if (slot.kind !== 'any' && slot.kind !== 'num')
    refuse(program, at, 'R3 of a tail call must be a number');
  matters(slot);
  const key =
    slot.kind === 'num' && slot.value < BigInt(spec.maxEntries) ? Number(slot.value) : null;
  const before = tailCalls.get(at) ?? {map: map.map, key};
  tailCalls.set(at, {
    map: before.map === map.map ? map.map : null,
    key: before.key === key ? key : null,
  });
};

/** Enters the function that is called; it gets R1 to R5. */
export const walkCall = (walker: Walker, state: State, frame: Frame, at: number): void => {
  const {program, startOf} = walker;
  const depth = state.frames.length;
  refuseDepth(program, depth, at);
  state.at = at + 1 + immAt(program.insns, at);
  const args = [none, ...frame.registers.slice(1, 6)];
  const chain = `${frame.chain}/${at}`;
  state.frames.push(newFrame(startOf.get(state.at) ?? 0, at + 1, chain, args, depth));
  frame.registers.fill(none, 0, 6);
};

/**
 * The main program must return a value unless its type is one that need not; a function may leave R0
 * unwritten.
 */
export const walkExit = (walker: Walker, state: State, frame: Frame, at: number): void => {
  const main = state.frames.length === 1 && isPlayed(walker.program.type);
  leave(walker, state, main ? readRegister(walker, frame, 0, at) : frame.registers[0], at);
};

/** Leaves the top frame with `value` in R0. */
const leave = ({program}: Walker, state: State, value: Value, at: number): void => {
  const frame = state.frames.pop();
  const caller = state.frames.at(-1);
  if (frame === undefined || caller === undefined) return;
  if (value.kind === 'frame') refuse(program, at, 'cannot return stack pointer to the caller');
  caller.registers[0] = frame.isCallback === true ? any : value;
  state.at = frame.back;
};
