// What the verifier walk notes and refuses about accesses to memory: stack bounds and depths,
// context fields, mixed pointers.
import type {Program} from '../../../types.ts';
import {fieldAt, fieldNameAt} from '../context-fields.ts';
import type {ContextField} from '../context-fields.ts';
import {stackBytes} from '../../word/insn.ts';
import {refuse} from '../../word/refuse.ts';
import {any, isPointer} from './values.ts';
import type {Value} from './values.ts';
import type {State} from './walk-state.ts';

export interface MemoryNotes {
  /** Deepest access below the frame pointer, bytes, per function. */
  readonly stackDepths: number[];
  /** Accesses through the context pointer, by instruction: offset into the context. */
  readonly context: Map<number, number>;
  /** Notes an access of `bytes` at `base` + `off`; `register` holds the base. */
  readonly touch: (
    state: State,
    base: Value,
    off: number,
    bytes: number,
    at: number,
    register: number,
  ) => void;
  /** What an access of `bytes` reads. */
  readonly read: (state: State, base: Value, off: number, bytes: number) => Value | undefined;
  /** Puts a value where `base` + `off` points, if that is a stack slot. */
  readonly write: (
    state: State,
    base: Value,
    off: number,
    bytes: number,
    value: Value,
    at: number,
  ) => void;
}

type StackPointer = Value & {kind: 'frame'};

export const createMemoryNotes = (
  program: Program,
  fields: readonly ContextField[],
): MemoryNotes => {
  const stackDepths = program.functions.map(() => 0);
  const context = new Map<number, number>();
  const elsewhere = new Set<number>();

  const refuseField = (off: number, bytes: number, at: number): void => {
    const name = fieldNameAt(program.type, off);
    const unknown =
      name !== undefined && fields.every((field) => field.offset !== off)
        ? `: field ${name} is not supported`
        : '';
    refuse(
      program,
      at,
      `invalid bpf_context access off=${off} size=${bytes}${unknown}`,
      `Supported are ${fields.map((field) => field.name).join(', ')}.`,
    );
  };

  const touchStack = (
    state: State,
    pointer: StackPointer,
    off: number,
    bytes: number,
    at: number,
  ): void => {
    const low = pointer.offset + off;
    if (low < -stackBytes || (pointer.exact && low + bytes > 0))
      refuse(program, at, `invalid stack off=${low} size=${bytes}`);
    const owner = state.frames[pointer.frame].function;
    stackDepths[owner] = Math.max(stackDepths[owner], -low);
  };

  return {
    stackDepths,
    context,
    touch: (state, base, off, bytes, at, register) => {
      if (base.kind === 'ctx') {
        if (base.offset !== 0)
          refuse(
            program,
            at,
            `dereference of modified ctx ptr R${register} off=${base.offset} disallowed`,
          );
        if (elsewhere.has(at))
          refuse(program, at, 'same insn cannot be used with different pointers');
        if (fieldAt(fields, off, bytes) === undefined) refuseField(off, bytes, at);
        context.set(at, off);
        return;
      }
      if (base.kind === 'mixed' || context.has(at))
        refuse(program, at, 'same insn cannot be used with different pointers');
      if (base.kind === 'map')
        refuse(
          program,
          at,
          `R${register} invalid mem access 'map_ptr'`,
          'Look the element up with bpf_map_lookup_elem first.',
        );
      elsewhere.add(at);
      if (base.kind === 'frame') touchStack(state, base, off, bytes, at);
    },
    read: (state, base, off, bytes) => {
      if (base.kind === 'ctx') return fieldAt(fields, off, bytes)?.whole === true ? any : undefined;
      return base.kind === 'frame' && base.exact && bytes === 8
        ? state.frames[base.frame].slots.get(base.offset + off)
        : undefined;
    },
    write: (state, base, off, bytes, value, at) => {
      if (base.kind !== 'frame') {
        if (value.kind === 'frame')
          refuse(program, at, 'a stack pointer can be stored in the stack only');
        return;
      }
      const {slots} = state.frames[base.frame];
      const low = base.offset + off;
      if (isPointer(value) && (bytes !== 8 || low % 8 !== 0 || !base.exact))
        refuse(
          program,
          at,
          'invalid size of register spill',
          'Store pointers whole, at a constant place, aligned to 8.',
        );
      if (value.kind === 'frame' && value.frame !== base.frame)
        refuse(program, at, 'cannot spill pointers to stack into stack frame of the caller');
      if (!base.exact) return slots.clear();
      for (let slot = Math.floor(low / 8) * 8; slot < low + bytes; slot += 8) slots.delete(slot);
      if (bytes === 8 && low % 8 === 0) slots.set(low, value);
    },
  };
};
