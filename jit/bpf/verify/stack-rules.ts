// What the verifier decides from the call graph alone: stack sums, the 256-byte rule, and which
// functions tail calls reach.
import {Refusal} from '../../refusal.ts';
import type {Program, VerifierRules} from '../../types.ts';
import {
  immAt,
  insnCount,
  isFunctionAddress,
  isLocalCall,
  isTailCall,
  isWide,
  stackBytes,
} from '../word/insn.ts';

interface CallGraph {
  /** Callees of each function in program order, once per call. */
  readonly calls: readonly (readonly number[])[];
  readonly hasTailCall: readonly boolean[];
}

/** Calls and tail calls of the program as written; dead code counts. */
export const callGraph = ({insns, functions}: Program): CallGraph => {
  const startOf = new Map(functions.map(({start}, number) => [start, number]));
  const calls: number[][] = functions.map(() => []);
  const hasTailCall = functions.map(() => false);
  let current = 0;
  const count = insnCount(insns);
  for (let index = 0; index < count; index++) {
    if (functions[current + 1]?.start === index) current++;
    if (isLocalCall(insns, index) || isFunctionAddress(insns, index))
      calls[current].push(startOf.get(index + 1 + immAt(insns, index)) ?? 0);
    if (isTailCall(insns, index)) hasTailCall[current] = true;
    if (isWide(insns, index)) index++;
  }
  return {calls, hasTailCall};
};

/** Longest call chain, main included. */
const maxFrames = 8;
/**
 * Frames that may be entered in the walk before it counts as endless (fan-out to the power of 8).
 */
const maxEntered = 1_000_000;
const callerStackLimit = 256;

/**
 * Follows the calls in program order and adds up the frames. Returns which functions are reached by
 * tail calls: the callers on the stack whenever a callee is left after any function with a tail
 * call has been entered. The flag stays set for the rest of the walk, so the order of calls
 * matters, as in the kernel. Refusals have the kernel's wording.
 */
export const checkStackAndReach = (
  program: Program,
  rules: VerifierRules,
  depths: readonly number[],
): boolean[] => {
  const {calls, hasTailCall} = callGraph(program);
  const reached = hasTailCall.map(
    (own) => rules.propagatesReach && rules.ownTailCallReaches && own,
  );
  const fail = (text: string, hint: string): never => {
    throw new Refusal(`program ${program.name}: ${text}`, hint);
  };
  const rounded = (number: number): number =>
    Math.ceil(Math.max(depths[number], 1) / rules.frameRounding) * rules.frameRounding;
  const chain: {readonly number: number; next: number}[] = [];
  let sum = 0;
  let entered = 0;
  let tailCallSeen = false;
  const enter = (number: number): void => {
    if (chain.length >= maxFrames)
      fail(
        `the call stack of ${chain.length + 1} frames is too deep`,
        'Recursion and chains of more than 8 functions are not allowed.',
      );
    if (++entered > maxEntered)
      fail('too many call chains to check', 'Call fewer functions from fewer places.');
    const own = hasTailCall[number];
    if (chain.length > 0 && own) tailCallSeen = true;
    if (
      rules.tailCallsInSubprograms === 'allow-256' &&
      number !== 0 &&
      own &&
      sum >= callerStackLimit
    ) {
      fail(
        `tail_calls are not allowed when call stack of previous frames is ${sum} bytes. Too large`,
        'Use less stack in the functions that call it, or make the tail call in the main function.',
      );
    }
    sum += rounded(number);
    if (sum > stackBytes)
      fail(
        `combined stack size of ${chain.length + 1} calls is ${sum}. Too large`,
        `All frames of a call chain share ${stackBytes} bytes.`,
      );
    chain.push({number, next: 0});
  };
  enter(0);
  while (chain.length > 0) {
    const top = chain[chain.length - 1];
    if (top.next < calls[top.number].length) {
      enter(calls[top.number][top.next++]);
      continue;
    }
    chain.pop();
    sum -= rounded(top.number);
    if (tailCallSeen && rules.propagatesReach) for (const {number} of chain) reached[number] = true;
  }
  return reached;
};
