// What arithmetic and conditions compute on 64-bit values, as RFC 9669 defines it; shared by
// interpreter and verifier walk.
import {aluBits, classes, jumpBits, sourceX} from './insn.ts';

const mask64 = 0xffff_ffff_ffff_ffffn;
const mask32 = 0xffff_ffffn;

const signed = (value: bigint, bits: number): bigint => BigInt.asIntN(bits, value);

/**
 * Truncated division with the exceptions of the specification: division by zero gives 0, and
 * overflow wraps.
 */
const signedDivide = (a: bigint, b: bigint): bigint => (b === 0n ? 0n : a / b);
const signedModulo = (a: bigint, b: bigint): bigint => (b === 0n ? a : a % b);

const swapBytes = (value: bigint, bits: number): bigint => {
  let swapped = 0n;
  for (let at = 0; at < bits; at += 8) swapped = (swapped << 8n) | ((value >> BigInt(at)) & 0xffn);
  return swapped;
};

/**
 * Result of an arithmetic instruction, unsigned 64-bit. `code` is the whole opcode, `a` the
 * destination before, `b` the operand (register or sign-extended immediate), `off` the offset field
 * (signed division, movsx), `imm` the width of a swap.
 */
export const aluResult = (code: number, a: bigint, b: bigint, off: number, imm: number): bigint => {
  const wide = (code & 7) === classes.alu64;
  const bits = wide ? 64 : 32;
  const mask = wide ? mask64 : mask32;
  const x = a & mask;
  const y = b & mask;
  const shift = y & BigInt(bits - 1);
  switch (code & 0xf0) {
    case aluBits.add:
      return (x + y) & mask;
    case aluBits.sub:
      return (x - y) & mask;
    case aluBits.mul:
      return (x * y) & mask;
    case aluBits.div:
      return off === 1
        ? signedDivide(signed(x, bits), signed(y, bits)) & mask
        : y === 0n
          ? 0n
          : x / y;
    case aluBits.or:
      return x | y;
    case aluBits.and:
      return x & y;
    case aluBits.lsh:
      return (x << shift) & mask;
    case aluBits.rsh:
      return x >> shift;
    case aluBits.neg:
      return -x & mask;
    case aluBits.mod:
      return off === 1
        ? signedModulo(signed(x, bits), signed(y, bits)) & mask
        : y === 0n
          ? x
          : x % y;
    case aluBits.xor:
      return x ^ y;
    case aluBits.mov:
      return off === 0 ? y : signed(y, off) & mask;
    case aluBits.arsh:
      return (signed(x, bits) >> shift) & mask;
    default:
      return endResult(code, a, imm);
  }
};

/** be, le (class alu) and bswap (class alu64); le on a little-endian machine only truncates. */
const endResult = (code: number, a: bigint, bits: number): bigint => {
  const value = BigInt.asUintN(bits, a);
  return (code & 7) === classes.alu64 || (code & sourceX) !== 0 ? swapBytes(value, bits) : value;
};

/** Whether a conditional jump of opcode `code` is taken for unsigned 64-bit `a` and `b`. */
export const jumpTaken = (code: number, a: bigint, b: bigint): boolean => {
  const bits = (code & 7) === classes.jmp32 ? 32 : 64;
  const x = BigInt.asUintN(bits, a);
  const y = BigInt.asUintN(bits, b);
  switch (code & 0xf0) {
    case jumpBits.jeq:
      return x === y;
    case jumpBits.jgt:
      return x > y;
    case jumpBits.jge:
      return x >= y;
    case jumpBits.jset:
      return (x & y) !== 0n;
    case jumpBits.jne:
      return x !== y;
    case jumpBits.jsgt:
      return signed(x, bits) > signed(y, bits);
    case jumpBits.jsge:
      return signed(x, bits) >= signed(y, bits);
    case jumpBits.jlt:
      return x < y;
    case jumpBits.jle:
      return x <= y;
    case jumpBits.jslt:
      return signed(x, bits) < signed(y, bits);
    default:
      return signed(x, bits) <= signed(y, bits);
  }
};

/** Sign-extended 32-bit immediate as an unsigned 64-bit value. */
export const immediate64 = (imm: number): bigint => BigInt.asUintN(64, BigInt(imm));
