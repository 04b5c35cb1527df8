// From verified BPF instructions to a skeleton: one function, one pass over its instructions.
import {refuse} from '../error.ts';
import type {Layout, VerifiedProgram} from '../types.ts';
import {counterOffset, exitOps, prologuePieces} from '../variants/derive.ts';
import type {Piece} from '../variants/derive.ts';
import type {Frame} from '../variants/frame.ts';
import {bytesOf} from '../variants/ops.ts';
import {tailCallSequence} from '../variants/sequence.ts';
import type {Sequence} from '../variants/sequence.ts';
import type {Variant} from '../variants/variant.ts';

import {CodeBuffer, i32Bytes} from '../x86/buffer.ts';
import {moveAbsolute, moveImmediate, moveSignExtended} from '../x86/encode.ts';
import {conditions} from './compare.ts';
import {frameOf, functionRange} from './frame.ts';
import {machineRegister} from './registers.ts';
import {insnBytes} from './scan.ts';
import {alignment, jumpAlways, toExit, toItself} from './skeleton.ts';
import type {Skeleton} from './skeleton.ts';
import type {LoweringTable} from './lowering.ts';

/** No instruction may take more (the kernel's BPF_MAX_INSN_SIZE). */
const longestInsn = 128;

const opcodes = {wideLoad: 0x18, call: 0x85, exit: 0x95, tailCall: 0xf5, jump: 0x05, jumpLong: 0x06} as const;

export const lowerFunction = (program: VerifiedProgram, index: number, variant: Variant, layout: Layout, table: LoweringTable): Skeleton => {
  const {insns, functions} = program;
  const {base} = functions[index];
  const {start, end} = functionRange(program, index);
  const count = end - start;
  const frame = frameOf(program, index, layout);
  const {habits} = variant;
  const prologue = prologuePieces(variant, frame);
  const epilogue = exitPieces(variant, frame);
  const code = new CodeBuffer(Math.max(256, count * 6));
  for (const piece of prologue) code.append(piece.bytes);
  const prologueBytes = code.length;
  const fixed = new Uint8Array(count + 1);
  const open = openList(count);
  const relocationAt: number[] = [];
  const relocationTo: number[] = [];
  const tailCalls: Skeleton['tailCalls'][number][] = [];
  const toCallBase = distance(layout.callBase, base);
  const toReturnThunk = layout.returnThunk === null ? null : distance(layout.returnThunk, base);
  const toBranchThunk = layout.indirectThunk === null ? null : distance(layout.indirectThunk, base);
  const counterLoad = counterLoadBytes(variant, frame);
  let direct: Sequence | null = null;
  let indirect: Sequence | null = null;
  let firstExit = 0;
  const relocate = (at: number, to: number) => {
    relocationAt.push(at);
    relocationTo.push(to);
  };

  for (let i = 1; i <= count; i++) {
    const at = (start + i - 1) * insnBytes;
    const opcode = insns[at];
    const fields = insns[at + 1];
    const offset = (insns[at + 2] | insns[at + 3] << 8) << 16 >> 16;
    const imm = insns[at + 4] | insns[at + 5] << 8 | insns[at + 6] << 16 | insns[at + 7] << 24;
    const begin = code.length;
    const insn = i;
    code.reserve(longestInsn);
    const lowering = table[opcode];
    if (lowering !== undefined) {
      lowering(code, machineRegister[fields & 15], machineRegister[fields >> 4], offset, imm);
      const condition = conditions[opcode];
      if (condition !== 0) open.add(i, condition, jumpTarget(insns, start, count, i, offset));
    } else if (opcode === opcodes.wideLoad) {
      const upper = insns[at + 12] | insns[at + 13] << 8 | insns[at + 14] << 16 | insns[at + 15] << 24;
      const to = machineRegister[fields & 15];
      if (upper === 0) moveImmediate(code, 0, to, imm);
      else if (habits.signExtendsWideLoads && upper === -1 && imm < 0) moveSignExtended(code, to, imm);
      else moveAbsolute(code, to, imm, upper);
      i++;
    } else if (opcode === opcodes.jump || (opcode === opcodes.jumpLong && habits.era !== 'old')) {
      const by = opcode === opcodes.jump ? offset : imm;
      open.add(i, jumpAlways, by === -1 ? toItself : jumpTarget(insns, start, count, i, by));
    } else if (opcode === opcodes.call) {
      const source = fields >> 4;
      if (counterLoad !== null && (habits.loadsCounterFor === 'every call' || source === 1)) code.append(counterLoad);
      if (source === 1) {
        if (imm < 0 || imm >= functions.length) refuse('bad-call', `instruction ${start + i - 1}: there is no function ${imm}`);
        relocate(code.length + 1, distance(functions[imm].base, base));
      } else {
        if (imm === 0) refuse('bad-call', `instruction ${start + i - 1}: a call to helper 0`);
        relocate(code.length + 1, toCallBase + imm);
      }
      code.append(callBytes);
    } else if (opcode === opcodes.exit) {
      if (firstExit !== 0) open.add(i, jumpAlways, toExit);
      else {
        firstExit = i;
        for (const piece of epilogue) code.append(piece.bytes);
        if (toReturnThunk !== null) relocate(code.length - 4, toReturnThunk);
      }
    } else if (opcode === opcodes.tailCall) {
      if (!variant.counts(frame)) refuse('bad-program', `instruction ${start + i - 1}: a tail call in a function that is not tailCallReachable`);
      if (imm === 0) indirect ??= tailCallSequence(variant, 'indirect', frame);
      else direct ??= tailCallSequence(variant, 'direct', frame);
      const sequence = (imm === 0 ? indirect : direct)!;
      tailCalls.push({insn: i, descriptor: imm - 1, sequence});
      if (sequence.thunk !== null) {
        if (toBranchThunk === null) refuse('no-thunk', 'the layout wants indirect branches through a thunk but has no indirectThunk address');
        else relocate(begin + sequence.thunk, toBranchThunk);
      }
      if (sequence.aligned) open.add(i, alignment, i);
      code.append(sequence.bytes);
    } else {
      refuse('unknown-opcode', `instruction ${start + i - 1}: bpf_jit: unknown opcode ${opcode.toString(16).padStart(2, '0')}`);
    }
    const size = code.length - begin;
    if (size + (insn === 1 && habits.prologueInFirst ? prologueBytes : 0) > longestInsn) {
      refuse('insn-size', `instruction ${start + insn - 1}: bpf_jit: fatal insn size error`);
    }
    fixed[insn] = size;
  }
  return {
    variant, frame, base, functionIndex: index, start, count, prologue, prologueBytes, code: code.bytes, fixed,
    openCount: open.count(), openInsn: open.insn, openKind: open.kind, openTarget: open.target,
    firstExit, epilogue, relocationAt, relocationTo, tailCalls,
  };
};

const callBytes = [0xe8, 0, 0, 0, 0] as const;

/** As a number: what lies further than 2 GiB is refused where the displacement is written. */
const distance = (to: bigint, from: bigint): number => Number(BigInt.asIntN(64, to - from));

const exitPieces = (variant: Variant, frame: Frame): Piece[] => {
  const {layout} = frame;
  const ret = layout.returnThunk !== null ? [0xe9, 0, 0, 0, 0] : layout.sls ? [0xc3, 0xcc] : [0xc3];
  return [{step: 'exit', bytes: bytesOf(exitOps(variant, frame))}, {step: 'return', bytes: ret}];
};

/** mov rax, [rbp + counter slot]: hands the counter to a callee. */
const counterLoadBytes = (variant: Variant, frame: Frame): number[] | null => {
  if (variant.habits.loadsCounterFor === 'no call' || !variant.counts(frame)) return null;
  const misplaced = variant.habits.roundsCounterOffset ? 0 : frame.stackBytes - frame.stackDepth;
  return [0x48, 0x8b, 0x85, ...i32Bytes(counterOffset(variant, frame) + misplaced)];
};

const openList = (count: number) => {
  let length = 0;
  const insn = new Int32Array(count);
  const kind = new Uint8Array(count);
  const target = new Int32Array(count);
  return {
    insn, kind, target,
    count: () => length,
    add: (i: number, openKind: number, openTarget: number) => {
      insn[length] = i;
      kind[length] = openKind;
      target[length++] = openTarget;
    },
  };
};

/** The instruction whose end is jumped to. Opcode 0 is the second slot of a wide load. */
const jumpTarget = (insns: Uint8Array, start: number, count: number, i: number, by: number): number => {
  const target = i + by;
  if (target < 0 || target >= count) refuse('bad-jump', `instruction ${start + i - 1}: the jump leaves the function`);
  if (insns[(start + target) * insnBytes] === 0) refuse('bad-jump', `instruction ${start + i - 1}: the jump leads into a 64-bit immediate load`);
  return target;
};
