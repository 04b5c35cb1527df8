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
import {markOfBoth} from './marks.ts';
import {any, elementAt, isScalar, markOf, none, num} from './values.ts';
import type {Value} from './values.ts';
import type {Frame} from './walk-state.ts';
import {readOperand, readRegister, writeRegister} from './walker.ts';
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
  const result = aluValue(
    code,
    left,
    right,
    offAt(insns, at),
    immAt(insns, at),
    walker.isa === 'v6.18',
  );
  writeRegister(walker, frame, dst, marked(result, left, right), at);
};

/** The result of arithmetic matters if what it was made of does. */
const marked = (result: Value, left: Value, right: Value): Value => {
  if (result === any || result === right || !isScalar(result)) return result;
  const mark = markOfBoth(markOf(left), markOf(right));
  return mark === result.mark ? result : {...result, mark};
};

/** What is copied is the same number in both registers from now on. */
const movedValue = (walker: Walker, frame: Frame, at: number): Value => {
  const {insns} = walker.program;
  const value = readOperand(walker, frame, at);
  if (value.kind !== 'any' || (codeAt(insns, at) & sourceX) === 0) return value;
  return (frame.registers[srcAt(insns, at)] = walker.nameNumber(value));
};

/** A number, a map, or the address of a variable. */
export const walkWide = (walker: Walker, frame: Frame, at: number): void =>
  writeRegister(walker, frame, dstAt(walker.program.insns, at), wideValue(walker, at), at);

const wideValue = ({program: {insns, maps}}: Walker, at: number): Value => {
  switch (srcAt(insns, at)) {
    case pseudo.map:
      return {kind: 'map', map: immAt(insns, at)};
    case pseudo.function:
      return {kind: 'function', start: at + 1 + immAt(insns, at)};
    case pseudo.mapValue:
      return elementAt(maps, immAt(insns, at), immAt(insns, at + 1), 0);
    default:
      return num(wideAt(insns, at));
  }
};
