// Replacing instructions of a program while jumps, calls, functions and origins stay right.
import type {Program} from '../../types.ts';
import {Refusal} from '../../refusal.ts';
import {
  codeAt,
  codes,
  immAt,
  insnAt,
  insnBytes,
  insnCount,
  isJump,
  isLocalCall,
  isWide,
  jumpTarget,
  writeInsn,
} from '../word/insn.ts';
import type {Insn} from '../word/insn.ts';

/**
 * Words that stand for one instruction. The last word takes over the jump of the instruction, if it
 * has one.
 */
export type Replacement = readonly Insn[];

export interface Rewritten {
  readonly insns: Uint8Array;
  /** Instruction of the original program that each word came from. */
  readonly origin: Int32Array;
  /** The new start of each function, -1 if all of it was deleted. */
  readonly starts: readonly number[];
}

/**
 * Rewrites `insns`: instruction i (both words of a wide load) becomes `replacements.get(i)` if
 * there is an entry (an empty one deletes it), and otherwise stays. Jumps go to the first word that
 * replaces their target or, if it was deleted, to the next instruction that is left.
 * `origin` maps the given words to an older program. Throws a Refusal if a jump no longer fits
 * its field.
 */
export const rewrite = (
  program: Program,
  insns: Uint8Array,
  origin: Int32Array,
  starts: readonly number[],
  replacements: ReadonlyMap<number, Replacement>,
): Rewritten => {
  const count = insnCount(insns);
  const place = new Int32Array(count + 1);
  let length = 0;
  for (let index = 0; index < count; index++) {
    place[index] = length;
    length += replacements.get(index)?.length ?? 1;
    if (isWide(insns, index)) {
      place[++index] = length;
      if (!replacements.has(index - 1)) length++;
    }
  }
  place[count] = length;
  const out = new Uint8Array(length * 8);
  const outOrigin = new Int32Array(length);
  for (let index = 0; index < count; index++) {
    const given = replacements.get(index);
    const words = isWide(insns, index) ? 2 : 1;
    const to = place[index];
    if (given === undefined) copyWords(out, to, insns, index, words);
    else given.forEach((insn, step) => writeInsn(out, to + step, insn));
    const end = to + (given?.length ?? words);
    for (let word = to; word < end; word++) outOrigin[word] = origin[index];
    const target = jumpOf(insns, index);
    if (target !== undefined && given?.length !== 0) {
      const last = place[index] + (given?.length ?? 1) - 1;
      redirect(program, out, last, place[target] - last - 1, origin[index]);
    }
    index += words - 1;
  }
  const moved = starts.map((start, number) => {
    if (start < 0) return -1;
    const next = starts.slice(number + 1).find((other) => other >= 0) ?? count;
    return place[start] === place[next] ? -1 : place[start];
  });
  return {insns: out, origin: outOrigin, starts: moved};
};

/** For a few words this is faster than `set`. */
const copyWords = (
  out: Uint8Array,
  to: number,
  insns: Uint8Array,
  from: number,
  words: number,
): void => {
  for (let byte = 0; byte < words * insnBytes; byte++)
    out[to * insnBytes + byte] = insns[from * insnBytes + byte];
};

const jumpOf = (insns: Uint8Array, index: number): number | undefined =>
  isJump(codeAt(insns, index))
    ? jumpTarget(insns, index)
    : isLocalCall(insns, index)
      ? index + 1 + immAt(insns, index)
      : undefined;

const redirect = (
  program: Program,
  insns: Uint8Array,
  index: number,
  distance: number,
  origin: number,
): void => {
  const code = codeAt(insns, index);
  if (code === codes.call || code === codes.gotol)
    return writeInsn(insns, index, {...insnAt(insns, index), imm: distance});
  if (distance < -32768 || distance > 32767) {
    throw new Refusal(
      `program ${program.name}: instruction ${origin}: the jump no longer fits 16 bits ` +
        'after the checks around it were inserted',
      'Use gotol, or shorten the code between.',
    );
  }
  writeInsn(insns, index, {...insnAt(insns, index), off: distance});
};
