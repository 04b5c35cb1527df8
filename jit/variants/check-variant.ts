// Checks a variant by playing its code: the program's stack begins at R10, exits give everything
// back, tail calls leave the stack a target expects, misses change nothing.
import {exitOps, landingOffset, prologuePieces, stackPicture} from './derive.ts';
import {calleeSaved} from './frame.ts';
import type {Frame} from './frame.ts';
import {assemble} from '../x86/assemble-form.ts';
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
  return [...frames, ...specialFrames(frames)];
};

/** A boundary of exceptions, an arena, a private stack, each alone. */
const specialFrames = (frames: readonly Frame[]): readonly Frame[] => {
  const plain = frames.filter(({stackDepth, used}) => stackDepth === 0 && used.length % 4 === 0);
  return [
    ...plain.map((frame): Frame => ({...frame, exceptions: 'boundary'})),
    ...plain.map((frame): Frame => ({...frame, arena: 0xffff_c900_1234_0000n})),
    ...plain
      .filter(({reachable}) => !reachable)
      .map((frame): Frame => ({...frame, privateStack: 0x6000_1234_5678n})),
  ];
};

/**
 * The rules that a variant breaks in any frame, in words; empty if it breaks none. A violation in
 * several frames is named once.
 */
export const variantTroubles = (variant: Variant): string[] => {
  const frames = sampleFrames(variant);
  const landings = new Set(frames.map((frame) => landingOffset(variant, frame)));
  return [
    ...new Set([
      ...(landings.size > 1
        ? [
            `tail calls land at different offsets: ${[...landings].sort((a, b) => a - b).join(', ')}`,
          ]
        : []),
      ...frames.flatMap((frame) => followed(() => frameTroubles(variant, frame))),
      ...frames.flatMap((frame) => followed(() => playTroubles(variant, frame))),
    ]),
  ];
};

/** What is wrong with a variant for this frame, in words; empty if nothing is. */
export const violationsOf = (variant: Variant, frame: Frame): string[] =>
  followed(() => [...frameTroubles(variant, frame), ...playTroubles(variant, frame)]);

const followed = (work: () => string[]): string[] => {
  try {
    return work();
  } catch (error) {
    return [`its code cannot be followed: ${(error as Error).message}`];
  }
};

const prologueOf = (variant: Variant, frame: Frame): Uint8Array =>
  Uint8Array.from(prologuePieces(variant, frame).flatMap((piece) => [...piece.bytes]));

const playTroubles = (variant: Variant, frame: Frame): string[] => {
  const prologue = prologueOf(variant, frame);
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

/** The program's R10 is rbp: its stack is right below, and every slot is what the picture says. */
const frameTroubles = (variant: Variant, frame: Frame): string[] => {
  const machine = calledMachine();
  play(machine, prologueOf(variant, frame));
  const {stack} = machine;
  const violations: string[] = [];
  if (machine.registers.get('rbp') !== 'frame') violations.push('rbp is not set to the frame');
  const below = stack.slice(machine.frame, machine.frame + frame.stackBytes / 8);
  const other = below.find((value) => value !== 'BPF stack');
  if (below.length < frame.stackBytes / 8)
    violations.push(`the BPF stack has ${below.length * 8} of ${frame.stackBytes} bytes`);
  if (other !== undefined)
    violations.push(`${said(other)} is where the program's stack begins, right below rbp (R10)`);
  const picture = stackPicture(variant, frame).flatMap(({slot, bytes}) =>
    Array.from({length: bytes / 8}, () => slot),
  );
  const wrong = picture.findIndex((slot, index) => !holds(slot, stack[index]));
  if (picture.length !== stack.length)
    violations.push(
      `the prologue pushes ${stack.length} values, not ${picture.length} as declared`,
    );
  else if (wrong >= 0) violations.push(`the slot of ${picture[wrong]} holds ${stack[wrong]}`);
  return violations;
};

/** A value that was pushed, in words; a number is the initial value of a counter. */
const said = (value: string): string => (/^(?:0$|\$)/.test(value) ? `a counter (${value})` : value);

/** A counter may be any value except one that was saved for the caller. */
const holds = (slot: string, value: string): boolean => {
  if (slot === 'return address' || slot === 'BPF stack') return value === slot;
  if (callersOwn.includes(slot)) return value === `caller's ${slot}`;
  return isNobodys(value);
};

const callersOwn: readonly string[] = ['rbx', 'rbp', 'r12', 'r13', 'r14', 'r15'];

const isNobodys = (value: string): boolean =>
  value !== 'BPF stack' &&
  value !== 'return address' &&
  !callersOwn.some((name) => value === `caller's ${name}` || value === `own ${name}`);

const exitTroubles = (variant: Variant, frame: Frame, prologue: Uint8Array): string[] => {
  const machine = calledMachine();
  play(machine, prologue);
  useRegisters(machine, frame);
  machine.registers.set('rax', 'return value');
  play(machine, Uint8Array.from([...bytesOf(exitOps(variant, frame)), ...assemble('ret')]));
  const lost = callersOwn.filter((name) => machine.registers.get(name) !== `caller's ${name}`);
  return [
    ...lost.map((name) => `an exit leaves ${machine.registers.get(name)} in ${name}`),
    ...(machine.registers.get('rax') === 'return value'
      ? []
      : [`an exit leaves ${machine.registers.get('rax')} in rax, not the return value`]),
    ...(String(machine.stack) === 'return address'
      ? []
      : [`an exit leaves ${String(machine.stack)} on the stack`]),
  ];
};

/** R6 to R9 get new values, as if the body had written them. */
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
  const shared = [hit, ...misses].flatMap(({overwritten}) =>
    overwritten.filter((value) => !isNobodys(value)),
  );
  return [
    ...shared.map((value) => `${kind} tail call writes its count over ${value}`),
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
  const violations: string[] = [];
  if (machine.stack.length !== expected.stack.length)
    violations.push(
      `the target finds ${machine.stack.length} values on the stack, not ${expected.stack.length}`,
    );
  else if (machine.stack.some((value, index) => !isSame(value, expected.stack[index])))
    violations.push(
      `the target finds ${String(machine.stack)} on the stack, not ${String(expected.stack)}`,
    );
  for (const name of ['rbp', 'rdi'])
    if (machine.registers.get(name) !== expected.registers.get(name))
      violations.push(
        `${name} holds ${machine.registers.get(name)}, not ${expected.registers.get(name)}`,
      );
  for (const register of frame.used) {
    const name = registerNames[register];
    const kept =
      machine.registers.get(name) === `caller's ${name}` ||
      machine.stack.includes(`caller's ${name}`);
    if (!kept) violations.push(`the caller's ${name} is lost`);
  }
  const counterTravels = !expected.stack.some((value) => value === '$0x0');
  const count = variant.counter.kind === 'frame' ? 'bumped count' : expected.registers.get('rax');
  if (counterTravels && machine.registers.get('rax') !== count)
    violations.push(`rax holds ${machine.registers.get('rax')}, not the counter`);
  return violations;
};

const isSame = (value: string, expected: string): boolean =>
  value === expected || (isNobodys(value) && isNobodys(expected));

const missTroubles = (machine: Machine, before: Machine): string[] => {
  const violations = callersOwn
    .filter((name) => machine.registers.get(name) !== before.registers.get(name))
    .map(
      (name) => `${name} holds ${machine.registers.get(name)}, not ${before.registers.get(name)}`,
    );
  const same =
    machine.stack.length === before.stack.length &&
    machine.stack.every(
      (value, index) => value === before.stack[index] || value === 'bumped count',
    );
  if (!same) violations.push(`the stack became ${String(machine.stack)}`);
  return violations;
};
