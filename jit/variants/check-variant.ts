// Checks a variant by playing its code: exits give everything back, tail calls leave the stack a
// target expects, misses change nothing.
import {exitOps, landingOffset, prologuePieces} from './derive.ts';
import {calleeSaved} from './frame.ts';
import type {Frame} from './frame.ts';
import {assemble} from '../x86/assemble.ts';
import {nop5} from '../x86/nops.ts';
import {bytesOf, registerNames} from './ops.ts';
import {calledMachine, play} from './play-stack.ts';
import type {Machine} from './play-stack.ts';
import {tailCallSequence} from './sequence.ts';
import type {Sequence} from './sequence.ts';
import type {Variant} from './variant.ts';

const depths = [0, 8, 20, 512];

/**
 * Every subset of R6 to R9, several stack depths, with and without tail calls, main program and
 * subprogram.
 */
export const sampleFrames = (variant: Variant): Frame[] => {
  const frames: Frame[] = [];
  for (let subset = 0; subset < 16; subset++) {
    const used = calleeSaved.filter((_register, which) => ((subset >> which) & 1) === 1);
    for (const stackDepth of depths) {
      for (const [hasTailCall, reachable] of [
        [false, false],
        [true, true],
        [false, true],
      ] as const) {
        for (const subprogram of [false, true]) {
          frames.push({
            used,
            stackDepth,
            stackBytes: Math.ceil(stackDepth / 8) * 8,
            hasTailCall,
            reachable,
            subprogram,
            layout: variant.layout,
          });
        }
      }
    }
  }
  return frames;
};

/** What is wrong with a variant for this frame, in words; empty where nothing is. */
export const troublesOf = (variant: Variant, frame: Frame): string[] => {
  const prologue = Uint8Array.from(
    prologuePieces(variant, frame).flatMap((piece) => [...piece.bytes]),
  );
  const landing = landingOffset(variant, frame);
  return [
    ...(landing > 127
      ? [`a tail call skips ${landing} bytes, more than an 8-bit addition can`]
      : []),
    ...exitTroubles(variant, frame, prologue),
    ...(frame.hasTailCall
      ? [
          ...tailCallTroubles(variant, frame, prologue, landing, 'direct'),
          ...tailCallTroubles(variant, frame, prologue, landing, 'indirect'),
        ]
      : []),
  ];
};

const exitTroubles = (variant: Variant, frame: Frame, prologue: Uint8Array): string[] => {
  const machine = calledMachine();
  play(machine, prologue);
  useRegisters(machine, frame);
  play(machine, Uint8Array.from([...bytesOf(exitOps(variant, frame)), ...assemble('ret')]));
  const lost = ['rbx', 'rbp', 'r13', 'r14', 'r15'].filter(
    (name) => machine.registers.get(name) !== `caller's ${name}`,
  );
  return [
    ...lost.map((name) => `an exit leaves ${machine.registers.get(name)} in ${name}`),
    ...(String(machine.stack) === 'return address'
      ? []
      : [`an exit leaves ${String(machine.stack)} on the stack`]),
  ];
};

/** R6 to R9 get values of their own, as the body would give them. */
const useRegisters = (machine: Machine, {used}: Frame): void => {
  for (const register of used)
    machine.registers.set(registerNames[register], `own ${registerNames[register]}`);
};

const tailCallTroubles = (
  variant: Variant,
  frame: Frame,
  prologue: Uint8Array,
  landing: number,
  kind: 'direct' | 'indirect',
): string[] => {
  const sequence = tailCallSequence(variant, kind, frame);
  const begin = () => {
    const machine = calledMachine();
    play(machine, prologue);
    useRegisters(machine, frame);
    return machine;
  };
  const expected = calledMachine();
  play(expected, prologue, 0, landing);
  const hit = begin();
  play(hit, hitCode(sequence), 0, sequence.target ?? hitEnd(sequence));
  const misses = sequence.outs.map((out) => {
    const machine = begin();
    play(machine, sequence.bytes, 0, sequence.bytes.length, new Set([out - 1]));
    return machine;
  });
  if (kind === 'direct') {
    const machine = begin();
    play(machine, sequence.bytes);
    misses.push(machine);
  }
  return [
    ...hitTroubles(variant, frame, hit, expected).map(
      (each) => `${kind} tail call that hits: ${each}`,
    ),
    ...misses
      .flatMap((machine) => missTroubles(machine, begin()))
      .map((each) => `${kind} tail call that misses: ${each}`),
  ];
};

/** With the bypass a nop, as it is while the slot is filled. */
const hitCode = ({bytes, bypass}: Sequence): Uint8Array => {
  const code = bytes.slice();
  if (bypass !== null) code.set(nop5, bypass);
  return code;
};

const hitEnd = ({marks}: Sequence): number => marks.find((mark) => mark.step === 'branch')!.offset;

const hitTroubles = (
  variant: Variant,
  frame: Frame,
  machine: Machine,
  expected: Machine,
): string[] => {
  const troubles: string[] = [];
  if (machine.stack.length !== expected.stack.length)
    troubles.push(
      `the target finds ${machine.stack.length} values on the stack, not ${expected.stack.length}`,
    );
  for (const register of frame.used) {
    const name = registerNames[register];
    const kept =
      machine.registers.get(name) === `caller's ${name}` ||
      machine.stack.includes(`caller's ${name}`);
    if (!kept) troubles.push(`the caller's ${name} is lost`);
  }
  const counterTravels = !expected.stack.some((value) => value === '$0x0');
  const count = variant.counter.kind === 'frame' ? 'bumped count' : expected.registers.get('rax');
  if (counterTravels && machine.registers.get('rax') !== count)
    troubles.push(`rax holds ${machine.registers.get('rax')}, not the counter`);
  return troubles;
};

const missTroubles = (machine: Machine, before: Machine): string[] => {
  const troubles = ['rbx', 'rbp', 'r13', 'r14', 'r15']
    .filter((name) => machine.registers.get(name) !== before.registers.get(name))
    .map(
      (name) => `${name} holds ${machine.registers.get(name)}, not ${before.registers.get(name)}`,
    );
  const same =
    machine.stack.length === before.stack.length &&
    machine.stack.every(
      (value, index) => value === before.stack[index] || value === 'bumped count',
    );
  if (!same) troubles.push(`the stack became ${String(machine.stack)}`);
  return troubles;
};
