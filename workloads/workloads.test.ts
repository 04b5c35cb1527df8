import {expect, test} from 'vitest';
import {executionsPerRepeat} from './types.ts';
import {findWorkload, workloads} from './list/index.ts';

test.each(workloads.map((workload) => [workload.name, workload] as const))(
  '%s is complete and consistent',
  (_, workload) => {
    const names = workload.programs.map((program) => program.name);
    expect(names).toContain(workload.entry);
    for (const program of workload.programs) {
      expect(program.type).toBe(workload.type);
      expect(program.insns.length % 8).toBe(0);
      for (const map of program.maps) expect(workload.maps).toContainEqual(map);
    }
    for (const step of workload.scenario) {
      if (step.op === 'update') expect(names).toContain(step.program);
      if (step.op === 'run') expect(Object.keys(workload.packets)).toContain(step.packet);
      if (step.op !== 'run') expect(workload.maps.map((map) => map.name)).toContain(step.map);
    }
    const labels = workload.scenario.flatMap((step) => (step.op === 'run' ? [step.label] : []));
    expect(new Set(labels).size).toBe(labels.length);
  },
);

test('names are unique and fit a column', () => {
  const names = workloads.map((workload) => workload.name);
  expect(new Set(names).size).toBe(names.length);
  for (const {purpose} of workloads) expect(purpose.length).toBeLessThanOrEqual(120);
});

test.each([
  ['tailcall1', 12],
  ['tailcall2', 3],
  ['tailcall3', 2],
  ['tailcall4', 6],
  ['tailcall5', 6],
  ['tailcall6', 2],
  ['tailcall_bpf2bpf1', 3],
  ['tailcall_bpf2bpf2', 2],
  ['tailcall_bpf2bpf3', 3],
  ['tailcall_bpf2bpf4', 1],
  ['tailcall_bpf2bpf5', 1],
  ['tailcall_bpf2bpf6', 1],
  ['flow_dissector', 12],
  ['flow_dissector_16', 16],
  ['empty', 1],
])('%s executes its entry %i times a repetition, as the self test does', (name, executions) => {
  expect(executionsPerRepeat(findWorkload(name))).toBe(executions);
});

test('an unknown name is answered with the nearest one', () => {
  expect(() => findWorkload('tailcal1')).toThrow(
    expect.objectContaining({name: 'Refusal', hint: "Did you mean 'tailcall1'?"}),
  );
});

test.each(['prog:1', 'prog:name', 'pinned:/sys/fs/bpf/x'])(
  '%s is not a workload, but a loaded program',
  (name) => {
    expect(() => findWorkload(name)).toThrow('only jit and size take those');
  },
);
