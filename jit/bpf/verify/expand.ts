// What the verifier replaces single instructions with: division checks, context loads, calls and
// references.
import type {MapSpec, VerifierRules} from '../../types.ts';
import {clonedFlag} from './context-fields.ts';
import type {ContextField} from './context-fields.ts';
import {
  alu32,
  alu64,
  aluBits,
  auxRegister,
  callHelper,
  classes,
  exit,
  ja,
  jump,
  jump32,
  load,
  modes,
  mov32,
  mov64,
  packetLoadContext,
  reg,
  sourceX,
  store,
} from '../word/insn.ts';
import type {Insn, Width} from '../word/insn.ts';

/*
 * Division by a register, kernels 5.11 and later ("new"); the 32-bit forms test and clear 32 bits:
 *
 *   div:  if src != 0 goto +2   mod (64):  if src == 0 goto +1   mod (32):  if src == 0 goto +2
 *         w dst ^= dst                     dst %= src                       w dst %= w src
 *         goto +1                                                           goto +1
 *         dst /= src                                                        w dst = w dst
 *
 * Up to 5.10 ("old") a 32-bit division first truncates src to 32 bits in place, and the test always
 * covers 64 bits.
 */

/** The words for a division or modulo; the instruction itself if it needs no check. */
export const expandDivision = (insn: Insn, rules: VerifierRules): readonly Insn[] => {
  const {code, dst, src, off, imm} = insn;
  const wide = (code & 7) === classes.alu64;
  const modulo = (code & 0xf0) === aluBits.mod;
  if ((code & sourceX) === 0) {
    if (off !== 1 || imm !== -1) return [insn];
    return [modulo ? mov32(dst, 0) : (wide ? alu64 : alu32)('neg', dst, 0)];
  }
  if (off === 1) return modulo ? signedModulo(insn, wide) : signedDivision(insn, wide);
  if (rules.divisionRewrite === 'old') {
    const cut = wide ? [] : [mov32(src, reg(src))];
    return modulo
      ? [...cut, jump('jeq', src, 0, 1), insn]
      : [...cut, jump('jne', src, 0, 2), alu32('xor', dst, reg(dst)), ja(1), insn];
  }
  const test = wide ? jump : jump32;
  if (!modulo) return [test('jne', src, 0, 2), alu32('xor', dst, reg(dst)), ja(1), insn];
  return wide
    ? [test('jeq', src, 0, 1), insn]
    : [test('jeq', src, 0, 2), insn, ja(1), mov32(dst, reg(dst))];
};

/** AX = src + 1 distinguishes 0 and -1 from the rest with one unsigned comparison. */
const signedDivision = (insn: Insn, wide: boolean): readonly Insn[] => {
  const [alu, test] = wide ? [alu64, jump] : [alu32, jump32];
  return [
    mov64(auxRegister, reg(insn.src)),
    alu('add', auxRegister, 1),
    test('jgt', auxRegister, 1, 4),
    test('jeq', auxRegister, 0, 1),
    alu('mov', insn.dst, 0),
    alu('neg', insn.dst, 0),
    ja(1),
    insn,
  ];
};

const signedModulo = (insn: Insn, wide: boolean): readonly Insn[] => {
  const [alu, test] = wide ? [alu64, jump] : [alu32, jump32];
  const head = [mov64(auxRegister, reg(insn.src)), alu('add', auxRegister, 1)];
  const zero = [mov32(insn.dst, 0), ja(1), insn];
  return wide
    ? [...head, test('jgt', auxRegister, 1, 3), test('jeq', auxRegister, 1, 3), ...zero]
    : [
        ...head,
        test('jgt', auxRegister, 1, 3),
        test('jeq', auxRegister, 1, 4),
        ...zero,
        ja(1),
        mov32(insn.dst, reg(insn.dst)),
      ];
};

/**
 * A load from the context: the loads that lead to the field, then shift and mask if only a part of
 * it is wanted, then the sign extension.
 */
export const expandContextLoad = (
  insn: Insn,
  bytes: Width,
  field: ContextField,
): readonly Insn[] => {
  const {dst} = insn;
  const signed = (insn.code & 0xe0) === modes.memsx;
  const sign = signed ? [{...mov64(dst, reg(dst)), off: bytes * 8}] : [];
  if (field.direct === true)
    return [load(bytes, dst, insn.src, directOffset(insn, field)), ...sign];
  const words = field.loads.map(({offset, bytes: width}, step) =>
    load(width, dst, step === 0 ? insn.src : dst, offset),
  );
  if (field.mask !== undefined) words.push(alu32('and', dst, field.mask));
  if (field.truth === true) words.push(jump('jeq', dst, 0, 1), mov32(dst, 1));
  const loaded = field.loads[field.loads.length - 1].bytes;
  if (bytes < Math.min(loaded, field.bytes)) {
    const shift = (insn.off - field.offset) * 8;
    if (shift > 0) words.push((field.bytes === 8 ? alu64 : alu32)('rsh', dst, shift));
    words.push(alu32('and', dst, bytes === 4 ? -1 : 2 ** (bytes * 8) - 1));
  }
  return [...words, ...sign];
};

const directOffset = ({off}: Insn, {loads, offset}: ContextField): number =>
  loads[0].offset + off - offset;

/** A store to the context, or undefined if the field cannot be written. */
export const expandContextStore = (
  insn: Insn,
  bytes: Width,
  field: ContextField,
): readonly Insn[] | undefined => {
  const {code, dst, src, imm} = insn;
  const constant = (code & 7) === classes.st;
  const value = constant ? imm : reg(src);
  if (field.writable !== true || field.loads.length !== 1) return undefined;
  if (field.direct === true) return [store(bytes, dst, directOffset(insn, field), value)];
  if (bytes !== field.bytes) return undefined;
  const [{offset, bytes: width}] = field.loads;
  const stored = store(width, dst, offset, value);
  const {storesBelow} = field;
  if (storesBelow === undefined) return [stored];
  if (constant) return [imm >= storesBelow ? ja(0) : stored];
  return [jump('jge', src, storesBelow, 1), stored];
};

const skbPullData = 39;
const drop = 2;

/**
 * What kernels put before a tc program that writes into the packet: a cloned packet gets a separate
 * copy from bpf_skb_pull_data, and is dropped if there is no memory for it. `first` is the
 * program's first instruction.
 */
export const unclonePrologue = (
  first: readonly Insn[],
  helperOffset: (id: number) => number,
): readonly Insn[] => [
  load(1, 6, 1, clonedFlag.offset),
  alu32('and', 6, clonedFlag.mask),
  jump('jeq', 6, 0, 7),
  mov64(6, reg(1)),
  alu64('xor', 2, reg(2)),
  {...callHelper(skbPullData), imm: helperOffset(skbPullData)},
  jump('jeq', 0, 0, 2),
  mov32(0, drop),
  exit(),
  mov64(1, reg(6)),
  ...first,
];

/**
 * What kernels replace LD_ABS and LD_IND with: a kernel function finds the packet through R6 and
 * returns a negative number past its end; the program then ends with 0.
 */
export const expandPacketLoad = (
  {code, src, imm}: Insn,
  functionOffset: number,
): readonly Insn[] => [
  (code & 0xe0) === modes.abs ? mov64(2, imm) : mov64(2, reg(src)),
  mov64(1, reg(packetLoadContext)),
  ...((code & 0xe0) === modes.abs || imm === 0 ? [] : [alu64('add', 2, imm)]),
  {...callHelper(0), imm: functionOffset},
  jump('jsge', 0, 0, 2),
  alu32('xor', 0, reg(0)),
  exit(),
];

/**
 * A lookup in an array without a call, as kernels inline it: R1 = map, R2 = address of the index;
 * `valueOffset` is where the elements start in the map.
 */
export const expandArrayLookup = (
  {valueBytes, maxEntries}: MapSpec,
  valueOffset: number,
): readonly Insn[] => {
  const stride = Math.ceil(valueBytes / 8) * 8;
  const shift = Math.log2(stride);
  return [
    alu64('add', 1, valueOffset),
    load(4, 0, 2, 0),
    jump('jge', 0, maxEntries, 3),
    Number.isInteger(shift) ? alu64('lsh', 0, shift) : alu64('mul', 0, stride),
    alu64('add', 0, reg(1)),
    ja(1),
    mov64(0, 0),
  ];
};

/**
 * A lookup in a hash map: `call` finds the element, which does not begin with the value;
 * `keyOffset` is where its key starts.
 */
export const expandHashLookup = (
  {keyBytes}: MapSpec,
  keyOffset: number,
  call: Insn,
): readonly Insn[] => [
  call,
  jump('jeq', 0, 0, 1),
  alu64('add', 0, keyOffset + Math.ceil(keyBytes / 8) * 8),
];
