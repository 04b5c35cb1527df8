// Seeded random verified programs for property tests: every opcode a variant knows, jumps both
// ways, calls, subprograms, tail calls.
import {eraHas} from '../lower/lowering.ts';
import {loweringTable} from '../lower/lowerings.ts';
import type {Layout, VerifiedFunction, VerifiedProgram} from '../types.ts';
import type {Variant} from '../variants/variant.ts';

const edges = [0, 1, -1, 2, 31, 63, 127, 128, -128, -129, 32767, -32768, 0x7fffffff, -0x80000000];
const atomics = {
  old: [0],
  v61: [0, 0x40, 0x50, 0xa0, 1, 0x41, 0x51, 0xa1, 0xe1, 0xf1],
  v612: [0, 0x40, 0x50, 0xa0, 1, 0x41, 0x51, 0xa1, 0xe1, 0xf1],
  v618: [0, 0x40, 0x50, 0xa0, 1, 0x41, 0x51, 0xa1, 0xe1, 0xf1, 0x100, 0x110],
};
const swaps = [0xdc, 0xd4, 0xd7];
const isAtomic = (opcode: number): boolean => (opcode & 7) === 3 && (opcode & 0xc0) === 0xc0;
const isOnArena = (opcode: number): boolean => (opcode & 0xe7) === 0xe3;
const loops = [0x41, 0x51, 0xa1];

/**
 * `below` gives whole numbers from 0 up to, not including, its limit. `layout` says how to compile
 * the program: thunks and addresses are within reach of the functions.
 */
export const randomProgram = (
  variant: Variant,
  below: (limit: number) => number,
): {program: VerifiedProgram; layout: Layout} => {
  const pick = <T>(list: readonly T[]): T => list[below(list.length)];
  const coin = (): boolean => below(2) === 0;
  const {era} = variant.habits;
  const layout: Layout = {
    ...variant.layout,
    callBase: 0x41000000n,
    indirectBranch: pick(['retpoline', 'thunk', 'lfence', 'plain'] as const),
    indirectThunk: 0x42000020n,
    returnThunk: coin() ? null : 0x43000000n,
    sls: coin(),
    ibt: coin(),
    bmi2: coin(),
    percpuOffset: 0x1234n,
  };
  const opcodes = [...loweringTable(era, layout).entries()]
    .filter(([, lowering]) => lowering !== undefined)
    .map(([opcode]) => opcode);
  const functionCount =
    variant.rules.tailCallsInSubprograms === 'refuse' || coin() ? 1 : 1 + below(3);
  const words: [number, number, number, number, number][] = [];
  const functions: VerifiedFunction[] = [];
  let base = 0x50000000n + 4n * BigInt(below(1024));
  for (let index = 0; index < functionCount; index++) {
    const start = words.length;
    const count = 2 + below(80);
    const jumps: number[] = [];
    while (words.length - start < count) {
      const kind = below(20);
      if (kind === 0) words.push([0xf5, 0, 0, 0, below(3)]);
      else if (kind === 1) words.push([0x85, 0, 0, 0, 1 + below(5000)]);
      else if (kind === 2 && functionCount > 1) words.push([0x85, 0, 1, 0, below(functionCount)]);
      else if (kind === 3)
        words.push([0x18, below(10), 0, 0, pick(edges)], [0, 0, 0, 0, pick([0, -1, 5])]);
      else if (kind === 4) {
        jumps.push(words.length);
        words.push([0x05, 0, 0, 0, 0]);
      } else if (kind === 5) words.push([0x95, 0, 0, 0, 0]);
      else {
        const opcode = pick(opcodes);
        if ((opcode & 7) === 5 || (opcode & 7) === 6) jumps.push(words.length);
        const imm = isAtomic(opcode)
          ? pick(
              ((opcode & 0x18) === 0 || (opcode & 0x18) === 0x18
                ? atomics[era]
                : [0x100, 0x110]
              ).filter((each) => !isOnArena(opcode) || !loops.includes(each)),
            )
          : swaps.includes(opcode)
            ? pick([16, 32, 64])
            : pick(edges);
        const isMove = opcode === 0xbf || opcode === 0xbc;
        const offset = isMove
          ? eraHas(era, 'v612')
            ? pick(opcode === 0xbf ? [0, 8, 16, 32] : [0, 8, 16])
            : 0
          : (opcode & 7) === 4 || (opcode & 7) === 7
            ? 0
            : (pick(edges) << 16) >> 16;
        words.push([opcode, below(12), below(12), offset, imm]);
      }
    }
    words.push([0x95, 0, 0, 0, 0]);
    for (const at of jumps) words[at][3] = jumpTo(words, at, start + below(words.length - start));
    const reachable = coin() || words.slice(start).some(([opcode]) => opcode === 0xf5);
    functions.push({
      start,
      base,
      stackDepth: pick([0, 0, 4, 8, 40, 512]),
      tailCallReachable: reachable,
      subprogram: index > 0,
    });
    base += 0x10000n;
  }
  const insns = new Uint8Array(words.length * 8);
  const view = new DataView(insns.buffer);
  words.forEach(([opcode, to, from, offset, imm], at) => {
    view.setUint8(at * 8, opcode);
    view.setUint8(at * 8 + 1, (from << 4) | to);
    view.setInt16(at * 8 + 2, offset, true);
    view.setInt32(at * 8 + 4, imm, true);
  });
  return {program: {insns, functions, descriptors: []}, layout};
};

/** The offset of a jump to `to`, or to the one before if that is the second half of a wide load. */
const jumpTo = (words: readonly (readonly number[])[], at: number, to: number): number =>
  to - (words[to][0] === 0 ? 1 : 0) - at - 1;
