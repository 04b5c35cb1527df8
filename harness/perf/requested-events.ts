// Which events a session requests from perf, and in which passes.
import {countersNeeded, eventSet, softwareEvents} from '../../results/events/event-sets.ts';

const bare = (event: string): string => event.replace(/:[a-zA-Z]+$/, '');

/**
 * The named events or a set of perf's (3 = `-ddd`), with the modifier on hardware events, and
 * always `duration_time`.
 */
export const eventsToAsk = (
  named: readonly string[] | null,
  modifier: string,
  details: 0 | 1 | 2 | 3 = 3,
): readonly string[] => {
  const chosen = named ?? eventSet(details);
  const withTime = chosen.includes('duration_time') ? chosen : [...chosen, 'duration_time'];
  return withTime.map((event) =>
    modifier === '' || softwareEvents.has(event) || event.includes(':') || event.includes('/')
      ? event
      : event + modifier,
  );
};

/**
 * In every pass, if they are counted: clock and cycles per instruction need both from the same run.
 */
const anchors: ReadonlySet<string> = new Set(['cycles', 'cpu-cycles', 'instructions']);

/**
 * What a host can count at the same time: general counters, and whether cycles and instructions
 * have their own (Intel).
 */
export interface Counters {
  readonly general: number;
  readonly hasFixed: boolean;
  readonly watchdog: boolean;
}

/**
 * Sets of events none of which is multiplexed, taken in turn by quad; software events, cycles and
 * instructions are in every set. One set if all fit. An event that does not fit next to them gets a
 * separate set.
 */
export const passesOf = (
  events: readonly string[],
  counters: Counters,
): readonly (readonly string[])[] => {
  const fits = (set: readonly string[]): boolean =>
    countersNeeded(set, counters) <= counters.general;
  if (fits(events)) return [events];
  const always = events.filter(
    (event) => softwareEvents.has(bare(event)) || anchors.has(bare(event)),
  );
  const software = events.filter((event) => softwareEvents.has(bare(event)));
  const others = events.filter((event) => !always.includes(event));
  const passes: string[][] = [];
  for (const event of others) {
    const last = passes.at(-1);
    if (last !== undefined && fits([...last, event])) last.push(event);
    else passes.push(fits([...always, event]) ? [...always, event] : [...software, event]);
  }
  const left = always.filter(
    (event) => !software.includes(event) && !passes.some((pass) => pass.includes(event)),
  );
  if (left.length > 0)
    passes.push(...(fits(always) ? [[...always]] : left.map((event) => [...software, event])));
  return passes;
};
