// The cast of an arena's pointer to user space, as kernel 6.18 writes it (its image of the selftest
// arena_htab_asm has R0 and R6): a null pointer stays null.
import {expect, test} from 'vitest';
import {alu64, encode, exit, reg} from '../bpf/word/insn.ts';
import {compileProgram} from '../compile.ts';
import {v612} from '../variants/list/v612.ts';
import {v618} from '../variants/list/v618.ts';

const castTo = {off: 1, imm: 0x10000} as const;

// prettier-ignore
const rows = [
  {dst: 0, src: 0, code: '48c1e020 480d00100000 48c1c020 4d31db 85c0 490f44c3'},
  {dst: 6, src: 6, code: '48c1e320 4881cb00100000 48c1c320 4d31db 85db 490f44db'},
  {dst: 7, src: 1, code: '4189fd 49c1e520 4981cd00100000 49c1c520 4d31db 4585ed 4d0f44eb'},
] as const;

test.each(rows)('a cast of R$src to R$dst', ({dst, src, code}) => {
  const insns = encode([{...alu64('mov', dst, reg(src)), ...castTo}, exit()]);
  const program = {
    insns,
    functions: [
      {start: 0, base: 0x1000n, stackDepth: 0, tailCallReachable: false, subprogram: false},
    ],
    descriptors: [],
    arena: {kernelStart: 0xffff_c900_0000_0000n, userStart: 1n << 44n},
  };
  for (const variant of [v612, v618]) {
    const [compiled] = compileProgram(program, variant, variant.layout).functions;
    const bytes = compiled.code.subarray(compiled.ends[0], compiled.ends[1]);
    expect(Buffer.from(bytes).toString('hex')).toBe(code.replaceAll(' ', ''));
  }
});
