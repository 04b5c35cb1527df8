// Moves between registers and of immediates, in the shortest form the kernel's emitter would take.
import {ofImmediate, ofTwo, ofWideImmediate} from '../x86/encode.ts';
import type {CodeBuffer} from '../x86/buffer.ts';

/** 1 for 64-bit operands, 0 for 32-bit ones. */
export type Wide = 0 | 1;

/** mov to, from; a 32-bit one clears the upper half. */
export const copy = [ofTwo('mov r/m32, r32'), ofTwo('mov r/m64, r64')] as const;
const clear = ofTwo('xor r/m32, r32');
const moveImmediate32 = ofImmediate('mov r32, imm32');

/** mov to, imm32 with sign extension to 64 bits, whatever the value. */
export const moveSignExtended = ofImmediate('mov r/m64, imm32');

/** movabs: all 64 bits, the lower half first. */
export const moveAbsolute = ofWideImmediate('mov r64, imm64');

/** mov to, from; nothing if a 64-bit move would change nothing. */
export const moveRegister = (code: CodeBuffer, wide: Wide, to: number, from: number): void => {
  if (wide === 0) copy[0](code, to, from);
  else if (to !== from) copy[1](code, to, from);
};

/**
 * The shortest form that gives `value` as a sign-extended (wide) or zero-extended 32-bit number.
 */
export const moveImmediate = (code: CodeBuffer, wide: Wide, to: number, value: number): void => {
  if (wide === 1 && value < 0) moveSignExtended(code, to, value);
  else if (value === 0) clear(code, to, to);
  else moveImmediate32(code, to, value);
};
