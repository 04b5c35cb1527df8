// The maps that workloads declare: tail-call tables, one-word globals.
import type {MapSpec} from '../jit/types.ts';

/** A table of programs to jump to. */
export const progArray = (name: string, maxEntries: number): MapSpec => ({
  name,
  type: 'prog_array',
  keyBytes: 4,
  valueBytes: 4,
  maxEntries,
});

/**
 * A global u32 variable, zero at the start: an array map with one element, as clang makes of
 * `.bss`.
 */
export const globalU32 = (name: string): MapSpec => ({
  name,
  type: 'array',
  keyBytes: 4,
  valueBytes: 4,
  maxEntries: 1,
});
