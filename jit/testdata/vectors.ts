// The recorded vectors for tests: one JSON request with its expected answer a line, compressed.
import {readFileSync} from 'node:fs';
import {brotliDecompressSync} from 'node:zlib';

export interface Recorded {
  readonly id: string;
  readonly variant: string;
  readonly insns: string;
  readonly functions: readonly {readonly start: number; readonly base: string; readonly stackDepth: number; readonly tailCallReachable: boolean; readonly subprogram: boolean}[];
  readonly layout: Readonly<Record<string, unknown>>;
  readonly expect: {
    readonly image: string;
    readonly functionLengths: readonly number[];
    readonly pokes: readonly Readonly<Record<string, number>>[] | null;
  };
}

export const vectorFiles = [['jit-emitters', 480], ['jit-kernels', 1942]] as const;

export const recordedVectors = (name: (typeof vectorFiles)[number][0]): Recorded[] =>
  brotliDecompressSync(readFileSync(new URL(`${name}.jsonl.br`, import.meta.url))).toString().trim().split('\n')
    .map((line) => JSON.parse(line) as Recorded);
