import {describe, expect, test} from 'vitest';
import type {VerifierRules} from '../../types.ts';
import {formatProgram} from '../text/format-insn.ts';
import {program, rfc1, run, tail, v510, v58, v61, v618} from '../testdata/verifying.ts';

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
