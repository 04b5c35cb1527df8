// For tests: an Io that keeps what a command prints, and reasons to skip.
import {spawnSync} from 'node:child_process';
import type {Io} from '../command/command.ts';

export interface RecordedIo extends Io {
  readonly stdout: () => string;
  readonly stderr: () => string;
}

/** An Io without a terminal that records both streams. */
export const recordingIo = (options: Partial<Io> = {}): RecordedIo => {
  const out: string[] = [];
  const err: string[] = [];
  return {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    errIsTerminal: false,
    outIsTerminal: false,
    cwd: process.cwd(),
    env: process.env,
    now: () => new Date(),
    stdin: async () => Buffer.alloc(0),
    ...options,
    stdout: () => out.join(''),
    stderr: () => err.join(''),
  };
};

const runs = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, {stdio: 'ignore'}).status === 0;

/** Null if perf can count, otherwise the reason to skip. */
export const noPerf: string | null = runs('perf', 'stat', '-e', 'task-clock', 'true')
  ? null
  : 'perf cannot count here';
export const noCompiler: string | null = runs('cc', '--version') ? null : 'no C compiler';
export const noValgrind: string | null = runs('valgrind', '--version') ? null : 'no valgrind';
