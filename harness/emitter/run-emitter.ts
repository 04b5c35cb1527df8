// Runs an emitter once: request lines in by file, answer lines out by file, within limits; nothing
// of it is left when this returns.
//
// Files and not pipes, so that neither side can block the other and no output can be too long. One
// run answers a whole batch, so that no process has to be kept.
import {spawnSync} from 'node:child_process';
import {closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Refusal} from '../../jit/refusal.ts';
import {excerpt} from '../../jit/emitter/hello.ts';
import {scratchFolder} from '../host/scratch.ts';

/** The limits of an emitter: seconds of wall time, memory of each of its processes. */
export interface Limits {
  readonly seconds: number;
  readonly memoryMib: number;
  readonly outputMib: number;
}

export const defaultLimits: Limits = {seconds: 30, memoryMib: 4096, outputMib: 256};

export interface EmitterProgram {
  /** What messages call it. */
  readonly name: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  /** Path of the built `confine`. */
  readonly confine: string;
  readonly limits: Limits;
}

/** What one run wrote. `problem`: in words, how it ended if that was not as it should. */
export interface EmitterRun {
  readonly lines: readonly string[];
  readonly problem: string | null;
}

/** The end of a message, so that the emitter's own words are not lost. */
const mostWords = 300;

export const runEmitter = (program: EmitterProgram, requests: readonly string[]): EmitterRun => {
  const {argv, cwd, confine, limits} = program;
  const folder = scratchFolder('emitter');
  const own = join(folder, 'own');
  const path = (name: string) => join(folder, name);
  mkdirSync(own);
  writeFileSync(path('in'), requests.map((line) => `${line}\n`).join(''));
  const files = [openSync(path('in'), 'r'), openSync(path('out'), 'w'), openSync(path('err'), 'w')];
  try {
    const words = [limits.seconds, limits.memoryMib, limits.outputMib].map(String);
    const {output, error} = spawnSync(confine, [...words, own, ...argv], {
      cwd,
      env: environment(own),
      stdio: [...files, 'pipe'],
      maxBuffer: 1 << 16,
      timeout: (limits.seconds + 10) * 1000,
      killSignal: 'SIGTERM',
    });
    if (error !== undefined)
      throw new Refusal(
        `${program.name}: its sandbox did not start: ${error.message}.`,
        'Check that the system can start processes, then try again.',
      );
    const ended = (output[3] as unknown as Buffer | null)?.toString().trim() ?? '';
    const lines = firstLines(readFileSync(path('out')), requests.length + mostExtra);
    return {lines, problem: problemOf(ended, limits, readFileSync(path('err'), 'utf8'))};
  } finally {
    files.forEach(closeSync);
    rmSync(folder, {recursive: true, force: true});
  }
};

/** How many lines beyond the hello line and the answers are looked at; there may be millions. */
const mostExtra = 3;

/** Whole lines only: text after the last line end is dropped. */
const firstLines = (bytes: Buffer, most: number): string[] => {
  const lines: string[] = [];
  for (let start = 0; lines.length < most;) {
    const end = bytes.indexOf(10, start);
    if (end === -1) break;
    lines.push(bytes.toString('utf8', start, end));
    start = end + 1;
  }
  return lines;
};

/** The emitter's environment, without anything of the caller's that may be secret. */
const environment = (own: string): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
  HOME: process.env['HOME'] ?? '/',
  LANG: 'C.UTF-8',
  TMPDIR: own,
});

const fileSizeSignal = 25;

const problemOf = (ended: string, limits: Limits, err: string): string | null => {
  const [word, number] = ended.split(' ');
  const last = err.trim().split('\n').at(-1) ?? '';
  const words = last === '' ? '' : `; it wrote ${excerpt(last.slice(0, mostWords))}`;
  switch (word) {
    case 'exit':
      if (number === '0') return null;
      if (number === '127') return `cannot be started${words}`;
      return Number(number) === 128 + fileSizeSignal
        ? `wrote more than ${limits.outputMib} MiB`
        : `ended with exit code ${number}${words}`;
    case 'signal':
      return Number(number) === fileSizeSignal
        ? `wrote more than ${limits.outputMib} MiB`
        : `was killed by signal ${number}${words}`;
    case 'processes':
      return `started more than ${number} processes`;
    case 'timeout':
      return `did not end within ${limits.seconds} seconds`;
    case 'failed':
      return `cannot be started: ${ended.slice('failed '.length)}`;
    default:
      return 'was ended from outside';
  }
};
