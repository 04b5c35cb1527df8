// The frame of one verified function: what its prologue will depend on.
import type {Layout, VerifiedProgram} from '../types.ts';
import {calleeSaved} from '../variants/frame.ts';
import type {Frame} from '../variants/frame.ts';
import {insnCount} from '../bpf/word/insn.ts';
import {scanFunction} from './scan.ts';

/** First instruction and the one after the last. */
export const functionRange = (
  {insns, functions}: VerifiedProgram,
  index: number,
): {start: number; end: number} => ({
  start: functions[index].start,
  end: index + 1 < functions.length ? functions[index + 1].start : insnCount(insns),
});

export const frameOf = (program: VerifiedProgram, index: number, layout: Layout): Frame => {
  const {stackDepth, tailCallReachable, subprogram} = program.functions[index];
  const {start, end} = functionRange(program, index);
  const {registers, hasTailCall} = scanFunction(program.insns, start, end);
  return {
    used: calleeSaved.filter((_register, which) => ((registers >> (6 + which)) & 1) === 1),
    stackDepth,
    stackBytes: Math.ceil(stackDepth / 8) * 8,
    hasTailCall,
    reachable: tailCallReachable,
    subprogram,
    layout,
  };
};
