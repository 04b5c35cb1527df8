// Runs a command under a tool of valgrind in a separate folder and returns the files it wrote.
import {readdir, readFile, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
import {UserError} from '../../results/error.ts';
import {scratchFolder} from '../host/scratch.ts';
import type {CallgrindPart} from './callgrind-file.ts';
import {parseCallgrind} from './callgrind-file.ts';
import type {Geometry} from './geometry.ts';

export interface Traced {
  /** What the command wrote to descriptor 3. */
  readonly reported: string;
}

export interface CallgrindRequest {
  readonly argv: readonly string[];
  readonly geometry: Geometry;
  /** Only costs at addresses in [low, high) are kept. */
  readonly low: number;
  readonly high: number;
  /** A part of the counts ends when one of these functions is entered, or returns. */
  readonly dumpBefore: readonly string[];
  readonly dumpAfter: readonly string[];
}

const installHint =
  'Install it (Debian, as root: apt-get install -y valgrind). Without it jitstat ab ' +
  'measures, and leaves simulated counts out.';

/** Null if valgrind can be run, otherwise the reason in one clause. */
export const valgrindMissing = async (): Promise<string | null> => {
  const answer = await execa('valgrind', ['--version'], {reject: false, stdin: 'ignore'});
  return answer.exitCode === 0 ? null : 'valgrind is not installed (Debian package: valgrind)';
};

/** Costs per instruction, part by part. Throws a UserError if valgrind is missing or fails. */
export const runCallgrind = async ({
  argv,
  geometry,
  low,
  high,
  dumpBefore,
  dumpAfter,
}: CallgrindRequest): Promise<Traced & {readonly parts: readonly CallgrindPart[]}> => {
  const {reported, files} = await runTool('callgrind', argv, (file) => [
    '--dump-instr=yes',
    '--dump-line=no',
    '--compress-pos=no',
    '--compress-strings=no',
    '--cache-sim=yes',
    '--branch-sim=yes',
    `--I1=${geometry.i1.join(',')}`,
    `--D1=${geometry.d1.join(',')}`,
    `--LL=${geometry.ll.join(',')}`,
    ...dumpBefore.map((name) => `--dump-before=${name}`),
    ...dumpAfter.map((name) => `--dump-after=${name}`),
    `--callgrind-out-file=${file}`,
  ]);
  const numbered = files.map((text) => ({
    part: Number(/^part: (\d+)$/m.exec(text)?.[1] ?? 0),
    text,
  }));
  return {
    reported,
    parts: numbered
      .toSorted((a, b) => a.part - b.part)
      .map(({text}) => parseCallgrind(text, low, high)),
  };
};

/**
 * Every instruction and memory access of the process in order, as `parseTrace` reads them. Without
 * the two options valgrind traces its own translation: loads whose result is never used are gone,
 * and the second half of `a && b` always runs.
 */
export const runLackey = async (
  argv: readonly string[],
): Promise<Traced & {readonly trace: string}> => {
  const {reported, files} = await runTool('lackey', argv, (file) => [
    '--trace-mem=yes',
    '--basic-counts=no',
    '--vex-iropt-level=0',
    '--vex-guest-chase=no',
    `--log-file=${file}`,
  ]);
  return {reported, trace: files.join('')};
};

/** `--smc-check=all`: images are patched while they run. */
const runTool = async (
  tool: string,
  argv: readonly string[],
  options: (file: string) => readonly string[],
): Promise<Traced & {readonly files: readonly string[]}> => {
  const missing = await valgrindMissing();
  if (missing !== null) throw new UserError(`${missing}.`, installHint);
  const folder = scratchFolder('valgrind');
  try {
    const result = await execa(
      'valgrind',
      [`--tool=${tool}`, '-q', '--smc-check=all', ...options(join(folder, 'out')), ...argv],
      {reject: false, stdio: ['ignore', 'pipe', 'pipe', 'pipe'], maxBuffer: 1e9},
    );
    const files = await Promise.all(
      (await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')),
    );
    if (files.length === 0)
      throw new UserError(
        `valgrind could not run ${argv[0]}: ${String(result.stderr).trim().split('\n').at(-1)}`,
        installHint,
      );
    return {reported: String(result.stdio[3] ?? ''), files};
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
};
