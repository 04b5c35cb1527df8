// Which workloads may never end in kernels that pass the tail-call counter to subprograms by value.
import type {Program} from '../../jit/types.ts';
import type {Workload} from '../../workloads/types.ts';

const codes = {call: 0x85, exit: 0x95, wideLoad: 0x18} as const;
const tailCallHelper = 12;

/**
 * True if a program can come back to itself through a tail call in a subprogram and calls
 * subprograms at least twice: each call then continues with its own copy of the counter, so the
 * calls double at every level. If in doubt, true.
 */
export const multipliesThroughSubprograms = (workload: Workload): boolean => {
  const shapes = new Map(workload.programs.map((program) => [program.name, shapeOf(program)]));
  const targets = (name: string): string[] =>
    workload.scenario.flatMap((step) =>
      step.op === 'update' && shapes.get(name)?.maps.has(step.map) === true ? [step.program] : [],
    );
  return workload.programs.some(({name}) => {
    const shape = shapes.get(name);
    return (
      shape !== undefined &&
      shape.tailCallInSubprogram &&
      shape.calls > 1 &&
      reaches(name, name, targets)
    );
  });
};

interface Shape {
  readonly tailCallInSubprogram: boolean;
  /** Call sites of subprograms; a loop counts as two. */
  readonly calls: number;
  readonly maps: ReadonlySet<string>;
}

const shapeOf = (program: Program): Shape => {
  const view = new DataView(
    program.insns.buffer,
    program.insns.byteOffset,
    program.insns.byteLength,
  );
  const firstSubprogram = program.functions[1]?.start ?? Infinity;
  let tailCallInSubprogram = false;
  let calls = 0;
  let loops = false;
  for (let insn = 0; insn * 8 < view.byteLength; insn++) {
    const code = view.getUint8(insn * 8);
    const source = view.getUint8(insn * 8 + 1) >> 4;
    const immediate = view.getInt32(insn * 8 + 4, true);
    if (code === codes.wideLoad) insn++;
    else if (code === codes.call && source === 1) calls++;
    else if (code === codes.call && immediate === tailCallHelper)
      tailCallInSubprogram ||= insn >= firstSubprogram;
    else if ((code & 7) >= 5 && (code & 7) <= 6 && code !== codes.exit)
      loops ||= view.getInt16(insn * 8 + 2, true) < 0;
  }
  return {
    tailCallInSubprogram,
    calls: loops ? calls * 2 : calls,
    maps: new Set(program.maps.map(({name}) => name)),
  };
};

const reaches = (from: string, to: string, next: (name: string) => readonly string[]): boolean => {
  const open = [...next(from)];
  const seen = new Set<string>();
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === to) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    open.push(...next(name));
  }
  return false;
};
