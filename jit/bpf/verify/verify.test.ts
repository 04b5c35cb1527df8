import {describe, expect, test} from 'vitest';
import {Refusal} from '../../refusal.ts';
import type {MapSpec, VerifierRules} from '../../types.ts';
import {assemble} from '../text/assemble.ts';
import {linuxContextFields} from './context-fields.ts';
import {formatProgram} from '../text/format-insn.ts';
import {verify} from './verify.ts';
import type {VerifyEnv} from './verify.ts';

const maps: readonly MapSpec[] = [
  {name: 'jt', type: 'prog_array', keyBytes: 4, valueBytes: 4, maxEntries: 3},
  {name: 'other', type: 'prog_array', keyBytes: 4, valueBytes: 4, maxEntries: 3},
  {name: 'data', type: 'array', keyBytes: 4, valueBytes: 12, maxEntries: 1},
];
const env: VerifyEnv = {
  mapAddress: (map) => 0xffff888812345000n + BigInt(map * 16),
  mapValueAddress: () => 0xffff888812345700n,
  helperAddressMinusCallBase: (id) => id * 16,
  contextFields: linuxContextFields,
};
const v58: VerifierRules = {
  tailCallsInSubprograms: 'refuse',
  clampStackTo512: true,
  frameRounding: 32,
  ownTailCallReaches: false,
  propagatesReach: false,
  isa: 'v5.8',
  divisionRewrite: 'old',
};
const rfc1: VerifierRules = {...v58, tailCallsInSubprograms: 'allow', clampStackTo512: false};
const v510: VerifierRules = {
  ...rfc1,
  tailCallsInSubprograms: 'allow-256',
  propagatesReach: true,
  isa: 'v5.10',
};
const v61: VerifierRules = {...v510, isa: 'v6.1', divisionRewrite: 'new'};
const v618: VerifierRules = {...v61, frameRounding: 16, ownTailCallReaches: true, isa: 'v6.18'};

const program = (source: string) => assemble(source, {name: 'p', type: 'sched_cls', maps});
const run = (source: string, rules: VerifierRules = v618, more: Partial<VerifyEnv> = {}) =>
  verify(program(source), rules, {...env, ...more});
const text = (source: string, rules: VerifierRules = v618, more: Partial<VerifyEnv> = {}) =>
  formatProgram(run(source, rules, more).insns, {verified: true}).split('\n');
const tail = (slot: string): string => `r1 = r6; r2 = map jt ll; ${slot}; call 12`;

test('paths through one function after another come together where each returns', () => {
  const calls = Array.from({length: 40}, () => 'r1 = r6\ncall two').join('\n');
  const source =
    `r6 = r1\n${calls}` +
    `\nexit\n.func two\nr0 = *(u32 *)(r1 + 0)\nif r0 > 9 goto big\nr0 = 0\nexit\nbig: r0 = 1\nexit`;
  expect(run(source).functions).toHaveLength(2);
});

describe('tail calls', () => {
  test('a constant slot is direct, with a descriptor; the map is an address', () => {
    const out = run(`r6 = r1; ${tail('r3 = 2')}; r0 = 3; exit`);
    expect(formatProgram(out.insns, {verified: true}).split('\n')).toEqual([
      'r6 = r1',
      'r1 = r6',
      'r2 = 0xffff888812345000 ll',
      'r3 = 2',
      'tail call 1',
      'r0 = 3',
      'exit',
    ]);
    expect(out.descriptors).toEqual([{map: 0, key: 2}]);
    expect(out.functions).toEqual([
      {start: 0, base: 0n, stackDepth: 0, tailCallReachable: true, subprogram: false},
    ]);
    expect([...(out.origin ?? [])]).toEqual([0, 1, 2, 2, 4, 5, 6, 7]);
  });
  test('each call has a separate descriptor', () => {
    expect(run(`r6 = r1; ${tail('r3 = 1')}; ${tail('r3 = 1')}; r0 = 3; exit`).descriptors).toEqual([
      {map: 0, key: 1},
      {map: 0, key: 1},
    ]);
  });
  test.each([
    ['a slot out of range', tail('r3 = 3')],
    ['a slot from the context', tail('r3 = *(u32 *)(r6 + 0)')],
    [
      'slots that differ by path',
      tail('r3 = 1; r4 = *(u32 *)(r6 + 0); if r4 == 7 goto next; r3 = 2; next:'),
    ],
    [
      'maps that differ by path',
      'r1 = r6; r2 = map jt ll; r4 = *(u32 *)(r6 + 0); if r4 == 7 goto next; r2 = map ' +
        'other ll; next: r3 = 1; call 12',
    ],
  ])('%s is indirect', (_, source) => {
    const out = run(`r6 = r1; ${source}; r0 = 3; exit`);
    expect(out.descriptors).toEqual([]);
    expect(formatProgram(out.insns, {verified: true})).toContain('tail call\n');
  });
  test.each([
    [
      'the same slot on both paths',
      tail('r4 = *(u32 *)(r6 + 0); if r4 == 7 goto b; r3 = 2; goto c; b: r3 = 2; c:'),
    ],
    ['a slot that a comparison has fixed', tail('r3 = *(u32 *)(r6 + 0); if r3 != 2 goto out')],
    [
      'a slot spilled to the stack',
      `r5 = 2; *(u64 *)(r10 - 8) = r5; ${tail('r3 = *(u64 *)(r10 - 8)')}`,
    ],
    ['a slot that was computed', tail('r3 = 7; r3 >>= 1; r3 -= 1')],
  ])('%s is direct', (_, source) => {
    expect(run(`r6 = r1; ${source}\nout: r0 = 3; exit`).descriptors).toEqual([{map: 0, key: 2}]);
  });
  test.each([
    [
      'R1 is not the context',
      'r6 = r1; r1 = r10; r2 = map jt ll; r3 = 0; call 12; r0 = 0; exit',
      'instruction 5: R1 of a tail call must be the context',
    ],
    [
      'R2 is another map',
      'r2 = map data ll; r3 = 0; call 12; r0 = 0; exit',
      'instruction 3: cannot pass map_type array into func bpf_tail_call#12',
    ],
    [
      'R2 is not a map',
      'r2 = 0; r3 = 0; call 12; r0 = 0; exit',
      'instruction 2: R2 of a tail call must be one map on each path',
    ],
    [
      'R1 is read afterwards',
      'r2 = map jt ll; r3 = 0; call 12; r0 = r1; exit',
      'instruction 4: R1 !read_ok',
    ],
    [
      'R0 is read afterwards',
      'r2 = map jt ll; r3 = 0; call 12; exit',
      'instruction 4: R0 !read_ok',
    ],
    ['nothing is returned', 'r2 = map jt ll; exit', 'instruction 2: R0 !read_ok'],
  ])('refused: %s', (_, source, message) => {
    expect(() => run(source)).toThrow(message);
  });
});

describe('tail calls together with functions', () => {
  const mixed = `r6 = r1; ${tail('r3 = 0')}; call f; exit\nf: r0 = 1; exit`;
  test('v58 refuses in its own words, rfc1 allows', () => {
    expect(() => run(mixed, v58)).toThrow(
      /tail_calls are not allowed in programs with bpf-to-bpf calls$/,
    );
    expect(run(mixed, rfc1).functions.map(({tailCallReachable}) => tailCallReachable)).toEqual([
      false,
      false,
    ]);
  });
  test('v58 gives the program 512 bytes, others what it uses', () => {
    const source = `*(u64 *)(r10 - 16) = 1; r6 = r1; ${tail('r3 = 0')}; r0 = 0; exit`;
    expect(
      [v58, rfc1, v510, v61, v618].map((rules) => run(source, rules).functions[0].stackDepth),
    ).toEqual([512, 16, 16, 16, 16]);
    expect(run('*(u64 *)(r10 - 16) = 1; r0 = 0; exit', v58).functions[0].stackDepth).toBe(16);
  });

  const deep = (bytes: number): string =>
    `r6 = r1; *(u64 *)(r10 - ${bytes}) = 1; r1 = r6; call f; exit\nf: r6 = r1; ` +
    `${tail('r3 = 0')}; r0 = 1; exit`;
  test.each([
    [v510, 224, null],
    [v510, 225, 256],
    [v510, 256, 256],
    [v61, 256, 256],
    [v618, 240, null],
    [v618, 241, 256],
    [v618, 256, 256],
    [rfc1, 256, null],
  ] as const)('the 256-byte rule %#', (rules, bytes, sum) => {
    if (sum === null) run(deep(bytes), rules);
    else
      expect(() => run(deep(bytes), rules)).toThrow(
        `tail_calls are not allowed when call stack of previous frames is ${sum} bytes. Too large`,
      );
  });
  test('the frames of a chain share 512 bytes', () => {
    const source =
      '*(u64 *)(r10 - 256) = 1; call f; exit\nf: *(u64 *)(r10 - 256) = 1; r0 = 0; exit';
    expect(run(source).functions.map(({stackDepth}) => stackDepth)).toEqual([256, 256]);
    expect(() => run(source.replace('256', '257'))).toThrow(
      'combined stack size of 2 calls is 528. Too large',
    );
    expect(() => run(source.replace('256', '257'), v510)).toThrow(
      'combined stack size of 2 calls is 544. Too large',
    );
  });
  test('recursion is refused', () => {
    expect(() => run('call f; exit\nf: call f; exit')).toThrow(
      'the call stack of 9 frames is too deep',
    );
  });
});

describe('descriptors are handed to functions', () => {
  const source = (
    `r6 = r1; call f; ${tail('r3 = 0')}; r0 = 0; exit\nf: r6 = r1; ` +
    `${tail('r3 = 1')}; ${tail('r3 = 2')}; r0 = 1; exit`
  ).replace('call f', 'r1 = r6; call f');
  test.each([
    [
      'the RFC copies all to each',
      rfc1,
      [
        [0, 1, 2],
        [0, 1, 2],
      ],
    ],
    ['5.10 hands out by instruction', v510, [[0], [1, 2]]],
    [
      'later versions share one table',
      v618,
      [
        [0, 1, 2],
        [0, 1, 2],
      ],
    ],
  ])('%s', (_, rules, handed) => {
    expect(run(source, rules).handed).toEqual(handed);
  });
  test('the bound of 5.10 takes in the first instruction of the next function', () => {
    const first =
      'r6 = r1; r1 = r6; r2 = map jt ll; r3 = 1; call f; exit\nf: call 12; r0 = 0; exit';
    expect(run(first, v510).handed).toEqual([[0], [0]]);
  });
});

describe('which functions tail calls reach', () => {
  const main = (calls: string): string =>
    `r6 = r1; ${calls
      .split('')
      .map((name) => `r1 = r6; call ${name}`)
      .join(';')}; r0 = 0; exit`;
  const functions = {
    A: `A: r6 = r1; ${tail('r3 = 0')}; r0 = 0; exit`,
    B: 'B: call C; exit',
    C: 'C: r0 = 0; exit',
    P: 'P: r0 = 0; exit',
  };
  const reach = (source: string, rules: VerifierRules) => {
    const named = program(source);
    return run(source, rules)
      .functions.map(
        ({start, tailCallReachable}) =>
          `${named.functions.find((one) => one.start === start)?.name}${tailCallReachable ? '+' : '-'}`,
      )
      .join(' ');
  };
  const all = (calls: string, order: readonly (keyof typeof functions)[]): string =>
    [main(calls), ...order.map((name) => functions[name])].join('\n');
  test('B calls nothing that tail-calls, but is marked if it is called after A', () => {
    expect(reach(all('AB', ['A', 'B', 'C']), v510)).toBe('p+ A- B+ C-');
    expect(reach(all('BA', ['A', 'B', 'C']), v510)).toBe('p+ A- B- C-');
    expect(reach(all('AB', ['A', 'B', 'C']), v618)).toBe('p+ A+ B+ C-');
    expect(reach(all('BA', ['A', 'B', 'C']), v618)).toBe('p+ A+ B- C-');
  });
  test('a function that only tail-calls itself is left to the emitter before 6.12', () => {
    expect(reach(`r6 = r1; ${tail('r3 = 0')}; r0 = 0; exit`, v61)).toBe('p-');
    expect(reach(`r6 = r1; ${tail('r3 = 0')}; r0 = 0; exit`, v618)).toBe('p+');
  });
  test('a dead tail call counts in 6.18; a function called only from dead code vanishes', () => {
    const source = (
      `r0 = 0; if r0 == 0 goto out; call P; r6 = r1; ${tail('r3 = 0')}\nout: r0 = 0; exit\n` +
      `${functions.P}`
    ).replace('call P; r6 = r1', 'r6 = r1; call P');
    const out = run(source);
    expect(out.functions).toHaveLength(1);
    expect(out.functions[0].tailCallReachable).toBe(true);
    expect(out.descriptors).toEqual([]);
    expect(formatProgram(out.insns)).toBe('r0 = 0\nr0 = 0\nexit');
    expect(run(source, v61).functions[0].tailCallReachable).toBe(false);
  });
});

describe('rewrites', () => {
  test('calls carry function numbers and helper offsets', () => {
    expect(text('call f; call 5; exit\nf: r0 = 0; exit')).toEqual([
      'call function 1',
      'call helper at callBase + 80',
      'exit',
      'r0 = 0',
      'exit',
    ]);
  });
  test('divisions, old and new', () => {
    const source = 'r0 = *(u32 *)(r1 + 0); r2 = r0; w0 %= w2; r0 /= r2; exit';
    const load = 'r0 = *(u32 *)(r1 + 112)';
    expect(text(source, v510)).toEqual([
      load,
      'r2 = r0',
      'w2 = w2',
      'if r2 == 0 goto +1',
      'w0 %= w2',
      'if r2 != 0 goto +2',
      'w0 ^= w0',
      'goto +1',
      'r0 /= r2',
      'exit',
    ]);
    expect(text(source, v61)).toEqual([
      load,
      'r2 = r0',
      'if w2 == 0 goto +2',
      'w0 %= w2',
      'goto +1',
      'w0 = w0',
      'if r2 != 0 goto +2',
      'w0 ^= w0',
      'goto +1',
      'r0 /= r2',
      'exit',
    ]);
  });
  test('jumps over grown code go further, jumps to it land on its first word', () => {
    const out = text(
      'r0 = *(u32 *)(r1 + 0); r2 = 5; if r0 == 1 goto end; back: r0 /= r2; if r0 == 2 goto back; end: exit',
      v61,
    );
    expect(out).toEqual([
      'r0 = *(u32 *)(r1 + 112)',
      'r2 = 5',
      'if r0 == 1 goto +5',
      'if r2 != 0 goto +2',
      'w0 ^= w0',
      'goto +1',
      'r0 /= r2',
      'if r0 == 2 goto -5',
      'exit',
    ]);
  });
  test(
    'context fields: pointers are loaded whole, parts of fields shifted and masked, ' +
      'stores only if allowed',
    () => {
      expect(
        text(
          'r2 = *(u32 *)(r1 + 76); r3 = *(u32 *)(r1 + 80); r0 = *(u8 *)(r1 + 1); *(u32 *)(r1 + 8) = r0; exit',
        ),
      ).toEqual([
        'r2 = *(u64 *)(r1 + 200)',
        'r3 = *(u64 *)(r1 + 80)',
        'r0 = *(u32 *)(r1 + 112)',
        'w0 >>= 8',
        'w0 &= 255',
        '*(u32 *)(r1 + 164) = r0',
        'exit',
      ]);
      expect(() => run('r0 = *(u16 *)(r1 + 76); exit')).toThrow(
        'instruction 0: invalid bpf_context access off=76 size=2',
      );
      expect(text('r0 = *(u32 *)(r1 + 4); exit')).toEqual([
        'r0 = *(u8 *)(r1 + 128)',
        'w0 &= 7',
        'exit',
      ]);
      expect(() => run('r0 = *(u32 *)(r1 + 84); exit')).toThrow(
        'instruction 0: the context field napi_id is not supported by jitstat',
      );
      expect(() => run('r0 = 0; *(u32 *)(r1 + 0) = r0; exit')).toThrow(
        'instruction 1: invalid bpf_context access off=0 size=4',
      );
      expect(() => run('r1 += 4; r0 = *(u32 *)(r1 + 0); exit')).toThrow(
        'instruction 1: dereference of modified ctx ptr R1 off=4 disallowed',
      );
    },
  );
  test('values of maps are addresses; lookups in arrays are inlined on request', () => {
    expect(text('r1 = map_value data + 4 ll; r0 = *(u32 *)(r1 + 0); exit')[0]).toBe(
      'r1 = 0xffff888812345704 ll',
    );
    const lookup =
      '*(u32 *)(r10 - 4) = 0; r2 = r10; r2 += -4; r1 = map data ll; call 1; if r0 == 0 ' +
      'goto +1; r0 = *(u32 *)(r0 + 0); exit';
    expect(text(lookup)[4]).toBe('call helper at callBase + 16');
    expect(text(lookup, v618, {arrayValueOffset: 0x138}).slice(4, 11)).toEqual([
      'r1 += 312',
      'r0 = *(u32 *)(r2 + 0)',
      'if r0 >= 1 goto +3',
      'r0 <<= 4',
      'r0 += r1',
      'goto +1',
      'r0 = 0',
    ]);
  });
  test('a 32-bit compare-and-exchange clears the upper half of R0 if that can be seen', () => {
    const source = (last: string): string =>
      `*(u64 *)(r10 - 8) = 5; r0 = 5; r2 = 6; w0 = cmpxchg32_32(r10 - 8, w0, w2); ${last}; exit`;
    expect(text(source('r3 = r0'), v61)).toContain('w0 = w0');
    expect(text(source('w0 = w0; w0 += 1'), v61).filter((line) => line === 'w0 = w0')).toHaveLength(
      1,
    );
  });
});

describe('stack', () => {
  test.each([
    ['a copy of the frame pointer', 'r2 = r10; r2 += -24; *(u8 *)(r2 + 0) = 1; r0 = 0; exit', [24]],
    [
      'an index',
      'r2 = r10; r2 += -32; r3 = *(u32 *)(r1 + 0); r3 &= 7; r2 += r3; *(u8 *)(r2 + 0) = 1; r0 = 0; exit',
      [32],
    ],
    [
      'an argument of a helper',
      'r2 = r10; r2 += -4; *(u32 *)(r2 + 0) = 0; r1 = map data ll; call 1; r0 = 0; exit',
      [4],
    ],
    [
      'a frame that the callee writes to',
      'r1 = r10; r1 += -40; call f; r0 = 0; exit\nf: *(u64 *)(r1 + 0) = 1; r0 = 0; exit',
      [40, 0],
    ],
  ])('%s', (_, source, depths) => {
    expect(run(source).functions.map(({stackDepth}) => stackDepth)).toEqual(depths);
  });
  test.each([
    ['r2 = r10; r2 += 8; *(u64 *)(r2 + 0) = 1; r0 = 0; exit', 'invalid stack off=8 size=8'],
    ['r2 = r10; r2 += -508; *(u64 *)(r2 - 8) = 1; r0 = 0; exit', 'invalid stack off=-516 size=8'],
    ['r2 = r10; *(u32 *)(r10 - 8) = r2; r0 = 0; exit', 'invalid size of register spill'],
    ['r2 = r10; *(u64 *)(r10 - 12) = r2; r0 = 0; exit', 'invalid size of register spill'],
    [
      'r2 = r10; r2 &= -8; *(u64 *)(r2 - 8) = 1; r0 = 0; exit',
      'same insn cannot be used with different pointers',
    ],
    ['r0 = r10; call f; exit\nf: r0 = r10; exit', 'cannot return stack pointer to the caller'],
    [
      'r1 = r10; r1 += -8; call f; exit\nf: *(u64 *)(r1 + 0) = r10; r0 = 0; exit',
      'cannot spill pointers to stack into stack frame of the caller',
    ],
  ])('refused: %s', (source, message) => {
    expect(() => run(source)).toThrow(message);
  });
  test('a context pointer comes back whole from the stack', () => {
    expect(
      text('*(u64 *)(r10 - 8) = r1; r2 = *(u64 *)(r10 - 8); r0 = *(u32 *)(r2 + 0); exit')[2],
    ).toBe('r0 = *(u32 *)(r2 + 112)');
  });
});

test('every refusal is a Refusal with a hint', () => {
  for (const source of [
    'r0 = r5; exit',
    'call f; exit\nf: call f; exit',
    'r0 = *(u32 *)(r1 + 1000); exit',
  ]) {
    try {
      run(source);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(Refusal);
      expect((error as Refusal).hint).not.toBe('');
    }
  }
});
