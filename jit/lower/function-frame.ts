// The frame of one verified function: what its prologue depends on.
import type {Layout, VerifiedProgram} from '../types.ts';
import {calleeSaved} from '../variants/frame.ts';
import type {Frame} from '../variants/frame.ts';
import {insnCount} from '../bpf/word/insn.ts';
import type {Variant} from '../variants/variant.ts';
import {refuse} from '../refusal.ts';
import {scanFunction} from './scan.ts';

/** First instruction and the one after the last. */
export const functionRange = (
  {insns, functions}: VerifiedProgram,
  index: number,
): {start: number; end: number} => ({
  start: functions[index].start,
  end: index + 1 < functions.length ? functions[index + 1].start : insnCount(insns),
});

/** A private stack counts only for variants that have a step for it. */
export const frameOf = (
  program: VerifiedProgram,
  index: number,
  layout: Layout,
  {prologue}: Pick<Variant, 'prologue'>,
): Frame => {
  const {functions, arena} = program;
  const {stackDepth, tailCallReachable, subprogram, exceptions, privateStack} = functions[index];
  const isPrivate =
    privateStack !== undefined && prologue.some(({framePointer}) => framePointer !== undefined);
  if (isPrivate && layout.percpuOffset === null)
    refuse('no-percpu', 'the program has a private stack but the layout has no percpuOffset');
  const {start, end} = functionRange(program, index);
  const {registers, hasTailCall} = scanFunction(program, start, end);
  const depth = isPrivate ? 0 : stackDepth;
  return {
    used: calleeSaved.filter((_register, which) => ((registers >> (6 + which)) & 1) === 1),
    stackDepth: depth,
    stackBytes: Math.ceil(depth / 8) * 8,
    hasTailCall,
    reachable: tailCallReachable,
    subprogram,
    exceptions,
    privateStack: isPrivate ? privateStack : undefined,
    arena: arena?.kernelStart,
    layout,
  };
};
