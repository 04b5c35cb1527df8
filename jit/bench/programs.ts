// Verified programs of any length for measuring the compiler: arithmetic, memory, wide loads, calls
// and about 8 % jumps, by seed.
import {seededBelow} from '../../results/testdata/random.ts';
import {
  aluBits,
  classes,
  codeAt,
  codes,
  insnBytes,
  isJump,
  isWide,
  jumpBits,
  jumpTarget,
  modes,
  offAt,
  insnAt,
  sizeBits,
  sourceX,
  writeInsn,
} from '../bpf/word/insn.ts';
import type {VerifiedProgram} from '../types.ts';

/**
 * One function of `count` instructions that kernels of every variant know; it compiles but is not
 * meant to be run.
 */
export const mixedProgram = (count: number, seed: number, base = 0x50000008n): VerifiedProgram => {
  const below = seededBelow(seed);
  const insns = new Uint8Array(count * insnBytes);
  const put = (at: number, code: number, dst: number, src: number, off: number, imm: number) =>
    writeInsn(insns, at, {code, dst, src, off, imm});
  const register = () => below(10);
  const immediate = () => [1, 8, -1, 1000, 0x12345678][below(5)];
  let at = 0;
  while (at < count - 2) {
    const kind = below(100);
    if (kind < 40) put(at, aluRegister[below(aluRegister.length)], register(), register(), 0, 0);
    else if (kind < 60)
      put(at, aluImmediate[below(aluImmediate.length)], register(), 0, 0, immediate());
    else if (kind < 74)
      put(at, loads[below(loads.length)], register(), 10, -8 * (1 + below(32)), 0);
    else if (kind < 86)
      put(at, stores[below(stores.length)], 10, register(), -8 * (1 + below(32)), 0);
    else if (kind < 94)
      put(
        at,
        jumps[below(jumps.length)],
        register(),
        register(),
        jumpOffset(at, count, below),
        immediate(),
      );
    else if (kind < 97) put(at, codes.call, 0, 0, 0, 0x1000);
    else {
      put(at, codes.wide, register(), 0, 0, 0x12345678);
      put(at + 1, 0, 0, 0, 0, below(2) === 0 ? 0 : 0x7fff);
      at++;
    }
    at++;
  }
  while (at < count - 1) put(at++, codes.mov64k, 0, 0, 0, 0);
  put(count - 1, codes.exit, 0, 0, 0, 0);
  landOnInstructions(insns, count);
  return {
    insns,
    functions: [{start: 0, base, stackDepth: 256, tailCallReachable: false, subprogram: false}],
    descriptors: [],
  };
};

const [alu64, alu32] = [classes.alu64, classes.alu] as const;

const aluRegister = [
  alu64 | aluBits.add,
  alu32 | aluBits.add,
  alu64 | aluBits.sub,
  alu64 | aluBits.or,
  alu64 | aluBits.and,
  alu64 | aluBits.xor,
  alu64 | aluBits.mov,
  alu32 | aluBits.mov,
  alu64 | aluBits.mul,
  alu64 | aluBits.lsh,
  alu32 | aluBits.rsh,
  alu64 | aluBits.div,
].map((code) => code | sourceX);

const aluImmediate = [
  alu64 | aluBits.add,
  alu32 | aluBits.add,
  alu64 | aluBits.sub,
  alu64 | aluBits.and,
  alu64 | aluBits.or,
  alu64 | aluBits.mov,
  alu32 | aluBits.mov,
  alu64 | aluBits.lsh,
  alu64 | aluBits.rsh,
  alu64 | aluBits.arsh,
  alu64 | aluBits.neg,
];

const sizes = [sizeBits[4], sizeBits[2], sizeBits[1], sizeBits[8]] as const;
const loads = sizes.map((size) => classes.ldx | modes.mem | size);
const stores = sizes.map((size) => classes.stx | modes.mem | size);

const jumps = [
  jumpBits.jeq | sourceX,
  jumpBits.jeq,
  jumpBits.jgt | sourceX,
  jumpBits.jne,
  jumpBits.jlt,
  jumpBits.jne | sourceX,
  jumpBits.jsgt | sourceX,
  jumpBits.jslt,
  jumpBits.jset,
  jumpBits.ja,
].map((code) => code | classes.jmp);

/**
 * Mostly near by, some far, all forwards: a backward jump is measured against ends that all
 * shrinking before it has moved, and with thousands of them the old kernels' passes do not settle
 * within 20.
 */
const jumpOffset = (at: number, count: number, below: (limit: number) => number): number =>
  Math.min(count - 2 - at, below(below(8) === 0 ? 2000 : 40));

/** Moves jumps that lead into a wide load one further. */
const landOnInstructions = (insns: Uint8Array, count: number): void => {
  for (let at = 0; at < count; at += isWide(insns, at) ? 2 : 1) {
    if (isJump(codeAt(insns, at)) && codeAt(insns, jumpTarget(insns, at)) === 0)
      writeInsn(insns, at, {...insnAt(insns, at), off: offAt(insns, at) + 1});
  }
};
