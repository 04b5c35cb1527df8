// Which events of a table play the parts of the product: time, cycles, instructions, elapsed.

export interface Roles {
  readonly time: string | null;
  readonly cycles: string | null;
  readonly instructions: string | null;
  readonly elapsed: string | null;
}

const time = ['task-clock', 'cpu-clock'] as const;
const cycles = ['cycles', 'cpu-cycles'] as const;
const elapsed = ['duration_time', 'elapsed'] as const;

/**
 * An event's name apart from its PMU and modifier: `cpu_core/cycles/u` is cycles of `cpu_core` in
 * `u`.
 */
const split = (event: string): {readonly name: string; readonly scope: string} => {
  const pmu = /^(cpu_core|cpu_atom)\/([^/]+)\/([a-zA-Z]*)$/.exec(event);
  if (pmu !== null) return {name: pmu[2], scope: `${pmu[1]}:${pmu[3]}`};
  const plain = /^([^/:]+)(?::([a-zA-Z]+))?$/.exec(event);
  return plain === null ? {name: event, scope: ''} : {name: plain[1], scope: plain[2] ?? ''};
};

/**
 * Cycles and instructions must be of one PMU and one privilege level, or their quotient means
 * nothing.
 */
export const rolesOf = (events: readonly string[]): Roles => {
  const parts = events.map((event) => ({event, ...split(event)}));
  const first = (names: readonly string[], scope?: string): string | null =>
    parts.find((part) => names.includes(part.name) && (scope === undefined || part.scope === scope))
      ?.event ?? null;
  const cycle = parts.find((part) => (cycles as readonly string[]).includes(part.name));
  return {
    time: first(time),
    cycles: cycle?.event ?? null,
    instructions: first(['instructions'], cycle?.scope),
    elapsed: first(elapsed),
  };
};

/**
 * False where cycles were counted for a part of the time only (user mode, one kind of core), or the
 * time holds idling
 * (cpu-clock of a whole system): the clock cannot be told from them.
 */
export const clockIsKnown = (roles: Roles): boolean =>
  roles.cycles !== null &&
  split(roles.cycles).scope === '' &&
  roles.time !== null &&
  split(roles.time).name === 'task-clock';

/**
 * Seconds in one unit of a time; null for units that are no time. A clock without a unit is in
 * nanoseconds where perf 6.16 to
 * 6.18 printed it, a large whole number, and in milliseconds with decimals where 3.x did; `value`
 * tells, without it: nanoseconds.
 */
export const secondsPer = (event: string, unit: string, value = 1000): number | null => {
  const known: Readonly<Record<string, number>> = {
    msec: 1e-3,
    ms: 1e-3,
    usec: 1e-6,
    us: 1e-6,
    nsec: 1e-9,
    ns: 1e-9,
    sec: 1,
    s: 1,
  };
  if (unit !== '') return known[unit] ?? null;
  if (!(time as readonly string[]).includes(split(event).name)) return null;
  return Number.isInteger(value) && value >= 1000 ? 1e-9 : 1e-3;
};
