// The recorded vectors for tests: one JSON request with its expected answer a line, compressed.
import {readFileSync} from 'node:fs';
import {brotliDecompressSync} from 'node:zlib';

export interface Recorded {
  readonly id: string;
  readonly variant: string;
  readonly insns: string;
  readonly functions: readonly {
    readonly start: number;
    readonly base: string;
    readonly stackDepth: number;
    readonly tailCallReachable: boolean;
    readonly subprogram: boolean;
    readonly privateStack?: string;
    readonly exceptions?: string;
  }[];
  readonly arena?: {readonly kernelStart: string; readonly userStart: string};
  readonly layout: Readonly<Record<string, unknown>>;
  readonly expect: {
    readonly image: string;
    readonly functionLengths: readonly number[];
    readonly pokes: readonly Readonly<Record<string, number>>[] | null;
  };
}

/**
 * `jit-slow`: dumped from a 6.18 kernel for programs whose jumps shorten one a pass, so that the
 * passes reach the padding of pass 15 (conditional jumps alone, mixed with unconditional ones), and
 * for permuted blocks. `jit-features`: private stacks, guarded loads, exceptions and arenas, from a
 * 6.18 kernel, and guarded loads from Debian's trees (programs: harness/programs/testdata).
 */
export const vectorFiles = [
  ['jit-emitters', 480],
  ['jit-kernels', 1942],
  ['jit-slow', 95],
  ['jit-features', 19],
] as const;

export const recordedVectors = (name: (typeof vectorFiles)[number][0]): Recorded[] =>
  brotliDecompressSync(readFileSync(new URL(`${name}.jsonl.br`, import.meta.url)))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Recorded);
