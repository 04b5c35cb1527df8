// Arithmetic and wide loads in the verifier walk.
import {aluBits, codeAt, dstAt, immAt, offAt, pseudo, srcAt, wideAt} from '../../word/insn.ts';
import {aluValue, none, num} from './values.ts';
import type {Frame} from './walk-state.ts';
import {readOperand, readRegister} from './walker.ts';
import type {Walker} from './walker.ts';

export const walkAlu = (walker: Walker, frame: Frame, at: number): void => {
  const {insns} = walker.program;
  const code = codeAt(insns, at);
  const [dst, operation] = [dstAt(insns, at), code & 0xf0];
  const left = operation === aluBits.mov ? none : readRegister(walker, frame, dst, at);
  const unary = operation === aluBits.neg || operation === aluBits.end;
  const right = unary ? none : readOperand(walker, frame, at);
  frame.registers[dst] = aluValue(
    code,
    left,
    right,
    offAt(insns, at),
    immAt(insns, at),
    walker.rules.isa === 'v6.18',
  );
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
