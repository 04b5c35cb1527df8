// The structure of a program: what can be checked without following values.
import {Refusal} from '../../refusal.ts';
import type {Program} from '../../types.ts';
import {checkInsn} from './check-insn.ts';
import {
  codeAt,
  codes,
  immAt,
  insnCount,
  isFunctionAddress,
  isJump,
  isLocalCall,
  isWide,
  jumpTarget,
} from '../word/insn.ts';
import {isThrow} from '../word/kernel-functions.ts';
import type {Isa} from '../word/isa.ts';
import {refuse} from '../word/refuse.ts';

/** At most this many instructions, as in the kernel. */
const maxInsns = 1_000_000;

/**
 * Throws a Refusal at the first instruction that no kernel with instruction set `isa` would take:
 * unknown codes, registers and reserved fields, jumps out of range or into a wide load, ends of
 * functions, stack accesses relative to R10 that leave the 512 bytes, unknown helpers and maps.
 * Reasons have the wording of the kernel's verifier log if there is one.
 */
export const checkProgram = (program: Program, isa: Isa): void => {
  const {insns} = program;
  if (insns.length === 0 || insns.length % 8 !== 0) {
    throw new Refusal(
      `program ${program.name}: ${insns.length} bytes are not a sequence of 8-byte instructions`,
      'Give at least one whole instruction.',
    );
  }
  const count = insnCount(insns);
  if (count > maxInsns) {
    throw new Refusal(
      `program ${program.name}: ${count} instructions; at most ${maxInsns} are allowed`,
      'Split the program.',
    );
  }
  checkFunctions(program, count);
  const second = new Uint8Array(count);
  for (let index = 0; index < count; index++) {
    checkInsn(program, isa, index, count);
    if (isWide(insns, index)) second[++index] = 1;
  }
  checkTargets(program, second, count);
};

const checkFunctions = (program: Program, count: number): void => {
  const {functions} = program;
  if (functions.length === 0 || functions[0].start !== 0) {
    throw new Refusal(
      `program ${program.name}: the first function must start at instruction 0`,
      'List the functions in order, main first.',
    );
  }
  functions.forEach(({name, start}, index) => {
    if (
      !Number.isInteger(start) ||
      start >= count ||
      (index > 0 && start <= functions[index - 1].start)
    ) {
      throw new Refusal(
        `program ${program.name}: function ${name} starts at instruction ${start}, out of order or range`,
        'List the functions in order of their start.',
      );
    }
  });
};

/**
 * Jumps stay in their function and do not land on the second word of a wide load; calls go to the
 * start of a function; every function ends in exit or ja.
 */
const checkTargets = (program: Program, second: Uint8Array, count: number): void => {
  const {insns, functions} = program;
  const starts = new Set(functions.map(({start}) => start));
  functions.forEach(({start, name}, number) => {
    const end = functions[number + 1]?.start ?? count;
    if (second[start] === 1)
      refuse(program, start, `function ${name} starts in the middle of a wide load`);
    for (let index = start; index < end; index++) {
      if (second[index] === 1) continue;
      const code = codeAt(insns, index);
      if (isJump(code)) {
        const target = jumpTarget(insns, index);
        if (target < start || target >= end)
          refuse(program, index, `jump out of range from insn ${index} to ${target}`);
        if (second[target] === 1)
          refuse(program, index, `jump into the middle of ldimm64 insn ${target - 1}`);
      } else if (isLocalCall(insns, index) || isFunctionAddress(insns, index)) {
        const target = index + 1 + immAt(insns, index);
        if (!starts.has(target))
          refuse(program, index, `call of insn ${target}, which is not the start of a function`);
      }
    }
    const last = second[end - 1] === 1 ? codes.wide : codeAt(insns, end - 1);
    const isEnd = last === codes.exit || last === codes.ja || last === codes.gotol;
    if (!isEnd && !isThrow(program, end - 1))
      refuse(program, end - 1, 'last insn is not an exit or jmp');
  });
  checkReached(program, count);
};

/** Every instruction is on some path of jumps and calls from the start. */
const checkReached = (program: Program, count: number): void => {
  const {insns} = program;
  const reached = new Uint8Array(count);
  const open = [0];
  while (open.length > 0) {
    let index = open.pop() as number;
    while (index < count && reached[index] === 0) {
      reached[index] = 1;
      const code = codeAt(insns, index);
      if (code === codes.exit) break;
      if (code === codes.ja || code === codes.gotol) {
        index = jumpTarget(insns, index);
        continue;
      }
      if (isJump(code)) open.push(jumpTarget(insns, index));
      if (isLocalCall(insns, index) || isFunctionAddress(insns, index))
        open.push(index + 1 + immAt(insns, index));
      if (code === codes.wide) reached[++index] = 1;
      index++;
    }
  }
  const missed = reached.indexOf(0);
  if (missed >= 0)
    refuse(program, missed, `unreachable insn ${missed}`, 'Remove the code that no path reaches.');
};
