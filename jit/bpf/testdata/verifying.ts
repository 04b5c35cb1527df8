// What tests of the verifier share: maps, rules of kernels, and how a source is verified.
import type {MapSpec, VerifierRules} from '../../types.ts';
import {assemble} from '../text/assemble.ts';
import {formatProgram} from '../text/format-insn.ts';
import {linuxContextFields} from '../verify/context-fields.ts';
import {verify} from '../verify/verify.ts';
import type {VerifyEnv} from '../verify/verify.ts';

/** Two tables of programs and one array. */
const maps: readonly MapSpec[] = [
  {name: 'jt', type: 'prog_array', keyBytes: 4, valueBytes: 4, maxEntries: 3},
  {name: 'other', type: 'prog_array', keyBytes: 4, valueBytes: 4, maxEntries: 3},
  {name: 'data', type: 'array', keyBytes: 4, valueBytes: 12, maxEntries: 1},
];
/** Addresses as a kernel might have them. */
const env: VerifyEnv = {
  mapAddress: (map) => 0xffff888812345000n + BigInt(map * 16),
  mapValueAddress: () => 0xffff888812345700n,
  helperAddressMinusCallBase: (id) => id * 16,
  contextFields: linuxContextFields,
};
/** Rules of 5.8, and what each later kernel changed. */
export const v58: VerifierRules = {
  tailCallsInSubprograms: 'refuse',
  clampStackTo512: true,
  frameRounding: 32,
  ownTailCallReaches: false,
  propagatesReach: false,
  isa: 'v5.8',
  divisionRewrite: 'old',
};
export const rfc1: VerifierRules = {
  ...v58,
  tailCallsInSubprograms: 'allow',
  clampStackTo512: false,
};
export const v510: VerifierRules = {
  ...rfc1,
  tailCallsInSubprograms: 'allow-256',
  propagatesReach: true,
  isa: 'v5.10',
};
export const v61: VerifierRules = {...v510, isa: 'v6.1', divisionRewrite: 'new'};
export const v618: VerifierRules = {
  ...v61,
  frameRounding: 16,
  ownTailCallReaches: true,
  isa: 'v6.18',
};

/** Assembles a program of traffic control. */
export const program = (source: string) => assemble(source, {name: 'p', type: 'sched_cls', maps});
/** Verifies a source under `rules`. */
export const run = (source: string, rules: VerifierRules = v618, more: Partial<VerifyEnv> = {}) =>
  verify(program(source), rules, {...env, ...more});
/** The verified instructions as text, one a line. */
export const text = (source: string, rules: VerifierRules = v618, more: Partial<VerifyEnv> = {}) =>
  formatProgram(run(source, rules, more).insns, {verified: true}).split('\n');
/** A tail call through `jt`; `slot` sets R3. */
export const tail = (slot: string): string => `r1 = r6; r2 = map jt ll; ${slot}; call 12`;
