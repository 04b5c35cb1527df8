// What else ran on this host between two readings of /proc (proc(5)): CPU time of others, time
// stolen by a hypervisor, time in which something waited for a CPU.
import {cpus, loadavg} from 'node:os';
import type {BlockLoad} from '../../results/types.ts';
import {readSystem} from './host-record.ts';

/** One reading; times in seconds since boot, or since the start of this process. */
export interface LoadReading {
  readonly at: number;
  readonly busy: number;
  readonly stolen: number;
  readonly own: number;
  /** Null on kernels without pressure stall information (before 4.20, or switched off). */
  readonly waited: number | null;
}

/** Called once, because os.cpus() reads much of /proc. */
export const cpuCount = cpus().length;

/** Unit of the times in /proc/stat and /proc/PID/stat on all kernels (USER_HZ). */
const ticksPerSecond = 100;

/** Null if /proc does not show it. */
export const readLoad = (): LoadReading | null => {
  const host = /^cpu +(.+)$/m
    .exec(readSystem('/proc/stat') ?? '')?.[1]
    .split(' ')
    .map(Number);
  const self = readSystem('/proc/self/stat');
  if (host === undefined || self === null) return null;
  const [user, nice, system, , , irq = 0, softirq = 0, stolen = 0] = host;
  // Fields 14 to 17: this process, and all children that it and they have waited for.
  const fields = self.slice(self.lastIndexOf(')') + 2).split(' ');
  const own = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
  const waited = /^some .*total=(\d+)/m.exec(readSystem('/proc/pressure/cpu') ?? '')?.[1];
  return {
    at: performance.now() / 1000,
    busy: (user + nice + system + irq + softirq) / ticksPerSecond,
    stolen: stolen / ticksPerSecond,
    own: own / ticksPerSecond,
    waited: waited === undefined ? null : Number(waited) / 1e6,
  };
};

/** What else ran between two readings; null if either is missing. */
export const loadBetween = (
  first: LoadReading | null,
  last: LoadReading | null,
): BlockLoad | null => {
  if (first === null || last === null || last.at <= first.at) return null;
  const seconds = last.at - first.at;
  const others = (last.busy - first.busy - (last.own - first.own)) / seconds;
  const share = (value: number): number => rounded(Math.min(1, Math.max(0, value / seconds)));
  return {
    seconds: rounded(seconds),
    others: rounded(Math.min(cpuCount, Math.max(0, others))),
    stolen: share((last.stolen - first.stolen) / cpuCount),
    waited:
      first.waited === null || last.waited === null ? null : share(last.waited - first.waited),
    average: rounded(loadavg()[0]),
  };
};

const rounded = (value: number): number => Number(value.toFixed(3));
