import {describe, expect, test} from 'vitest';
import type {MapSpec, Program} from '../../types.ts';
import {assemble} from '../text/assemble.ts';
import {createWorld, interpret} from './interpret.ts';
import type {InterpretOptions} from './interpret.ts';

const maps: readonly MapSpec[] = [
  {name: 'jt', type: 'prog_array', keyBytes: 4, valueBytes: 4, maxEntries: 4},
  {
    name: 'numbers',
    type: 'array',
    keyBytes: 4,
    valueBytes: 8,
    maxEntries: 2,
    initial: Uint8Array.of(7, 0, 0, 0, 0, 0, 0, 0),
  },
  {name: 'table', type: 'hash', keyBytes: 4, valueBytes: 8, maxEntries: 2},
];
const program = (source: string, name = 'p'): Program =>
  assemble(source, {name, type: 'xdp', maps});
const run = (source: string, options: InterpretOptions = {}) => interpret(program(source), options);

describe('arithmetic at the edges', () => {
  test.each([
    ['division by zero gives 0', 'r0 = 5; r1 = 0; r0 /= r1', 0n],
    ['modulo by zero leaves the destination', 'r0 = 5; r1 = 0; r0 %= r1', 5n],
    ['32-bit modulo by zero clears the upper half', 'r0 = -1; r1 = 0; w0 %= w1', 0xffff_ffffn],
    ['signed overflow wraps', 'r0 = 0x8000000000000000 ll; r1 = -1; r0 s/= r1', 1n << 63n],
    ['signed 32-bit overflow wraps', 'w0 = 0x80000000; w1 = -1; w0 s/= w1', 0x8000_0000n],
    ['signed division truncates', 'r0 = -13; r0 s/= 3', BigInt.asUintN(64, -4n)],
    ['signed modulo has the sign of the dividend', 'r0 = -13; r0 s%= 3', BigInt.asUintN(64, -1n)],
    ['unsigned division by a negative immediate sign-extends it', 'r0 = -1; r0 /= -1', 1n],
    ['64-bit shifts are masked', 'r0 = 1; r1 = 65; r0 <<= r1', 2n],
    ['32-bit shifts are masked', 'w0 = 1; w1 = 33; w0 <<= w1', 2n],
    ['arithmetic shift of 32 bits clears the upper half', 'r0 = -8; w0 s>>= 1', 0xffff_fffcn],
    ['swaps of 16 bits clear the rest', 'r0 = -1; r0 = be16 r0', 0xffffn],
    ['movsx to 32 bits', 'r1 = 0x80; w0 = (s8)w1', 0xffff_ff80n],
    ['comparison of 32 bits', 'r0 = 1; r1 = 0x100000001 ll; if w1 == 1 goto +1; r0 = 2', 1n],
  ])('%s', (_, source, value) => {
    expect(run(`${source}; exit`)).toMatchObject({kind: 'returned', value});
  });
});

describe('memory', () => {
  test.each([
    [
      'read below the stack',
      'r1 = r10; r1 += -50000; r0 = *(u8 *)(r1 + 0); exit',
      2,
      /^read 1 bytes at 0x/,
    ],
    ['write above the stack', 'r0 = 0; *(u64 *)(r10 - 4) = r0; exit', 1, /^wrote 8 bytes at/],
    [
      'read of nothing',
      'r1 = 0; r0 = *(u32 *)(r1 + 0); exit',
      1,
      /^read 4 bytes at 0x0, which is not in any memory$/,
    ],
    ['bad helper', 'call 5; exit', 0, /^helper 5 is not there/],
    ['an endless chain', 'f: call f; exit', 0, /^the call stack is too deep$/],
    ['falling off the end', 'r0 = 0', 1, /^left the program$/],
  ])('%s is a fault with its place', (_, source, insn, reason) => {
    expect(run(source)).toMatchObject({
      kind: 'fault',
      insn,
      reason: expect.stringMatching(reason) as string,
    });
  });
  test('an endless loop reaches the step limit', () => {
    expect(run('r0 = 0; goto -1; exit', {stepLimit: 100})).toEqual({
      kind: 'step-limit',
      steps: 101,
      tailCalls: 0,
    });
  });
  test('read-only regions', () => {
    const world = createWorld(
      [],
      [{name: 'text', base: 0x1000n, bytes: Uint8Array.of(9), readOnly: true}],
    );
    expect(run('r1 = 0x1000; r0 = *(u8 *)(r1 + 0); exit', {world})).toMatchObject({value: 9n});
    expect(run('r1 = 0x1000; *(u8 *)(r1 + 0) = 1; exit', {world})).toMatchObject({kind: 'fault'});
  });
  test('a callee keeps the registers and the stack of its caller', () => {
    expect(
      run(
        'r6 = 6; *(u64 *)(r10 - 8) = r6; r1 = r10; r1 += -8; call f; r0 += r6; exit\n' +
          'f: r6 = 1; r0 = *(u64 *)(r1 + 0); *(u64 *)(r10 - 8) = r6; exit',
      ),
    ).toMatchObject({value: 12n});
  });
});

describe('maps', () => {
  const key = (value: number): string => `*(u32 *)(r10 - 4) = ${value}; r2 = r10; r2 += -4;`;
  test('arrays: first contents, lookup out of range, update', () => {
    expect(run(`${key(0)} r1 = map numbers ll; call 1; r0 = *(u64 *)(r0 + 0); exit`)).toMatchObject(
      {value: 7n},
    );
    expect(run(`${key(2)} r1 = map numbers ll; call 1; exit`)).toMatchObject({value: 0n});
    expect(
      run(
        `${key(1)} *(u64 *)(r10 - 16) = 5; r3 = r10; r3 += -16; r4 = 0; ` +
          `r1 = map numbers ll; call 2; ${key(1)} r1 = map numbers ll; call 1; r0 = *(u64 *)(r0 + 0); exit`,
      ),
    ).toMatchObject({value: 5n});
  });
  test('hashes: full, deleted, kept between runs', () => {
    const world = createWorld(maps);
    const put = (value: number) =>
      run(
        `${key(value)} *(u64 *)(r10 - 16) = ${value}; r3 = r10; r3 += -16; r4 = 0; ` +
          'r1 = map table ll; call 2; exit',
        {world},
      );
    expect(
      [put(1), put(2), put(3), put(1)].map(
        (outcome) => outcome.kind === 'returned' && BigInt.asIntN(64, outcome.value),
      ),
    ).toEqual([0n, 0n, -7n, 0n]);
    expect(run(`${key(1)} r1 = map table ll; call 3; exit`, {world})).toMatchObject({value: 0n});
    expect(run(`${key(1)} r1 = map table ll; call 3; exit`, {world})).toMatchObject({
      value: BigInt.asUintN(64, -2n),
    });
    expect([...world.maps.get('table')!.values().keys()]).toEqual(['02000000']);
  });
});

describe('tail calls', () => {
  const counting = program(
    'r6 = r1; r1 = map_value numbers ll; r0 = *(u64 *)(r1 + 0); r0 += 1; ' +
      '*(u64 *)(r1 + 0) = r0; r1 = r6; r2 = map jt ll; r3 = 0; call 12; r0 = 77; exit',
    'counting',
  );
  const single = [
    maps[0],
    {...maps[1], maxEntries: 1, initial: undefined},
  ] as unknown as readonly MapSpec[];
  const play = (options: InterpretOptions, entry: Program = counting) => {
    const world = createWorld(single);
    world.maps.get('jt')!.programs.set(0, counting);
    const outcome = interpret(entry, {...options, world});
    return {...outcome, count: world.maps.get('numbers')!.values().get('00000000')![0]};
  };
  test('33 succeed, so 34 runs', () => {
    expect(play({})).toMatchObject({kind: 'returned', value: 77n, tailCalls: 33, count: 34});
  });
  test('misses count where they did before 6.12', () => {
    const misses = program(
      `r6 = r1; ${'r1 = r6; r2 = map jt ll; r3 = 1; call 12; '.repeat(10)} r1 = r6; ` +
        'r2 = map jt ll; r3 = 0; call 12; r0 = 1; exit',
    );
    expect(play({}, misses).count).toBe(33);
    expect(play({countMisses: true}, misses).count).toBe(23);
  });
  test('who counts, seen from two calls of a function that tail-calls', () => {
    const twice = program(
      'r6 = r1; call f; r1 = r6; call f; r0 = 2; exit\nf: r2 = map jt ll; r3 = 0; call 12; r0 = 1; exit',
    );
    expect(play({tailCallCounter: 'shared'}, twice)).toMatchObject({tailCalls: 33, value: 2n});
    expect(play({tailCallCounter: 'inherited'}, twice)).toMatchObject({tailCalls: 66, value: 2n});
    expect(play({tailCallCounter: 'fresh'}, twice)).toMatchObject({tailCalls: 66, value: 2n});
  });
  test('an empty slot and a slot out of range fall through', () => {
    expect(run('r2 = map jt ll; r3 = 1; call 12; r0 = 3; exit')).toMatchObject({
      value: 3n,
      tailCalls: 0,
    });
    expect(run('r2 = map jt ll; r3 = 4; call 12; r0 = 3; exit')).toMatchObject({
      value: 3n,
      tailCalls: 0,
    });
  });
});

test('the context is whatever the caller provides', () => {
  const stored: unknown[] = [];
  const context = {
    load: (offset: number, bytes: number) => (offset === 8 ? BigInt(bytes) : undefined),
    store: (...args: unknown[]) => stored.push(args) > 0,
  };
  expect(run('r0 = *(u32 *)(r1 + 8); *(u32 *)(r1 + 12) = r0; exit', {context})).toMatchObject({
    value: 4n,
  });
  expect(stored).toEqual([[12, 4, 4n]]);
  expect(run('r0 = *(u32 *)(r1 + 4); exit', {context})).toMatchObject({kind: 'fault', insn: 0});
});
