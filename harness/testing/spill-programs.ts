// Seeded random programs that spill pointers around helper calls. The kernel does not accept all of
// them: what matters is what it makes of those it accepts.
import {
  alu64,
  callLocal,
  codes,
  encode,
  exit,
  jump,
  load,
  mov64,
  reg,
} from '../../jit/bpf/word/insn.ts';
import type {Insn} from '../../jit/bpf/word/insn.ts';
import type {Program} from '../../jit/types.ts';
import {choicesFrom} from '../play/choices.ts';
import type {Frame} from './spill-frame.ts';
import {spillPiece} from './spill-pieces.ts';
import {spillMaps} from './spill-scope.ts';
import type {Scope} from './spill-scope.ts';

/** The program of a seed; the same seed gives the same program. */
export const spillProgram = (seed: number): Program => {
  const random = choicesFrom(seed);
  const type = random.one(3) ? 'xdp' : 'sched_cls';
  const count = 1 + random.below(3);
  const bodies = Array.from({length: count}, (_, number): Insn[] => {
    const frame: Frame = {
      registers: new Map([7, 8, 9].map((register) => [register, 'number'] as const)),
      slots: new Map(),
    };
    const callees = Array.from({length: count - number - 1}, (_unused, step) => number + 1 + step);
    const scope: Scope = {random, type, frame, callees, depth: 0};
    const insns = [...start(scope, number)];
    const pieces = 4 + random.below(12);
    for (let piece = 0; piece < pieces; piece++) insns.push(...spillPiece(scope));
    // Functions without a value leave R0 as it is.
    return [...insns, ...(number > 0 && random.one(2) ? [] : [mov64(0, 0)]), exit()];
  });
  return assembleBodies(`seed${seed}`, type, bodies);
};

/** R6 is the context; the main program gets a packet pointer, a function a slot of its caller. */
const start = ({type, frame, random}: Scope, number: number): Insn[] => {
  const context = mov64(6, reg(1));
  const numbers = [8, 9].map((register) => load(4, register, 6, type === 'xdp' ? 16 : 0));
  if (number > 0) {
    const width = random.pick([1, 2, 4, 8] as const);
    const writes: Insn = {
      code: 0x62 | {1: 0x10, 2: 0x08, 4: 0, 8: 0x18}[width],
      dst: 2,
      src: 0,
      off: 0,
      imm: 6,
    };
    return [context, ...(random.one(2) ? [writes] : []), mov64(7, reg(3)), ...numbers];
  }
  frame.registers.set(7, 'packet');
  const [data, end] = type === 'xdp' ? [0, 4] : [76, 80];
  return [
    context,
    load(4, 7, 1, data),
    load(4, 2, 1, end),
    mov64(3, reg(7)),
    alu64('add', 3, 32),
    jump('jle', 3, reg(2), 2),
    mov64(0, 0),
    exit(),
    ...numbers,
  ];
};

/** Functions one after another; those that are never called are left out. */
const assembleBodies = (
  name: string,
  type: Program['type'],
  bodies: readonly (readonly Insn[])[],
): Program => {
  const isCall = ({code, src}: Insn): boolean => code === codes.call && src === 1;
  const called = new Set([0]);
  for (const number of called)
    for (const insn of bodies[number]) if (isCall(insn)) called.add(insn.imm);
  const order = [...called].sort((a, b) => a - b);
  const starts = new Map<number, number>();
  let length = 0;
  for (const number of order) {
    starts.set(number, length);
    length += bodies[number].length;
  }
  const insns = order
    .flatMap((number) => bodies[number])
    .map((insn, at) => (isCall(insn) ? callLocal((starts.get(insn.imm) ?? 0) - at - 1) : insn));
  return {
    name,
    type,
    insns: encode(insns),
    maps: spillMaps,
    functions: order.map((number) => ({
      name: number === 0 ? name : `f${number}`,
      start: starts.get(number) ?? 0,
    })),
  };
};
