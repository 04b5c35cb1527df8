// The state of one function being lowered: code so far, open parts, relocations, tail calls, and
// what is known from the start.
import type {Layout, VerifiedProgram} from '../types.ts';
import {counterOffset, exitOps, framePointerOf, prologuePieces} from '../variants/derive.ts';
import type {Piece} from '../variants/derive.ts';
import type {Frame} from '../variants/frame.ts';
import {bytesOf} from '../variants/ops.ts';
import type {Sequence} from '../variants/sequence.ts';
import type {Variant} from '../variants/variant.ts';
import {assemble, at32} from '../x86/assemble-form.ts';
import {CodeBuffer} from '../x86/buffer.ts';
import {rax, rbp} from '../x86/registers.ts';
import {framePointer} from '../bpf/word/insn.ts';
import {machineRegister} from './bpf-registers.ts';
import {frameOf, functionRange} from './function-frame.ts';
import type {Skeleton} from './skeleton.ts';

/** What the skeleton will hold, as far as it is known. `insn` counts from 1 within the function. */
export interface Builder extends Omit<
  Skeleton,
  'code' | 'functionIndex' | 'prologueBytes' | 'fixed'
> {
  readonly program: VerifiedProgram;
  /** The machine register of each BPF register; with a private stack R10 is not rbp. */
  readonly registers: readonly number[];
  readonly code: CodeBuffer;
  openCount: number;
  firstExit: number;
  readonly relocationAt: number[];
  readonly relocationTo: number[];
  readonly tailCalls: Skeleton['tailCalls'][number][];
  readonly toCallBase: number;
  readonly toReturnThunk: number | null;
  readonly toBranchThunk: number | null;
  /** mov rax, [rbp + counter slot], before calls that pass the counter on. */
  readonly counterLoad: readonly number[] | null;
  /** Written once, copied for each tail call. */
  direct: Sequence | null;
  indirect: Sequence | null;
}

/** A builder with the prologue written. */
export const beginFunction = (
  program: VerifiedProgram,
  index: number,
  variant: Variant,
  layout: Layout,
): Builder => {
  const {base} = program.functions[index];
  const {start, end} = functionRange(program, index);
  const count = end - start;
  const frame = frameOf(program, index, layout, variant);
  const prologue = prologuePieces(variant, frame);
  const code = new CodeBuffer(Math.max(256, count * 6));
  for (const piece of prologue) code.append(piece.bytes);
  return {
    program,
    registers: registersFor(framePointerOf(variant, frame)),
    variant,
    frame,
    base,
    start,
    count,
    prologue,
    epilogue: exitPieces(variant, frame),
    code,
    openInsn: new Int32Array(count),
    openKind: new Uint8Array(count),
    openTarget: new Int32Array(count),
    openCount: 0,
    relocationAt: [],
    relocationTo: [],
    tailCalls: [],
    toCallBase: distance(layout.callBase, base),
    toReturnThunk: layout.returnThunk === null ? null : distance(layout.returnThunk, base),
    toBranchThunk: layout.indirectThunk === null ? null : distance(layout.indirectThunk, base),
    counterLoad: counterLoad(variant, frame),
    direct: null,
    indirect: null,
    firstExit: 0,
  };
};

const registersFor = (frameRegister: number): readonly number[] =>
  frameRegister === machineRegister[framePointer]
    ? machineRegister
    : machineRegister.with(framePointer, frameRegister);

/** As a number; distances beyond 2 GiB are refused when the displacement is written. */
export const distance = (to: bigint, from: bigint): number => Number(BigInt.asIntN(64, to - from));

/** Appends an open part to the end of `insn`. */
export const addOpen = (builder: Builder, insn: number, kind: number, target: number): void => {
  const {openInsn, openKind, openTarget, openCount} = builder;
  openInsn[openCount] = insn;
  openKind[openCount] = kind;
  openTarget[openCount] = target;
  builder.openCount = openCount + 1;
};

/** A 32-bit displacement at `at` in the code leads to `to`. */
export const relocate = ({relocationAt, relocationTo}: Builder, at: number, to: number): void => {
  relocationAt.push(at);
  relocationTo.push(to);
};

const jumpToThunk = assemble('jmp rel32', 0);
const plainReturn = assemble('ret');
const returnAndTrap = [...plainReturn, ...assemble('int3')];

const exitPieces = (variant: Variant, frame: Frame): Piece[] => {
  const {layout} = frame;
  const ret = layout.returnThunk !== null ? jumpToThunk : layout.sls ? returnAndTrap : plainReturn;
  return [
    {step: 'exit', bytes: bytesOf(exitOps(variant, frame))},
    {step: 'return', bytes: ret},
  ];
};

const counterLoad = (variant: Variant, frame: Frame): readonly number[] | null => {
  const {loadsCounterFor, roundsCounterOffset} = variant.habits;
  if (loadsCounterFor === 'no call' || !variant.counts(frame)) return null;
  const misplaced = roundsCounterOffset ? 0 : frame.stackBytes - frame.stackDepth;
  const slot = at32(rbp, counterOffset(variant, frame) + misplaced);
  return assemble('mov r64, r/m64', rax, slot);
};
