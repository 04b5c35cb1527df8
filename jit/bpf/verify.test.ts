import {describe, expect, test} from 'vitest';
import type {MapSpec, VerifierRules} from '../types.ts';
import {assemble} from './assemble.ts';
import {linuxContextFields} from './context.ts';
import {verify} from './verify.ts';
import type {VerifyEnv} from './verify.ts';

const maps: readonly MapSpec[] = [{name: 'jmp_table', type: 'prog_array', keyBytes: 4, valueBytes: 4, maxEntries: 3}];
const env: VerifyEnv = {
  mapAddress: () => 0xffff888812345678n, mapValueAddress: () => 0xffff888812345700n, helperAddressMinusCallBase: (id) => id * 16,
  contextFields: linuxContextFields,
};
export const v58: VerifierRules = {
  tailCallsInSubprograms: 'refuse', clampStackTo512: true, frameRounding: 32, ownTailCallReaches: false, propagatesReach: false, isa: 'v5.8',
  divisionRewrite: 'old',
};
export const v61: VerifierRules = {
  tailCallsInSubprograms: 'allow-256', clampStackTo512: false, frameRounding: 32, ownTailCallReaches: false, propagatesReach: true, isa: 'v6.1',
  divisionRewrite: 'new',
};
export const v618: VerifierRules = {...v61, frameRounding: 16, ownTailCallReaches: true, isa: 'v6.18'};

const run = (source: string, rules: VerifierRules) => verify(assemble(source, {name: 'p', type: 'sched_cls', maps}), rules, env);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').replace(/.{16}(?=.)/g, '$& ');

const tail = (slot: string): string => `r1 = r6; r2 = map jmp_table ll; ${slot}; call 12\n`;

describe('tail calls', () => {
  test('a constant slot is direct, with a descriptor; the map is an address', () => {
    const out = run(`r6 = r1; ${tail('r3 = 2')} r0 = 3; exit`, v618);
    expect(hex(out.insns)).toBe('bf16000000000000 bf61000000000000 1802000078563412 000000008888ffff b703000002000000 f500000001000000 b700000003000000 9500000000000000');
    expect(out.descriptors).toEqual([{map: 0, key: 2}]);
    expect(out.functions).toEqual([{start: 0, base: 0n, stackDepth: 0, tailCallReachable: true, subprogram: false}]);
    expect([...(out.origin ?? [])]).toEqual([0, 1, 2, 2, 4, 5, 6, 7]);
  });
  test.each([
    ['a slot out of range', 'r3 = 3'],
    ['a slot from the context', 'r3 = *(u32 *)(r6 + 0)'],
    ['slots that differ by path', 'r3 = 1; r4 = *(u32 *)(r6 + 0); if r4 == 7 goto next; r3 = 2; next:'],
  ])('%s is indirect', (_, slot) => {
    const out = run(`r6 = r1; ${tail(slot)} r0 = 3; exit`, v618);
    expect(out.descriptors).toEqual([]);
    expect(hex(out.insns)).toContain('f500000000000000');
  });
  test('v58 takes 512 bytes of stack for it', () => {
    expect(run(`r6 = r1; ${tail('r3 = 2')} r0 = 3; exit`, v58).functions[0].stackDepth).toBe(512);
  });
});
