// A disassembler for the code this compiler and the kernel's emit, in the AT&T text of objdump;
// tested against objdump.
import {i32, i8, readOperand, readPrefixes, u8} from './cursor.ts';
import type {Cursor, Operand, Prefixes} from './cursor.ts';
import {conditionNames, registerName} from './names.ts';

export interface Disassembled {
  readonly bytes: number;
  /** Mnemonic, one blank, operands; `(bad)` for what is not known. */
  readonly text: string;
  /** Where a direct jump or call leads. */
  readonly leadsTo: bigint | null;
}

/** The instruction at `at`; `address` is the address of `code[0]`. */
export const disassemble = (code: Uint8Array, at: number, address: bigint): Disassembled => {
  const cursor: Cursor = {code, start: at, at};
  const context = {cursor, address, leadsTo: null as bigint | null};
  let text: string | null = null;
  try {
    text = decode(context);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return text === null
    ? {bytes: 1, text: '(bad)', leadsTo: null}
    : {bytes: cursor.at - at, text, leadsTo: context.leadsTo};
};

interface Context {
  readonly cursor: Cursor;
  readonly address: bigint;
  leadsTo: bigint | null;
}

type Width = 1 | 2 | 4 | 8;

const groupOne = ['add', 'or', 'adc', 'sbb', 'and', 'sub', 'xor', 'cmp'] as const;
const groupShift = ['rol', 'ror', 'rcl', 'rcr', 'shl', 'shr', '', 'sar'] as const;
const suffixes = {1: 'b', 2: 'w', 4: 'l', 8: 'q'} as const;

/** `op reg, rm` by opcode. */
const toOperand: Readonly<Record<number, string>> = {
  0x01: 'add',
  0x09: 'or',
  0x21: 'and',
  0x29: 'sub',
  0x31: 'xor',
  0x39: 'cmp',
  0x85: 'test',
  0x87: 'xchg',
  0x88: 'mov',
  0x89: 'mov',
};
const fromOperand: Readonly<Record<number, string>> = {0x03: 'add', 0x8b: 'mov'};
const withAccumulator: Readonly<Record<number, string>> = {
  0x05: 'add',
  0x0d: 'or',
  0x25: 'and',
  0x2d: 'sub',
  0x35: 'xor',
};
const alone: Readonly<Record<number, string>> = {0xc3: 'ret', 0xc9: 'leave', 0xcc: 'int3'};

const decode = (context: Context): string | null => {
  const {cursor} = context;
  const prefixes = readPrefixes(cursor);
  const width: Width = prefixes.rex & 8 ? 8 : prefixes.operand16 ? 2 : 4;
  const opcode = u8(cursor);
  const locked = prefixes.lock ? 'lock ' : '';
  if (opcode === 0x0f) return twoBytes(context, prefixes, width, locked);
  if (opcode === 0xc4) return shiftAny(cursor);
  if (alone[opcode] !== undefined) return alone[opcode];
  if (opcode === 0x90)
    return prefixes.repeat ? 'pause' : prefixes.operand16 ? 'xchg %ax,%ax' : 'nop';
  if (opcode === 0x99) return width === 8 ? 'cqto' : 'cltd';
  if (opcode >= 0x50 && opcode <= 0x5f)
    return `${opcode < 0x58 ? 'push' : 'pop'} ${registerName((opcode & 7) | ((prefixes.rex & 1) << 3), 8, true)}`;
  if (opcode >= 0x70 && opcode <= 0x7f)
    return branch(context, `j${conditionNames[opcode & 15]}`, i8(cursor));
  if (opcode === 0xeb) return branch(context, 'jmp', i8(cursor));
  if (opcode === 0xe9) return branch(context, 'jmp', i32(cursor));
  if (opcode === 0xe8) return branch(context, 'call', i32(cursor));
  if (opcode === 0x6a) return `push ${signed(i8(cursor), 8)}`;
  if (opcode >= 0xb8 && opcode <= 0xbf)
    return moveImmediate(cursor, (opcode & 7) | ((prefixes.rex & 1) << 3), width);
  if (withAccumulator[opcode] !== undefined)
    return `${withAccumulator[opcode]} ${signed(i32(cursor), width)},${registerName(0, width, false)}`;
  return withModRm(cursor, prefixes, opcode, width, locked);
};

const withModRm = (
  cursor: Cursor,
  prefixes: Prefixes,
  opcode: number,
  width: Width,
  locked: string,
): string | null => {
  const operand = readOperand(cursor, prefixes);
  const {reg} = operand;
  const register = (bytes: Width) => registerName(reg, bytes, prefixes.rex !== 0);
  if (toOperand[opcode] !== undefined) {
    const bytes: Width = opcode === 0x88 ? 1 : width;
    return `${locked}${toOperand[opcode]} ${register(bytes)},${place(operand, bytes, prefixes)}`;
  }
  if (fromOperand[opcode] !== undefined)
    return `${fromOperand[opcode]} ${place(operand, width, prefixes)},${register(width)}`;
  switch (opcode) {
    case 0x63:
      return `movslq ${place(operand, 4, prefixes)},${register(8)}`;
    case 0x69:
      return `imul ${signed(i32(cursor), width)},${place(operand, width, prefixes)},${register(width)}`;
    case 0x6b:
      return `imul ${signed(i8(cursor), width)},${place(operand, width, prefixes)},${register(width)}`;
    case 0x81:
      return immediate(groupOne[reg & 7], i32(cursor), operand, width, prefixes);
    case 0x83:
      return immediate(groupOne[reg & 7], i8(cursor), operand, width, prefixes);
    case 0xc1:
      return immediate(groupShift[reg & 7], u8(cursor), operand, width, prefixes);
    case 0xd1:
      return `${sized(groupShift[reg & 7], operand, width)} ${place(operand, width, prefixes)}`;
    case 0xd3:
      return `${sized(groupShift[reg & 7], operand, width)} %cl,${place(operand, width, prefixes)}`;
    case 0xc6:
      return immediate('mov', u8(cursor), operand, 1, prefixes);
    case 0xc7:
      return immediate(
        'mov',
        width === 2 ? u8(cursor) | (u8(cursor) << 8) : i32(cursor),
        operand,
        width,
        prefixes,
      );
    case 0xf7:
      return groupThree(cursor, operand, width, prefixes);
    case 0xff:
      return (reg & 7) === 4 ? `jmp *${place(operand, 8, prefixes)}` : null;
    default:
      return null;
  }
};

const groupThree = (
  cursor: Cursor,
  operand: Operand,
  width: Width,
  prefixes: Prefixes,
): string | null => {
  const name = ['test', null, null, 'neg', 'mul', null, 'div', 'idiv'][operand.reg & 7];
  if (name === null) return null;
  if (name === 'test') return immediate('test', i32(cursor), operand, width, prefixes);
  return `${sized(name, operand, width)} ${place(operand, width, prefixes)}`;
};

const extending: Readonly<Record<number, {readonly sign: 'z' | 's'; readonly from: 1 | 2}>> = {
  0xb6: {sign: 'z', from: 1},
  0xb7: {sign: 'z', from: 2},
  0xbe: {sign: 's', from: 1},
  0xbf: {sign: 's', from: 2},
};
const exchanging: Readonly<Record<number, string>> = {0xb1: 'cmpxchg', 0xc1: 'xadd'};

const twoBytes = (
  context: Context,
  prefixes: Prefixes,
  width: Width,
  locked: string,
): string | null => {
  const {cursor} = context;
  const opcode = u8(cursor);
  if (opcode >= 0x80 && opcode <= 0x8f)
    return branch(context, `j${conditionNames[opcode & 15]}`, i32(cursor));
  if (opcode >= 0xc8 && opcode <= 0xcf)
    return `bswap ${registerName((opcode & 7) | ((prefixes.rex & 1) << 3), width, true)}`;
  if (opcode === 0xae) return u8(cursor) === 0xe8 ? 'lfence' : null;
  if (opcode === 0x1e && prefixes.repeat) return u8(cursor) === 0xfa ? 'endbr64' : null;
  const operand = readOperand(cursor, prefixes);
  const register = registerName(operand.reg, width, prefixes.rex !== 0);
  if (opcode === 0x1f) return nop(operand, prefixes, width);
  if (opcode === 0xaf) return `imul ${place(operand, width, prefixes)},${register}`;
  if (exchanging[opcode] !== undefined)
    return `${locked}${exchanging[opcode]} ${register},${place(operand, width, prefixes)}`;
  const extend = extending[opcode];
  if (extend === undefined) return null;
  // A REX prefix without any bit set says nothing here unless the byte register needs it.
  const idle =
    prefixes.rex === 0x40 && !(extend.from === 1 && (operand.register ?? 0) >= 4) ? 'rex ' : '';
  return `${idle}mov${extend.sign}${suffixes[extend.from]}${suffixes[width]} ${place(operand, extend.from, prefixes)},${register}`;
};

const nop = (operand: Operand, {data16, cs}: Prefixes, width: Width): string =>
  `${'data16 '.repeat(Math.max(0, data16 - 1))}${cs ? 'cs ' : ''}nop${suffixes[width]} ${operand.memory}`;

/** shlx, sarx, shrx: VEX with three bytes. */
const shiftAny = (cursor: Cursor): string | null => {
  const first = u8(cursor);
  const second = u8(cursor);
  const name = [null, 'shlx', 'sarx', 'shrx'][second & 3];
  if (name === null || (first & 0x1f) !== 2 || u8(cursor) !== 0xf7) return null;
  const width: Width = second & 0x80 ? 8 : 4;
  const modRm = u8(cursor);
  const to = ((modRm >> 3) & 7) | (first & 0x80 ? 0 : 8);
  const from = (modRm & 7) | (first & 0x20 ? 0 : 8);
  const count = ~(second >> 3) & 15;
  return `${name} ${[count, from, to].map((each) => registerName(each, width, true)).join(',')}`;
};

const branch = (context: Context, name: string, by: number): string => {
  context.leadsTo = BigInt.asUintN(64, context.address + BigInt(context.cursor.at + by));
  return `${name} ${context.leadsTo.toString(16)}`;
};

const moveImmediate = (cursor: Cursor, register: number, width: Width): string => {
  if (width !== 8) return `mov ${signed(i32(cursor), 4)},${registerName(register, 4, true)}`;
  const lower = BigInt(i32(cursor) >>> 0);
  const upper = BigInt(i32(cursor) >>> 0);
  return `movabs $0x${((upper << 32n) | lower).toString(16)},${registerName(register, 8, true)}`;
};

const place = ({register, memory}: Operand, bytes: Width, {rex}: Prefixes): string =>
  memory ?? registerName(register!, bytes, rex !== 0);

/** The suffix says the width where no register does. */
const sized = (name: string, {memory}: Operand, width: Width): string =>
  memory === null ? name : name + suffixes[width];

const immediate = (
  name: string,
  value: number,
  operand: Operand,
  width: Width,
  prefixes: Prefixes,
): string =>
  `${sized(name, operand, width)} ${signed(value, width)},${place(operand, width, prefixes)}`;

const signed = (value: number, width: Width): string =>
  `$0x${BigInt.asUintN(width * 8, BigInt(value)).toString(16)}`;
