// Every workload gives its expected values in the reference interpreter, which shares no code with
// the emitters and shims.
import {describe, expect, test} from 'vitest';
import {findWorkload, workloads} from './list/index.ts';
import {play} from './play-scenario.ts';

test.each(workloads.map((workload) => [workload.name, workload] as const))('%s', (_, workload) => {
  const results = play(workload, {repeat: 2});
  expect(results.filter(({wrong}) => wrong !== undefined)).toEqual([]);
  expect(
    results.filter(({label}) =>
      workload.scenario.some((step) => step.op === 'run' && step.label === label),
    ),
  ).toHaveLength(workload.scenario.filter(({op}) => op === 'run').length);
});

test('the limit is 33 tail calls an entry, however they are spread over programs and subprograms', () => {
  const counter = (name: string): number | null | undefined =>
    play(findWorkload(name)).find(({label}) => label.startsWith('count['))?.value;
  expect(
    ['tailcall3', 'tailcall6', 'tailcall_bpf2bpf2', 'tailcall_bpf2bpf4', 'tailcall_bpf2bpf5'].map(
      counter,
    ),
  ).toEqual([33, 33, 33, 31, 31]);
});

test('the 12 packets of 2020 take 17 tail calls', () => {
  const calls = play(findWorkload('flow_dissector')).map(({tailCalls}) => tailCalls);
  expect(calls).toEqual([1, 1, 2, 2, 1, 1, 2, 2, 1, 1, 2, 1]);
});

describe('a separate counter for every frame, as in the RFC', () => {
  test.each(['tailcall_bpf2bpf2', 'tailcall_bpf2bpf4', 'tailcall_bpf2bpf5'])(
    '%s never stops',
    (name) => {
      expect(play(findWorkload(name), {tailCallCounter: 'fresh'}).at(-1)?.wrong).toMatch(
        /the call stack is too deep/,
      );
    },
  );
  test.each(['tailcall_bpf2bpf1', 'tailcall_bpf2bpf3', 'tailcall_bpf2bpf6'])(
    '%s does not notice',
    (name) => {
      expect(
        play(findWorkload(name), {tailCallCounter: 'fresh'}).filter(
          ({wrong}) => wrong !== undefined,
        ),
      ).toEqual([]);
    },
  );
});
