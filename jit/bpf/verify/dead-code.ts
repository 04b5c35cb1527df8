// Dead code: what kernels remove from programs of privileged loaders before they rewrite the rest.
import type {Program} from '../../types.ts';
import {codeAt, codes, insnCount, isJump, isWide, ja, jumpTarget} from '../word/insn.ts';
import {rewrite} from './rewrite.ts';
import type {Replacement, Rewritten} from './rewrite.ts';

const known = new WeakMap<Uint8Array, Rewritten>();

/** As `withoutDeadCode`; variants that share a walk, and so its `seen`, share the answer. */
export const liveCode = (program: Program, seen: Uint8Array): Rewritten => {
  let live = known.get(seen);
  if (live === undefined) known.set(seen, (live = withoutDeadCode(program, seen)));
  return live;
};

/**
 * Removes the instructions that no path has `seen`: conditional jumps with one side never reached
 * are made unconditional, dead instructions go, then jumps to the next instruction.
 */
const withoutDeadCode = (program: Program, seen: Uint8Array): Rewritten => {
  const {insns} = program;
  const count = insnCount(insns);
  const first = new Map<number, Replacement>();
  for (let index = 0; index < count; index++) {
    const code = codeAt(insns, index);
    if (seen[index] === 0) first.set(index, []);
    else if (isJump(code) && code !== codes.ja && code !== codes.gotol) {
      const target = jumpTarget(insns, index);
      if (seen[index + 1] === 0) first.set(index, [ja(0)]);
      else if (seen[target] === 0) first.set(index, []);
    }
    if (isWide(insns, index)) index++;
  }
  const identity = Int32Array.from({length: count}, (_, index) => index);
  const start = rewrite(
    program,
    insns,
    identity,
    program.functions.map((one) => one.start),
    first,
  );
  const nops = new Map<number, Replacement>();
  const left = insnCount(start.insns);
  for (let index = 0; index < left; index++) {
    if (codeAt(start.insns, index) === codes.ja && jumpTarget(start.insns, index) === index + 1)
      nops.set(index, []);
    if (isWide(start.insns, index)) index++;
  }
  return nops.size === 0 ? start : rewrite(program, start.insns, start.origin, start.starts, nops);
};
