// The eBPF instruction word: field access over byte programs, and constructors that read as
// assembly (RFC 9669, 3).

/*
 * One instruction, little endian. A wide load takes two words; the second has only its imm.
 *
 *     byte 0          1           2 .. 3      4 .. 7
 *   +----------+-----------+-------------+--------------+
 *   |   code   | src | dst |  off (s16)  |  imm (s32)   |
 *   +----------+-----------+-------------+--------------+
 *                7..4  3..0
 *
 *   code, arithmetic and jumps      code, loads and stores
 *   +-----------+---+-------+       +-------+------+-------+
 *   | operation | X | class |       | mode  | size | class |
 *   +-----------+---+-------+       +-------+------+-------+
 *     7 .. 4      3   2 .. 0          7..5    4,3    2 .. 0
 */

/** Bytes of one instruction word. */
export const insnBytes = 8;

export const classes = {ld: 0, ldx: 1, st: 2, stx: 3, alu: 4, jmp: 5, jmp32: 6, alu64: 7} as const;

/** Bit 3 of arithmetic and jump codes: the operand is a register, not the immediate. */
export const sourceX = 0x08;

export const modes = {
  imm: 0x00,
  abs: 0x20,
  ind: 0x40,
  mem: 0x60,
  memsx: 0x80,
  atomic: 0xc0,
  // Only after the verifier: accesses that may fault.
  probeMem: 0x20,
  probeMemsx: 0x40,
  probeMem32: 0xa0,
  probeMem32sx: 0xc0,
  probeAtomic: 0xe0,
} as const;

/** What src means in a wide load and in a call. */
export const pseudo = {map: 1, mapValue: 2, call: 1, kfunc: 2, function: 4} as const;

/**
 * Codes that are named one by one. `tailCall`, `nospec` and register 11 occur only after the
 * verifier.
 */
export const codes = {
  wide: 0x18,
  ja: 0x05,
  gotol: 0x06,
  call: 0x85,
  callx: 0x8d,
  exit: 0x95,
  tailCall: 0xf5,
  nospec: 0xc2,
  toLittleEndian: 0xd4,
  toBigEndian: 0xdc,
  swap: 0xd7,
  mov64: 0xbf,
  mov64k: 0xb7,
  mov32: 0xbc,
  mov32k: 0xb4,
} as const;

export const helperLookup = 1;
export const helperTailCall = 12;
export const framePointer = 10;
/** LD_ABS and LD_IND find the context here. */
export const packetLoadContext = 6;
/** Scratch register of the verifier's own insertions. */
export const auxRegister = 11;
export const stackBytes = 512;

export interface Insn {
  readonly code: number;
  readonly dst: number;
  readonly src: number;
  readonly off: number;
  readonly imm: number;
}

export const insnCount = (insns: Uint8Array): number => insns.length >>> 3;
export const codeAt = (insns: Uint8Array, index: number): number => insns[index * 8];
export const classAt = (insns: Uint8Array, index: number): number => insns[index * 8] & 7;
export const dstAt = (insns: Uint8Array, index: number): number => insns[index * 8 + 1] & 15;
export const srcAt = (insns: Uint8Array, index: number): number => insns[index * 8 + 1] >>> 4;
export const offAt = (insns: Uint8Array, index: number): number =>
  ((insns[index * 8 + 2] | (insns[index * 8 + 3] << 8)) << 16) >> 16;
export const immAt = (insns: Uint8Array, index: number): number =>
  insns[index * 8 + 4] |
  (insns[index * 8 + 5] << 8) |
  (insns[index * 8 + 6] << 16) |
  (insns[index * 8 + 7] << 24);

export const insnAt = (insns: Uint8Array, index: number): Insn => ({
  code: codeAt(insns, index),
  dst: dstAt(insns, index),
  src: srcAt(insns, index),
  off: offAt(insns, index),
  imm: immAt(insns, index),
});

/** The 64-bit immediate of the wide load at `index`, unsigned. */
export const wideAt = (insns: Uint8Array, index: number): bigint =>
  BigInt.asUintN(32, BigInt(immAt(insns, index))) |
  (BigInt.asUintN(32, BigInt(immAt(insns, index + 1))) << 32n);

export const isWide = (insns: Uint8Array, index: number): boolean =>
  codeAt(insns, index) === codes.wide;
/** LD_ABS and LD_IND of classic BPF. */
export const isPacketLoad = (code: number): boolean =>
  (code & 7) === classes.ld && [modes.abs, modes.ind].includes((code & 0xe0) as 0x20 | 0x40);
export const isLocalCall = (insns: Uint8Array, index: number): boolean =>
  codeAt(insns, index) === codes.call && srcAt(insns, index) === pseudo.call;
export const isTailCall = (insns: Uint8Array, index: number): boolean =>
  codeAt(insns, index) === codes.call &&
  srcAt(insns, index) === 0 &&
  immAt(insns, index) === helperTailCall;

/** The instructions of the jump classes that are not jumps, in either class. */
export const isCallOrExit = (code: number): boolean =>
  (code & 0xf0) === (codes.call & 0xf0) || (code & 0xf0) === (codes.exit & 0xf0);

/** The address of a function of the program, `this + 1 + imm`: what callbacks are named by. */
export const isFunctionAddress = (insns: Uint8Array, index: number): boolean =>
  isWide(insns, index) && srcAt(insns, index) === pseudo.function;

/** Jumps of any kind, without calls and exit. */
export const isJump = (code: number): boolean =>
  ((code & 7) === classes.jmp || (code & 7) === classes.jmp32) &&
  !isCallOrExit(code) &&
  code !== codes.tailCall;

/** Where the jump at `index` goes; meaningful only if `isJump`. */
export const jumpTarget = (insns: Uint8Array, index: number): number =>
  index + 1 + (codeAt(insns, index) === codes.gotol ? immAt(insns, index) : offAt(insns, index));

export const writeInsn = (insns: Uint8Array, index: number, insn: Insn): void => {
  const at = index * 8;
  insns[at] = insn.code;
  insns[at + 1] = (insn.dst & 15) | ((insn.src & 15) << 4);
  insns[at + 2] = insn.off;
  insns[at + 3] = insn.off >> 8;
  insns[at + 4] = insn.imm;
  insns[at + 5] = insn.imm >> 8;
  insns[at + 6] = insn.imm >> 16;
  insns[at + 7] = insn.imm >> 24;
};

export const encode = (list: readonly Insn[]): Uint8Array => {
  const insns = new Uint8Array(list.length * insnBytes);
  list.forEach((insn, index) => writeInsn(insns, index, insn));
  return insns;
};

// Constructors. Registers are numbers 0..10; an operand that is a register is written reg(n).

export interface RegisterOperand {
  readonly register: number;
}
export type Operand = number | RegisterOperand;
export const reg = (register: number): RegisterOperand => ({register});

const withOperand = (code: number, dst: number, operand: Operand, off: number): Insn =>
  typeof operand === 'number'
    ? {code, dst, src: 0, off, imm: operand | 0}
    : {code: code | sourceX, dst, src: operand.register, off, imm: 0};

export const aluBits = {
  add: 0x00,
  sub: 0x10,
  mul: 0x20,
  div: 0x30,
  or: 0x40,
  and: 0x50,
  lsh: 0x60,
  rsh: 0x70,
  neg: 0x80,
  mod: 0x90,
  xor: 0xa0,
  mov: 0xb0,
  arsh: 0xc0,
  end: 0xd0,
} as const;
export type AluName = keyof typeof aluBits;

/** Operations on two operands. */
export const binaryAlu = [
  'add',
  'sub',
  'mul',
  'div',
  'or',
  'and',
  'lsh',
  'rsh',
  'mod',
  'xor',
  'mov',
  'arsh',
] as const satisfies readonly AluName[];

export const jumpBits = {
  ja: 0x00,
  jeq: 0x10,
  jgt: 0x20,
  jge: 0x30,
  jset: 0x40,
  jne: 0x50,
  jsgt: 0x60,
  jsge: 0x70,
  jlt: 0xa0,
  jle: 0xb0,
  jslt: 0xc0,
  jsle: 0xd0,
} as const;
export type JumpName = keyof typeof jumpBits;

/** Size bits by width in bytes. */
export const sizeBits = {4: 0x00, 2: 0x08, 1: 0x10, 8: 0x18} as const;
export type Width = keyof typeof sizeBits;
/** Width in bytes of a load or store code. */
export const widthOf = (code: number): Width => ([4, 2, 1, 8] as const)[(code >> 3) & 3];

export const alu64 = (name: AluName, dst: number, operand: Operand, off = 0): Insn =>
  withOperand(aluBits[name] | classes.alu64, dst, operand, off);
export const alu32 = (name: AluName, dst: number, operand: Operand, off = 0): Insn =>
  withOperand(aluBits[name] | classes.alu, dst, operand, off);
export const mov64 = (dst: number, operand: Operand): Insn => alu64('mov', dst, operand);
export const mov32 = (dst: number, operand: Operand): Insn => alu32('mov', dst, operand);
export const jump = (name: JumpName, dst: number, operand: Operand, off: number): Insn =>
  withOperand(jumpBits[name] | classes.jmp, dst, operand, off);
export const jump32 = (name: JumpName, dst: number, operand: Operand, off: number): Insn =>
  withOperand(jumpBits[name] | classes.jmp32, dst, operand, off);
export const ja = (off: number): Insn => ({code: codes.ja, dst: 0, src: 0, off, imm: 0});
export const gotol = (imm: number): Insn => ({code: codes.gotol, dst: 0, src: 0, off: 0, imm});
export const load = (width: Width, dst: number, base: number, off: number): Insn => ({
  code: modes.mem | sizeBits[width] | classes.ldx,
  dst,
  src: base,
  off,
  imm: 0,
});
export const loadSigned = (width: 1 | 2 | 4, dst: number, base: number, off: number): Insn => ({
  code: modes.memsx | sizeBits[width] | classes.ldx,
  dst,
  src: base,
  off,
  imm: 0,
});
export const store = (width: Width, base: number, off: number, value: Operand): Insn =>
  typeof value === 'number'
    ? {code: modes.mem | sizeBits[width] | classes.st, dst: base, src: 0, off, imm: value | 0}
    : {
        code: modes.mem | sizeBits[width] | classes.stx,
        dst: base,
        src: value.register,
        off,
        imm: 0,
      };
export const atomic = (
  width: Width,
  operation: number,
  base: number,
  off: number,
  src: number,
): Insn => ({
  code: modes.atomic | sizeBits[width] | classes.stx,
  dst: base,
  src,
  off,
  imm: operation,
});
export const callHelper = (id: number): Insn => ({
  code: codes.call,
  dst: 0,
  src: 0,
  off: 0,
  imm: id,
});
export const callLocal = (imm: number): Insn => ({
  code: codes.call,
  dst: 0,
  src: pseudo.call,
  off: 0,
  imm,
});
export const exit = (): Insn => ({code: codes.exit, dst: 0, src: 0, off: 0, imm: 0});
/** A wide load: two words. `source` says what the value is (0 number, 1 map, 2 map value). */
export const wide = (dst: number, value: bigint, source = 0): readonly [Insn, Insn] => [
  {code: codes.wide, dst, src: source, off: 0, imm: Number(BigInt.asIntN(32, value))},
  {code: 0, dst: 0, src: 0, off: 0, imm: Number(BigInt.asIntN(32, value >> 32n))},
];
