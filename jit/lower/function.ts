// From verified BPF instructions to a skeleton: one function, one pass over its instructions.
import {codeAt, codes, dstAt, immAt, offAt, srcAt} from '../bpf/word/insn.ts';
import {refuse} from '../refusal.ts';
import type {Layout, VerifiedProgram} from '../types.ts';
import type {Variant} from '../variants/variant.ts';
import {beginFunction} from './builder.ts';
import {conditions} from './conditions.ts';
import {call, exit, jump, jumpUnconditionally, loadWide, place, tailCall} from './control.ts';
import type {LoweringTable} from './lowering.ts';
import type {Skeleton} from './skeleton.ts';

/** The most bytes of code for one instruction (the kernel's BPF_MAX_INSN_SIZE). */
const longestInsn = 128;

/**
 * `table` holds the lowerings of everything but wide loads, jumps, calls and exits. Refuses what the
 * variant's kernel does not know.
 */
export const lowerFunction = (
  program: VerifiedProgram,
  index: number,
  variant: Variant,
  layout: Layout,
  table: LoweringTable,
): Skeleton => {
  const builder = beginFunction(program, index, variant, layout);
  const {insns} = program;
  const {code, start, count, registers} = builder;
  const {era, prologueInFirst} = variant.habits;
  const prologueBytes = code.length;
  const fixed = new Uint8Array(count + 1);
  for (let insn = 1, slots = 1; insn <= count; insn += slots) {
    const at = start + insn - 1;
    const opcode = codeAt(insns, at);
    const to = dstAt(insns, at);
    const from = srcAt(insns, at);
    const offset = offAt(insns, at);
    const imm = immAt(insns, at);
    const begin = code.length;
    code.reserve(longestInsn);
    slots = 1;
    const lowering = table[opcode];
    if (lowering !== undefined) {
      lowering(code, registers[to], registers[from], offset, imm);
      if (conditions[opcode] !== 0) jump(builder, insn, conditions[opcode], offset);
    } else if (opcode === codes.wide) {
      loadWide(builder, to, imm, immAt(insns, at + 1));
      slots = 2;
    } else if (opcode === codes.ja) jumpUnconditionally(builder, insn, offset);
    else if (opcode === codes.gotol && era !== 'old') jumpUnconditionally(builder, insn, imm);
    else if (opcode === codes.call) call(builder, insn, from, imm);
    else if (opcode === codes.exit) exit(builder, insn);
    else if (opcode === codes.tailCall) tailCall(builder, insn, imm);
    else
      refuse(
        'unknown-opcode',
        `${place(builder, insn)}: bpf_jit: unknown opcode ${opcode.toString(16).padStart(2, '0')}`,
      );
    fixed[insn] = code.length - begin;
    if (fixed[insn] + (insn === 1 && prologueInFirst ? prologueBytes : 0) > longestInsn) {
      refuse('insn-size', `${place(builder, insn)}: bpf_jit: fatal insn size error`);
    }
  }
  return {...builder, code: code.bytes, functionIndex: index, prologueBytes, fixed};
};
