// Arithmetic and wide loads in the verifier walk.
import {
  aluBits,
  codeAt,
  dstAt,
  immAt,
  offAt,
  pseudo,
  sourceX,
  srcAt,
  wideAt,
} from '../../word/insn.ts';
import {aluValue} from './value-alu.ts';
import {none, num} from './values.ts';
import type {Value} from './values.ts';
import type {Frame} from './walk-state.ts';
import {readOperand, readRegister} from './walker.ts';
import type {Walker} from './walker.ts';

export const walkAlu = (walker: Walker, frame: Frame, at: number): void => {
  const {insns} = walker.program;
  const code = codeAt(insns, at);
  const [dst, operation] = [dstAt(insns, at), code & 0xf0];
  const left = operation === aluBits.mov ? none : readRegister(walker, frame, dst, at);
  const unary = operation === aluBits.neg || operation === aluBits.end;
  const right = unary
    ? none
    : operation === aluBits.mov
      ? movedValue(walker, frame, at)
      : readOperand(walker, frame, at);
  frame.registers[dst] = aluValue(
    code,
    left,
    right,
    offAt(insns, at),
    immAt(insns, at),
    walker.rules.isa === 'v6.18',
  );
};

/** What is copied is the same number in both registers from now on. */
const movedValue = (walker: Walker, frame: Frame, at: number): Value => {
  const {insns} = walker.program;
  const value = readOperand(walker, frame, at);
  if (value.kind !== 'any' || (codeAt(insns, at) & sourceX) === 0) return value;
  return (frame.registers[srcAt(insns, at)] = walker.nameNumber(value));
};

/** A number, a map, or the address of a variable. */
export const walkWide = ({program: {insns}}: Walker, frame: Frame, at: number): void => {
  const src = srcAt(insns, at);
  const dst = dstAt(insns, at);
  if (src === pseudo.map) frame.registers[dst] = {kind: 'map', map: immAt(insns, at)};
  else if (src === pseudo.function)
    frame.registers[dst] = {kind: 'function', start: at + 1 + immAt(insns, at)};
  else if (src === pseudo.mapValue)
    frame.registers[dst] = {
      kind: 'element',
      map: immAt(insns, at),
      offset: immAt(insns, at + 1),
      lookup: 0,
    };
  else frame.registers[dst] = num(wideAt(insns, at));
};
