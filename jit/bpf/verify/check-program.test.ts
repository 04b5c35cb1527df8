import {describe, expect, test} from 'vitest';
import {Refusal} from '../../refusal.ts';
import {assemble} from '../text/assemble.ts';
import {checkProgram} from './check-program.ts';
import {programFromHex} from '../text/hex.ts';
import type {Isa} from '../word/isa.ts';

const maps = [
  {name: 'jt', type: 'prog_array', keyBytes: 4, valueBytes: 4, maxEntries: 3},
  {name: 'data', type: 'array', keyBytes: 4, valueBytes: 16, maxEntries: 1},
] as const;
const exit = '9500000000000000';

/** Hex of a program, the instruction that is refused, and why. */
// prettier-ignore
const malformed: readonly (readonly [string, string])[] = [
  [`b700000000000000`, 'instruction 0: last insn is not an exit or jmp'],
  [`0000000000000000${exit}`, 'instruction 0: unknown opcode 00'],
  [`ff00000000000000${exit}`, 'instruction 0: unknown opcode ff'],
  [`b70b000000000000${exit}`, 'instruction 0: R11 is invalid'],
  [`bf0b000000000000${exit}`, 'instruction 0: R11 is invalid'],
  [`bfb0000000000000${exit}`, 'instruction 0: R11 is invalid'],
  [`b710000000000000${exit}`, 'instruction 0: BPF_ALU uses reserved fields'],
  [`0700010000000000${exit}`, 'instruction 0: BPF_ALU uses reserved fields'],
  [`3701000000000000${exit}`, 'instruction 0: div by zero'],
  [`6701000040000000${exit}`, 'instruction 0: invalid shift 64'],
  [`6401000020000000${exit}`, 'instruction 0: invalid shift 32'],
  [`dc01000018000000${exit}`, 'instruction 0: BPF_ALU uses reserved fields'],
  [`df01000010000000${exit}`, 'instruction 0: unknown opcode df'],
  [`0500050000000000${exit}`, 'instruction 0: jump out of range from insn 0 to 6'],
  [`0500feff00000000${exit}`, 'instruction 0: jump out of range from insn 0 to -1'],
  [`05000100000000001800000000000000${'0'.repeat(16)}${exit}`,
    'instruction 0: jump into the middle of ldimm64 insn 1'],
  [`1800000000000000${exit}`, 'instruction 0: invalid bpf_ld_imm64 insn'],
  [`180000000000000000000000000000001800000000000000`, 'instruction 2: invalid bpf_ld_imm64 insn'],
  [`1800000000000000000100000000000095000000000000000`.slice(0, 48),
    'instruction 0: BPF_LD_IMM64 uses reserved fields'],
  [`1812000005000000${'0'.repeat(16)}${exit}`, 'instruction 0: map 5 does not exist; the program has 2'],
  [`1822000000000000${'0'.repeat(16)}${exit}`,
    'instruction 0: direct value access needs an array map with one entry; jt is prog_array with 3'],
  [`18220000010000000000000010000000${exit}`,
    'instruction 0: direct value access: offset 16 is outside the 16 bytes of data'],
  [`1842000000000000${'0'.repeat(16)}${exit}`,
    'instruction 0: address of a subprogram (callback) in bpf_ld_imm64 is not supported'],
  [`8520000005000000${exit}`, 'instruction 0: call of kernel function (kfunc, BTF id 5) is not supported'],
  [`85000000e8030000${exit}`, 'instruction 0: invalid func unknown#1000'],
  [`8500000000000000${exit}`, 'instruction 0: invalid func unknown#0'],
  [`8d02000000000000${exit}`, 'instruction 0: calls through a register (callx) are not supported by kernels'],
  [`e500000000000000${exit}`, 'instruction 0: may_goto and goto_or_nop are not supported'],
  [`7b0a000000000000${exit}`, 'instruction 0: invalid stack off=0 size=8'],
  [`7b0afcff00000000${exit}`, 'instruction 0: invalid stack off=-4 size=8'],
  [`7b0af8fd00000000${exit}`, 'instruction 0: invalid stack off=-520 size=8'],
  [`db0af8ff02000000${exit}`, 'instruction 0: BPF_ATOMIC uses invalid atomic opcode 02'],
  [`cb0af8ff00000000${exit}`, 'instruction 0: invalid atomic operand size'],
  [`2000000000000000${exit}`,
    'instruction 0: packet loads of classic BPF (LD_ABS, LD_IND) are not supported'],
  [`9501000000000000`, 'instruction 0: BPF_EXIT uses reserved fields'],
  [`${exit}b700000000000000${exit}`, 'instruction 1: unreachable insn 1'],
  [`0500000000000000`, 'instruction 0: jump out of range from insn 0 to 1'],
];

describe('malformed programs', () => {
  test.each(malformed)('%s: %s', (hex, message) => {
    const program = programFromHex(hex, {name: 'p', type: 'sched_cls', maps});
    expect(() => checkProgram(program, 'v6.18')).toThrow(Refusal);
    expect(() => checkProgram(program, 'v6.18')).toThrow(`program p: ${message}`);
  });
  test('jumps stay in their function', () => {
    const program = assemble('call f; goto inside; exit\nf: r0 = 0\ninside: exit', {
      name: 'p',
      type: 'xdp',
    });
    expect(() => checkProgram(program, 'v6.18')).toThrow(
      'instruction 1: jump out of range from insn 1 to 4',
    );
  });
});

describe('instruction sets', () => {
  test.each([
    [
      'r0 = 0; *(u64 *)(r10 - 8) = r0; lock *(u64 *)(r10 - 8) += r0; if w0 == 1 goto +0; exit',
      'v5.8',
    ],
    ['r0 = 0; *(u64 *)(r10 - 8) = r0; r0 = atomic_fetch_add((u64 *)(r10 - 8), r0); exit', 'v6.1'],
    ['r0 = 0; *(u64 *)(r10 - 8) = r0; lock *(u64 *)(r10 - 8) |= r0; exit', 'v6.1'],
    ['r0 = 1; r0 = (s8)r0; exit', 'v6.18'],
    ['r0 = 1; r0 s/= 3; exit', 'v6.18'],
    ['r0 = 1; r0 = bswap32 r0; exit', 'v6.18'],
    ['r0 = *(s8 *)(r1 + 0); exit', 'v6.18'],
    ['gotol +0; r0 = 1; exit', 'v6.18'],
    ['r0 = 1; *(u64 *)(r10 - 8) = r0; r0 = load_acquire((u64 *)(r10 - 8)); exit', 'v6.18'],
    ['call 155; exit', 'v5.10'],
    ['call 209; exit', 'v6.1'],
  ] as const)('%s exists from %s on', (source, since) => {
    const program = assemble(source, {name: 'p', type: 'xdp'});
    const order: readonly Isa[] = ['v5.8', 'v5.10', 'v6.1', 'v6.18'];
    for (const isa of order) {
      if (order.indexOf(isa) >= order.indexOf(since)) checkProgram(program, isa);
      else
        expect(() => checkProgram(program, isa), isa).toThrow(
          /does not exist in the instruction set|invalid func unknown/,
        );
    }
  });
});
