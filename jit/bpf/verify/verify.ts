// From a program as written to what the emitter takes: everything a verifier refuses, decides and
// rewrites.
import {Refusal} from '../../refusal.ts';
import type {Program, VerifiedFunction, VerifiedProgram, VerifierRules} from '../../types.ts';
import {codeAt, codes, immAt, insnCount, isLocalCall, isWide, stackBytes} from '../word/insn.ts';
import {checkProgram} from './check-program.ts';
import {fieldsOf} from './context-fields.ts';
import {liveCode} from './dead-code.ts';
import {handDescriptors, setTailCalls} from './descriptors.ts';
import {expansions} from './expansions.ts';
import {separateStacks, somePrivateStack} from './private-stack.ts';
import {rewrite} from './rewrite.ts';
import {checkStackAndReach} from './stack-rules.ts';
import type {VerifyEnv} from './verify-env.ts';
import {walkOnce} from './walk/known-walks.ts';
import type {Walk} from './walk/walk.ts';

export type {VerifyEnv} from './verify-env.ts';

/**
 * Does what the verifier of a kernel with these `rules` does to `program`. Throws Refusals:
 * structure (with instruction number), the walk over all paths, and the rules for tail calls and
 * stacks in the kernel's own words. Function and helper references come out as `VerifiedProgram`
 * describes, with bases 0 for the linker to set; `origin` leads back to `program`. Not a safety
 * proof: bounds of packets and map values are not checked.
 */
export const verify = (program: Program, rules: VerifierRules, env: VerifyEnv): VerifiedProgram => {
  checkProgram(program, rules.isa);
  const walk = walkOnce(program, rules.isa, fieldsOf(env.contextFields, program.type));
  refuseMixture(program, rules, walk);
  const separate = separateStacks(program, rules, walk.stackDepths);
  const reached = checkStackAndReach(
    program,
    rules,
    walk.stackDepths.map((depth, number) => (separate.has(number) ? 0 : depth)),
  );
  const live = liveCode(program, walk.seen);
  const {insns, origin, starts} = rewrite(
    program,
    live.insns,
    live.origin,
    live.starts,
    expansions(program, rules, env, walk, live),
  );
  const descriptors = setTailCalls(program, insns, origin, walk);
  const alive = starts.flatMap((start, number) => (start < 0 ? [] : [{start, number}]));
  setCalls(
    insns,
    alive.map(({start}) => start),
  );
  const clamp = rules.clampStackTo512 && hasTailCall(insns);
  const functions = alive.map(({start, number}): VerifiedFunction => ({
    start,
    base: 0n,
    stackDepth: clamp && number === 0 ? stackBytes : walk.stackDepths[number],
    tailCallReachable: reached[number],
    subprogram: number !== 0,
    ...(separate.has(number) ? {privateStack: somePrivateStack} : {}),
    ...(walk.throws && number === 0 ? {exceptions: 'boundary'} : {}),
  }));
  return {
    insns,
    functions,
    descriptors,
    handed: handDescriptors(insns, functions, descriptors.length, rules),
    origin,
  };
};

/** The mutual exclusion of 5.9 and before, which kernels check when a path reaches a tail call. */
const refuseMixture = (program: Program, rules: VerifierRules, walk: Walk): void => {
  if (
    rules.tailCallsInSubprograms !== 'refuse' ||
    program.functions.length < 2 ||
    walk.tailCalls.size === 0
  )
    return;
  throw new Refusal(
    `program ${program.name}: instruction ${Math.min(...walk.tailCalls.keys())}: ` +
      'tail_calls are not allowed in programs with bpf-to-bpf calls',
    'This kernel version forbids the mixture; inline the functions or choose a later variant.',
  );
};

/** Calls of functions carry the number of the function. */
const setCalls = (insns: Uint8Array, starts: readonly number[]): void => {
  const numberOf = new Map(starts.map((start, number) => [start, number]));
  const count = insnCount(insns);
  for (let index = 0; index < count; index++) {
    if (isWide(insns, index)) {
      index++;
      continue;
    }
    if (!isLocalCall(insns, index)) continue;
    new DataView(insns.buffer, insns.byteOffset).setInt32(
      index * 8 + 4,
      numberOf.get(index + 1 + immAt(insns, index)) ?? 0,
      true,
    );
  }
};

const hasTailCall = (insns: Uint8Array): boolean => {
  const count = insnCount(insns);
  for (let index = 0; index < count; index++) {
    if (codeAt(insns, index) === codes.tailCall) return true;
    if (isWide(insns, index)) index++;
  }
  return false;
};
