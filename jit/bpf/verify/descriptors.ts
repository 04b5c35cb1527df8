// Poke descriptors: made for each direct tail call, then assigned to functions as each kernel
// version does it.
import type {PokeDescriptor, Program, VerifiedFunction, VerifierRules} from '../../types.ts';
import {codeAt, codes, immAt, insnCount, isWide} from '../word/insn.ts';
import {refuse} from '../word/refuse.ts';
import type {Walk} from './walk/walk.ts';

const maxDescriptors = 1024;

/**
 * Turns tail calls into `f5` in place: with a descriptor if map and slot are the same constants on
 * all paths, else indirect.
 */
export const setTailCalls = (
  program: Program,
  insns: Uint8Array,
  origin: Int32Array,
  {tailCalls}: Walk,
): PokeDescriptor[] => {
  const descriptors: PokeDescriptor[] = [];
  const view = new DataView(insns.buffer, insns.byteOffset);
  const count = insnCount(insns);
  for (let index = 0; index < count; index++) {
    const call = tailCalls.get(origin[index]);
    if (call !== undefined) {
      const direct = call.map !== null && call.key !== null;
      if (direct) descriptors.push({map: call.map, key: call.key});
      if (descriptors.length > maxDescriptors)
        refuse(
          program,
          origin[index],
          `more than ${maxDescriptors} direct tail calls in one program`,
          'Split the program.',
        );
      insns[index * 8] = codes.tailCall;
      view.setInt32(index * 8 + 4, direct ? descriptors.length : 0, true);
    }
    if (isWide(insns, index)) index++;
  }
  return descriptors;
};

/**
 * For each function the descriptors (from 0) in its table:
 *
 *   the RFC          a copy of all of them in every function; those of other functions never learn
 *                    where they are patched
 *   5.10             those of the function's own instructions; its bound also takes in the first
 *                    instruction of the next function
 *   5.14 and later   one table that all functions share, with the owner noted in each descriptor
 */
export const handDescriptors = (
  insns: Uint8Array,
  functions: readonly VerifiedFunction[],
  count: number,
  rules: VerifierRules,
): number[][] => {
  const all = Array.from({length: count}, (_, descriptor) => descriptor);
  if (rules.tailCallsInSubprograms !== 'allow-256' || rules.isa !== 'v5.10')
    return functions.map(() => all);
  const places = placesOf(insns, count);
  return functions.map(({start}, number) => {
    const bound = functions[number + 1]?.start ?? insnCount(insns);
    return all.filter((descriptor) => places[descriptor] >= start && places[descriptor] <= bound);
  });
};

/** The instruction of each descriptor. */
const placesOf = (insns: Uint8Array, count: number): number[] => {
  const places = new Array<number>(count).fill(-1);
  for (let index = 0; index < insnCount(insns); index++) {
    if (codeAt(insns, index) === codes.tailCall && immAt(insns, index) > 0)
      places[immAt(insns, index) - 1] = index;
    if (isWide(insns, index)) index++;
  }
  return places;
};
