// What the verifier walk notes and refuses about accesses to memory: stack bounds and depths,
// context fields, mixed pointers, read-only maps.
import type {MapSpec, Program} from '../../../types.ts';
import {fieldAt} from '../context-fields.ts';
import type {ContextField} from '../context-fields.ts';
import {refuseField} from '../context-refusal.ts';
import {classes, codeAt, modes, stackBytes} from '../../word/insn.ts';
import type {Isa} from '../../word/isa.ts';
import {refuse} from '../../word/refuse.ts';
import {clobber, readSlot, writeSlot} from './stack-slots.ts';
import type {Clobber, StackWrite} from './stack-slots.ts';
import {signExtended, unknownRange} from './range.ts';
import {
  any,
  anyUpTo,
  isExact,
  isPointer,
  isScalar,
  matters,
  num,
  numberIn,
  packet,
  rangeOf,
} from './values.ts';
import type {Value} from './values.ts';
import type {State} from './walk-state.ts';

/** `bytes` bytes at `base` + `off`; `register` holds the base. */
export interface Access {
  readonly base: Value;
  readonly off: number;
  readonly bytes: number;
  readonly register: number;
  /** The instruction. */
  readonly at: number;
}

export interface MemoryNotes {
  /** Deepest access below the frame pointer, bytes, per function. */
  readonly stackDepths: number[];
  /** Accesses through the context pointer, by instruction: offset into the context. */
  readonly context: Map<number, number>;
  /** Whether any store goes into the packet. */
  readonly writesPacket: () => boolean;
  /** Notes an access, and refuses it if kernels do. */
  readonly touch: (state: State, access: Access, writes: boolean) => void;
  /** What a load reads, or undefined if nothing is known. */
  readonly read: (state: State, access: Access, signed: boolean) => Value | undefined;
  /** Records the value of a store, if it writes to a stack. */
  readonly write: (state: State, access: Access, what: StackWrite) => void;
  /** A helper reads the buffer, or writes all of it or a part. */
  readonly buffer: (state: State, access: Access, how: 'read' | 'whole' | 'part') => void;
}

type StackPointer = Value & {kind: 'frame'};

export const createMemoryNotes = (
  program: Program,
  fields: readonly ContextField[] | null,
  isa: Isa,
): MemoryNotes => {
  const stackDepths = program.functions.map(() => 0);
  const context = new Map<number, number>();
  const elsewhere = new Set<number>();
  let packetStores = 0;

  const touchStack = (state: State, pointer: StackPointer, {off, bytes, at}: Access): void => {
    const [low, high] = [pointer.offset + off, pointer.last + off + bytes];
    const outside = low < -stackBytes || (isExact(pointer) && high > 0);
    if (outside && pointer.unsure !== true)
      refuse(program, at, `invalid stack off=${low} size=${bytes}`);
    const owner = state.frames[pointer.frame].function;
    stackDepths[owner] = Math.max(stackDepths[owner], Math.min(-low, stackBytes));
  };

  const touchContext = ({base, off, bytes, register, at}: Access & {base: {kind: 'ctx'}}): void => {
    if (base.offset !== 0)
      refuse(
        program,
        at,
        `dereference of modified ctx ptr R${register} off=${base.offset} disallowed`,
      );
    if (elsewhere.has(at)) refuse(program, at, 'same insn cannot be used with different pointers');
    const known = fields ?? [];
    const field = fieldAt(known, off, bytes);
    if (field === undefined || (field.pointer !== undefined && isSigned(program, at)))
      refuseField(program, known, off, bytes, at);
    context.set(at, off);
  };

  const touch = (state: State, access: Access, writes: boolean): void => {
    const {base, off, bytes, register, at} = access;
    if (fields === null && ['ctx', 'mixed', 'map'].includes(base.kind)) return;
    if (base.kind === 'ctx') return touchContext({...access, base});
    if (base.kind === 'mixed' || context.has(at))
      refuse(program, at, 'same insn cannot be used with different pointers');
    if (base.kind === 'map')
      refuse(
        program,
        at,
        `R${register} invalid mem access 'map_ptr'`,
        'Look the element up with bpf_map_lookup_elem first.',
      );
    if (writes && base.kind === 'element' && program.maps[base.map].readOnly === true)
      refuse(
        program,
        at,
        `write into map forbidden, value_size=${program.maps[base.map].valueBytes} ` +
          `off=${(base.offset ?? 0) + off} size=${bytes}`,
        'Variables in .rodata are constants; put those that change into .data or .bss.',
      );
    elsewhere.add(at);
    if (base.kind === 'frame') touchStack(state, base, access);
  };

  const checkSpill = (state: State, {base, off, bytes, at}: Access, value: Value): void => {
    if (base.kind !== 'frame') {
      if (value.kind === 'frame' && base.kind === 'ctx')
        refuse(program, at, 'a stack pointer cannot be stored in the context');
      return;
    }
    if (isPointer(value) && (bytes !== 8 || (base.offset + off) % 8 !== 0 || !isExact(base)))
      refuse(
        program,
        at,
        'invalid size of register spill',
        'Store pointers whole, at a constant place, aligned to 8.',
      );
    if (value.kind === 'frame' && base.frame !== state.frames.length - 1)
      refuse(program, at, 'cannot spill pointers to stack into stack frame of the caller');
  };

  return {
    stackDepths,
    context,
    writesPacket: () => packetStores > 0,
    touch,
    read: (state, {base, off, bytes}, signed) => {
      if (base.kind === 'ctx')
        return pointers[fieldAt(fields ?? [], off, bytes)?.pointer ?? 'none'];
      if (base.kind === 'element')
        return constant(program.maps[base.map], base.offset, off, bytes, signed);
      if (base.kind !== 'frame' || !isExact(base)) return undefined;
      const found = readSlot(state.frames[base.frame].slots, base.offset + off, bytes, isa);
      if (!signed || found === undefined) return found;
      return isScalar(found)
        ? numberIn(signExtended(rangeOf(found), bytes), 0, found.mark)
        : undefined;
    },
    write: (state, access, what) => {
      const {base, off, bytes} = access;
      checkSpill(state, access, what.value);
      if (base.kind === 'packet') packetStores++;
      if (base.kind !== 'frame') return;
      const {slots} = state.frames[base.frame];
      if (isExact(base)) writeSlot(slots, base.offset + off, bytes, what, isa);
      else
        clobber(
          slots,
          base.offset + off,
          base.last + off + bytes,
          storeSomewhere(base, what.value),
        );
    },
    buffer: (state, access, how) => {
      touch(state, access, how !== 'read');
      const {base, off, bytes} = access;
      // Before 6.18 a buffer that is only read counted as overwritten.
      if (base.kind !== 'frame' || (how === 'read' && isa === 'v6.18')) return;
      const {slots} = state.frames[base.frame];
      const written = how === 'whole' && isExact(base) ? 'whole' : 'part';
      clobber(slots, base.offset + off, base.last + off + bytes, written);
    },
  };
};

const storeSomewhere = ({unsure}: StackPointer, value: Value): Clobber => {
  if (value.kind === 'num' && value.value === 0n) {
    matters(value);
    return 'zero';
  }
  return unsure === true ? 'part' : 'one';
};

const pointers = {packet, other: any, none: undefined} as const;

const isSigned = ({insns}: Program, at: number): boolean =>
  (codeAt(insns, at) & 7) === classes.ldx && (codeAt(insns, at) & 0xe0) === modes.memsx;

const extended = (value: bigint, bytes: number): bigint =>
  BigInt.asUintN(64, BigInt.asIntN(bytes * 8, value));

/** A constant of a read-only map. Kernels take it for a number, as libbpf freezes such maps. */
const constant = (
  map: MapSpec,
  base: number | null,
  off: number,
  bytes: number,
  signed: boolean,
): Value | undefined => {
  if (map.readOnly !== true || base === null) return undefined;
  const at = base + off;
  if (at < 0 || at + bytes > map.valueBytes) return undefined;
  let value = 0n;
  for (let index = bytes - 1; index >= 0; index--)
    value = (value << 8n) | BigInt(map.initial?.[at + index] ?? 0);
  return num(signed ? extended(value, bytes) : value);
};

/** What a load of `bytes` bytes gives if nothing else is known. */
export const loaded = (bytes: number, signed = false): Value => {
  if (bytes === 8) return any;
  const row = loads[bytes as 1 | 2 | 4];
  return signed ? row.signed : row.unsigned;
};

const loadOf = (bytes: number) => ({
  unsigned: anyUpTo((1n << BigInt(bytes * 8)) - 1n),
  signed: numberIn(signExtended(unknownRange, bytes)),
});

const loads = {1: loadOf(1), 2: loadOf(2), 4: loadOf(4)} as const;
