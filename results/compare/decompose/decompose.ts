// Time as a product: ln time = ln instructions + ln cycles per instruction - ln clock; elapsed adds
// - ln CPUs utilised.
import {describe} from '../../samples/side-stats.ts';
import {studentQuantile} from '../../stats/distributions.ts';
import {logsOf, median, robustSpread} from '../../stats/robust.ts';
import type {ComparisonRow, Decomposition, DecompositionPart, Samples} from '../../types.ts';
import type {Layout} from '../quads/quads.ts';
import type {CountedEvent, Role, Roles} from './roles.ts';
import {clockIsKnown, rolesOf} from './roles.ts';

/**
 * Quads further than this many robust standard deviations from the median in any part are left out
 * of all parts, since the parts must add up.
 */
const limitInSpreads = 4;

const rolesInOrder = ['time', 'cycles', 'instructions', 'elapsed'] as const;

/** The parts as sums of role changes; a part needs all of its roles. */
const parts = {
  time: {time: 1},
  instructions: {instructions: 1},
  cpi: {cycles: 1, instructions: -1},
  clock: {time: 1, cycles: -1},
  utilisation: {elapsed: 1, time: -1},
} as const satisfies Record<string, Partial<Record<Role, 1 | -1>>>;

type Part = keyof typeof parts;

/** ln after/before of each role with its standard error (null = not known). */
export type RoleChanges = Readonly<
  Partial<Record<Role, {readonly value: number; readonly error: number | null}>>
>;

/**
 * From summaries: changes are taken as independent, so intervals of differences are rather wide.
 */
export const decomposeChanges = (
  changes: RoleChanges,
  counted: readonly CountedEvent[],
  degrees: number,
  level: number,
): Decomposition =>
  assemble(counted, (coefficients) => {
    let value = 0;
    let variance: number | null = 0;
    for (const [role, sign] of coefficients) {
      const change = changes[role];
      if (change === undefined) return null;
      value += sign * change.value;
      variance = variance === null || change.error === null ? null : variance + change.error ** 2;
    }
    const half =
      variance === null ? null : studentQuantile(0.5 + level / 2, degrees) * Math.sqrt(variance);
    return {
      value,
      low: half === null ? null : value - half,
      high: half === null ? null : value + half,
    };
  });

/**
 * From units of observation (quads, or differences of batches): one row of ln changes per unit, one
 * column per role in `roles`.
 */
export const decomposeUnits = (
  units: Readonly<Partial<Record<Role, Float64Array>>>,
  counted: readonly CountedEvent[],
  level: number,
): Decomposition => {
  const columns = Object.values(units);
  const far = new Uint8Array(columns[0]?.length ?? 0);
  for (const column of columns) {
    const centre = median(column);
    const spread = robustSpread(column, centre);
    const limit = spread > 0 ? limitInSpreads * spread : Infinity;
    for (let i = 0; i < far.length; i++) if (!(Math.abs(column[i] - centre) <= limit)) far[i] = 1;
  }
  return assemble(counted, (coefficients) => {
    if (coefficients.some(([role]) => units[role] === undefined)) return null;
    const sums = new Float64Array(far.length);
    for (const [role, sign] of coefficients)
      units[role]?.forEach((change, i) => {
        sums[i] += sign * change;
      });
    const kept = sums.filter((_, i) => far[i] === 0);
    const {mean, sem} = describe(kept);
    if (mean === null) return null;
    if (sem === null) return {value: mean, low: null, high: null};
    const half = studentQuantile(0.5 + level / 2, kept.length - 1) * sem;
    return {value: mean, low: mean - half, high: mean + half};
  });
};

type Coefficients = readonly (readonly [Role, 1 | -1])[];

const coefficientsOf = (part: Part): Coefficients =>
  Object.entries(parts[part]) as [Role, 1 | -1][];

const assemble = (
  counted: readonly CountedEvent[],
  estimate: (coefficients: Coefficients) => DecompositionPart | null,
): Decomposition => {
  const roles = rolesOf(counted);
  const intervals: Partial<Record<Part, DecompositionPart>> = {};
  for (const part of Object.keys(parts) as Part[]) {
    if (part === 'clock' && !clockIsKnown(roles, counted)) continue;
    const coefficients = coefficientsOf(part);
    if (coefficients.some(([role]) => roles[role] === null)) continue;
    const found = estimate(coefficients);
    if (found !== null) intervals[part] = found;
  }
  return fromIntervals(intervals);
};

const fromIntervals = (intervals: NonNullable<Decomposition['intervals']>): Decomposition => {
  const value = (part: Part): number | null => intervals[part]?.value ?? null;
  return {
    time: value('time'),
    instructions: value('instructions'),
    cpi: value('cpi'),
    clock: value('clock'),
    utilisation: value('utilisation'),
    intervals,
  };
};

/**
 * Moves the parts, with their intervals, to the changes that the table prints: a row's change is a
 * robust estimate over all quads of its event, a part a mean over the quads in which all events
 * were counted, and one effect must have one number everywhere.
 */
export const alignedWith = (
  rows: readonly ComparisonRow[],
  roles: Roles,
  {intervals = {}}: Decomposition,
): Decomposition => {
  const change = (role: Role): number =>
    Math.log(rows.find(({event}) => event === roles[role])?.change?.ratio ?? Number.NaN);
  const moved: Partial<Record<Part, DecompositionPart>> = {};
  for (const [part, own] of Object.entries(intervals) as [Part, DecompositionPart][]) {
    const value = coefficientsOf(part).reduce((sum, [role, sign]) => sum + sign * change(role), 0);
    const by = Number.isFinite(value) ? value - own.value : 0;
    const at = (end: number | null): number | null => (end === null ? null : end + by);
    moved[part] = {value: own.value + by, low: at(own.low), high: at(own.high)};
  }
  return fromIntervals(moved);
};

/**
 * Per role: ln of the counts of every run, NaN if any of the roles was not counted in that run.
 */
export const roleLogs = (samples: Samples, roles: Roles): Partial<Record<Role, Float64Array>> => {
  const logs: Partial<Record<Role, Float64Array>> = {};
  for (const role of rolesInOrder) {
    const series = samples.events.find((candidate) => candidate.event === roles[role]);
    if (series?.value.some((value) => value > 0)) logs[role] = logsOf(series.value);
  }
  const columns = Object.values(logs);
  const sum = new Float64Array(samples.runs);
  for (const column of columns) for (let i = 0; i < sum.length; i++) sum[i] += column[i];
  for (const column of columns)
    for (let i = 0; i < sum.length; i++) if (Number.isNaN(sum[i])) column[i] = Number.NaN;
  return logs;
};

/**
 * Per role: one ln change per quad, from plain block means so that they add up; NaN if a block has
 * no counted run.
 */
export const quadChanges = (
  samples: Samples,
  roles: Roles,
  layout: Layout,
): Partial<Record<Role, Float64Array>> => {
  const changes: Partial<Record<Role, Float64Array>> = {};
  for (const [role, log] of Object.entries(roleLogs(samples, roles)) as [Role, Float64Array][]) {
    const sum = new Float64Array(layout.blocks);
    const count = new Float64Array(layout.blocks);
    for (let i = 0; i < samples.runs; i++) {
      const block = layout.blockOf[i];
      if (block < 0 || Number.isNaN(log[i])) continue;
      sum[block] += log[i];
      count[block]++;
    }
    const change = new Float64Array(layout.quads);
    for (let q = 0; q < layout.quads; q++) {
      for (let b = layout.firstBlock[q]; b < layout.firstBlock[q + 1]; b++)
        change[q] += (layout.weight[b] * sum[b]) / count[b];
    }
    changes[role] = change;
  }
  return changes;
};
