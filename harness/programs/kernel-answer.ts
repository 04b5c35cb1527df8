// What the kernel shows about a program it has loaded, as the native loader writes it: one JSON
// line per program.
import {spawnSync} from 'node:child_process';
import {UserError} from '../../results/error.ts';
import {cachedLines, keepLines} from './dump-cache.ts';

/** A program that the kernel loaded. */
export interface KernelProgram {
  readonly name: string;
  readonly type: string;
  /** Verified instructions as BPF_OBJ_GET_INFO_BY_FD shows them. */
  readonly xlated: Uint8Array;
  /** Machine code by function. */
  readonly jited: Uint8Array;
  readonly functions: readonly {readonly address: bigint; readonly bytes: number}[];
  /** Stack depths by function, in bytes, from the verifier's log; null without a log. */
  readonly depths: readonly number[] | null;
}

export interface KernelAnswer {
  readonly programs: readonly KernelProgram[];
  readonly refused: readonly {readonly name: string; readonly words: string}[];
  /** The answer is from the cache; the kernel was not asked. */
  readonly isCached?: true;
}

export type KernelQuestion =
  | {readonly what: 'object'; readonly bytes: Uint8Array}
  | {readonly what: 'id' | 'name' | 'pinned'; readonly which: string};

const longestAnswer = 1 << 29;
const timeoutMs = 120_000;
const tooLong = 'it took more than two minutes';

/** Runs the loader at `path`. Throws a UserError if it fails as a whole. */
export const askKernel = (
  path: string,
  question: KernelQuestion,
  useCache = false,
): KernelAnswer => {
  const known = useCache && question.what === 'object' ? cachedLines(path, question.bytes) : null;
  if (known !== null) return {...answerOf(known.map(rowOf)), isCached: true};
  const words = question.what === 'object' ? ['object'] : [question.what, question.which];
  const {stdout, status, error, signal} = spawnSync(path, words, {
    encoding: 'utf8',
    maxBuffer: longestAnswer,
    timeout: timeoutMs,
    ...(question.what === 'object' ? {input: question.bytes} : {}),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const failed = status === 0 ? null : (signal ?? error?.message ?? `exit ${status}`);
  // Lines written before it was stopped count; an incomplete line does not.
  const lines = (stdout ?? '').split('\n').slice(0, -1);
  if (failed !== null && lines.length === 0)
    throw new UserError(
      `libbpf failed on it (${failed === 'SIGTERM' ? tooLong : failed}).`,
      'With --loader own jitstat reads objects itself.',
    );
  const rows = lines.map(rowOf);
  if (useCache && failed === null && question.what === 'object')
    keepLines(path, question.bytes, lines);
  if (failed !== null)
    rows.push({name: '', error: `libbpf ended early (${failed === 'SIGTERM' ? tooLong : failed})`});
  return answerOf(rows);
};

const rowOf = (line: string): Row => JSON.parse(line) as Row;

const answerOf = (rows: readonly Row[]): KernelAnswer => ({
  programs: rows.flatMap((row) => ('error' in row ? [] : [programOf(row)])),
  refused: rows.flatMap((row) => ('error' in row ? [{name: row.name, words: row.error}] : [])),
});

type Row =
  | {readonly name: string; readonly error: string}
  | {
      readonly name: string;
      readonly type: string;
      readonly xlated: string;
      readonly jited: string;
      readonly functions: readonly (readonly [address: string, bytes: number])[];
      readonly depths?: string;
    };

const programOf = (row: Exclude<Row, {error: string}>): KernelProgram => ({
  name: row.name,
  type: row.type,
  // Not a Buffer, whose slices share their bytes.
  xlated: Uint8Array.from(Buffer.from(row.xlated, 'hex')),
  jited: Buffer.from(row.jited, 'hex'),
  functions: row.functions.map(([address, bytes]) => ({address: BigInt(address), bytes})),
  depths: row.depths?.split('+').map(Number) ?? null,
});
