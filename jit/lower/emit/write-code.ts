// The image pass: fixed code and jumps of known size together, displacements filled in.
import {refuse} from '../../refusal.ts';
import {alignment} from '../skeleton.ts';
import type {Skeleton} from '../skeleton.ts';
import type {Arrangement} from './arrangement.ts';
import {marksOf} from './step-marks.ts';
import type {CompiledFunction} from '../../types.ts';
import {putI32} from '../../x86/buffer.ts';
import {opcodeOf} from '../../x86/form.ts';
import {conditionNames} from '../../x86/names.ts';
import {nops} from '../../x86/nops.ts';

/** Code of one function; displacements are relative to its base. */
export const writeFunction = (skeleton: Skeleton, arrangement: Arrangement): CompiledFunction => {
  const {ends, openBytes, openNops, openDistance} = arrangement;
  const {openCount, openInsn, openKind, count, relocationAt, relocationTo} = skeleton;
  const {longestNop} = skeleton.variant.habits;
  const code = new Uint8Array(ends[count]);
  let from = 0;
  let to = 0;
  let relocation = 0;
  for (let part = 0; part <= openCount; part++) {
    // The fixed code up to the part.
    const end = part < openCount ? ends[openInsn[part]] - openBytes[part] : ends[count];
    const bytes = end - to;
    copy(code, to, skeleton.code, from, bytes);
    for (
      ;
      relocation < relocationAt.length && relocationAt[relocation] < from + bytes;
      relocation++
    ) {
      const at = relocationAt[relocation] - from + to;
      putI32(code, at, reach(skeleton, relocationTo[relocation] - (at + 4)));
    }
    from += bytes;
    to += bytes;
    if (part === openCount) break;
    const blank = openNops[part];
    if (blank > 0) code.set(nops(blank, longestNop), to);
    const size = openBytes[part] - blank;
    to += blank;
    if (size === 0 || openKind[part] === alignment) continue;
    writeJump(code, to, size, openKind[part], openDistance[part]);
    to += size;
  }
  fixBypasses(skeleton, arrangement, code);
  return {
    base: skeleton.base,
    code,
    ends: new Uint32Array(ends.buffer),
    marks: () => marksOf(skeleton, arrangement),
  };
};

const copy = (
  code: Uint8Array,
  to: number,
  source: Uint8Array,
  from: number,
  bytes: number,
): void => {
  if (bytes > 64) code.set(source.subarray(from, from + bytes), to);
  else for (let k = 0; k < bytes; k++) code[to + k] = source[from + k];
};

/** Opcodes of jumps by `openKind`: one byte each if short, one or two if near. */
const shortJumps = [
  ...conditionNames.map((_name, condition) => opcodeOf('jcc rel8', condition)[0]),
  opcodeOf('jmp rel8')[0],
];
const nearJumps = [
  ...conditionNames.map((_name, condition) => opcodeOf('jcc rel32', condition)),
  opcodeOf('jmp rel32'),
];

const writeJump = (
  code: Uint8Array,
  at: number,
  size: number,
  kind: number,
  distance: number,
): void => {
  if (size === 2) {
    code[at] = shortJumps[kind];
    code[at + 1] = distance;
    return;
  }
  const opcode = nearJumps[kind];
  code[at] = opcode[0];
  if (opcode.length === 2) code[at + 1] = opcode[1];
  putI32(code, at + opcode.length, distance);
};

/**
 * With alignment nops after it, a tail call is longer than its sequence, and the bypass goes past
 * them. So do the short jumps of the converging driver; the patch in the thread lets them land on
 * the nops.
 */
const fixBypasses = (skeleton: Skeleton, {ends, driver}: Arrangement, code: Uint8Array): void => {
  for (const {insn, sequence} of skeleton.tailCalls) {
    if (!sequence.aligned || sequence.bypass === null) continue;
    const begin = ends[insn - 1];
    const at = begin + sequence.bypass;
    putI32(code, at + 1, ends[insn] - (at + 5));
    if (driver === 'converging')
      for (const out of sequence.outs) code[begin + out] = ends[insn] - (begin + out + 1);
  }
};

const reach = (skeleton: Skeleton, distance: number): number => {
  if (distance >= -0x80000000 && distance <= 0x7fffffff) return distance;
  return refuse(
    'call-range',
    `function ${skeleton.functionIndex}: a call or thunk is beyond the 2 GiB that a 32-bit ` +
      'displacement reaches',
    'Place the image nearer to its helpers and thunks.',
  );
};
