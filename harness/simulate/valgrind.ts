// Runs a job under valgrind's callgrind and returns its parts: exact counts, and misses of a simulated geometry.
import {mkdtemp, readdir, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {execa} from 'execa';
import {UserError} from '../../jit/error.ts';
import type {CallgrindPart} from './callgrind-file.ts';
import {parseCallgrind} from './callgrind-file.ts';

/** First-level instruction and data caches and the last level: size in bytes, associativity, line size in bytes. */
export interface Geometry {
  readonly i1: readonly [size: number, ways: number, line: number];
  readonly d1: readonly [size: number, ways: number, line: number];
  readonly ll: readonly [size: number, ways: number, line: number];
}

/** 32 KiB 8-way first level, 8 MiB 16-way last level, 64-byte lines: a common x86-64 core. Never taken from the host, whose L3 valgrind misreads. */
export const cacheGeometry: Geometry = {i1: [32768, 8, 64], d1: [32768, 8, 64], ll: [8388608, 16, 64]};

/** A cache with page-sized lines is a TLB: 64 fully associative entries, then 2048 in 8 ways. */
export const tlbGeometry: Geometry = {i1: [262144, 64, 4096], d1: [262144, 64, 4096], ll: [8388608, 8, 4096]};

export interface ValgrindRequest {
  readonly argv: readonly string[];
  readonly geometry: Geometry;
  /** Only costs at addresses in [low, high) are kept. */
  readonly low: number;
  readonly high: number;
  /** A part ends each time this function returns. */
  readonly dumpAfter?: string;
}

export interface ValgrindResult {
  readonly parts: readonly CallgrindPart[];
  /** What the program wrote to descriptor 3. */
  readonly reported: string;
}

const installHint = 'Install it (Debian, as root: apt-get install -y valgrind), or measure with --no-simulate.';

/** Null where valgrind can be run, else the reason in one clause. */
export const valgrindMissing = async (): Promise<string | null> => {
  const answer = await execa('valgrind', ['--version'], {reject: false, stdin: 'ignore'});
  return answer.exitCode === 0 ? null : 'valgrind is not installed (Debian package: valgrind)';
};

/** Runs `argv` under callgrind. Throws UserError where valgrind is missing or fails. */
export const runCallgrind = async (request: ValgrindRequest): Promise<ValgrindResult> => {
  const missing = await valgrindMissing();
  if (missing !== null) throw new UserError(`${missing}.`, installHint);
  const folder = await mkdtemp(join(tmpdir(), 'jitstat-valgrind-'));
  try {
    const {geometry} = request;
    const result = await execa('valgrind', [
      '--tool=callgrind', '-q', '--smc-check=all', '--dump-instr=yes', '--dump-line=no', '--compress-pos=no', '--compress-strings=no',
      '--cache-sim=yes', '--branch-sim=yes',
      `--I1=${geometry.i1.join(',')}`, `--D1=${geometry.d1.join(',')}`, `--LL=${geometry.ll.join(',')}`,
      ...request.dumpAfter === undefined ? [] : [`--dump-after=${request.dumpAfter}`],
      `--callgrind-out-file=${join(folder, 'out')}`,
      ...request.argv,
    ], {reject: false, stdio: ['ignore', 'pipe', 'pipe', 'pipe'], maxBuffer: 1e9});
    const parts = await readParts(folder, request);
    if (parts.length === 0) throw new UserError(`valgrind could not run ${request.argv[0]}: ${String(result.stderr).trim().split('\n').at(-1)}`, installHint);
    return {parts, reported: String(result.stdio[3] ?? '')};
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
};

const readParts = async (folder: string, request: ValgrindRequest): Promise<CallgrindPart[]> => {
  const names = (await readdir(folder)).filter((name) => name.startsWith('out'));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts
    .map((text) => ({part: Number(/^part: (\d+)$/m.exec(text)?.[1] ?? 0), text}))
    .toSorted((a, b) => a.part - b.part)
    .map(({text}) => parseCallgrind(text, request.low, request.high));
};
