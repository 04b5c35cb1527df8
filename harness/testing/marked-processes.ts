// For tests: processes that carry a mark in their environment, to see that nothing is left running.
import {readdirSync, readFileSync} from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';

export interface MarkedProcess {
  readonly pid: number;
  readonly line: string;
}

/** Processes that were started with `entry` (`NAME=VALUE`) in their environment and still run. */
export const markedProcesses = (entry: string): readonly MarkedProcess[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const read = (file: string): string => readFileSync(`/proc/${pid}/${file}`, 'latin1');
      try {
        if (!read('environ').split('\0').includes(entry)) return [];
        return [{pid: Number(pid), line: read('cmdline').replaceAll('\0', ' ')}];
      } catch {
        return []; // It ended just now, or belongs to somebody else.
      }
    });

/** A killed process is gone only after it was given the CPU once more. */
const patienceMs = 60_000;

/** The command lines of those that are still there after a while; they are ended. */
export const leftRunning = async (entry: string): Promise<readonly string[]> => {
  const end = Date.now() + patienceMs;
  while (markedProcesses(entry).length > 0 && Date.now() < end) await sleep(20);
  const left = markedProcesses(entry);
  endMarked(entry);
  return left.map(({pid, line}) => `${pid} ${line}`);
};

export const endMarked = (entry: string): void => {
  for (const {pid} of markedProcesses(entry))
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself meanwhile.
    }
};
