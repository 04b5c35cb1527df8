// A made-up year of nights from real sessions: their quads drawn again with replacement, with
// planted steps, spikes, gaps and a microcode change.
import {compareSamples} from '../compare/samples.ts';
import type {Note} from '../history/types.ts';
import {newSessionId} from '../store/store-layout.ts';
import type {EventSeries, Samples, Session} from '../types.ts';
import {seededNormal, seededRandom} from './random.ts';

export interface RealSession {
  readonly session: Session;
  readonly samples: Samples;
}

/** A step planted in the times of one workload, from night `at` on; `sides` it holds for. */
export interface PlantedStep {
  readonly workload: string;
  readonly at: number;
  readonly factor: number;
  readonly sides: readonly (0 | 1)[];
}

export interface YearPlan {
  readonly seed: number;
  /** First night. */
  readonly begin: string;
  readonly nights: number;
  /** Standard deviation of a night's level, as a fraction. */
  readonly noise: number;
  /** Share of nights in which the whole session is 3 to 10 times slower. */
  readonly spikeShare: number;
  readonly steps: readonly PlantedStep[];
  /** From this night on one run in thirty of the after side of `workload` takes 5 times as long. */
  readonly spikingRuns?: {readonly workload: string; readonly at: number};
  /** Nights without any session. */
  readonly gaps: readonly number[];
  /** The night of the new microcode, its value, and its factor on the times of all workloads. */
  readonly microcode?: {readonly at: number; readonly value: string; readonly factor: number};
}

export const demoPlan: YearPlan = {
  seed: 20200716,
  begin: '2025-11-23',
  nights: 365,
  noise: 0.005,
  spikeShare: 0.03,
  steps: [
    {workload: 'tailcall1', at: 120, factor: 1.02, sides: [1]},
    {workload: 'flow_dissector', at: 200, factor: 0.97, sides: [0, 1]},
    {workload: 'tailcall2', at: 60, factor: 1.02, sides: [0, 1]},
  ],
  spikingRuns: {workload: 'tailcall2', at: 300},
  gaps: [80, 81, 82, 150, 240],
  microcode: {at: 270, value: '0x2000001', factor: 1.03},
};

export const demoNotes = (plan: YearPlan): Omit<Note, 'schema'>[] =>
  plan.microcode === undefined
    ? []
    : [{date: dateOf(plan, plan.microcode.at), text: 'new microcode'}];

/** `yyyy-mm-dd` of a night. */
export const dateOf = (plan: YearPlan, night: number): string =>
  new Date(Date.parse(plan.begin) + night * 86_400_000).toISOString().slice(0, 10);

/** All sessions in order of time. */
export function* yearOf(real: readonly RealSession[], plan: YearPlan): Generator<RealSession> {
  for (let night = 0; night < plan.nights; night++) {
    if (plan.gaps.includes(night)) continue;
    for (const [position, one] of real.entries()) yield sessionOf(one, plan, night, position);
  }
}

const sessionOf = (
  {session: real, samples: runs}: RealSession,
  plan: YearPlan,
  night: number,
  position: number,
): RealSession => {
  const seed = plan.seed + 7919 * night + 104_729 * position;
  const random = seededRandom(seed);
  const level =
    Math.exp(plan.noise * seededNormal(seed + 1)()) *
    (random() < plan.spikeShare ? 3 + 7 * random() : 1);
  const {microcode, spikingRuns} = plan;
  const late = microcode !== undefined && night >= microcode.at;
  const factor = (side: number): number =>
    plan.steps
      .filter(
        (step) =>
          step.workload === real.workload && night >= step.at && step.sides.includes(side as 0 | 1),
      )
      .reduce((product, step) => product * step.factor, level * (late ? microcode.factor : 1));
  const spiking =
    spikingRuns !== undefined && real.workload === spikingRuns.workload && night >= spikingRuns.at;
  const samples = timesScaled(
    redrawn(runs, random),
    (side) => factor(side) * (spiking && side === 1 && random() < 1 / 30 ? 5 : 1),
  );
  const created = new Date(
    Date.parse(plan.begin) + night * 86_400_000 + 2 * 3_600_000 + position * 600_000,
  );
  const nightId = newSessionId(
    new Date(Date.parse(plan.begin) + night * 86_400_000 + 2 * 3_600_000 - 1000),
    'demo',
  );
  const session: Session = {
    ...real,
    id: newSessionId(created, `d${String(position).padStart(3, '0')}`),
    created: created.toISOString(),
    night: nightId,
    host: {...real.host, name: 'demo', ...(late ? {microcode: microcode.value} : {})},
    placements: [],
    warnings: [],
    comparison:
      real.after === null
        ? null
        : compareSamples(samples, {
            before: real.before,
            after: real.after,
            design: 'abba',
            notCounted: [...real.notCounted],
          }),
  };
  return {session, samples};
};

/** Measured quads drawn with replacement; warm-up left out. */
const redrawn = (samples: Samples, random: () => number): Samples => {
  const byQuad = new Map<number, number[]>();
  for (let run = 0; run < samples.runs; run++) {
    if (samples.warmup[run] === 0)
      byQuad.set(samples.quad[run], [...(byQuad.get(samples.quad[run]) ?? []), run]);
  }
  const quads = [...byQuad.values()];
  const drawn = quads.map(() => quads[Math.floor(random() * quads.length)]);
  const order = drawn.flat();
  const quadOf = drawn.flatMap((runs, quad) => runs.map(() => quad));
  const column = (values: Float64Array | null): Float64Array | null =>
    values === null ? null : Float64Array.from(order, (run) => values[run]);
  return {
    runs: order.length,
    quad: Int32Array.from(quadOf),
    position: Uint8Array.from(order, (run) => samples.position[run]),
    side: Uint8Array.from(order, (run) => samples.side[run]),
    warmup: new Uint8Array(order.length),
    placement: new Int32Array(order.length).fill(-1),
    events: samples.events.map((series): EventSeries => ({
      ...series,
      value: column(series.value)!,
      enabled: column(series.enabled),
      running: column(series.running),
    })),
  };
};

/** One factor a run, on all events that are times. */
const timesScaled = (samples: Samples, factor: (side: number) => number): Samples => {
  const factors = Float64Array.from(samples.side, factor);
  return {
    ...samples,
    events: samples.events.map((series) =>
      series.unit === 'msec' || series.unit === 'ns'
        ? {...series, value: series.value.map((value, run) => value * factors[run])}
        : series,
    ),
  };
};
