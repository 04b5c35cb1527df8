// What the verifier puts in the place of single instructions: division checks, context loads, calls
// and references.
import type {MapSpec, VerifierRules} from '../../types.ts';
import type {ContextField} from './context-fields.ts';
import {
  alu32,
  alu64,
  aluBits,
  auxRegister,
  classes,
  ja,
  jump,
  jump32,
  load,
  mov32,
  mov64,
  reg,
  sourceX,
  store,
} from '../word/insn.ts';
import type {Insn, Width} from '../word/insn.ts';

/*
 * Division by a register, kernels 5.11 and later ("new"); the 32-bit forms test and clear 32 bits:
 *
 *   div:  if src != 0 goto +2      mod (64):  if src == 0 goto +1      mod (32):  if src == 0 goto
 * +2
 *         w dst ^= dst                        dst %= src                          w dst %= w src
 *         goto +1                                                                 goto +1
 *         dst /= src                                                              w dst = w dst
 *
 * Up to 5.10 ("old") a 32-bit division first cuts src to 32 bits in place and the test is always on
 * 64 bits.
 */

/** The words for a division or modulo; the instruction itself where it needs no check. */
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

/** AX = src + 1 tells 0 and -1 apart from the rest with one unsigned comparison. */
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
 * A load from the context: the loads behind the field, then shift and mask if only a part of it was
 * asked for.
 */
export const expandContextLoad = (
  insn: Insn,
  bytes: number,
  field: ContextField,
): readonly Insn[] => {
  const words = field.loads.map(({offset, bytes: width}, step) =>
    load(width as Width, insn.dst, step === 0 ? insn.src : insn.dst, offset),
  );
  if (field.mask !== undefined) words.push(alu32('and', insn.dst, field.mask));
  if (bytes === field.bytes) return words;
  const shift = (insn.off - field.offset) * 8;
  if (shift > 0) words.push((field.bytes === 8 ? alu64 : alu32)('rsh', insn.dst, shift));
  words.push(
    bytes === 4 ? mov32(insn.dst, reg(insn.dst)) : alu32('and', insn.dst, 2 ** (bytes * 8) - 1),
  );
  return words;
};

/** A store to the context, or undefined where the field takes none. */
export const expandContextStore = (
  insn: Insn,
  bytes: number,
  field: ContextField,
): readonly Insn[] | undefined => {
  if (field.writable !== true || field.loads.length !== 1 || bytes !== field.bytes)
    return undefined;
  const [{offset, bytes: width}] = field.loads;
  return [
    store(width, insn.dst, offset, (insn.code & 7) === classes.stx ? reg(insn.src) : insn.imm),
  ];
};

/**
 * A lookup in an array without a call, as kernels inline it: R1 = map, R2 = address of the index;
 * `valueOffset` is where the
 * elements start in the map.
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
