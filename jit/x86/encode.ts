// Encoders: each form of the table is compiled once to a function that writes it.
//
//   REX   0 1 0 0 W R X B     W 64-bit operand, R extends ModRM.reg, X SIB.index, B ModRM.rm
//   ModRM mod:2 reg:3 rm:3    mod 11 register, 01 [rm + disp8], 10 [rm + disp32]
//   VEX   C4 | R X B m m m m m | W v v v v L p p     R X B v inverted; mmmmm = 2 means 0F38
//
// Operands come in the order of the form's name; memory is a base register and an offset. The
// encoders check nothing and make no room: callers reserve.
import type {CodeBuffer} from './buffer.ts';
import {formOf} from './form.ts';
import type {Form} from './form.ts';
import {
  extend,
  fitsImm8,
  headOf,
  modRegister,
  rexBase,
  rexWide,
  writeHead,
  writeMemory,
} from './encode-head.ts';
import type {Head} from './encode-head.ts';
import {escape, prefixBytes, vexPrefix} from './forms.ts';
import type {FormName} from './forms.ts';
import {high, low} from './registers.ts';

const firstIsMemory = ({operands}: Form): boolean => operands[0].kind === 'registerOrMemory';

/** `op first, second` on registers. */
export const ofTwo = (
  name: FormName,
): ((code: CodeBuffer, first: number, second: number) => void) => {
  const form = formOf(name);
  const head = headOf(form);
  const {opcode} = head;
  if (!firstIsMemory(form))
    return (code, reg, rm) => {
      writeHead(code, head, rm, reg);
      code.u8(modRegister(rm, reg));
    };
  // The two shapes that most instructions have get encoders without branches.
  if (form.rex === 'W' && !head.isLong)
    return (code, rm, reg) => code.u24(rexWide | extend(rm, reg), opcode, modRegister(rm, reg));
  if (head.prefix === 0 && head.rexFrom === 16 && !head.isLong)
    return (code, rm, reg) => {
      const bits = extend(rm, reg);
      if (bits !== 0) code.u24(rexBase | bits, opcode, modRegister(rm, reg));
      else code.u16(opcode, modRegister(rm, reg));
    };
  return (code, rm, reg) => {
    writeHead(code, head, rm, reg);
    code.u8(modRegister(rm, reg));
  };
};

/** `op [base + offset], register` or `op register, [base + offset]`; the offset comes last. */
export const ofMemory = (
  name: FormName,
): ((code: CodeBuffer, first: number, second: number, offset: number) => void) => {
  const form = formOf(name);
  const head = headOf(form);
  const {opcode, isLong} = head;
  const isWide = form.rex === 'W';
  // The shapes that most loads and stores have get encoders without branches.
  if (firstIsMemory(form)) {
    if (isWide && !isLong)
      return (code, base, reg, offset) => {
        code.u16(rexWide | extend(base, reg), opcode);
        writeMemory(code, base, reg, offset);
      };
    return (code, base, reg, offset) => {
      writeHead(code, head, base, reg);
      writeMemory(code, base, reg, offset);
    };
  }
  if (isWide && !isLong)
    return (code, reg, base, offset) => {
      code.u16(rexWide | extend(base, reg), opcode);
      writeMemory(code, base, reg, offset);
    };
  if (isWide)
    return (code, reg, base, offset) => {
      code.u24(rexWide | extend(base, reg), escape, opcode);
      writeMemory(code, base, reg, offset);
    };
  return (code, reg, base, offset) => {
    writeHead(code, head, base, reg);
    writeMemory(code, base, reg, offset);
  };
};

const writeImmediate = (code: CodeBuffer, bytes: Form['tailBytes'], value: number): void => {
  if (bytes === 4) code.i32(value);
  else if (bytes === 1) code.u8(value);
  else code.u16(value, value >> 8);
};

/** `op [base + offset], immediate`. */
export const ofMemoryImmediate = (
  name: FormName,
): ((code: CodeBuffer, base: number, offset: number, immediate: number) => void) => {
  const {tailBytes, ...form} = formOf(name);
  const head = headOf({...form, tailBytes});
  return (code, base, offset, immediate) => {
    writeHead(code, head, base, 0);
    writeMemory(code, base, head.digit, offset);
    writeImmediate(code, tailBytes, immediate);
  };
};

/** Head, ModRM and SIB of `[base + index + offset]`: base and index of any number but rsp. */
const writeIndexed = (
  code: CodeBuffer,
  head: Head,
  base: number,
  index: number,
  reg: number,
  offset: number,
): void => {
  if (head.prefix !== 0) code.u8(head.prefix);
  code.u8(head.rex | extend(base, reg) | (high(index) << 1));
  if (head.isLong) code.u8(escape);
  const isShort = fitsImm8(offset);
  code.u24(
    head.opcode,
    (isShort ? 0x44 : 0x84) | (low(reg) << 3) | head.digit,
    (low(index) << 3) | low(base),
  );
  if (isShort) code.u8(offset);
  else code.i32(offset);
};

/** `op [base + index + offset], register` or the other way round; always with a REX prefix. */
export const ofIndexed = (
  name: FormName,
): ((code: CodeBuffer, base: number, index: number, reg: number, offset: number) => void) => {
  const head = headOf(formOf(name));
  return (code, base, index, reg, offset) => writeIndexed(code, head, base, index, reg, offset);
};

/** `op [base + index + offset], immediate`; always with a REX prefix. */
export const ofIndexedImmediate = (
  name: FormName,
): ((code: CodeBuffer, base: number, index: number, offset: number, immediate: number) => void) => {
  const form = formOf(name);
  const head = headOf(form);
  return (code, base, index, offset, immediate) => {
    writeIndexed(code, head, base, index, 0, offset);
    writeImmediate(code, form.tailBytes, immediate);
  };
};

/** `op register, immediate`, with the register in ModRM or in the opcode. */
export const ofImmediate = (
  name: FormName,
): ((code: CodeBuffer, register: number, immediate: number) => void) => {
  const form = formOf(name);
  const {tailBytes, adds} = form;
  const head = headOf(form);
  const {opcode, rex, prefix} = head;
  const fields = 0xc0 | (head.digit << 3);
  if (adds === 'register')
    return (code, register, immediate) => {
      const bits = rex | high(register);
      if (bits !== rexBase) code.u8(bits);
      code.u8(opcode | low(register));
      code.i32(immediate);
    };
  if (prefix === 0 && tailBytes === 1)
    return (code, rm, immediate) => {
      const bits = rex | high(rm);
      if (bits !== rexBase) code.u8(bits);
      code.u24(opcode, fields | low(rm), immediate);
    };
  if (prefix === 0)
    return (code, rm, immediate) => {
      const bits = rex | high(rm);
      if (bits !== rexBase) code.u8(bits);
      code.u16(opcode, fields | low(rm));
      code.i32(immediate);
    };
  return (code, rm, immediate) => {
    code.u8(prefix);
    const bits = rex | high(rm);
    if (bits !== rexBase) code.u8(bits);
    code.u16(opcode, fields | low(rm));
    writeImmediate(code, tailBytes, immediate);
  };
};

/** `op register, register, immediate`. */
export const ofTwoImmediate = (
  name: FormName,
): ((code: CodeBuffer, reg: number, rm: number, immediate: number) => void) => {
  const form = formOf(name);
  const two = ofTwo(name);
  return (code, reg, rm, immediate) => {
    two(code, reg, rm);
    writeImmediate(code, form.tailBytes, immediate);
  };
};

/** `op register`, with the register in ModRM or in the opcode; also `op register, 1` and `, cl`. */
export const ofOne = (name: FormName): ((code: CodeBuffer, register: number) => void) => {
  const form = formOf(name);
  const head = headOf(form);
  if (form.adds === 'register') {
    const {rex, isLong, opcode} = head;
    return (code, register) => {
      const bits = rex | high(register);
      if (bits !== rexBase) code.u8(bits);
      if (isLong) code.u8(escape);
      code.u8(opcode | low(register));
    };
  }
  const fields = 0xc0 | (head.digit << 3);
  return (code, rm) => {
    writeHead(code, head, rm, 0);
    code.u8(fields | low(rm));
  };
};

/** `op eax, immediate`. */
export const ofAccumulator = (name: FormName): ((code: CodeBuffer, immediate: number) => void) => {
  const {rex, opcode} = headOf(formOf(name));
  return (code, immediate) => {
    if (rex !== rexBase) code.u8(rex);
    code.u8(opcode);
    code.i32(immediate);
  };
};

/** mov register, imm64. */
export const ofWideImmediate = (
  name: FormName,
): ((code: CodeBuffer, register: number, lower: number, upper: number) => void) => {
  const {opcode} = headOf(formOf(name));
  return (code, register, lower, upper) => {
    code.u16(rexWide | high(register), opcode | low(register));
    code.i32(lower);
    code.i32(upper);
  };
};

/** `op register, register, register` with VEX: the last operand is in vvvv. */
export const ofThree = (
  name: FormName,
): ((code: CodeBuffer, reg: number, rm: number, last: number) => void) => {
  const {vex, opcode} = formOf(name);
  if (vex === null) throw new Error(`'${name}' is not a VEX form.`);
  const fixed = (vex.wide << 7) | vex.pp;
  const [operation] = opcode;
  return (code, reg, rm, last) => {
    const extension = (high(reg) === 1 ? 0 : 0x80) | 0x40 | (high(rm) === 1 ? 0 : 0x20);
    code.u24(vexPrefix, extension | 2, fixed | ((~last & 15) << 3));
    code.u16(operation, modRegister(rm, reg));
  };
};

/** An instruction without operands. */
export const alone = (name: FormName): ((code: CodeBuffer) => void) => {
  const bytes = Uint8Array.from(bytesAlone(name));
  return (code) => code.append(bytes);
};

const bytesAlone = (name: FormName): readonly number[] => {
  const {prefix, rex, opcode} = formOf(name);
  return [...(prefix === 0 ? [] : [prefix]), ...(rex === 'W' ? [rexWide] : []), ...opcode];
};

/** `op register, gs:[address]`; `rexOf` says which bits the register sets in REX. */
export const ofPerCpu = (
  name: FormName,
): ((code: CodeBuffer, reg: number, address: number, rexOf: 'reg' | 'rm') => void) => {
  const head = headOf(formOf(name));
  return (code, reg, address, rexOf) => {
    code.u8(prefixBytes.gs);
    code.u16(head.rex | (high(reg) << (rexOf === 'reg' ? 2 : 0)), head.opcode);
    // No base, no index: ModRM.rm = 100 (SIB), SIB = 25.
    code.u16((low(reg) << 3) | 4, 0x25);
    code.i32(address);
  };
};

export const lock = (code: CodeBuffer): void => code.u8(prefixBytes.lock);
