// A workload from BPF assembly text or from an object, built when its programs are first asked for.
import {assemble} from '../jit/bpf/text/assemble.ts';
import type {Program} from '../jit/types.ts';
import type {Workload} from './types.ts';

/**
 * As `Workload`, with each program as assembly text under its name; all of them share the
 * workload's maps.
 */
export type TextWorkload = Omit<Workload, 'programs'> & {
  readonly sources: Readonly<Record<string, string>>;
};

/**
 * Listing all workloads must not assemble all workloads, so `programs` is a getter that keeps its
 * result.
 */
export const fromText = ({sources, ...workload}: TextWorkload): Workload => {
  const {type, maps} = workload;
  return lazily(workload, () =>
    Object.entries(sources).map(([name, source]) => assemble(source, {name, type, maps})),
  );
};

/** Adds `programs` to the rest of a workload, computed once. */
export const lazily = (
  rest: Omit<Workload, 'programs'>,
  build: () => readonly Program[],
): Workload => {
  let programs: readonly Program[] | undefined;
  return {
    ...rest,
    get programs() {
      programs ??= build();
      return programs;
    },
  };
};

/**
 * `r1 = r6; r2 = map; r3 = slot; call 12`: one constant tail call as the self tests write it, with
 * the context saved in r6.
 */
export const tailCall = (slot: number, map = 'jmp_table'): string =>
  `r1 = r6; r2 = map ${map} ll; r3 = ${slot}; call 12`;

/** A program that returns a constant. */
export const returns = (value: number): string => `r0 = ${value}; exit`;

/** A program that tries tail calls in order and returns a constant when all of them miss. */
export const tailCallsThenReturns = (slots: readonly number[], value: number): string =>
  ['r6 = r1', ...slots.map((slot) => tailCall(slot)), returns(value)].join('\n');

/** `count += 1` on a global, using r1 and r2. */
export const increment = (global: string): string =>
  `r1 = map_value ${global} ll; w2 = *(u32 *)(r1 + 0); w2 += 1; *(u32 *)(r1 + 0) = w2`;
