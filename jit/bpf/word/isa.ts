// Which operations exist and since which kernel: one row per operation, the order of kernels, and
// how each is written.
import type {VerifierRules} from '../../types.ts';
import type {AluName, JumpName} from './insn.ts';

export type Isa = VerifierRules['isa'];

/** Instruction sets in order of time; each has everything of the one before. */
export const isas = ['v5.8', 'v5.10', 'v6.1', 'v6.12', 'v6.18'] as const satisfies readonly Isa[];

export const isaHas = (isa: Isa, since: Isa): boolean => isas.indexOf(isa) >= isas.indexOf(since);

/** Arithmetic by assignment sign; `signed` forms are off = 1 and came with 6.6. */
export const aluSigns = [
  {sign: '+=', name: 'add', signed: false},
  {sign: '-=', name: 'sub', signed: false},
  {sign: '*=', name: 'mul', signed: false},
  {sign: '/=', name: 'div', signed: false},
  {sign: 's/=', name: 'div', signed: true},
  {sign: '|=', name: 'or', signed: false},
  {sign: '&=', name: 'and', signed: false},
  {sign: '<<=', name: 'lsh', signed: false},
  {sign: '>>=', name: 'rsh', signed: false},
  {sign: '%=', name: 'mod', signed: false},
  {sign: 's%=', name: 'mod', signed: true},
  {sign: '^=', name: 'xor', signed: false},
  {sign: 's>>=', name: 'arsh', signed: false},
] as const satisfies readonly {
  readonly sign: string;
  readonly name: AluName;
  readonly signed: boolean;
}[];

export const jumpSigns = [
  {sign: '==', name: 'jeq'},
  {sign: '!=', name: 'jne'},
  {sign: '>', name: 'jgt'},
  {sign: '>=', name: 'jge'},
  {sign: '<', name: 'jlt'},
  {sign: '<=', name: 'jle'},
  {sign: 's>', name: 'jsgt'},
  {sign: 's>=', name: 'jsge'},
  {sign: 's<', name: 'jslt'},
  {sign: 's<=', name: 'jsle'},
  {sign: '&', name: 'jset'},
] as const satisfies readonly {readonly sign: string; readonly name: JumpName}[];

/** Atomic operations by imm. `fetch`: src receives the old value (cmpxchg: R0 does). */
export const atomics = [
  {imm: 0x00, name: 'add', fetch: false, since: 'v5.8', widths: [4, 8]},
  {imm: 0x40, name: 'or', fetch: false, since: 'v6.1', widths: [4, 8]},
  {imm: 0x50, name: 'and', fetch: false, since: 'v6.1', widths: [4, 8]},
  {imm: 0xa0, name: 'xor', fetch: false, since: 'v6.1', widths: [4, 8]},
  {imm: 0x01, name: 'fetch_add', fetch: true, since: 'v6.1', widths: [4, 8]},
  {imm: 0x41, name: 'fetch_or', fetch: true, since: 'v6.1', widths: [4, 8]},
  {imm: 0x51, name: 'fetch_and', fetch: true, since: 'v6.1', widths: [4, 8]},
  {imm: 0xa1, name: 'fetch_xor', fetch: true, since: 'v6.1', widths: [4, 8]},
  {imm: 0xe1, name: 'xchg', fetch: true, since: 'v6.1', widths: [4, 8]},
  {imm: 0xf1, name: 'cmpxchg', fetch: true, since: 'v6.1', widths: [4, 8]},
  {imm: 0x100, name: 'load_acquire', fetch: false, since: 'v6.18', widths: [1, 2, 4, 8]},
  {imm: 0x110, name: 'store_release', fetch: false, since: 'v6.18', widths: [1, 2, 4, 8]},
] as const satisfies readonly {
  readonly imm: number;
  readonly name: string;
  readonly fetch: boolean;
  readonly since: Isa;
  readonly widths: readonly number[];
}[];

export type Atomic = (typeof atomics)[number];
export const atomicByImm = new Map<number, Atomic>(atomics.map((row) => [row.imm, row]));
export const atomicByName = new Map<string, Atomic>(atomics.map((row) => [row.name, row]));

/**
 * Largest helper number of each kernel (the end of the helper list in its
 * include/uapi/linux/bpf.h).
 */
export const lastHelper: Readonly<Record<Isa, number>> = {
  'v5.8': 135,
  'v5.10': 155,
  'v6.1': 209,
  'v6.12': 211,
  'v6.18': 211,
};
