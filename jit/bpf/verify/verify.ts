// From a program as written to what the emitter takes: everything a verifier refuses, decides and
// rewrites.
import {Refusal} from '../../refusal.ts';
import type {
  MapSpec,
  Program,
  ProgramType,
  VerifiedFunction,
  VerifiedProgram,
  VerifierRules,
} from '../../types.ts';
import {checkProgram} from './check-program.ts';
import {fieldAt} from './context-fields.ts';
import type {ContextFields} from './context-fields.ts';
import {withoutDeadCode} from './dead-code.ts';
import {handDescriptors, setTailCalls} from './descriptors.ts';
import {
  expandArrayLookup,
  expandContextLoad,
  expandContextStore,
  expandDivision,
  expandHashLookup,
  unclonePrologue,
} from './expand.ts';
import {
  aluBits,
  classes,
  codeAt,
  codes,
  immAt,
  insnAt,
  insnCount,
  isLocalCall,
  isTailCall,
  isWide,
  modes,
  mov32,
  pseudo,
  reg,
  srcAt,
  stackBytes,
  wide,
  widthOf,
} from '../word/insn.ts';
import type {Insn} from '../word/insn.ts';
import {atomicByImm} from '../word/isa.ts';
import {liveUpperHalves} from './liveness.ts';
import {refuse} from '../word/refuse.ts';
import {refuseField} from './context-refusal.ts';
import {rewrite} from './rewrite.ts';
import type {Replacement, Rewritten} from './rewrite.ts';
import {checkStackAndReach} from './stack-rules.ts';
import {walkProgram} from './walk/walk.ts';
import type {Walk} from './walk/walk.ts';

/**
 * Who calls a helper: the program, or the prologue of tc programs that write into the packet, which
 * never comes to its call for packets that are not cloned.
 */
export type HelperCaller = 'program' | 'prologue';

/**
 * The world a program is verified for. Maps are numbers into `Program.maps`; addresses are unsigned
 * 64-bit values.
 */
export interface VerifyEnv {
  /** Address of the map itself: what R1 of a lookup and R2 of a tail call get. */
  readonly mapAddress: (map: number) => bigint;
  /** Address of the only element of an array map (direct value access). */
  readonly mapValueAddress: (map: number) => bigint;
  /**
   * Address of a helper less the layout's callBase; must fit 32 bits signed. May throw a Refusal
   * for a helper there is none of.
   */
  readonly helperAddressMinusCallBase: (id: number, caller: HelperCaller) => number;
  readonly contextFields: ContextFields;
  /**
   * Where the elements of an array map start, from the map's address: lookups in arrays are then
   * inlined, as kernels do.
   */
  readonly arrayValueOffset?: number;
  /**
   * Offset of the key in an element of a hash map; lookups are then inlined as far as kernels do.
   */
  readonly hashKeyOffset?: number;
}

/**
 * Does what the verifier of a kernel with these `rules` does to `program`. Throws Refusals:
 * structure (with instruction number), the walk over all paths, and the rules for tail calls and
 * stacks in the kernel's own words. Function and helper references come out as `VerifiedProgram`
 * describes, with bases 0 for the linker to set; `origin` leads back to `program`. Not a safety
 * proof: bounds of packets and map values are not checked.
 */
export const verify = (program: Program, rules: VerifierRules, env: VerifyEnv): VerifiedProgram => {
  checkProgram(program, rules.isa);
  const walk = walkProgram(program, rules, env.contextFields[program.type]);
  refuseMixture(program, rules, walk);
  const reached = checkStackAndReach(program, rules, walk.stackDepths);
  const live = withoutDeadCode(program, walk.seen);
  const {insns, origin, starts} = rewrite(
    program,
    live.insns,
    live.origin,
    live.starts,
    expansions(program, rules, env, walk, live),
  );
  const descriptors = setTailCalls(program, insns, origin, walk);
  const alive = starts.flatMap((start, number) => (start < 0 ? [] : [{start, number}]));
  setCalls(
    insns,
    alive.map(({start}) => start),
  );
  const clamp = rules.clampStackTo512 && hasTailCall(insns);
  const functions = alive.map(({start, number}): VerifiedFunction => ({
    start,
    base: 0n,
    stackDepth: clamp && number === 0 ? stackBytes : walk.stackDepths[number],
    tailCallReachable: reached[number],
    subprogram: number !== 0,
  }));
  return {
    insns,
    functions,
    descriptors,
    handed: handDescriptors(insns, functions, descriptors.length, rules),
    origin,
  };
};

/** Types whose programs may write into packets that others hold as well. */
const uncloned: readonly ProgramType[] = ['sched_cls', 'sched_act', 'lwt_xmit'];

/** The mutual exclusion of 5.9 and before. The kernel meets it when a path gets to a tail call. */
const refuseMixture = (program: Program, rules: VerifierRules, walk: Walk): void => {
  if (
    rules.tailCallsInSubprograms !== 'refuse' ||
    program.functions.length < 2 ||
    walk.tailCalls.size === 0
  )
    return;
  throw new Refusal(
    `program ${program.name}: instruction ${Math.min(...walk.tailCalls.keys())}: ` +
      'tail_calls are not allowed in programs with bpf-to-bpf calls',
    'This kernel version forbids the mixture; inline the functions or take a later variant.',
  );
};

/**
 * Replacements for the instructions of `live`: division checks, context accesses, map addresses,
 * helper addresses.
 */
const expansions = (
  program: Program,
  rules: VerifierRules,
  env: VerifyEnv,
  walk: Walk,
  {insns, origin}: Rewritten,
): Map<number, Replacement> => {
  const replacements = new Map<number, Replacement>();
  const count = insnCount(insns);
  let upperHalves: Uint16Array | undefined;
  for (let index = 0; index < count; index++) {
    const code = codeAt(insns, index);
    const operation = code & 0xf0;
    const arithmetic = (code & 7) === classes.alu || (code & 7) === classes.alu64;
    if (arithmetic && (operation === aluBits.div || operation === aluBits.mod)) {
      replacements.set(index, expandDivision(insnAt(insns, index), rules));
    } else if (walk.context.has(origin[index])) {
      replacements.set(index, contextAccess(program, env, insns, index, origin[index]));
    } else if (code === codes.wide) {
      const map = immAt(insns, index);
      const source = srcAt(insns, index);
      if (source === pseudo.map)
        replacements.set(index, wide(insns[index * 8 + 1] & 15, env.mapAddress(map)));
      if (source === pseudo.mapValue)
        replacements.set(
          index,
          wide(
            insns[index * 8 + 1] & 15,
            env.mapValueAddress(map) + BigInt(immAt(insns, index + 1)),
          ),
        );
      index++;
    } else if (
      (code & 7) === classes.stx &&
      widthOf(code) === 4 &&
      atomicOf(insns, index) === 'cmpxchg'
    ) {
      // x86 leaves R0 whole if the comparison succeeds; kernels clear its upper half if that
      // can be seen.
      upperHalves ??= liveUpperHalves(insns);
      if ((upperHalves[index + 1] & 1) === 1)
        replacements.set(index, [insnAt(insns, index), {...mov32(0, reg(0)), imm: 1}]);
    } else if (code === codes.call && srcAt(insns, index) === 0 && !isTailCall(insns, index)) {
      const offset = helperOffset(program, env, immAt(insns, index), origin[index], 'program');
      const call = {...insnAt(insns, index), imm: offset};
      const map = program.maps[walk.lookups.get(origin[index]) ?? -1];
      replacements.set(index, inlinedLookup(map, env) ?? hashLookup(map, env, call) ?? [call]);
    }
  }
  if (uncloned.includes(program.type) && walk.writesPacket) {
    const words = isWide(insns, 0) ? [insnAt(insns, 0), insnAt(insns, 1)] : [insnAt(insns, 0)];
    const first = replacements.get(0) ?? words;
    replacements.set(
      0,
      unclonePrologue(first, (id) => helperOffset(program, env, id, 0, 'prologue')),
    );
  }
  return replacements;
};

const inlinedLookup = (map: MapSpec | undefined, {arrayValueOffset}: VerifyEnv) =>
  map?.type === 'array' && arrayValueOffset !== undefined
    ? expandArrayLookup(map, arrayValueOffset)
    : undefined;

const hashLookup = (map: MapSpec | undefined, {hashKeyOffset}: VerifyEnv, call: Insn) =>
  map?.type === 'hash' && hashKeyOffset !== undefined
    ? expandHashLookup(map, hashKeyOffset, call)
    : undefined;

const atomicOf = (insns: Uint8Array, index: number): string | undefined =>
  (codeAt(insns, index) & 0xe0) === modes.atomic
    ? atomicByImm.get(immAt(insns, index))?.name
    : undefined;

const contextAccess = (
  program: Program,
  env: VerifyEnv,
  insns: Uint8Array,
  index: number,
  original: number,
): Replacement => {
  const insn = insnAt(insns, index);
  const bytes = widthOf(insn.code);
  const field = fieldAt(env.contextFields[program.type], insn.off, bytes);
  const words =
    field === undefined
      ? undefined
      : (insn.code & 7) === classes.ldx
        ? expandContextLoad(insn, bytes, field)
        : expandContextStore(insn, bytes, field);
  return words ?? refuseField(program, env.contextFields[program.type], insn.off, bytes, original);
};

const helperOffset = (
  program: Program,
  env: VerifyEnv,
  id: number,
  original: number,
  caller: HelperCaller,
): number => {
  const offset = env.helperAddressMinusCallBase(id, caller);
  if (offset !== (offset | 0))
    refuse(
      program,
      original,
      `helper ${id} is more than 2 GiB away from the call base`,
      'Choose a callBase nearer to the helpers.',
    );
  return offset;
};

/** Calls of functions carry the number of the function. */
const setCalls = (insns: Uint8Array, starts: readonly number[]): void => {
  const numberOf = new Map(starts.map((start, number) => [start, number]));
  const count = insnCount(insns);
  for (let index = 0; index < count; index++) {
    if (isWide(insns, index)) {
      index++;
      continue;
    }
    if (!isLocalCall(insns, index)) continue;
    new DataView(insns.buffer, insns.byteOffset).setInt32(
      index * 8 + 4,
      numberOf.get(index + 1 + immAt(insns, index)) ?? 0,
      true,
    );
  }
};

const hasTailCall = (insns: Uint8Array): boolean => {
  const count = insnCount(insns);
  for (let index = 0; index < count; index++) {
    if (codeAt(insns, index) === codes.tailCall) return true;
    if (isWide(insns, index)) index++;
  }
  return false;
};
