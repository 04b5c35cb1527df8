import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {explore, findProtocol} from './explore.ts';
import {protocols} from './protocols.ts';
import {transitions} from './states.ts';

const canDo = (name: string): boolean[] => {
  const {traces} = explore(findProtocol(name), 2, 4);
  return (
    [
      'unwinds without a jump',
      'jumps into a target freed at once',
      'state A',
      'back in state C',
    ] as const
  ).map((event) => traces[event] !== undefined);
};

describe(
  'what each protocol can do, 2 CPUs and 4 operations: unwind without a jump, jump into ' +
    'a removed target, enter A, return to C',
  () => {
    const page = readFileSync(new URL('../../docs/poke.md', import.meta.url), 'utf8');
    test.each([
      ['rfc1', [false, true, false, false]],
      ['rfc1-naive', [true, false, true, true]],
      ['merged', [false, false, false, true]],
      ['merged-without-grace-period', [true, false, false, true]],
    ])('%s, and the page says so', (name, expected) => {
      expect(canDo(name)).toEqual(expected);
      expect(page).toContain(
        `| \`${name}\` | ${expected.map((can) => (can ? 'yes' : 'no')).join(' | ')} |`,
      );
    });
  },
);

test.each(protocols.map(({name}) => name))(
  '%s never jumps into a target that was freed after a grace period',
  (name) => {
    expect(
      explore(findProtocol(name), 2, 4).traces['jumps into a target freed after a grace period'],
    ).toBeUndefined();
  },
);

describe('the state paths of the thread', () => {
  test.each([
    ['rfc1', ['C D(f1) B(f1)', 'B(f1) B(f2)', 'B(f2) D(f2)', 'D(f2) D(f3) B(f3)']],
    ['merged', ['C D(f1) B(f1)', 'B(f1) B(f2)', 'B(f2) D(f2) (grace period) C', 'C D(f3) B(f3)']],
  ])('%s', (name, paths) => {
    expect(transitions(findProtocol(name)).map(({path}) => path.join(' '))).toEqual(paths);
  });
});

test('without the grace period the shortest accident is a removal between the two locations', () => {
  const trace = explore(findProtocol('merged-without-grace-period'), 2, 4).traces[
    'unwinds without a jump'
  ];
  expect(trace?.map(({who, text, site}) => `${who}: ${text} [${site}]`)).toMatchInlineSnapshot(`
    [
      "CPU 0: enters the program [C]",
      "updater: installs f1 [C]",
      "updater: target := jmp f1 [D(f1)]",
      "updater: bypass := nop [B(f1)]",
      "CPU 0: bypass is a nop: continues [B(f1)]",
      "CPU 0: unwinds its frame [B(f1)]",
      "updater: removes f1 [B(f1)]",
      "updater: bypass := skip [D(f1)]",
      "updater: target := nop [C]",
      "CPU 0: target is a nop: continues without its frame [C]",
    ]
  `);
});

test('more CPUs or more operations never make an accident impossible or its trace longer', () => {
  const protocol = findProtocol('rfc1-naive');
  const shortest = (cpus: number, operations: number) =>
    explore(protocol, cpus, operations).traces['unwinds without a jump']?.length;
  expect([shortest(1, 1), shortest(2, 2), shortest(3, 2)]).toEqual([
    shortest(1, 1),
    shortest(1, 1),
    shortest(1, 1),
  ]);
});

test('an unknown protocol is a mistake with a hint', () => {
  expect(() => findProtocol('rfc2')).toThrow(expect.objectContaining({name: 'Refusal'}));
});
