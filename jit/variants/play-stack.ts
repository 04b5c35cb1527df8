// Plays the machine code of prologues, tail calls and exits on a stack and registers that hold names
// instead of numbers, to see where each value ends up.
import {disassemble} from '../x86/disassemble.ts';

/**
 * Registers by their 64-bit name; `stack[0]` is the first value pushed, the return address. Values
 * are names.
 */
export interface Machine {
  readonly registers: Map<string, string>;
  /** One entry for each 8 bytes below the return address. */
  readonly stack: string[];
  /** Entries on the stack when rbp was set. */
  frame: number;
  /** What was in the counts' slots before they were stored. */
  readonly overwritten: string[];
}

const words = [
  'rax',
  'rcx',
  'rdx',
  'rbx',
  'rbp',
  'rsi',
  'rdi',
  'r8',
  'r12',
  'r13',
  'r14',
  'r15',
] as const;

/** A machine just called: the caller's registers hold their own names. */
export const calledMachine = (): Machine => ({
  registers: new Map(words.map((name) => [name, `caller's ${name}`])),
  stack: ['return address'],
  frame: 0,
  overwritten: [],
});

const wide = (operand: string): string => operand.slice(1).replace(/^e/, 'r');

/**
 * Plays straight-line code; conditional jumps are not taken, unconditional ones and those in
 * `taken` (by offset) are.
 * Returns the offset where it ended: `until`, the end of the code, or a return.
 */
export const play = (
  machine: Machine,
  code: Uint8Array,
  from = 0,
  until = code.length,
  taken: ReadonlySet<number> = new Set(),
): number => {
  let at = from;
  while (at < until) {
    const {bytes, text, leadsTo} = disassemble(code, at, 0n);
    const next = at + bytes;
    if (leadsTo !== null && (text.startsWith('jmp') || taken.has(at))) at = Number(leadsTo);
    else if (text === 'ret') return at;
    else {
      step(machine, text);
      at = next;
    }
  }
  return at;
};

const step = (machine: Machine, text: string): void => {
  const {registers, stack} = machine;
  const [name, operands = ''] = text.split(' ');
  const [first, second] = operands.split(/,(?![^(]*\))/);
  const rspBy = /^\$0x([0-9a-f]+)$/.exec(first);
  if (name === 'push') stack.push(first.startsWith('$') ? first : registers.get(wide(first))!);
  else if (name === 'pop') registers.set(wide(first), pop(stack));
  else if (name === 'leave') {
    stack.length = machine.frame;
    registers.set('rbp', pop(stack));
  } else if (text === 'mov %rsp,%rbp') {
    machine.frame = stack.length;
    registers.set('rbp', 'frame');
  } else if (second === '%rsp' && rspBy !== null) {
    const count = Number.parseInt(rspBy[1], 16) / 8;
    if (name === 'sub') stack.push(...Array.from({length: count}, () => 'BPF stack'));
    else
      for (let index = 0; index < count; index++)
        if (pop(stack) !== 'BPF stack') throw new Error('add rsp drops what is not BPF stack');
  } else if (name === 'xor' && first === second) registers.set(wide(second), '0');
  else if (name.startsWith('mov') && second?.startsWith('%'))
    registers.set(wide(second), valueOf(machine, first));
  else if (name.startsWith('mov') && second?.includes('(%rbp)')) storeCount(machine, second);
};

const pop = (stack: string[]): string => {
  const value = stack.pop();
  if (value === undefined) throw new Error('the stack is empty');
  return value;
};

/** The stack entry of a memory operand below rbp. */
const entryOf = ({frame}: Machine, operand: string): number => {
  const offset = Number.parseInt(/^-0x([0-9a-f]+)\(%rbp\)$/.exec(operand)![1], 16);
  return frame + Math.ceil(offset / 8) - 1;
};

const valueOf = (machine: Machine, operand: string): string => {
  if (operand === '%rsp') return `address of entry ${machine.stack.length}`;
  if (operand.startsWith('%')) return machine.registers.get(wide(operand))!;
  return operand.endsWith('(%rbp)') ? machine.stack[entryOf(machine, operand)] : operand;
};

const storeCount = (machine: Machine, operand: string): void => {
  machine.overwritten.push(machine.stack[entryOf(machine, operand)] ?? 'nothing');
  machine.stack[entryOf(machine, operand)] = 'bumped count';
};
