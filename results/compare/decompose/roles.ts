// Which events of a table are the factors of the product: time, cycles, instructions, elapsed.
import type {Samples} from '../../types.ts';

export interface Roles {
  readonly time: string | null;
  readonly cycles: string | null;
  readonly instructions: string | null;
  readonly elapsed: string | null;
}

export type Role = keyof Roles;

/** An event that was counted, with the share of the time it was counted for (null = not known). */
export interface CountedEvent {
  readonly event: string;
  readonly running?: number | null;
}

const time = ['task-clock', 'cpu-clock'];
const cycles = ['cycles', 'cpu-cycles'];
const elapsed = ['duration_time', 'elapsed'];

/** A kind of core that counted for less than this share of the time did not run the program. */
const leastShare = 0.01;

/** An event's name without its PMU and modifier; `modes` = the modifiers that leave time out. */
interface Parts {
  readonly name: string;
  /** A kind of core (`cpu_core`), or '' for all of them. */
  readonly core: string;
  readonly modes: string;
}

const partsOf = (event: string): Parts => {
  const found =
    /^(\w+)\/([^/]+)\/([a-zA-Z]*)$/.exec(event) ?? /^()([^/:]+)(?::([a-zA-Z]+))?$/.exec(event);
  if (found === null) return {name: event, core: '', modes: ''};
  const [, pmu, name, modifier = ''] = found;
  return {name, core: pmu === 'cpu' ? '' : pmu, modes: restriction(modifier)};
};

/**
 * Modifiers that leave time out: `u` or `k` alone, `H` or `G` alone. Both of a pair leave nothing
 * out, and the others (`P`, `ppp`, `D`, `S`) only say how to count.
 */
const restriction = (modifier: string): string =>
  ['uk', 'HG']
    .map((pair) => [...pair].filter((letter) => modifier.includes(letter)))
    .filter((letters) => letters.length === 1)
    .flat()
    .join('');

/**
 * Cycles and instructions must be of one kind of core and one privilege level, or their quotient
 * means nothing. `counted` must hold only events that were counted: on a program pinned to one kind
 * of core, the other kind's events are not.
 */
export const rolesOf = (counted: readonly CountedEvent[]): Roles => {
  const parts = runningParts(counted);
  const first = (names: readonly string[], like?: Parts): string | null =>
    parts.find(
      (part) =>
        names.includes(part.name) &&
        (like === undefined || (part.core === like.core && part.modes === like.modes)),
    )?.event ?? null;
  const cycle = parts.find((part) => cycles.includes(part.name));
  return {
    time: first(time),
    cycles: cycle?.event ?? null,
    instructions: first(['instructions'], cycle),
    elapsed: first(elapsed),
  };
};

/** Roles of the events, without those of a kind of core on which the program hardly ran. */
const runningParts = (counted: readonly CountedEvent[]) =>
  counted
    .map(({event, running}) => ({event, running: running ?? 1, ...partsOf(event)}))
    .filter((part) => part.core === '' || part.running >= leastShare);

/**
 * False if cycles were counted for a part of the time only (user mode, one kind of core of two), or
 * if the time holds idling (cpu-clock of a whole system): the clock cannot be separated from them.
 */
export const clockIsKnown = (roles: Roles, counted: readonly CountedEvent[]): boolean => {
  if (roles.cycles === null || roles.time === null) return false;
  const own = partsOf(roles.cycles);
  const isWhole =
    own.core === '' ||
    runningParts(counted).every(
      ({name, core}) => core === '' || core === own.core || !cycles.includes(name),
    );
  return own.modes === '' && isWhole && partsOf(roles.time).name === 'task-clock';
};

/** The events of a session that have a count in some run, with their shares of the time. */
export const countedIn = (samples: Samples): CountedEvent[] =>
  samples.events
    .filter(({value}) => value.some((count) => !Number.isNaN(count)))
    .map(({event, enabled, running}) => ({
      event,
      running:
        enabled === null || running === null || total(enabled) === 0
          ? null
          : total(running) / total(enabled),
    }));

const total = (times: Float64Array): number =>
  times.reduce((sum, value) => (Number.isNaN(value) ? sum : sum + value), 0);
