// Which events perf can count on this host, and why not the others.
import type {NotCounted} from '../../results/types.ts';
import {readSystem} from '../host/host-record.ts';
import {runBlock} from './block.ts';
import type {Perf} from './perf.ts';

export interface Countable {
  readonly counted: readonly string[];
  readonly notCounted: readonly NotCounted[];
}

/**
 * Which of `events` this host can count, and the others with the reason. If only user mode may be
 * counted (kernel.perf_event_paranoid 2, the default, and not root) the names are the ones perf
 * falls back to: `page-faults:u`.
 */
export const probeEvents = async (perf: Perf, events: readonly string[]): Promise<Countable> => {
  const {runs, stderr} = await runBlock({perf, events, runs: 1, argv: ['true']});
  const known = new Set(
    (runs[0] ?? [])
      .filter(({event, running, enabled}) => running > 0 || enabled > 0 || ownTimes.has(event))
      .map((count) => count.event),
  );
  const counted: string[] = [];
  const notCounted: NotCounted[] = [];
  for (const event of events) {
    const user = event.endsWith('/') ? `${event}u` : `${event}:u`;
    if (known.has(event)) counted.push(event);
    else if (known.has(user) && !inKernelOnly.has(event)) counted.push(user);
    else
      notCounted.push({
        event,
        status: 'not-supported',
        reason: known.has(user) ? onlyUserMode : reasonFor(event, stderr),
      });
  }
  return {counted, notCounted};
};

/**
 * perf's own times, which are 0 and were enabled for 0 ns in a run too short for the kernel's
 * clock.
 */
const ownTimes: ReadonlySet<string> = new Set(['user_time', 'system_time']);

/** These happen in the kernel: counted in user mode they are always 0. */
const inKernelOnly: ReadonlySet<string> = new Set([
  'context-switches',
  'cs',
  'cpu-migrations',
  'migrations',
  'cgroup-switches',
]);

const onlyUserMode =
  'only user mode may be counted here (kernel.perf_event_paranoid); this happens in the kernel';

const reasonFor = (event: string, stderr: string): string => {
  if (!hasHardwareCounters()) return 'this host offers no hardware counters (PMU)';
  return stderr.includes(`${event} event is not supported`)
    ? 'this CPU or kernel does not offer it'
    : 'perf returned no count';
};

const pmuFolders = ['cpu', 'cpu_core', 'armv8_pmuv3_0', 'armv8_pmuv3'];

/** Whether the kernel offers the CPU's PMU. */
export const hasHardwareCounters = (): boolean =>
  pmuFolders.some((folder) => readSystem(`/sys/bus/event_source/devices/${folder}/type`) !== null);
