// Our verified instructions against those that the running kernel shows: equal except for
// addresses.
import {codes, insnAt, insnCount, isWide, pseudo, writeInsn} from '../../jit/bpf/word/insn.ts';
import type {Program, VerifiedProgram} from '../../jit/types.ts';

/**
 * The instructions with everything that depends on addresses set to 0: helpers, maps and variables.
 * Calls of functions carry the distance to their target, as the kernel shows it in `off`; tail
 * calls are calls of helper 12.
 */
const withoutAddresses = (insns: Uint8Array, isAddress: (at: number) => boolean): Uint8Array => {
  const plain = insns.slice();
  for (let at = 0; at < insnCount(plain); at++) {
    const insn = insnAt(plain, at);
    if (insn.code === codes.call) writeInsn(plain, at, {...insn, imm: 0});
    if (!isWide(plain, at)) continue;
    if (isAddress(at)) {
      writeInsn(plain, at, {...insn, src: 0, imm: 0});
      writeInsn(plain, at + 1, {...insnAt(plain, at + 1), imm: 0});
    }
    at++;
  }
  return plain;
};

const ours = (program: Program, {insns, functions, origin}: VerifiedProgram): Uint8Array => {
  const shown = insns.slice();
  for (let at = 0; at < insnCount(shown); at++) {
    const insn = insnAt(shown, at);
    if (insn.code === codes.tailCall) writeInsn(shown, at, {...insn, code: codes.call});
    if (insn.code === codes.call && insn.src === pseudo.call)
      writeInsn(shown, at, {...insn, off: functions[insn.imm].start - at - 1});
    if (isWide(shown, at)) at++;
  }
  return withoutAddresses(shown, (at) => program.insns[(origin?.[at] ?? at) * 8 + 1] >> 4 !== 0);
};

const kernels = (xlated: Uint8Array): Uint8Array =>
  withoutAddresses(xlated, (at) => xlated[at * 8 + 1] >> 4 !== 0);

/** Null if both are equal, otherwise where they differ, with both listings from there on. */
export const verifiedDifference = (
  program: Program,
  verified: VerifiedProgram,
  xlated: Uint8Array,
): string | null => {
  const [mine, theirs] = [ours(program, verified), kernels(xlated)];
  if (Buffer.compare(mine, theirs) === 0) return null;
  const count = Math.max(insnCount(mine), insnCount(theirs));
  let at = 0;
  while (at < count && same(mine, theirs, at)) at++;
  const origin = verified.origin?.[at];
  return (
    `instruction ${at} (written as ${origin}): ours ${shown(mine, at)}, the kernel's ` +
    `${shown(theirs, at)}`
  );
};

const same = (a: Uint8Array, b: Uint8Array, at: number): boolean =>
  Buffer.compare(a.subarray(at * 8, at * 8 + 8), b.subarray(at * 8, at * 8 + 8)) === 0;

const shown = (insns: Uint8Array, at: number): string => {
  if (at >= insnCount(insns)) return 'has ended';
  const words = Array.from({length: Math.min(3, insnCount(insns) - at)}, (_, step) =>
    Buffer.from(insns.subarray((at + step) * 8, (at + step) * 8 + 8)).toString('hex'),
  );
  return words.join(' ');
};
