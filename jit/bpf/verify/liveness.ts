// Which registers, and which upper halves of them, may still be read: one bit per register before
// each instruction.
import {
  aluBits,
  classAt,
  classes,
  codeAt,
  codes,
  dstAt,
  immAt,
  insnCount,
  isJump,
  isLocalCall,
  isPacketLoad,
  jumpTarget,
  modes,
  packetLoadContext,
  sourceX,
  srcAt,
  widthOf,
} from '../word/insn.ts';
import {atomicByImm} from '../word/isa.ts';

const callerSaved = 0b111111;
const arguments5 = 0b111110;

/** Registers an instruction reads and writes, as bit masks. */
const usesOf = (insns: Uint8Array, index: number): {reads: number; writes: number} => {
  const code = codeAt(insns, index);
  const dst = 1 << dstAt(insns, index);
  const src = 1 << srcAt(insns, index);
  switch (code & 7) {
    case classes.alu:
    case classes.alu64: {
      const operand = (code & sourceX) !== 0 && (code & 0xf0) !== aluBits.end ? src : 0;
      return {reads: (code & 0xf0) === aluBits.mov ? operand : operand | dst, writes: dst};
    }
    case classes.ldx:
      return {reads: src, writes: dst};
    case classes.st:
      return {reads: dst, writes: 0};
    case classes.stx: {
      const row = (code & 0xe0) === modes.atomic ? atomicByImm.get(immAt(insns, index)) : undefined;
      if (row?.name === 'load_acquire') return {reads: src, writes: dst};
      if (row?.name === 'cmpxchg') return {reads: dst | src | 1, writes: 1};
      return {reads: dst | src, writes: row?.fetch === true ? src : 0};
    }
    case classes.ld:
      if (isPacketLoad(code))
        return {
          reads: (1 << packetLoadContext) | ((code & 0xe0) === modes.ind ? src : 0),
          writes: callerSaved,
        };
      return {reads: 0, writes: dst};
    default:
      if (code === codes.exit) return {reads: 1, writes: 0};
      if (code === codes.call) return {reads: arguments5, writes: callerSaved};
      if (code === codes.ja || code === codes.gotol) return {reads: 0, writes: 0};
      return {reads: (code & sourceX) !== 0 ? dst | src : dst, writes: 0};
  }
};

/**
 * Registers whose upper 32 bits an instruction needs; pointers, arguments and what exit returns are
 * needed whole.
 */
const wholeReads = (insns: Uint8Array, index: number): number => {
  const code = codeAt(insns, index);
  const dst = 1 << dstAt(insns, index);
  const src = 1 << srcAt(insns, index);
  const {reads} = usesOf(insns, index);
  switch (code & 7) {
    case classes.alu:
    case classes.alu64:
      if ((code & 0xf0) === aluBits.end) return immAt(insns, index) === 64 ? reads : 0;
      return (code & 7) === classes.alu64 ? reads : 0;
    case classes.jmp32:
      return 0;
    case classes.stx: {
      const acquire =
        (code & 0xe0) === modes.atomic &&
        atomicByImm.get(immAt(insns, index))?.name === 'load_acquire';
      return widthOf(code) === 8 ? reads : acquire ? src : dst;
    }
    default:
      return isLocalCall(insns, index) ? 0 : reads;
  }
};

/** After this many rounds every register counts as live, which is correct but less precise. */
const maxRounds = 30;

/** Live registers before each instruction of a checked program. */
export const liveRegisters = (insns: Uint8Array): Uint16Array =>
  flowBack(insns, (index) => usesOf(insns, index).reads);

/** Registers whose upper halves are live before each instruction. */
export const liveUpperHalves = (insns: Uint8Array): Uint16Array =>
  flowBack(insns, (index) => wholeReads(insns, index));

const flowBack = (insns: Uint8Array, readsOf: (index: number) => number): Uint16Array => {
  const count = insnCount(insns);
  const live = new Uint16Array(count + 1);
  for (let round = 0; round < maxRounds; round++) {
    let changed = false;
    for (let index = count - 1; index >= 0; index--) {
      const code = codeAt(insns, index);
      if (code === 0 && classAt(insns, index) === classes.ld) {
        live[index] = live[index + 1];
        continue;
      }
      const always = code === codes.ja || code === codes.gotol;
      let after = code === codes.exit || always ? 0 : live[index + 1];
      if (isJump(code)) after |= live[jumpTarget(insns, index)];
      const before = (after & ~usesOf(insns, index).writes) | readsOf(index);
      if (before !== live[index]) {
        live[index] = before;
        changed = true;
      }
    }
    if (!changed) return live;
  }
  return live.fill(0x7ff);
};
