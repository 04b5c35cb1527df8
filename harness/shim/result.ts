// The JSON line of a shim, read back, and put into words with symbols instead of addresses.
import type {Image} from '../../jit/types.ts';
import {systemCallName} from './system-calls.ts';

/**
 * `wrong`: a return value, output, counter or register differs. `refused`: the job could not be
 * played at all.
 */
export type ShimStatus = 'ok' | 'wrong' | 'crash' | 'hang' | 'refused';

/** The exit code says the same as the line, for runs started by perf or a shell. */
export const shimExitCodes = {
  ok: 0,
  wrong: 10,
  crash: 11,
  hang: 12,
  refused: 13,
} as const satisfies Record<ShimStatus, number>;

export interface ShimRun {
  readonly label: string;
  /** The return value of the last execution. */
  readonly retval: number;
  readonly executions: number;
  /** Nanoseconds of all executions together. */
  readonly ns: number;
  /** Kernel shim: ticks of the time-stamp counter around the test run. */
  readonly ticks?: number;
  /** If the job asks for them, in hex: the packet or the flow keys and, of an skb, these fields. */
  readonly output?: string;
  readonly mark?: string;
  readonly priority?: string;
  readonly cb?: string;
}

export interface ShimResult {
  readonly status: ShimStatus;
  /** What went wrong, in words; empty if nothing did. */
  readonly what: string;
  /** Address of the instruction or poke site, as `0x…`. */
  readonly where: string | null;
  /** The run or counter in which it happened, and the executions finished in that run. */
  readonly label: string | null;
  readonly iteration: number | null;
  readonly runs: readonly ShimRun[];
  /** Kernel shim with `dump`: machine code by program. */
  readonly images?: readonly DumpedImage[];
  /** Shims that run two sides: the side that failed, and which of its copies, from 0. */
  readonly side?: string;
  readonly pair?: number;
  readonly slices?: ReportedSlices;
}

/** Shims of slices: for each pair its steps, slot 1 against slot 0; then its clock. */
export interface ReportedSlices {
  readonly pairs: readonly (readonly ReportedStep[])[];
  /** Running kernel: low half of the entry programs' addresses by slot, 0 = not shown. */
  readonly entries?: readonly (readonly [number, number])[];
  readonly clock: readonly {
    readonly name: 'tsc' | 'thread' | 'counter';
    readonly overhead: number;
    readonly ticks: number;
    readonly ns: number;
  }[];
}

type ReportedStep = readonly [number, number, number, number, number];

/**
 * One loaded program: the functions' code in order, with their addresses as the kernel shows them.
 */
export interface DumpedImage {
  readonly name: string;
  readonly functions: readonly {readonly address: string; readonly bytes: number}[];
  readonly code: string;
  /** Instructions after the verifier, in hex, as the kernel shows them. */
  readonly xlated: string;
  /** The kernel's words if it refuses the program; the other fields are then empty. */
  readonly refused?: string;
}

/** The code of each function of a program, at its address. */
export const functionsOf = ({name, functions, code}: DumpedImage) => {
  const all = Buffer.from(code, 'hex');
  let start = 0;
  return functions.map(({address, bytes}, number) => {
    start += bytes;
    return {
      symbol: number === 0 ? name : `${name}.${number}`,
      address: BigInt(address),
      code: all.subarray(start - bytes, start),
    };
  });
};

interface Line {
  /** Absent if nothing finished. */
  readonly runs?: readonly ShimRun[];
  readonly status: ShimStatus;
  readonly what: string;
  readonly address?: string;
  readonly label?: string;
  readonly iteration?: number;
  readonly images?: readonly DumpedImage[];
  readonly side?: string;
  readonly pair?: number;
  readonly pairs?: ReportedSlices['pairs'];
  readonly entries?: ReportedSlices['entries'];
  readonly clock?: ReportedSlices['clock'];
}

/** One result for each line; a line that was cut off is a crash. */
export const parseShimResults = (text: string): readonly ShimResult[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map(parseLine);

const parseLine = (text: string): ShimResult => {
  try {
    const line = JSON.parse(text) as Line;
    return {
      status: line.status,
      what: line.what.replace(
        /system call (\d+)$/,
        (_, number: string) => `system call ${systemCallName(Number(number))}`,
      ),
      where: line.address ?? null,
      label: line.label ?? null,
      iteration: line.iteration ?? null,
      runs: line.runs ?? [],
      ...(line.images === undefined ? {} : {images: line.images}),
      ...(line.side === undefined ? {} : {side: line.side}),
      ...(line.pair === undefined ? {} : {pair: line.pair}),
      ...(line.pairs === undefined || line.clock === undefined
        ? {}
        : {slices: {pairs: line.pairs, clock: line.clock, ...entriesOf(line)}}),
    };
  } catch {
    return {
      status: 'crash',
      what: 'the shim ended in the middle of its result',
      where: null,
      label: null,
      iteration: null,
      runs: [],
    };
  }
};

const entriesOf = ({entries}: Line) => (entries === undefined ? {} : {entries});

/**
 * One sentence: what, in which run after how many executions, and where, as `symbol+0xoffset` if
 * there is an image.
 */
export const describeResult = (
  result: ShimResult,
  image: Pick<Image, 'functions'> | null,
): string => {
  if (result.status === 'ok') return 'ok';
  const run =
    result.label === null
      ? ''
      : ' in run ' +
        `'${result.label}'${result.iteration === null ? '' : ` after ${result.iteration} executions`}`;
  const copy =
    result.side === undefined
      ? ''
      : ` of the ${result.side} side${result.pair === undefined ? '' : ` at placement ${result.pair + 1}`}`;
  const where = result.where === null ? '' : ` at ${locate(BigInt(result.where), image)}`;
  return `${result.status}: ${result.what}${run}${copy}${where}`;
};

/** Shims are linked at 4 MiB and are far smaller than this; images are higher. */
const shimEnd = 0x100_0000n;

/**
 * `symbol+0xoffset` of an address in an image; elsewhere the address, with a note if it is in the
 * shim's own code.
 */
const locate = (address: bigint, image: Pick<Image, 'functions'> | null): string => {
  const found = image?.functions.find(
    ({base, code}) => address >= base && address < base + BigInt(code.length),
  );
  if (found !== undefined) return `${found.symbol}+0x${(address - found.base).toString(16)}`;
  return `0x${address.toString(16)}${address < shimEnd ? ' (a helper in the shim)' : ''}`;
};
