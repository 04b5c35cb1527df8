// Turns what the kernel shows about a loaded program into the emitter's input: the references that
// the dump rewrites, the functions, their stacks, and the kind of each tail call.
import {checkStackAndReach} from '../../jit/bpf/verify/stack-rules.ts';
import {
  classes,
  codeAt,
  codes,
  insnAt,
  insnCount,
  isLocalCall,
  isTailCall,
  isWide,
  offAt,
  pseudo,
  stackBytes,
  wide,
  writeInsn,
} from '../../jit/bpf/word/insn.ts';
import {Refusal} from '../../jit/refusal.ts';
import type {
  Arena,
  Layout,
  Program,
  VerifiedFunction,
  VerifiedProgram,
  VerifierRules,
} from '../../jit/types.ts';
import type {Variant} from '../../jit/variants/variant.ts';
import {followImage} from './follow-image.ts';
import type {KernelProgram} from './kernel-answer.ts';
import {depthInInsns, depthInPrologue, directTailCalls, isTailCallAt} from './guess-facts.ts';
import type {Prologue} from './read-prologue.ts';

/** Stands for the addresses of maps, which the dump hides; of the same length. */
export const mapPlaceholder = 0xffff_8881_2345_6780n;

/** The parts that do not depend on the variant. */
export interface KernelDump {
  readonly name: string;
  /** Calls of functions lead to `this + 1 + imm`, tail calls are calls of helper 12. */
  readonly insns: Uint8Array;
  readonly functions: readonly DumpedFunction[];
  readonly arena: Arena | null;
  /** By instruction: the tail calls that the kernel made direct. */
  readonly direct: ReadonlySet<number>;
  /** Where following the kernel's code failed, so that guarded loads are not known. */
  readonly lost: string | null;
}

type DumpedFunction = Pick<VerifiedFunction, 'start' | 'base' | 'privateStack' | 'exceptions'> & {
  readonly depth: number;
  /** By instruction, in bytes; null if the code was not followed. */
  readonly offsets: readonly number[] | null;
};

/**
 * `variant` and `layout` are the kernel's. Throws a Refusal if functions of the dump and of the
 * image cannot be matched.
 */
export const readDump = (program: KernelProgram, variant: Variant, layout: Layout): KernelDump => {
  const {name, xlated, functions} = program;
  const insns = xlated.slice();
  const targets = new Set([0]);
  for (let at = 0; at < insnCount(insns); at++) {
    const insn = insnAt(insns, at);
    if (isLocalCall(insns, at) && functions.length === 1) {
      // Left over in code that never runs, after the verifier has dropped the callee: the emitter
      // treats it as the address of a kernel function.
      writeInsn(insns, at, {...insn, src: pseudo.kfunc, off: 0});
    } else if (isLocalCall(insns, at)) {
      targets.add(at + 1 + insn.off);
      writeInsn(insns, at, {...insn, off: 0, imm: insn.off});
    } else if (isWide(insns, at)) {
      // Without functions it is also left over; its value is read from the code.
      if (insn.src === pseudo.function && functions.length === 1)
        writeInsn(insns, at, {...insn, src: pseudo.map});
      else if (insn.src === pseudo.function) targets.add(at + 1 + insn.imm);
      at++;
    }
  }
  const codesOf = codeOfFunctions(program);
  const facts = followImage(insns, codesOf, variant, layout);
  const written =
    program.depths !== null && program.depths.length >= functions.length ? program.depths : null;
  if (typeof facts === 'string') return withoutFacts(program, insns, targets, written, facts);
  const starts = facts.functions.map(({start}) => start);
  if ([...targets].some((target) => !starts.includes(target)))
    throw new Refusal(
      `program ${name}: it calls a function that the kernel does not show.`,
      'Its code cannot be compiled whole.',
    );
  return {
    name,
    insns: facts.insns,
    functions: facts.functions.map(({start, prologue, offsets}, number) => ({
      start,
      offsets,
      base: functions[number].address,
      depth:
        written?.[number] ??
        Math.max(prologue.stackBytes, depthInInsns(facts.insns, start, starts[number + 1])),
      ...pick(prologue),
    })),
    arena: facts.arena,
    direct: facts.direct,
    lost: null,
  };
};

const pick = ({privateStack, exceptions}: Prologue) => ({
  ...(privateStack === undefined ? {} : {privateStack}),
  ...(exceptions === undefined ? {} : {exceptions}),
});

/** From the instructions alone, for code of kernels of which jitstat has no variant. */
const withoutFacts = (
  program: KernelProgram,
  insns: Uint8Array,
  targets: ReadonlySet<number>,
  written: readonly number[] | null,
  lost: string,
): KernelDump => {
  const {name, functions} = program;
  const starts = [...targets].sort((a, b) => a - b);
  if (starts.length !== functions.length)
    throw new Refusal(
      `program ${name}: its calls lead to ${starts.length} functions, the kernel shows ${functions.length}.`,
      'Its machine code does not follow a variant of jitstat, so that functions cannot be matched.',
    );
  const codesOf = codeOfFunctions(program);
  return {
    name,
    insns,
    functions: starts.map((start, number) => ({
      start,
      offsets: null,
      base: functions[number].address,
      depth:
        written?.[number] ??
        Math.max(depthInPrologue(codesOf[number]), depthInInsns(insns, start, starts[number + 1])),
    })),
    arena: null,
    direct: directTailCalls(insns, starts, codesOf),
    lost,
  };
};

export const codeOfFunctions = ({jited, functions}: KernelProgram): readonly Uint8Array[] => {
  let at = 0;
  return functions.map(({bytes}) => jited.subarray(at, (at += bytes)));
};

/**
 * The program as the emitter of a variant with these rules takes it. Throws a Refusal if the
 * variant's kernel would refuse it: for its stacks, or for tail calls together with functions.
 */
export const verifiedFrom = (dump: KernelDump, rules: VerifierRules): VerifiedProgram => {
  const {name, functions, arena} = dump;
  const starts = functions.map(({start}) => start);
  // Kernels that have private stacks do not count them in the sum of a call chain.
  const depths = functions.map(({depth, privateStack}) =>
    privateStack !== undefined && rules.isa === 'v6.18' ? 0 : depth,
  );
  const insns = dump.insns.slice();
  const tailCalls = [...Array(insnCount(insns)).keys()].filter((at) => isTailCallAt(insns, at));
  if (rules.tailCallsInSubprograms === 'refuse' && starts.length > 1 && tailCalls.length > 0)
    throw new Refusal(
      `program ${name}: tail_calls are not allowed in programs with bpf-to-bpf calls`,
      'This kernel version forbids the mixture; inline the functions or choose a later variant.',
    );
  checkForms(dump, rules);
  const asWritten: Program = {
    name,
    type: 'sched_cls',
    insns,
    maps: [],
    functions: starts.map((start, number) => ({name: `${name}.${number}`, start})),
  };
  const reached = checkStackAndReach(asWritten, rules, depths);
  const descriptors = rewriteReferences(insns, dump);
  const clamp = rules.clampStackTo512 && tailCalls.length > 0;
  return {
    insns,
    descriptors,
    ...(arena === null ? {} : {arena}),
    functions: functions.map(({depth, offsets: _offsets, ...facts}, number) => ({
      ...facts,
      stackDepth: clamp && number === 0 ? stackBytes : depth,
      tailCallReachable: reached[number],
      subprogram: number !== 0,
    })),
  };
};

/**
 * Puts the emitter's references in place of the dump's: tail calls, calls, and addresses in wide
 * loads. Returns the descriptors of the direct tail calls.
 */
const rewriteReferences = (
  insns: Uint8Array,
  {functions, direct}: KernelDump,
): VerifiedProgram['descriptors'] => {
  const numberOf = new Map(functions.map(({start}, number) => [start, number]));
  const bases = functions.map(({base}) => base);
  const descriptors: {map: number; key: number}[] = [];
  for (let at = 0; at < insnCount(insns); at++) {
    const insn = insnAt(insns, at);
    if (isTailCall(insns, at)) {
      if (direct.has(at)) descriptors.push({map: 0, key: descriptors.length});
      writeInsn(insns, at, {
        ...insn,
        code: codes.tailCall,
        imm: direct.has(at) ? descriptors.length : 0,
      });
    } else if (isLocalCall(insns, at)) {
      writeInsn(insns, at, {...insn, imm: numberOf.get(at + 1 + insn.imm)!});
    } else if (insn.code === codes.call) {
      writeInsn(insns, at, {...insn, src: 0, off: 0});
    } else if (isWide(insns, at)) {
      const value =
        insn.src === pseudo.function
          ? bases[numberOf.get(at + 1 + insn.imm)!]
          : insn.src === pseudo.map || insn.src === pseudo.mapValue
            ? mapPlaceholder
            : null;
      if (value !== null)
        wide(insn.dst, value).forEach((word, i) => writeInsn(insns, at + i, word));
      at++;
    }
  }
  return descriptors;
};

/** Arithmetic with an offset (signed division, sign extension, per-CPU addresses) came with 6.12. */
const checkForms = ({name, insns, arena, functions}: KernelDump, {isa}: VerifierRules): void => {
  if (isa === 'v6.12' || isa === 'v6.18') return;
  const throws = functions.some(({exceptions}) => exceptions !== undefined);
  if (arena !== null || throws)
    throw new Refusal(
      `program ${name}: ${throws ? 'exceptions do' : 'arena memory does'} not exist in ${isa}`,
      'Compare variants from v612 on.',
    );
  for (let at = 0; at < insnCount(insns); at++) {
    const kind = codeAt(insns, at) & 7;
    if ((kind === classes.alu || kind === classes.alu64) && offAt(insns, at) !== 0)
      throw new Refusal(
        `program ${name}: instruction ${at}: arithmetic with offset ` +
          `${offAt(insns, at)} does not exist in ${isa}`,
        'Compare variants of later kernels; the running kernel made this instruction.',
      );
    if (isWide(insns, at)) at++;
  }
};
