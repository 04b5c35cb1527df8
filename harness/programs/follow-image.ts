// Follows a kernel's image instruction by instruction. The dump hides where functions without
// callers begin, which loads are guarded or go to an arena, the addresses of maps, and the kind of
// each tail call. The code shows them.
import {
  classes,
  codes,
  insnAt,
  insnCount,
  isJump,
  modes,
  pseudo,
  wide,
  writeInsn,
} from '../../jit/bpf/word/insn.ts';
import type {Insn} from '../../jit/bpf/word/insn.ts';
import {machineRegister} from '../../jit/lower/bpf-registers.ts';
import {conditions} from '../../jit/lower/conditions.ts';
import {guardStart} from '../../jit/lower/guarded-load.ts';
import {loweringTable} from '../../jit/lower/lowerings.ts';
import type {Arena, Layout} from '../../jit/types.ts';
import {exitOps} from '../../jit/variants/derive.ts';
import type {Frame} from '../../jit/variants/frame.ts';
import {bytesOf} from '../../jit/variants/ops.ts';
import {tailCallSequence} from '../../jit/variants/sequence.ts';
import type {Variant} from '../../jit/variants/variant.ts';
import {CodeBuffer} from '../../jit/x86/buffer.ts';
import {disassemble} from '../../jit/x86/disassemble.ts';
import {opcodeOf} from '../../jit/x86/form.ts';
import {escape} from '../../jit/x86/forms.ts';
import {nop2, nop3, nop4, nop5} from '../../jit/x86/nops.ts';
import {r9, rbp} from '../../jit/x86/registers.ts';
import {readPrologue} from './read-prologue.ts';
import type {Prologue} from './read-prologue.ts';

/** What the dump does not show. */
export interface ImageFacts {
  /**
   * By function: its first instruction, and the offset in bytes where each instruction's code
   * begins.
   */
  readonly functions: readonly {
    readonly start: number;
    readonly prologue: Prologue;
    readonly offsets: readonly number[];
  }[];
  /** The instructions that the functions hold, without the verifier's hidden ones after them. */
  readonly insns: Uint8Array;
  readonly arena: Arena | null;
  readonly direct: ReadonlySet<number>;
}

/**
 * `insns` has calls as in the dump. Returns the facts, or the place where the code is not what
 * `variant` would write.
 */
export const followImage = (
  dumped: Uint8Array,
  codesOf: readonly Uint8Array[],
  variant: Variant,
  layout: Layout,
): ImageFacts | string => {
  const insns = dumped.slice();
  const direct = new Set<number>();
  const functions: ImageFacts['functions'][number][] = [];
  const table = loweringTable(variant.habits.era, layout, {kernelStart: 0n, userStart: 1n << 32n});
  const scratch = new CodeBuffer(256);
  let arenaStart: bigint | undefined;
  let userStart = 0n;
  let next = 0;
  for (const [number, code] of codesOf.entries()) {
    const prologue = readPrologue(code, number > 0);
    if (prologue === null) return `function ${number} begins in an unknown way`;
    arenaStart ??= prologue.arena;
    const frame: Frame = {
      ...prologue,
      stackDepth: prologue.stackBytes,
      hasTailCall: true,
      subprogram: number > 0,
      layout,
    };
    const registers =
      prologue.privateStack === undefined
        ? machineRegister
        : machineRegister.map((register) => (register === rbp ? r9 : register));
    const start = next;
    const offsets: number[] = [];
    let at = prologue.bytes;
    let hasExit = false;
    const lost = () => `instruction ${next} at byte ${at} of function ${number}`;
    while (at < code.length) {
      if (next >= insnCount(insns)) return lost();
      offsets.push(at);
      const insn = insnAt(insns, next);
      if (insn.code === codes.wide) {
        const {bytes, value} = readMove(code, at);
        if (value === null) return lost();
        if (insn.src === pseudo.map || insn.src === pseudo.mapValue)
          wide(insn.dst, value).forEach((word, i) => writeInsn(insns, next + i, word));
        at += bytes;
        next += 2;
        offsets.push(at);
        continue;
      }
      if (insn.code === codes.call && insn.src === 0 && insn.imm === 12) {
        const isDirect = code[at] !== checksIndex[0] || code[at + 1] !== checksIndex[1];
        if (isDirect) direct.add(next);
        if (!prologue.reachable) return lost();
        at += tailCallSequence(variant, isDirect ? 'direct' : 'indirect', frame).bytes.length;
      } else if (insn.code === codes.call) {
        const loads =
          prologue.reachable && loadsCounterBefore(insn, variant) ? counterLoadBytes : 0;
        at += loads + (registers === machineRegister ? 5 : 9);
      } else if (insn.code === codes.exit) {
        if (hasExit) at += jumpBytes(code, at);
        else {
          at += bytesOf(exitOps(variant, frame)).length;
          at += returnBytes(code, at);
        }
        hasExit = true;
      } else if (insn.code === codes.ja || insn.code === codes.gotol) {
        const isNothing = (insn.code === codes.ja ? insn.off : insn.imm) === 0;
        at += isNothing ? nopBytes(code, at) : jumpBytes(code, at);
      } else {
        const seen = {...insn, code: accessIn(code, at, insn)};
        if (seen.code !== insn.code) writeInsn(insns, next, seen);
        const lowering = table[seen.code];
        if (lowering === undefined) return lost();
        scratch.length = 0;
        lowering(scratch, registers[seen.dst], registers[seen.src], seen.off, seen.imm);
        if (isCast(seen)) userStart = readOr(code, at) ?? userStart;
        at += scratch.length;
        if (isJump(insn.code) && conditions[insn.code] !== 0) at += jumpBytes(code, at);
      }
      next++;
    }
    if (at !== code.length) return lost();
    functions.push({start, prologue, offsets});
  }
  return {
    functions,
    insns: insns.slice(0, next * 8),
    direct,
    arena: arenaStart === undefined ? null : {kernelStart: arenaStart, userStart},
  };
};

/** mov edx, edx: an indirect tail call begins with its index. */
const checksIndex = [0x89, 0xd2] as const;
/** mov rax, [rbp + offset] */
const counterLoadBytes = 7;

const loadsCounterBefore = ({src}: Insn, {habits}: Variant): boolean =>
  habits.loadsCounterFor === 'every call' ||
  (habits.loadsCounterFor === 'bpf2bpf calls' && src === pseudo.call);

/** `mov $0x…,%register` of any length, and its value in 64 bits. */
const readMove = (code: Uint8Array, at: number): {bytes: number; value: bigint | null} => {
  const {bytes, text} = disassemble(code, at, 0n);
  const found = /^(?:mov(?:abs)?[lq]?) +\$0x([0-9a-f]+),%/.exec(text);
  if (found !== null) return {bytes, value: BigInt(`0x${found[1]}`)};
  return {bytes, value: /^xor +(%\w+),\1$/.test(text) ? 0n : null};
};

const returnBytes = (code: Uint8Array, at: number): number => {
  if (code[at] === nearJump) return 5;
  return code[at + 1] === trap ? 2 : 1;
};

const [nearJump] = opcodeOf('jmp rel32');
const [trap] = opcodeOf('int3');

/** A jump of either size, and the nops that fill up its size. */
const jumpBytes = (code: Uint8Array, at: number): number => {
  const blank = nopAt(code, at, [nop3, nop4]);
  const opcode = code[at + blank];
  return blank + (opcode === nearJump ? 5 : opcode === escape ? 6 : 2);
};

/** What is left of a jump to the next instruction. */
const nopBytes = (code: Uint8Array, at: number): number => nopAt(code, at, [nop2, nop5]);

/** The length of the nop at `at`; 0 if there is none of `nops`. */
const nopAt = (code: Uint8Array, at: number, nops: readonly (readonly number[])[]): number =>
  nops.find((nop) => nop.every((byte, index) => code[at + index] === byte))?.length ?? 0;

/** The instruction's code with the mode that the dump replaced by a plain one. */
const accessIn = (code: Uint8Array, at: number, {code: opcode}: Insn): number => {
  const kind = opcode & 7;
  if (kind !== classes.ldx && kind !== classes.st && kind !== classes.stx) return opcode;
  if ((opcode & 0xe0) !== modes.mem) return opcode;
  const plain = opcode & ~0xe0;
  if (kind === classes.ldx && guardStart.every((byte, i) => code[at + i] === byte))
    return plain | modes.probeMem;
  // Only [register + r12 + offset] needs the index bit of REX.
  const rex = code[at] === 0x66 ? code[at + 1] : code[at];
  return (rex & 0xf2) === 0x42 ? plain | modes.probeMem32 : opcode;
};

const isCast = ({code, off}: Insn): boolean => code === codes.mov64 && off === 1;

/** The upper half of the address in user space, from the cast at `at`. */
const readOr = (code: Uint8Array, at: number): bigint | null => {
  for (let i = 0; i < 3; i++) {
    const {bytes, text} = disassemble(code, at, 0n);
    const found = /^or +\$0x([0-9a-f]+),/.exec(text);
    if (found !== null) return BigInt.asUintN(64, BigInt(`0x${found[1]}`) << 32n);
    at += bytes;
  }
  return null;
};
