// From the windows of the QEMU plugin to exact counts: of an image alone, and of the whole way
// through the kernel.
import type {DumpedImage} from '../shim/result.ts';

/** One instruction of the kernel, as executed between two marks. */
export interface CountedInsn {
  readonly address: bigint;
  readonly executions: number;
  readonly loads: number;
  readonly stores: number;
  /** Machine code in hex. */
  readonly bytes: string;
}

/** The instructions of one test run, in no order. */
export type Window = readonly CountedInsn[];

export interface Counts {
  readonly instructions: number;
  readonly loads: number;
  readonly stores: number;
}

/** Complete windows of the plugin's output, in the order of the test runs. */
export const parseWindows = (text: string): readonly Window[] => {
  const windows: Window[] = [];
  let open: CountedInsn[] | null = null;
  for (const line of text.split('\n')) {
    if (line === 'window') open = [];
    else if (line === 'end') {
      if (open !== null) windows.push(open);
      open = null;
    } else if (open !== null && line !== '') open.push(parseInsn(line));
  }
  return windows;
};

const parseInsn = (line: string): CountedInsn => {
  const [address, executions, loads, stores, bytes] = line.split(' ');
  return {
    address: BigInt(`0x${address}`),
    executions: Number(executions),
    loads: Number(loads),
    stores: Number(stores),
    bytes,
  };
};

const sum = (insns: Window): Counts => ({
  instructions: insns.reduce((total, one) => total + one.executions, 0),
  loads: insns.reduce((total, one) => total + one.loads, 0),
  stores: insns.reduce((total, one) => total + one.stores, 0),
});

/** Counts of everything the kernel executed in the windows. */
export const wholePath = (windows: readonly Window[]): Counts => sum(windows.flat());

const rangesOf = (images: readonly DumpedImage[]) =>
  images.flatMap(({functions}) =>
    functions.map(({address, bytes}) => ({
      from: BigInt(address),
      to: BigInt(address) + BigInt(bytes),
    })),
  );

/** Counts of the instructions inside one of `images`. */
export const imagesOnly = (windows: readonly Window[], images: readonly DumpedImage[]): Counts => {
  const ranges = rangesOf(images);
  const isInImage = ({address}: CountedInsn): boolean =>
    ranges.some(({from, to}) => address >= from && address < to);
  return sum(windows.flat().filter(isInImage));
};

/**
 * Counts of one repetition of the scenario: the difference of `2 × repeat` and `repeat` repetitions,
 * in which everything that happens once per test run cancels. Loads and stores are rounded: an
 * instruction that is restarted counts its accesses twice.
 */
export const perRepetition = (once: Counts, twice: Counts, repeat: number): Counts => ({
  instructions: (twice.instructions - once.instructions) / repeat,
  loads: Math.round((twice.loads - once.loads) / repeat),
  stores: Math.round((twice.stores - once.stores) / repeat),
});

/**
 * Windows as if the images had lain at the addresses of `to`: every job loads them anew, somewhere
 * else. Their bytes are left out, since calls and patched jumps hold distances.
 */
export const movedTo = (
  windows: readonly Window[],
  from: readonly DumpedImage[],
  to: readonly DumpedImage[],
): readonly Window[] => {
  const ranges = rangesOf(from);
  const targets = rangesOf(to);
  return windows.map((window) =>
    window.map((insn) => {
      const at = ranges.findIndex((range) => insn.address >= range.from && insn.address < range.to);
      if (at < 0) return insn;
      return {...insn, address: targets[at].from + insn.address - ranges[at].from, bytes: ''};
    }),
  );
};

/**
 * The same for each instruction, without those that are not executed in every repetition. Executions
 * may be fractions; loads and stores are rounded.
 */
export const perAddress = (
  once: readonly Window[],
  twice: readonly Window[],
  repeat: number,
): Window => {
  const [before, after] = [byInsn(once), byInsn(twice)];
  return [...after.values()].flatMap((insn) => {
    const less = before.get(keyOf(insn));
    const executions = (insn.executions - (less?.executions ?? 0)) / repeat;
    const loads = Math.round((insn.loads - (less?.loads ?? 0)) / repeat);
    const stores = Math.round((insn.stores - (less?.stores ?? 0)) / repeat);
    return executions === 0 ? [] : [{...insn, executions, loads, stores}];
  });
};

const keyOf = ({address, bytes}: CountedInsn): string => `${address} ${bytes}`;

const byInsn = (windows: readonly Window[]): ReadonlyMap<string, CountedInsn> => {
  const sums = new Map<string, CountedInsn>();
  for (const insn of windows.flat()) {
    const {executions = 0, loads = 0, stores = 0} = sums.get(keyOf(insn)) ?? {};
    sums.set(keyOf(insn), {
      ...insn,
      executions: executions + insn.executions,
      loads: loads + insn.loads,
      stores: stores + insn.stores,
    });
  }
  return sums;
};
