// What the walk knows of stack slots, helper arguments, lookups and constants, as shown by the
// verified instructions. A test with the running kernel confirms the rules at random.
import {expect, test} from 'vitest';
import {variants} from '../../../variants/list/index.ts';
import {assemble} from '../../text/assemble.ts';
import {formatProgram} from '../../text/format-insn.ts';
import type {ProgramType} from '../../../program-kinds.ts';
import type {MapSpec} from '../../../types.ts';
import {linuxContextFields} from '../context-fields.ts';
import {verify} from '../verify.ts';
import {walkProgram} from './walk.ts';

const maps: readonly MapSpec[] = [
  {name: 'numbers', type: 'array', keyBytes: 4, valueBytes: 8, maxEntries: 4},
  {name: 'table', type: 'hash', keyBytes: 4, valueBytes: 8, maxEntries: 4},
  {
    name: 'constants',
    type: 'array',
    keyBytes: 4,
    valueBytes: 8,
    maxEntries: 1,
    readOnly: true,
    initial: Uint8Array.of(5, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff),
  },
];

const verified = (source: string, type: ProgramType = 'sched_cls', variant = 'v618'): string => {
  const program = assemble(source, {name: 'p', type, maps});
  const {rules} = variants.find(({name}) => name === variant)!;
  const {insns} = verify(program, rules, {
    mapAddress: () => 0n,
    mapValueAddress: () => 0n,
    helperAddressMinusCallBase: (id) => id,
    contextFields: linuxContextFields,
  });
  return formatProgram(insns);
};

/** The context is spilled at r10 - 16; `middle` happens; then `len` is read through what is there. */
const spilled = (middle: string): string =>
  `r6 = r1; *(u64 *)(r10 - 16) = r1; ${middle}; r1 = *(u64 *)(r10 - 16); r0 = *(u32 *)(r1 + 0); exit`;
const keyAt = (offset: number): string => `r2 = r10; r2 += ${offset}; r1 = map table ll`;

test.each([
  ['a lookup whose key lies next to it', `${keyAt(-8)}; call 1`],
  ['a lookup whose key it is', `${keyAt(-16)}; call 1`],
  ['an update with key and value', `${keyAt(-8)}; r3 = r10; r3 += -24; r4 = 0; call 2`],
  ['bytes that are read', 'r1 = r10; r1 += -24; r2 = 24; r3 = 0; r4 = 0; r5 = 0; call 28'],
  ['bytes next to it that are written', 'r1 = r10; r1 += -32; r2 = 16; r3 = 0; call 113'],
  ['a result next to it', 'r1 = r10; r1 += -32; r2 = 4; r3 = 0; r4 = r10; r4 += -8; call 105'],
  ['a store next to it', '*(u8 *)(r10 - 17) = 1; *(u8 *)(r10 - 8) = 1'],
  [
    'a store at an offset that is not constant, elsewhere',
    'r2 = *(u32 *)(r1 + 0); r2 &= 7; r3 = r10; r3 += -32; r3 += r2; *(u8 *)(r3 + 0) = 1',
  ],
])('a spilled context survives %s', (_, middle) => {
  expect(verified(spilled(middle))).toContain('r0 = *(u32 *)(r1 + 112)');
});

test.each([
  ['bytes that are written over it', 'r1 = r10; r1 += -24; r2 = 16; r3 = 0; call 113'],
  [
    'a size that may reach it',
    'r2 = *(u32 *)(r1 + 0); r2 &= 15; r1 = r10; r1 += -24; r3 = 0; call 113',
  ],
  ['a result put over it', 'r1 = r10; r1 += -32; r2 = 4; r3 = 0; r4 = r10; r4 += -16; call 105'],
  ['a store into a part of it', '*(u16 *)(r10 - 12) = 1'],
  [
    'a store at an offset that is not constant',
    'r2 = *(u32 *)(r1 + 0); r2 &= 8; r3 = r10; r3 += -24; r3 += r2; *(u8 *)(r3 + 0) = 1',
  ],
])('a spilled context does not survive %s', (_, middle) => {
  expect(verified(spilled(middle))).toContain('r0 = *(u32 *)(r1 + 0)');
});

test('until 6.17 a buffer that is read counted as overwritten', () => {
  const source = spilled(`${keyAt(-16)}; call 1`);
  expect(verified(source, 'sched_cls', 'v61')).toContain('r0 = *(u32 *)(r1 + 0)');
});

test('a slot that holds the context on one path only cannot be read through', () => {
  const source = `
    r6 = r1
    r2 = *(u32 *)(r1 + 0)
    *(u64 *)(r10 - 8) = r2
    if r2 == 7 goto other
    *(u64 *)(r10 - 8) = r6
  other:
    r1 = *(u64 *)(r10 - 8)
    r0 = *(u32 *)(r1 + 0)
    exit`;
  expect(() => verified(source)).toThrow('same insn cannot be used with different pointers');
});

const deadUnless = (known: boolean) => (known ? 'not' : 'is');
test.each([
  ['8 bytes stored, 8 read', '*(u64 *)(r10 - 8) = 5; r1 = *(u64 *)(r10 - 8)', true],
  ['4 stored, 4 read', '*(u32 *)(r10 - 8) = 5; r1 = *(u32 *)(r10 - 8)', true],
  ['8 stored, 2 read', '*(u64 *)(r10 - 8) = 5; r1 = *(u16 *)(r10 - 8)', true],
  ['2 stored, 4 read', '*(u16 *)(r10 - 8) = 5; r1 = *(u32 *)(r10 - 8)', false],
  ['not at the start of a slot', '*(u32 *)(r10 - 4) = 5; r1 = *(u32 *)(r10 - 4)', false],
  ['a register', 'r1 = 5; *(u8 *)(r10 - 8) = r1; r1 = *(u8 *)(r10 - 8)', true],
  ['a frozen constant', 'r2 = map_value constants + 0 ll; r1 = *(u32 *)(r2 + 0)', true],
])('a constant through memory, %s', (_, source, known) => {
  const text = verified(`${source}; if r1 == 5 goto yes; r0 = 77; exit\nyes: r0 = 1; exit`);
  expect(`${deadUnless(known)} ${text.includes('r0 = 77')}`).toBe(known ? 'not false' : 'is true');
});

test('a sign-extended load of a frozen constant', () => {
  const source =
    'r2 = map_value constants + 4 ll; r1 = *(s32 *)(r2 + 0); if r1 == -2 goto y; r0 = 77; ' +
    'exit\ny: r0 = 1; exit';
  expect(verified(source)).not.toContain('r0 = 77');
});

test('a store into frozen constants is refused', () => {
  expect(() =>
    verified('r2 = map_value constants + 0 ll; *(u32 *)(r2 + 0) = 1; r0 = 0; exit'),
  ).toThrow('instruction 2: write into map forbidden, value_size=8 off=0 size=4');
});

const lookUp = (map: string, key: number): string => `
  *(u32 *)(r10 - 8) = ${key}; r2 = r10; r2 += -8; r1 = map ${map} ll; call 1
  if r0 != 0 goto there; r0 = 77; exit
there: if r0 == 0 goto gone; r0 = 1; exit
gone: r0 = 88; exit`;

test('an element is NULL or it is not, never both; constant keys of arrays find their elements', () => {
  expect(verified(lookUp('table', 1))).toContain('r0 = 77');
  expect(verified(lookUp('table', 1))).not.toContain('r0 = 88');
  expect(verified(lookUp('numbers', 3))).not.toContain('r0 = 77');
  expect(verified(lookUp('numbers', 4))).toContain('r0 = 77');
  expect(verified(lookUp('numbers', 3), 'xdp', 'v61')).toContain('r0 = 77');
});

test('what a function leaves in R0 is checked only if its caller reads it', () => {
  expect(verified('call f; r0 = 2; exit\nf: r1 = 0; exit')).toContain('r0 = 2');
  expect(() => verified('call f; exit\nf: r1 = 0; exit')).toThrow('instruction 1: R0 !read_ok');
  expect(() => verified('r1 = 0; exit')).toThrow('instruction 1: R0 !read_ok');
});

const store = (through: string): string =>
  'r2 = *(u32 *)(r1 + 76); r3 = *(u32 *)(r1 + 80); r4 = r2; r4 += 8; if r4 > r3 goto +1; ' +
  `${through}; r0 = 0; exit`;

test('tc programs that write into the packet get their own copy of it first', () => {
  const prologue = 'r6 = *(u8 *)(r1 + 126)';
  expect(verified(store('*(u8 *)(r2 + 0) = 1'))).toMatch(/^r6 = \*\(u8 \*\)\(r1 \+ 126\)\n/);
  expect(verified(store('r0 = *(u8 *)(r2 + 0)'))).not.toContain(prologue);
  const xdp = 'r2 = *(u32 *)(r1 + 0); *(u8 *)(r2 + 0) = 1; r0 = 0; exit';
  expect(verified(xdp, 'xdp')).not.toContain(prologue);
});

test.each([
  ['*(u32 *)(r1 + 12) = 3', '*(u16 *)(r1 + 124) = 3'],
  ['*(u32 *)(r1 + 12) = 65535', 'goto +0'],
  ['r2 = 3; *(u32 *)(r1 + 12) = r2', 'if r2 >= 65535 goto +1'],
  ['*(u32 *)(r1 + 44) = 3', '*(u16 *)(r1 + 132) = 3'],
  ['*(u32 *)(r1 + 72) = 3', '*(u16 *)(r1 + 46) = 3'],
  ['r2 = *(u64 *)(r1 + 48)', 'r2 = *(u64 *)(r1 + 48)'],
  ['*(u8 *)(r1 + 53) = 3', '*(u8 *)(r1 + 53) = 3'],
  ['r2 = *(u32 *)(r1 + 20)', 'if r2 == 0 goto +1'],
  ['r2 = *(s16 *)(r1 + 16)', 'r2 = (s16)r2'],
])('context: %s', (source, becomes) => {
  expect(verified(`${source}; r0 = 0; exit`)).toContain(becomes);
});

test('helpers of other program types, and arguments that must be maps', () => {
  expect(() => verified('r2 = 0; r3 = 0; call 53; exit')).toThrow(
    'instruction 2: program of this type cannot use helper bpf_sock_map_update#53',
  );
  expect(verified('r2 = 0; r3 = 0; call 53; exit'.replace('53', '23'), 'xdp')).toContain('call');
  expect(() => verified('r2 = r10; call 1; exit')).toThrow(
    'R1 of bpf_map_lookup_elem must be a map',
  );
  expect(() => verified('r2 = 1; r3 = 0; r4 = r10; r5 = 8; call 25; exit')).toThrow(
    'R2 of bpf_perf_event_output must be a map',
  );
});

test('a lookup that three paths reach with two maps is of none of them', () => {
  const source = `
    *(u64 *)(r10 - 8) = 0
    r6 = *(u32 *)(r1 + 0)
    r1 = map numbers ll
    r7 = 1
    if r6 == 1 goto look
    r1 = map table ll
    r7 = 2
    if r6 == 2 goto look
    r1 = map numbers ll
    r7 = 3
  look:
    r2 = r10
    r2 += -8
    call 1
    if r7 == 1 goto out
    r7 = 0
  out:
    r0 = r7
    exit`;
  const program = assemble(source, {name: 'p', type: 'sched_cls', maps});
  const {lookups} = walkProgram(program, 'v6.18', linuxContextFields.sched_cls);
  expect([...lookups.values()]).toEqual([null]);
});
