// Which process owns a journal or a temporary folder: distinguishes work in progress from what a
// dead process left.
import {readFileSync, readlinkSync} from 'node:fs';

/**
 * A process by id and start time in clock ticks since boot (proc(5), field 22 of stat); the pair is
 * unique until the next boot.
 */
export interface Owner {
  readonly pid: number;
  readonly start: number | null;
}

export const thisProcess = (): Owner => ({
  pid: process.pid,
  start: statOf(process.pid)?.start ?? null,
});

/**
 * True while the process lives; if /proc is missing, by signal 0 alone. A zombie, which a container
 * without an init keeps, is dead.
 */
export const isAlive = (owner: Owner): boolean => {
  // Zero and negative numbers name groups of processes.
  if (!(owner.pid > 0)) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = statOf(owner.pid);
  if (now === null) return owner.start === null;
  return now.state !== 'Z' && (owner.start === null || now.start === owner.start);
};

/** `1234-567890`, for the names of temporary folders. */
export const ownerText = (owner: Owner): string => `${owner.pid}-${owner.start ?? 'x'}`;

export const parseOwner = (text: string): Owner | null => {
  const match = /^(\d+)-(\d+|x)$/.exec(text);
  return match === null
    ? null
    : {pid: Number(match[1]), start: match[2] === 'x' ? null : Number(match[2])};
};

/** Changes with every boot, after which process ids mean others; null if unknown. */
export const bootId = (): string | null =>
  orNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim());

/** The namespace in which process ids are counted, as a container has its own; null if unknown. */
export const processNamespace = (): string | null =>
  orNull(() => readlinkSync('/proc/self/ns/pid'));

const orNull = (read: () => string): string | null => {
  try {
    return read();
  } catch {
    return null;
  }
};

/** Fields 3 and 22 of /proc/PID/stat; null if there is none. */
const statOf = (pid: number): {readonly state: string; readonly start: number} | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return {state: fields[0], start: Number(fields[19])};
  } catch {
    return null;
  }
};
