// Verified programs of any length for measuring the compiler: arithmetic, memory, wide loads, calls
// and about 8 % jumps, by seed.
import {seededBelow} from '../random.ts';
import type {VerifiedProgram} from '../types.ts';

const insnBytes = 8;

/**
 * One function of `count` instructions that kernels of every variant know; it compiles but is not
 * meant to be run.
 */
export const mixedProgram = (count: number, seed: number, base = 0x50000008n): VerifiedProgram => {
  const below = seededBelow(seed);
  const insns = new Uint8Array(count * insnBytes);
  const view = new DataView(insns.buffer);
  const put = (
    at: number,
    opcode: number,
    to: number,
    from: number,
    offset: number,
    imm: number,
  ) => {
    view.setUint8(at * insnBytes, opcode);
    view.setUint8(at * insnBytes + 1, (from << 4) | to);
    view.setInt16(at * insnBytes + 2, offset, true);
    view.setInt32(at * insnBytes + 4, imm, true);
  };
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
    else if (kind < 97) put(at, 0x85, 0, 0, 0, 0x1000);
    else {
      put(at, 0x18, register(), 0, 0, 0x12345678);
      put(at + 1, 0, 0, 0, 0, below(2) === 0 ? 0 : 0x7fff);
      at++;
    }
    at++;
  }
  while (at < count - 1) put(at++, 0xb7, 0, 0, 0, 0);
  put(count - 1, 0x95, 0, 0, 0, 0);
  landOnInstructions(view, count);
  return {
    insns,
    functions: [{start: 0, base, stackDepth: 256, tailCallReachable: false, subprogram: false}],
    descriptors: [],
  };
};

const aluRegister = [
  0x0f, 0x0c, 0x1f, 0x4f, 0x5f, 0xaf, 0xbf, 0xbc, 0x2f, 0x6f, 0x7c, 0x3f,
] as const;
const aluImmediate = [0x07, 0x04, 0x17, 0x57, 0x47, 0xb7, 0xb4, 0x67, 0x77, 0xc7, 0x87] as const;
const loads = [0x61, 0x69, 0x71, 0x79] as const;
const stores = [0x63, 0x6b, 0x73, 0x7b] as const;
const jumps = [0x1d, 0x15, 0x2d, 0x55, 0xa5, 0x5d, 0x6d, 0xc5, 0x45, 0x05] as const;

/**
 * Mostly near by, some far, all forwards: a backward jump is measured against ends that all
 * shrinking before it has moved,
 * and with thousands of them the old kernels' passes do not settle within 20.
 */
const jumpOffset = (at: number, count: number, below: (limit: number) => number): number =>
  Math.min(count - 2 - at, below(below(8) === 0 ? 2000 : 40));

/** Moves jumps that lead into a wide load one further. */
const landOnInstructions = (view: DataView, count: number): void => {
  for (let at = 0; at < count; at++) {
    const opcode = view.getUint8(at * insnBytes);
    if (opcode === 0x18) {
      at++;
      continue;
    }
    if ((opcode & 7) !== 5 || opcode === 0x85 || opcode === 0x95) continue;
    const offset = view.getInt16(at * insnBytes + 2, true);
    if (view.getUint8((at + 1 + offset) * insnBytes) === 0)
      view.setInt16(at * insnBytes + 2, offset + 1, true);
  }
};
