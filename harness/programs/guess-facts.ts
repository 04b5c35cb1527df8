// What the code alone says about a loaded program whose image could not be followed: stack depths,
// and which tail calls are direct.
import {
  classes,
  codeAt,
  codes,
  framePointer,
  immAt,
  insnCount,
  isTailCall,
  isWide,
  offAt,
  srcAt,
  dstAt,
  stackBytes,
} from '../../jit/bpf/word/insn.ts';
import {disassemble} from '../../jit/x86/disassemble.ts';

/** Not the second word of a wide load, whose opcode is 0. */
export const isTailCallAt = (insns: Uint8Array, at: number): boolean =>
  codeAt(insns, at) === codes.call && isTailCall(insns, at);

const prologueInsns = 10;

/** `sub $0x20,%rsp` holds the depth rounded up to 8; 0 without it, also with a private stack. */
export const depthInPrologue = (code: Uint8Array): number => {
  const [found] = textsOf(code, prologueInsns).flatMap((text) => {
    const match = /^sub +\$0x([0-9a-f]+),%rsp$/.exec(text);
    return match === null ? [] : [Number.parseInt(match[1], 16)];
  });
  return found ?? 0;
};

/** The deepest access through R10: a lower bound of the depth. */
export const depthInInsns = (insns: Uint8Array, start: number, end = insnCount(insns)): number => {
  let deepest = 0;
  for (let at = start; at < end; at++) {
    const code = codeAt(insns, at);
    const kind = code & 7;
    const isStore = kind === classes.st || kind === classes.stx;
    const base = isStore ? dstAt(insns, at) : kind === classes.ldx ? srcAt(insns, at) : -1;
    if (base === framePointer) deepest = Math.max(deepest, -offAt(insns, at));
    const isCopy =
      code === codes.mov64 && srcAt(insns, at) === framePointer && offAt(insns, at) === 0;
    const isSum = at + 1 < end && codeAt(insns, at + 1) === addImmediate;
    if (isCopy && isSum && dstAt(insns, at) === dstAt(insns, at + 1))
      deepest = Math.max(deepest, -immAt(insns, at + 1));
    if (isWide(insns, at)) at++;
  }
  return Math.min(deepest, stackBytes);
};

/** `r += imm`, 64 bits. */
const addImmediate = 0x07;

const textsOf = (code: Uint8Array, most = Infinity): readonly string[] => {
  const texts: string[] = [];
  for (let at = 0; at < code.length && texts.length < most;) {
    const {bytes, text} = disassemble(code, at, 0n);
    texts.push(text);
    at += bytes;
  }
  return texts;
};

/**
 * Every tail call compares the count. An indirect one has compared the index before that, and
 * jumped away if it is too large. If the image shows another number of tail calls than the
 * instructions, all count as indirect.
 */
export const directTailCalls = (
  insns: Uint8Array,
  starts: readonly number[],
  codesOf: readonly Uint8Array[],
): ReadonlySet<number> => {
  const direct = new Set<number>();
  starts.forEach((start, number) => {
    const end = starts[number + 1] ?? insnCount(insns);
    const places: number[] = [];
    for (let at = start; at < end; at++) {
      if (isTailCallAt(insns, at)) places.push(at);
      if (isWide(insns, at)) at++;
    }
    if (places.length === 0) return;
    const texts = textsOf(codesOf[number]);
    const kinds = texts.flatMap((text, at) =>
      /^cmp[lq] +\$0x21,\(%rax\)$/.test(text) ? [/^jbe? /.test(texts[at - 2] ?? '')] : [],
    );
    if (kinds.length !== places.length) return;
    places.forEach((at, i) => {
      if (!kinds[i]) direct.add(at);
    });
  });
  return direct;
};
