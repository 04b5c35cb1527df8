// Noise for simulations: 16 events of one machine under disturbances that real sessions show,
// seeded.
import type {Random} from '../stats/random.ts';
import type {Samples} from '../types.ts';

export type Scenario =
  | 'quiet'
  | 'drift'
  | 'clock steps'
  | 'bursts'
  | '1-in-100 spikes'
  | 'bimodal placement'
  | 'heavy ties'
  | 'recorded';

export const scenarios: readonly Scenario[] = [
  'quiet',
  'drift',
  'clock steps',
  'bursts',
  '1-in-100 spikes',
  'bimodal placement',
  'heavy ties',
];

/**
 * A simulated event: its level, the spread of one run (natural log), and how strongly the machine's
 * disturbances reach it.
 */
interface SimulatedEvent {
  readonly event: string;
  readonly unit: string;
  readonly level: number;
  readonly spread: number;
  readonly exposure: number;
}

const row = (
  event: string,
  unit: string,
  level: number,
  spread: number,
  exposure: number,
): SimulatedEvent => ({event, unit, level, spread, exposure});

export const simulatedEvents: readonly SimulatedEvent[] = [
  row('task-clock', 'msec', 200, 0.008, 1),
  row('context-switches', '', 6, 0.2, 0.5),
  row('cpu-migrations', '', 0.05, 0, 0),
  row('page-faults', '', 108, 0.005, 0),
  row('cycles', '', 7e8, 0.006, 0.3),
  row('instructions', '', 1.07e9, 0.0005, 0.01),
  row('branches', '', 1.65e8, 0.0005, 0.01),
  row('branch-misses', '', 9.9e6, 0.004, 0.1),
  row('L1-dcache-loads', '', 2.27e8, 0.001, 0.01),
  row('L1-dcache-load-misses', '', 160_000, 0.15, 1),
  row('LLC-loads', '', 43_000, 0.25, 1),
  row('LLC-load-misses', '', 11_700, 0.25, 1),
  row('L1-icache-load-misses', '', 97_000, 0.12, 1),
  row('dTLB-loads', '', 2.29e8, 0.001, 0.01),
  row('dTLB-load-misses', '', 1031, 0.3, 1),
  row('iTLB-load-misses', '', 357, 0.5, 1),
];

/** A series of natural logs for one event, one entry per run in execution order. */
type Shape = (random: Random, runs: number) => Float64Array;

const each = (runs: number, of: (i: number) => number): Float64Array =>
  Float64Array.from({length: runs}, (_, i) => of(i));

/** What the machine does to all events at once; the size is that of its effect on the time. */
const machine: Readonly<Record<Scenario, Shape>> = {
  quiet: (_, runs) => new Float64Array(runs),
  drift: (random, runs) => {
    const total = 0.1 * (random.uniform() - 0.5) * 2;
    return each(runs, (i) => total * (i / runs) + 0.01 * Math.sin((6.28 * i) / runs));
  },
  'clock steps': (random, runs) => {
    let level = 0;
    return each(runs, () => {
      if (random.uniform() < 3 / runs) level = 0.06 * random.normal();
      return level;
    });
  },
  bursts: (random, runs) => {
    let left = 0;
    let height = 0;
    return each(runs, () => {
      if (left > 0) left--;
      else if (random.uniform() < 0.02) {
        left = 2 + Math.floor(8 * random.uniform());
        height = 0.05 + 0.3 * random.exponential();
      }
      return left > 0 ? height * (0.5 + random.uniform()) : 0;
    });
  },
  '1-in-100 spikes': (_, runs) => new Float64Array(runs),
  'bimodal placement': (random, runs) => each(runs, () => (random.uniform() < 0.4 ? 0.05 : 0)),
  'heavy ties': (_, runs) => new Float64Array(runs),
  recorded: (_, runs) => new Float64Array(runs),
};

/**
 * Noise like recorded pinned runs: a slow and a fast part with a robust spread of 2.2 % together,
 * neighbours correlated by 0.4, and 5 % of the runs, two at a time, in a long right tail. The plain
 * signed-rank test on its quads finds +1 % of a primary event in about 76 of 100 sessions of 50
 * runs a side, +2 % in 99, and +1 % of another row of 16 in 39.
 */
export const recordedNoise: Shape = (random, runs) => {
  const core = 0.024;
  const slowShare = 0.8;
  const memory = 0.92;
  const tail = {rate: 0.05, runs: 2, mean: 0.1};
  let slow = random.normal();
  let left = 0;
  return each(runs, () => {
    slow = memory * slow + Math.sqrt(1 - memory * memory) * random.normal();
    if (left > 0) left--;
    else if (random.uniform() < tail.rate / tail.runs) left = tail.runs;
    const far = left > 0 ? tail.mean * random.exponential() : 0;
    return core * (Math.sqrt(slowShare) * slow + Math.sqrt(1 - slowShare) * random.normal()) + far;
  });
};

const own = (
  scenario: Scenario,
  event: SimulatedEvent,
  random: Random,
  runs: number,
): Float64Array => {
  if (scenario === 'recorded') return recordedNoise(random, runs);
  return each(runs, () => {
    const spike =
      scenario === '1-in-100 spikes' && random.uniform() < 0.01
        ? Math.log(10) * (1 + 2 * random.uniform())
        : 0;
    return event.spread * random.normal() + spike;
  });
};

/**
 * Order of sides by run: `abba` = seeded quads of four single runs, `blocked` = all of before
 * first.
 */
export const sidesOf = (random: Random, runs: number, design: 'abba' | 'blocked'): Uint8Array => {
  if (design === 'blocked') return new Uint8Array(runs).fill(1, runs / 2);
  const side = new Uint8Array(runs);
  for (let q = 0; q < runs / 4; q++)
    side.set(random.uniform() < 0.5 ? [0, 1, 1, 0] : [1, 0, 0, 1], 4 * q);
  return side;
};

export interface Simulation {
  readonly scenario: Scenario;
  /** Runs per side; a multiple of 2. */
  readonly perSide: number;
  /** True change of the named events, natural log. */
  readonly effect?: Readonly<Record<string, number>>;
}

/** One simulated session in seeded ABBA/BAAB quads, one run a block. */
export const simulate = (random: Random, {scenario, perSide, effect = {}}: Simulation): Samples => {
  const runs = 2 * perSide;
  const side = sidesOf(random, runs, 'abba');
  const shared = machine[scenario](random, runs);
  const step = scenario === 'heavy ties';
  return {
    runs,
    quad: Int32Array.from({length: runs}, (_, i) => i >> 2),
    position: Uint8Array.from({length: runs}, (_, i) => i & 3),
    side,
    warmup: new Uint8Array(runs),
    placement: new Int32Array(runs).fill(-1),
    events: simulatedEvents.map((event) => {
      const noise = own(scenario, event, random, runs);
      const change = effect[event.event] ?? 0;
      const value = each(runs, (i) => {
        const exact =
          event.level *
          Math.exp(noise[i] + event.exposure * shared[i] + (side[i] === 1 ? change : 0));
        // In its own scenario every event is a measured one; otherwise counts are whole numbers and
        // small ones are Poisson.
        if (scenario === 'recorded') return exact;
        if (event.level < 1) return random.poisson(event.level);
        const grain = step
          ? event.level * Math.max(0.01, event.spread)
          : event.unit === ''
            ? 1
            : 0.01;
        return Math.max(0, Math.round(exact / grain) * grain);
      });
      return {event: event.event, unit: event.unit, value, enabled: null, running: null};
    }),
  };
};
