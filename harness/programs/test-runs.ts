// Packet programs of an object as libbpf passes them to the kernel, and the results of the kernel's
// test runs: the lines of `harness/shim/native/test-runs.c`.
import {spawnSync} from 'node:child_process';
import {UserError} from '../../results/error.ts';

/** The result for one packet, or the error of the test run. Bytes in hex. */
export type TestRun =
  | {readonly retval: number; readonly output: string; readonly context?: string}
  | {readonly error: string};

export interface TestedMap {
  readonly name: string;
  readonly type: string;
  /** The number by which instructions refer to it. */
  readonly fd: number;
  readonly keyBytes: number;
  readonly valueBytes: number;
  readonly maxEntries: number;
  readonly flags: number;
  /** Contents of `.data`, `.rodata`, `.bss` or `.kconfig`, in hex. */
  readonly initial?: string;
}

export interface TestedProgram {
  readonly name: string;
  readonly type: string;
  /** After libbpf's relocations and before the verifier, in hex. */
  readonly insns: string;
  /** The kernel functions it calls: number of the type in the kernel's BTF, and name. */
  readonly kernelFunctions: readonly (readonly [type: number, name: string])[];
  readonly maps: readonly TestedMap[];
  /** Programs that the object puts into prog arrays: descriptor, key, program. */
  readonly slots: readonly (readonly [fd: number, key: number, program: string])[];
  /** If there are such slots: the object's other programs. */
  readonly others: readonly Pick<TestedProgram, 'name' | 'insns' | 'kernelFunctions'>[];
  /** One for each packet, in order. */
  readonly runs: readonly TestRun[];
}

/** `error`: why libbpf or the kernel does not load it, in their words. */
export type TestedRow = TestedProgram | {readonly name: string; readonly error: string};

const longestAnswer = 1 << 29;
const timeoutMs = 120_000;

/**
 * Runs the native program at `path` on an object. Packets are hex. Throws a UserError if it dies
 * before its first line; later, the lines it has written count.
 */
export const askTestRuns = (
  path: string,
  bytes: Uint8Array,
  packets: readonly string[],
): readonly TestedRow[] => {
  const {stdout, status, signal, error} = spawnSync(path, packets, {
    encoding: 'latin1',
    input: bytes,
    maxBuffer: longestAnswer,
    timeout: timeoutMs,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines = (stdout ?? '').split('\n').slice(0, -1);
  if (status !== 0 && lines.length === 0)
    throw new UserError(
      `libbpf failed on it (${signal ?? error?.message ?? `exit ${status}`}).`,
      'Test runs need root, bpf(2) and network namespaces.',
    );
  return lines.map((line) => JSON.parse(line) as TestedRow);
};
