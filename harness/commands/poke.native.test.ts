import {describe, expect, test} from 'vitest';
import {runCli} from '../cli.ts';
import type {Io} from '../command/command.ts';

const run = async (...argv: string[]): Promise<{code: number; out: string; err: string}> => {
  const written = {out: '', err: ''};
  const io: Io = {
    out: (text) => void (written.out += text),
    err: (text) => void (written.err += text),
    errIsTerminal: false,
    outIsTerminal: false,
    cwd: process.cwd(),
    env: {},
    now: () => new Date(0),
    stdin: async () => Buffer.alloc(0),
  };
  return {code: await runCli(io, argv), ...written};
};

test(
  'explore prints the state table of the thread, the transitions, the findings and the ' +
    'shortest way',
  async () => {
    const {code, out} = await run('poke', 'explore', '--protocol', 'rfc1');
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
    "protocol rfc1: the RFC of 2 July 2020: the target keeps its jump when the slot is emptied
    2 CPUs, 4 operations, every order and interleaving: 3612 states, 10529 moves

         bypass unwind target
      A  nop    unwind nop    never    forbidden: unwinds the frame, then falls through
      B  nop    unwind tail   reached  active
      C  skip   unwind nop    reached  start, inactive
      D  skip   unwind tail   reached  inactive, target armed

      first install  C -> D(f1) -> B(f1)
      replace        B(f1) -> B(f2)
      remove         B(f2) -> D(f2)
      install again  D(f2) -> D(f3) -> B(f3)

      unwinds without a jump                          cannot happen
      jumps into a target freed at once               can happen, in 9 steps
      jumps into a target freed after a grace period  cannot happen
      state A                                         cannot happen
      back in state C                                 cannot happen
      (kernels free a program after a grace period; "at once" shows who relies on it)

    shortest way to: jumps into a target freed at once
       1  CPU 0    C      enters the program
       2  updater  C      installs f1
       3  updater  D(f1)  target := jmp f1
       4  updater  B(f1)  bypass := nop
       5  CPU 0    B(f1)  bypass is a nop: continues
       6  CPU 0    B(f1)  unwinds its frame
       7  updater  B(f1)  removes f1
       8  updater  D(f1)  bypass := skip
       9  CPU 0    D(f1)  target jumps to f1, which is out of the slot
    "
  `);
  },
);

test('explore --json covers all protocols', async () => {
  const {out} = await run('poke', 'explore', '--cpus', '1', '--operations', '2', '--json');
  const {schema, protocols} = JSON.parse(out) as {
    schema: string;
    protocols: {protocol: string; findings: {event: string; possible: boolean}[]}[];
  };
  expect(schema).toBe('jitstat/poke-explore/1');
  expect(
    protocols.map(({protocol, findings}) => [
      protocol,
      findings.filter(({possible}) => possible).map(({event}) => event),
    ]),
  ).toEqual([
    ['rfc1', ['jumps into a target freed at once']],
    ['rfc1-naive', ['unwinds without a jump', 'state A', 'back in state C']],
    ['merged', ['back in state C']],
    ['merged-without-grace-period', ['unwinds without a jump', 'back in state C']],
  ]);
});

describe('a mistake is answered with a hint', () => {
  test.each([
    [['poke'], /needs to know what to do/],
    [['poke', 'stres'], /Did you mean 'stress'/],
    [['poke', 'constructor'], /poke cannot 'constructor'/],
    [['poke', 'explore', '--cpus', '4'], /--cpus takes a whole number from \d to \d, not '4'/],
    [['poke', 'explore', '--operations', 'x'], /--operations takes a whole number .*, not 'x'/],
    [['poke', 'explore', '--protocol', 'v58'], /no poke protocol 'v58'/],
    [['poke', 'explore', 'more'], /takes no argument 'more'/],
    [['poke', 'stress', '--order', 'left'], /--order does not know 'left'/],
    [['poke', 'stress', '--order', 'right', '--protocol', 'rfc1'], /say the same thing twice/],
    [['poke', 'stress', '--variant', 'v59'], /no variant 'v59'/],
    [['poke', 'stress', '--variant', 'v58', '--order', 'wrong'], /patches one location/],
    [
      ['poke', 'stress', '--seconds', '0'],
      /--seconds takes a whole number from 1 to 3600, not '0'/,
    ],
  ])('%j', async (argv, message) => {
    const {code, out, err} = await run(...argv);
    expect({code, out}).toEqual({code: 2, out: ''});
    expect(err).toMatch(message);
    expect(err).toMatch(/hint: /);
  });
});

describe('live patching', () => {
  const stress = async (...argv: string[]) => {
    const {code, out} = await run('poke', 'stress', '--json', ...argv);
    return {
      code,
      result: JSON.parse(out) as {
        status: string;
        what: string;
        executions: number;
        pokes: number;
        wrong: number;
      },
    };
  };

  test.each(['v58', 'rfc1', 'v510', 'v618'])(
    '%s under the merged protocol: nothing goes wrong',
    async (variant) => {
      const {code, result} = await stress('--seconds', '1', '--variant', variant);
      expect({code, ...result}).toMatchObject({code: 0, status: 'ok', what: '', wrong: 0});
      expect(result.executions).toBeGreaterThan(0);
      expect(result.pokes).toBeGreaterThan(0);
    },
  );

  test.each(['rfc1', 'v510', 'v618'])(
    '%s in the wrong order: caught at the first wrong result',
    async (variant) => {
      const {code, result} = await stress(
        '--seconds',
        '300',
        '--variant',
        variant,
        '--order',
        'wrong',
      );
      expect(code).toBe(1);
      expect(result.status).toMatch(/^(wrong|crash)$/);
      expect(result.what).not.toBe('');
    },
  );
});

test('list names every workload and variant in one line each', async () => {
  const {out} = await run('list');
  const {workloads, variants} = JSON.parse((await run('list', '--json')).out) as Record<
    string,
    {name: string}[]
  >;
  const lines = out.split('\n').map((line) => line.trim().split(/\s/)[0]);
  for (const {name} of [...workloads, ...variants])
    expect(lines.filter((each) => each === name)).toHaveLength(1);
  expect(workloads.length).toBeGreaterThan(50);
});
