// Which events a session asks perf for, and in which passes.
import {dddEvents} from '../../results/event-sets.ts';
import {hasHardwareCounters} from './perf.ts';
import {readSystem} from '../host/record.ts';

/** Counted by the kernel itself: they take no hardware counter and no mode modifier. */
const software = new Set(['task-clock', 'cpu-clock', 'context-switches', 'cpu-migrations', 'page-faults', 'duration_time', 'user_time', 'system_time']);

/** The named events or the `-ddd` set, with the modifier on hardware events, and always `duration_time`. */
export const eventsToAsk = (named: readonly string[] | null, modifier: string): readonly string[] => {
  const chosen = named ?? dddEvents;
  const withTime = chosen.includes('duration_time') ? chosen : [...chosen, 'duration_time'];
  return withTime.map((event) => (modifier === '' || software.has(event) || event.includes(':') || event.includes('/') ? event : event + modifier));
};

/** General counters to plan with where nothing is known: four per thread, one of them held by the NMI watchdog while it is on. */
export const plannedCounters = (): number => (readSystem('/proc/sys/kernel/nmi_watchdog') === '1' ? 3 : 4);

/** Events in sets that fit `counters`; software events are in every set. One set where nothing needs a counter. */
export const passesOf = (events: readonly string[], counters: number): readonly (readonly string[])[] => {
  const free = events.filter((event) => software.has(event));
  const hard = events.filter((event) => !software.has(event));
  if (!hasHardwareCounters() || hard.length <= counters) return [events];
  const passes: string[][] = [];
  for (let start = 0; start < hard.length; start += counters) passes.push([...free, ...hard.slice(start, start + counters)]);
  return passes;
};
