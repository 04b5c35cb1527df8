// Private stacks, guarded loads, exceptions and arenas as the running kernel compiles them: our own
// programs, loaded by libbpf, against v618.
//
//   clang -g -O2 -target bpf -mcpu=v4 -c features.c -o features.o; llvm-strip -g features.o
import {readFileSync} from 'node:fs';
import {release} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {findVariant} from '../../jit/variants/list/index.ts';
import {askKernel} from './kernel-answer.ts';
import {compareWithLoaded} from './identical.ts';
import {kernelLoader, loadByKernel} from './kernel.ts';
import type {ProgramSource} from './program-source.ts';

const objects = join(import.meta.dirname, 'testdata');
const loader = await kernelLoader();
const path = 'path' in loader ? loader.path : '';
const bytesOf = (name: string): Uint8Array => readFileSync(join(objects, name));
const cannot =
  'missing' in loader
    ? loader.missing
    : !release().startsWith('6.18.')
      ? 'not Linux 6.18'
      : askKernel(path, {what: 'object', bytes: bytesOf('features.o')}).programs.length === 0
        ? 'the kernel loads no program here'
        : null;
const skipped = cannot === null ? '' : ` (skipped: ${cannot})`;

const sources = (name: string): readonly ProgramSource[] => {
  const {programs, refused} = loadByKernel(path, bytesOf(name), true);
  expect(refused.map(({name: one, error}) => `${one} ${error.message}`)).toEqual([]);
  return programs;
};

const v618 = findVariant('v618');

test.skipIf(cannot !== null).each([
  ['features.o', 11],
  ['arena.o', 2],
])(`v618 writes the kernel's code of %s${skipped}`, (name, count) => {
  const programs = sources(name);
  expect(programs.length).toBe(count);
  for (const one of programs) {
    expect(one.kernel!.lost()).toBeNull();
    expect(`${one.name} ${compareWithLoaded(one, 'v618').kind}`).toBe(`${one.name} identical`);
  }
});

test.skipIf(cannot !== null)(`the features are there${skipped}`, () => {
  const having = (has: (one: ReturnType<ProgramSource['verifiedFor']>['program']) => boolean) =>
    [...sources('features.o'), ...sources('arena.o')]
      .filter((one) => has(one.verifiedFor(v618).program))
      .map(({name}) => name);
  const isGuarded = (code: number): boolean => (code & 0xe7) === 0x21;
  expect(having(({functions}) => functions.some((one) => one.privateStack !== undefined))).toEqual([
    'big_stack',
    'probe_stack',
    'event_stack',
    'tracepoint_stack',
    'stack_and_loads',
  ]);
  expect(having(({functions}) => functions[0].exceptions === 'boundary')).toEqual([
    'throws',
    'only_throws',
  ]);
  expect(having(({arena}) => arena !== undefined)).toEqual(['walk', 'atomics']);
  expect(having(({insns}) => insns.some((byte, at) => at % 8 === 0 && isGuarded(byte)))).toEqual([
    'loads',
    'signed_loads',
    'stack_and_loads',
  ]);
});

test.skipIf(cannot !== null)(`a byte that differs is found and located${skipped}`, () => {
  const one = sources('features.o').find(({name}) => name === 'throws')!;
  const [main, ...others] = one.kernel!.functions;
  const changed = Uint8Array.from(main);
  changed[main.length - 9] ^= 0xff;
  const comparison = compareWithLoaded(
    {...one, kernel: {...one.kernel!, functions: [changed, ...others]}},
    'v618',
  );
  expect(comparison.kind).toBe('exceptions');
  expect(comparison.first).toMatchObject({function: 0, offset: main.length - 9});
});
