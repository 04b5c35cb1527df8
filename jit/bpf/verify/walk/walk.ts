// The verifier's walk over all paths: stack depths, reached instructions, what tail calls, lookups
// and context accesses see.
import {Refusal} from '../../../refusal.ts';
import type {Program} from '../../../types.ts';
import type {ContextField} from '../context-fields.ts';
import {
  classes,
  codeAt,
  codes,
  insnCount,
  isJump,
  isLocalCall,
  jumpTarget,
  modes,
  pseudo,
  srcAt,
} from '../../word/insn.ts';
import type {Isa} from '../../word/isa.ts';
import {liveRegisters} from '../liveness.ts';
import {walkAlu, walkWide} from './walk-alu.ts';
import {walkBranch} from './branch.ts';
import {walkCall, walkExit, walkHelper, walkKfunc} from './call.ts';
import {walkAtomic, walkLoad, walkPacketLoad, walkStore} from './memory.ts';
import {none} from './values.ts';
import {createCheckpoints} from './checkpoints.ts';
import {newFrame} from './walk-state.ts';
import type {Frame, State} from './walk-state.ts';
import {createWalker} from './walker.ts';
import type {Walker} from './walker.ts';

/** What the walk found out; indexed by instruction or by function. */
export interface Walk {
  /** 1 for instructions that some path reaches. */
  readonly seen: Uint8Array;
  /** Deepest access below the frame pointer, bytes, per function. */
  readonly stackDepths: readonly number[];
  /** Tail calls: map and slot if they are the same known constants on all paths. */
  readonly tailCalls: ReadonlyMap<
    number,
    {readonly map: number | null; readonly key: number | null}
  >;
  /** Lookups: the map if it is the same on all paths. */
  readonly lookups: ReadonlyMap<number, number | null>;
  /** Loads and stores through the context pointer, by instruction: offset into the context. */
  readonly context: ReadonlyMap<number, number>;
  /** Whether any store goes into the packet. */
  readonly writesPacket: boolean;
  /** Some path calls bpf_throw. */
  readonly throws: boolean;
}

/** As many steps as kernels allow; larger programs get more, so that size alone is never refused. */
const stepLimit = (count: number): number => Math.max(1_000_000, 16 * count);

/**
 * Follows every path of a checked program from the main function, with constants, the context
 * pointer, stack addresses and maps tracked, and returns what a verifier decides from them.
 * Refuses (Refusal) reads of registers that were never written, stack accesses out of bounds,
 * context accesses that differ by path, tail calls without context or prog array, and call chains
 * that are too deep.
 */
export const walkProgram = (
  program: Program,
  isa: Isa,
  fields: readonly ContextField[] | null,
): Walk => {
  const {insns} = program;
  const count = insnCount(insns);
  const seen = new Uint8Array(count);
  const meets = meetingPlaces(insns);
  const checkpoints = createCheckpoints(liveRegisters(insns));
  const walker = createWalker(program, isa, fields);
  const open: State[] = [
    {
      at: 0,
      frames: [newFrame(0, -1, '', [none, {kind: 'ctx', offset: 0}], 0)],
      last: null,
      steps: 0,
    },
  ];
  const limit = stepLimit(count);
  let steps = 0;
  while (open.length > 0) {
    const state = open.pop() as State;
    do {
      const {at} = state;
      if (meets[at] === 1 && checkpoints.isKnown(state)) break;
      if (++steps > limit) {
        throw new Refusal(
          `program ${program.name}: BPF program is too large. Processed ${steps} insn`,
          'Simplify branches and loops.',
        );
      }
      seen[at] = 1;
      state.steps++;
      if (codeAt(insns, at) === codes.wide) seen[at + 1] = 1;
      const other = step(walker, state);
      if (other !== undefined) {
        other.last = state.last;
        other.steps = state.steps;
        checkpoints.fork(other);
        open.push(other);
      }
      if (state.frames.length === 0) checkpoints.end(state);
    } while (state.frames.length > 0);
  }
  const {memory, tailCalls, lookups} = walker;
  return {
    seen,
    stackDepths: memory.stackDepths,
    tailCalls,
    lookups,
    context: memory.context,
    writesPacket: memory.writesPacket(),
    throws: walker.throws.size > 0,
  };
};

/** Where paths meet: the targets of jumps, and the instructions that called functions return to. */
const meetingPlaces = (insns: Uint8Array): Uint8Array => {
  const places = new Uint8Array(insnCount(insns));
  for (let index = 0; index < places.length; index++) {
    const code = codeAt(insns, index);
    if (isJump(code)) places[jumpTarget(insns, index)] = 1;
    if (isLocalCall(insns, index)) places[index + 1] = 1;
    if (code === codes.wide) index++;
  }
  return places;
};

/** Executes `state.at` in place and returns the state of the other branch, if there is one. */
const step = (walker: Walker, state: State): State | undefined => {
  const {insns} = walker.program;
  const {at} = state;
  const frame = state.frames.at(-1) as Frame;
  const code = codeAt(insns, at);
  state.at = at + 1;
  switch (code & 7) {
    case classes.alu:
    case classes.alu64:
      walkAlu(walker, frame, at);
      return undefined;
    case classes.ldx:
      walkLoad(walker, state, frame, at);
      return undefined;
    case classes.st:
      walkStore(walker, state, frame, at);
      return undefined;
    case classes.stx:
      ((code & 0xe0) === modes.atomic ? walkAtomic : walkStore)(walker, state, frame, at);
      return undefined;
    case classes.ld:
      if (code !== codes.wide) {
        walkPacketLoad(walker, frame, at);
        return undefined;
      }
      walkWide(walker, frame, at);
      state.at = at + 2;
      return undefined;
    default:
      return jumpOrCall(walker, state, frame, at);
  }
};

const jumpOrCall = (walker: Walker, state: State, frame: Frame, at: number): State | undefined => {
  const {insns} = walker.program;
  const code = codeAt(insns, at);
  if (code === codes.call && srcAt(insns, at) === pseudo.kfunc) {
    return walkKfunc(walker, state, frame, at);
  }
  if (code === codes.call && !isLocalCall(insns, at)) return walkHelper(walker, state, frame, at);
  if (code === codes.call) walkCall(walker, state, frame, at);
  else if (code === codes.exit) walkExit(walker, state, frame, at);
  else if (code === codes.ja || code === codes.gotol) state.at = jumpTarget(insns, at);
  else return walkBranch(walker, state, frame, at);
  return undefined;
};
