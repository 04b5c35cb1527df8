// Random programs for tests: every register, the stack and the packet take part in the result, and all of it is initialised.
import type {AluName, Insn, JumpName, Operand, Width} from '../../jit/bpf/insn.ts';
import {alu32, alu64, aluBits, atomic, callLocal, classes, encode, exit, jump, jump32, load, loadSigned, mov64, reg, store, wide} from '../../jit/bpf/insn.ts';
import {isaHas} from '../../jit/bpf/isa.ts';
import {seededBelow} from '../../jit/random.ts';
import type {Program, VerifierRules} from '../../jit/types.ts';

export const packetBytes = 64;
const stackSlots = 8;
const framePointer = 10;
/** Points to the packet all the time; R0 to R8 are numbers. */
const packetRegister = 9;
const numberRegisters = 9;

type Isa = VerifierRules['isa'];
type Below = (limit: number) => number;
type Maker = (below: Below) => readonly Insn[];

const numbers = [0, 1, -1, 2, 7, 31, 32, 63, 127, 128, -128, -129, 255, 0x7fff, 0x8000, 0x7fffffff, -0x80000000, 0x12345678];
const pick = <T>(below: Below, list: readonly T[]): T => list[below(list.length)];
const register = (below: Below): number => below(numberRegisters);
const anyNumber = (below: Below): number => (below(2) === 0 ? pick(below, numbers) : below(2 ** 32) | 0);
const operand = (below: Below): Operand => (below(2) === 0 ? reg(register(below)) : anyNumber(below));
const width = (below: Below): Width => pick<Width>(below, [1, 2, 4, 8]);
const alu = (below: Below) => (below(2) === 0 ? alu32 : alu64);

/** Base register and offset of 8 bytes that exist. */
const place = (below: Below): readonly [base: number, offset: number] =>
  below(2) === 0 ? [framePointer, -8 * (1 + below(stackSlots))] : [packetRegister, below(packetBytes - 7)];

const shift: Maker = (below) => {
  const narrow = below(2) === 0;
  const amount = below(2) === 0 ? reg(register(below)) : below(narrow ? 32 : 64);
  return [(narrow ? alu32 : alu64)(pick<AluName>(below, ['lsh', 'rsh', 'arsh']), register(below), amount)];
};

/** Kernels up to 5.10 cut the divisor of a 32-bit division in place; only 64-bit ones divide by a register here. */
const divide: Maker = (below) => {
  const name = pick<AluName>(below, ['div', 'mod']);
  return [below(2) === 0 ? alu64(name, register(below), reg(register(below))) : alu(below)(name, register(below), anyNumber(below) || 1)];
};

/** Kinds of instructions with the instruction set that they came with. */
const makers: readonly {readonly since: Isa; readonly make: Maker}[] = [
  {since: 'v5.8', make: (below) => [alu(below)(pick<AluName>(below, ['add', 'sub', 'and', 'or', 'xor', 'mov', 'mul']), register(below), operand(below))]},
  {since: 'v5.8', make: (below) => [alu(below)('neg', register(below), 0)]},
  {since: 'v5.8', make: shift},
  {since: 'v5.8', make: divide},
  {since: 'v5.8', make: (below) => wide(register(below), BigInt(below(2 ** 32)) << BigInt(below(33)))},
  {since: 'v5.8', make: (below) => [load(width(below), register(below), ...place(below))]},
  {since: 'v5.8', make: (below) => [store(width(below), ...place(below), operand(below))]},
  {since: 'v5.8', make: (below) => [{code: aluBits.end | classes.alu | (below(2) * 8), dst: register(below), src: 0, off: 0, imm: pick(below, [16, 32, 64])}]},
  {since: 'v5.8', make: (below) => [atomic(pick<Width>(below, [4, 8]), 0, framePointer, -8 * (1 + below(stackSlots)), register(below))]},
  {since: 'v6.1', make: (below) => [atomic(pick<Width>(below, [4, 8]), pick(below, [0x40, 0x50, 0xa0, 0x01, 0x41, 0x51, 0xa1, 0xe1]), framePointer, -8 * (1 + below(stackSlots)), register(below))]},
  {since: 'v6.1', make: (below) => [atomic(pick<Width>(below, [4, 8]), 0xf1, framePointer, -8 * (1 + below(stackSlots)), register(below))]},
  {since: 'v6.1', make: (below) => [alu32(pick<AluName>(below, ['div', 'mod']), register(below), reg(register(below)))]},
  {since: 'v6.18', make: (below) => [loadSigned(pick<1 | 2 | 4>(below, [1, 2, 4]), register(below), ...place(below))]},
  {since: 'v6.18', make: (below) => [alu64('mov', register(below), reg(register(below)), pick(below, [8, 16, 32]))]},
  {since: 'v6.18', make: (below) => [alu32('mov', register(below), reg(register(below)), pick(below, [8, 16]))]},
  {since: 'v6.18', make: (below) => [alu(below)(pick<AluName>(below, ['div', 'mod']), register(below), reg(register(below)), 1)]},
  {since: 'v6.18', make: (below) => [{code: aluBits.end | classes.alu64, dst: register(below), src: 0, off: 0, imm: pick(below, [16, 32, 64])}]},
];

const jumpNames: readonly JumpName[] = ['jeq', 'jgt', 'jge', 'jset', 'jne', 'jsgt', 'jsge', 'jlt', 'jle', 'jslt', 'jsle'];

/** One piece of code, or a conditional jump over `skips` pieces. */
type Piece = readonly Insn[] | {readonly insn: Insn; readonly skips: number};

const isJump = (piece: Piece): piece is {readonly insn: Insn; readonly skips: number} => 'skips' in piece;
const sizeOf = (piece: Piece): number => (isJump(piece) ? 1 : piece.length);

const body = (below: Below, isa: Isa, pieces: number): Insn[] => {
  const known = makers.filter(({since}) => isaHas(isa, since));
  const list: Piece[] = Array.from({length: pieces}, (_, index): Piece => {
    if (below(8) !== 0) return pick(below, known).make(below);
    const insn = (below(2) === 0 ? jump32 : jump)(pick(below, jumpNames), register(below), operand(below), 0);
    return {insn, skips: 1 + below(Math.min(12, pieces - index))};
  });
  return list.flatMap((piece, index) => isJump(piece)
    ? [{...piece.insn, off: list.slice(index + 1, index + 1 + piece.skips).reduce((sum, each) => sum + sizeOf(each), 0)}]
    : [...piece]);
};

/** Numbers into R0 to R8 but for those in `keep`, and into the stack. */
const initialise = (below: Below, keep: readonly number[] = []): Insn[] => [
  ...Array.from({length: numberRegisters}, (_, index) => index).filter((index) => !keep.includes(index)).map((index) => mov64(index, anyNumber(below))),
  ...Array.from({length: stackSlots}, (_, index) => store(8, framePointer, -8 * (index + 1), anyNumber(below))),
];

/** Everything into R0. */
const fold: readonly Insn[] = [
  ...[1, 2, 3, 4, 5, 6, 7, 8].flatMap((index) => [alu64('mul', 0, 31), alu64('add', 0, reg(index))]),
  ...Array.from({length: stackSlots}, (_, index) => index).flatMap((index) => [
    load(8, 1, framePointer, -8 * (index + 1)), alu64('mul', 0, 31), alu64('add', 0, reg(1)),
    load(8, 1, packetRegister, 8 * index), alu64('mul', 0, 31), alu64('xor', 0, reg(1)),
  ]),
];

/** A program of type xdp for this instruction set; every second one calls a subprogram in its middle. */
export const randomProgram = (seed: number, isa: Isa): Program => {
  const below = seededBelow(seed);
  const pieces = 10 + below(60);
  const calls = below(2) === 0;
  const start = [load(4, packetRegister, 1, 0), ...initialise(below), ...body(below, isa, pieces)];
  const clobbered = [1, 2, 3, 4, 5].map((index) => mov64(index, anyNumber(below)));
  const end = [...body(below, isa, pieces), ...fold, exit()];
  const name = `random ${seed}`;
  if (!calls) return {name, type: 'xdp', insns: encode([...start, ...end]), functions: [{name, start: 0}], maps: []};
  const subprogram = [mov64(packetRegister, reg(1)), ...initialise(below), ...body(below, isa, pieces), ...fold, exit()];
  const call = [mov64(1, reg(packetRegister)), callLocal(clobbered.length + end.length), ...clobbered];
  const main = [...start, ...call, ...end];
  return {name, type: 'xdp', insns: encode([...main, ...subprogram]), functions: [{name, start: 0}, {name: 'subprogram', start: main.length}], maps: []};
};
