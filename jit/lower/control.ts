// Instructions that leave the straight line: jumps, calls, exits, tail calls; and wide loads, which
// take two slots.
import {codeAt, framePointer, pseudo} from '../bpf/word/insn.ts';
import {refuse} from '../refusal.ts';
import {tailCallSequence} from '../variants/sequence.ts';
import {assemble} from '../x86/assemble-form.ts';
import {ofOne} from '../x86/encode.ts';
import {addOpen, distance, relocate} from './builder.ts';
import type {Builder} from './builder.ts';
import {machineRegister} from './bpf-registers.ts';
import {moveAbsolute, moveImmediate, moveSignExtended} from './moves.ts';
import {alignment, jumpAlways, toExit, toItself} from './skeleton.ts';

/** What a refusal says first: the number of the instruction in its program. */
export const place = ({start}: Builder, insn: number): string => `instruction ${start + insn - 1}`;

/** An open jump. Opcode 0 is the second slot of a wide load. */
export const jump = (builder: Builder, insn: number, kind: number, by: number): void => {
  const {program, start, count} = builder;
  const target = insn + by;
  if (target < 0 || target >= count)
    refuse('bad-jump', `${place(builder, insn)}: the jump leaves the function`);
  if (codeAt(program.insns, start + target) === 0)
    refuse('bad-jump', `${place(builder, insn)}: the jump leads into a 64-bit immediate load`);
  addOpen(builder, insn, kind, target);
};

export const jumpUnconditionally = (builder: Builder, insn: number, by: number): void => {
  if (by === -1) addOpen(builder, insn, jumpAlways, toItself);
  else jump(builder, insn, jumpAlways, by);
};

/** The shortest form that gives all 64 bits; a sign-extended one only if the kernel has it. */
export const loadWide = (
  {code, variant}: Builder,
  register: number,
  lower: number,
  upper: number,
): void => {
  const to = machineRegister[register];
  if (upper === 0) moveImmediate(code, 0, to, lower);
  else if (variant.habits.signExtendsWideLoads && upper === -1 && lower < 0)
    moveSignExtended(code, to, lower);
  else moveAbsolute(code, to, lower, upper);
};

const pushRegister = ofOne('push r64');
const popRegister = ofOne('pop r64');

/** The register that holds R10 if a callee may overwrite it; null for rbp, which callees keep. */
const keptRegister = ({registers}: Builder): number | null =>
  registers === machineRegister ? null : registers[framePointer];

const callBytes = assemble('call rel32', 0);

/** `source` 1: function number `imm` of the program; else the helper at callBase + imm. */
export const call = (builder: Builder, insn: number, source: number, imm: number): void => {
  const {
    program: {functions},
    base,
    variant,
    code,
    counterLoad,
    toCallBase,
  } = builder;
  if (
    counterLoad !== null &&
    (variant.habits.loadsCounterFor === 'every call' || source === pseudo.call)
  )
    code.append(counterLoad);
  const kept = keptRegister(builder);
  if (kept !== null) pushRegister(code, kept);
  if (source === pseudo.call) {
    if (imm < 0 || imm >= functions.length)
      refuse('bad-call', `${place(builder, insn)}: there is no function ${imm}`);
    relocate(builder, code.length + 1, distance(functions[imm].base, base));
  } else {
    if (imm === 0) refuse('bad-call', `${place(builder, insn)}: a call to the call base itself`);
    relocate(builder, code.length + 1, toCallBase + imm);
  }
  code.append(callBytes);
  if (kept !== null) popRegister(code, kept);
};

/** The first exit gets the epilogue; later ones jump to it. */
export const exit = (builder: Builder, insn: number): void => {
  const {code, epilogue, toReturnThunk} = builder;
  if (builder.firstExit !== 0) {
    addOpen(builder, insn, jumpAlways, toExit);
    return;
  }
  builder.firstExit = insn;
  for (const piece of epilogue) code.append(piece.bytes);
  if (toReturnThunk !== null) relocate(builder, code.length - 4, toReturnThunk);
};

/** `imm` 0: indirect; else the number of its poke descriptor, from 1. */
export const tailCall = (builder: Builder, insn: number, imm: number): void => {
  const {variant, frame, code, tailCalls, toBranchThunk} = builder;
  if (!variant.counts(frame))
    refuse(
      'bad-program',
      `${place(builder, insn)}: a tail call in a function that is not tailCallReachable`,
    );
  if (imm < 0) refuse('bad-program', `${place(builder, insn)}: a tail call with descriptor ${imm}`);
  const sequence =
    imm === 0
      ? (builder.indirect ??= tailCallSequence(variant, 'indirect', frame))
      : (builder.direct ??= tailCallSequence(variant, 'direct', frame));
  tailCalls.push({insn, descriptor: imm - 1, sequence});
  if (sequence.thunk !== null) {
    if (toBranchThunk === null)
      refuse(
        'no-thunk',
        'the layout wants indirect branches through a thunk but has no indirectThunk address',
      );
    relocate(builder, code.length + sequence.thunk, toBranchThunk);
  }
  if (sequence.aligned) addOpen(builder, insn, alignment, insn);
  code.append(sequence.bytes);
};
