// What the classes of instructions share in the verifier walk: the program, its rules, what was
// found so far, and how operands are read.
import type {Program} from '../../../types.ts';
import type {ContextField} from '../context-fields.ts';
import {codeAt, framePointer, immAt, sourceX, srcAt} from '../../word/insn.ts';
import {isaHas} from '../../word/isa.ts';
import type {Isa} from '../../word/isa.ts';
import {refuse} from '../../word/refuse.ts';
import {createNames} from './same-numbers.ts';
import type {NameNumber} from './same-numbers.ts';
import {none, operandValue} from './values.ts';
import type {Value} from './values.ts';
import {createMemoryNotes} from './walk-memory.ts';
import type {MemoryNotes} from './walk-memory.ts';
import type {Frame} from './walk-state.ts';

export interface Walker {
  readonly program: Program;
  readonly isa: Isa;
  readonly memory: MemoryNotes;
  /** Tail calls: map and slot if they are the same known constants on all paths, else null. */
  readonly tailCalls: Map<number, {readonly map: number | null; readonly key: number | null}>;
  /** Lookups: the map if it is the same on all paths, else null. */
  readonly lookups: Map<number, number | null>;
  /** Calls of bpf_throw that some path reaches. */
  readonly throws: Set<number>;
  readonly nameNumber: NameNumber;
  /** Number of the function that starts at an instruction. */
  readonly startOf: ReadonlyMap<number, number>;
}

export const createWalker = (
  program: Program,
  isa: Isa,
  fields: readonly ContextField[] | null,
): Walker => ({
  program,
  isa,
  memory: createMemoryNotes(program, fields, isa),
  tailCalls: new Map(),
  lookups: new Map(),
  throws: new Set(),
  nameNumber: isaHas(isa, 'v6.1') ? createNames() : (value) => value,
  startOf: new Map(program.functions.map(({start}, number) => [start, number])),
});

/** What a register holds. Refuses registers that were never written. */
export const readRegister = (
  {program}: Walker,
  {registers}: Frame,
  register: number,
  at: number,
): Value =>
  registers[register].kind === 'none'
    ? refuse(
        program,
        at,
        `R${register} !read_ok`,
        'Write the register on every path before it is read; calls clobber R1 to R5.',
      )
    : registers[register];

/** Puts a value into a register. R10 cannot be written on any path that is reached. */
export const writeRegister = (
  {program}: Walker,
  {registers}: Frame,
  register: number,
  value: Value,
  at: number,
): void => {
  if (register === framePointer) refuse(program, at, 'frame pointer is read only');
  registers[register] = value;
};

/** The second operand of an arithmetic instruction or a jump. */
export const readOperand = (walker: Walker, frame: Frame, at: number): Value => {
  const {insns} = walker.program;
  const code = codeAt(insns, at);
  const register =
    (code & sourceX) !== 0 ? readRegister(walker, frame, srcAt(insns, at), at) : none;
  return operandValue(code, register, immAt(insns, at));
};
