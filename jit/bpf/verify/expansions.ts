// Which instructions the verifier replaces: division checks, context accesses, addresses of maps,
// helpers and functions, and the prologue of programs that write packets.
import type {ProgramType} from '../../program-kinds.ts';
import type {MapSpec, Program, VerifierRules} from '../../types.ts';
import {
  aluBits,
  classes,
  codeAt,
  codes,
  immAt,
  insnAt,
  insnCount,
  isPacketLoad,
  isTailCall,
  isWide,
  modes,
  mov32,
  pseudo,
  reg,
  srcAt,
  wide,
  widthOf,
} from '../word/insn.ts';
import type {Insn} from '../word/insn.ts';
import {atomicByImm} from '../word/isa.ts';
import {refuse} from '../word/refuse.ts';
import {fieldAt, fieldsOf} from './context-fields.ts';
import {refuseField} from './context-refusal.ts';
import {
  expandArrayLookup,
  expandContextLoad,
  expandContextStore,
  expandDivision,
  expandHashLookup,
  expandPacketLoad,
  unclonePrologue,
} from './expand.ts';
import {liveUpperHalves} from './liveness.ts';
import type {Replacement, Rewritten} from './rewrite.ts';
import type {HelperCaller, VerifyEnv} from './verify-env.ts';
import type {Walk} from './walk/walk.ts';

/** Types whose programs may write into packets that others share. */
const uncloned: readonly ProgramType[] = ['sched_cls', 'sched_act', 'lwt_xmit'];
/** Takes as many bytes in code as the address of a kernel function. */
const someFunction = 0xffff_ffff_c000_0000n;
/** Plus the bytes that are read: the kernel's functions for LD_ABS and LD_IND. */
const packetLoads = 0x1000;
/** Plus the number of a kernel function in its program. */
export const kernelFunctions = 0x2000;

/**
 * Replacements for the instructions of `live`: division checks, context accesses, map addresses,
 * helper addresses.
 */
export const expansions = (
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
      if (source === pseudo.function)
        replacements.set(index, wide(insns[index * 8 + 1] & 15, someFunction));
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
    } else if (isPacketLoad(code)) {
      const id = packetLoads + widthOf(code);
      const offset = helperOffset(program, env, id, origin[index], 'program');
      replacements.set(index, expandPacketLoad(insnAt(insns, index), offset));
    } else if (code === codes.call && srcAt(insns, index) === pseudo.kfunc) {
      const id = kernelFunctions + immAt(insns, index);
      const imm = helperOffset(program, env, id, origin[index], 'program');
      replacements.set(index, [{...insnAt(insns, index), src: 0, imm}]);
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
  const fields = fieldsOf(env.contextFields, program.type) ?? [];
  const field = fieldAt(fields, insn.off, bytes);
  const words =
    field === undefined
      ? undefined
      : (insn.code & 7) === classes.ldx
        ? expandContextLoad(insn, bytes, field)
        : expandContextStore(insn, bytes, field);
  return words ?? refuseField(program, fields, insn.off, bytes, original);
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
