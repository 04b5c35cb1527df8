// From verified BPF instructions to a skeleton: one function, one pass over its instructions.
import {refuse} from '../refusal.ts';
import type {Layout, VerifiedProgram} from '../types.ts';
import type {Variant} from '../variants/variant.ts';
import {beginFunction} from './builder.ts';
import {conditions} from './conditions.ts';
import {call, exit, jump, jumpUnconditionally, loadWide, place, tailCall} from './control.ts';
import type {LoweringTable} from './lowering.ts';
import {machineRegister} from './bpf-registers.ts';
import {insnBytes} from './scan.ts';
import type {Skeleton} from './skeleton.ts';

/** No instruction may take more (the kernel's BPF_MAX_INSN_SIZE). */
const longestInsn = 128;

const opcodes = {
  wideLoad: 0x18,
  call: 0x85,
  exit: 0x95,
  tailCall: 0xf5,
  jump: 0x05,
  jumpLong: 0x06,
} as const;

/**
 * `table` holds the lowerings of everything but the opcodes above. Refuses what the variant's
 * kernel does not know.
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
  const {code, start, count} = builder;
  const {era, prologueInFirst} = variant.habits;
  const prologueBytes = code.length;
  const fixed = new Uint8Array(count + 1);
  for (let insn = 1, slots = 1; insn <= count; insn += slots) {
    const at = (start + insn - 1) * insnBytes;
    const opcode = insns[at];
    const to = insns[at + 1] & 15;
    const from = insns[at + 1] >> 4;
    const offset = ((insns[at + 2] | (insns[at + 3] << 8)) << 16) >> 16;
    const imm = i32At(insns, at + 4);
    const begin = code.length;
    code.reserve(longestInsn);
    slots = 1;
    const lowering = table[opcode];
    if (lowering !== undefined) {
      lowering(code, machineRegister[to], machineRegister[from], offset, imm);
      if (conditions[opcode] !== 0) jump(builder, insn, conditions[opcode], offset);
    } else if (opcode === opcodes.wideLoad) {
      loadWide(builder, to, imm, i32At(insns, at + insnBytes + 4));
      slots = 2;
    } else if (opcode === opcodes.jump) jumpUnconditionally(builder, insn, offset);
    else if (opcode === opcodes.jumpLong && era !== 'old') jumpUnconditionally(builder, insn, imm);
    else if (opcode === opcodes.call) call(builder, insn, from, imm);
    else if (opcode === opcodes.exit) exit(builder, insn);
    else if (opcode === opcodes.tailCall) tailCall(builder, insn, imm);
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
  const {
    frame,
    base,
    prologue,
    epilogue,
    openInsn,
    openKind,
    openTarget,
    openCount,
    firstExit,
    relocationAt,
    relocationTo,
    tailCalls,
  } = builder;
  return {
    variant,
    frame,
    base,
    functionIndex: index,
    start,
    count,
    prologue,
    prologueBytes,
    code: code.bytes,
    fixed,
    openCount,
    openInsn,
    openKind,
    openTarget,
    firstExit,
    epilogue,
    relocationAt,
    relocationTo,
    tailCalls,
  };
};

const i32At = (bytes: Uint8Array, at: number): number =>
  bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
