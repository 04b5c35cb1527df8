// What happened to the machine during a session: drift, steps, bursts, carry-over and modes; each named with its effect on the verdict.
import {describe} from '../samples/side-stats.ts';
import {normalTwoSided, studentTwoSided} from '../stats/distributions.ts';
import {median, robustSpread, sortedFinite, thinned} from '../stats/robust.ts';
import type {Finding, Samples} from '../types.ts';
import {count, finding, ratioPercent, share} from './findings.ts';
import type {Layout} from './quads.ts';
import {rolesOf, secondsPer} from './roles.ts';

/** One disturbance is news only with a p below this: a session shows many numbers. */
const strict = 0.0005;
/** Changes of level smaller than this (natural log) are not named. */
const least = 0.01;
/** More points than this are thinned: the shape of a session needs no more. */
const mostPoints = 2000;

const cancels = 'it hits both sides of a quad alike and cancels, so the verdicts stand';
const widens = 'before and after were not interleaved, so it is part of the difference and the intervals are widened by it';

/** Disturbances of a session. `primary` is looked at, and the clock where cycles and time were counted. */
export const disturbances = (samples: Samples, layout: Layout, primary: string | null, interleaved: boolean): Finding[] => {
  const effect = interleaved ? cancels : widens;
  const clock = clockSeries(samples);
  const main = samples.events.find((series) => series.event === primary);
  const findings: Finding[] = [];
  const clockStep = clock === null ? null : levelShape(levelsOf(clock, samples, layout, interleaved), effect, 'clock', true);
  if (clockStep !== null) findings.push(...clockStep);
  if (main !== undefined && main.value.some((value) => value > 0)) {
    const logs = logsOf(main.value);
    const levels = levelsOf(logs, samples, layout, interleaved);
    const stepped = clockStep?.some((found) => found.code === 'clock-step') === true;
    const shape = stepped ? [] : levelShape(levels, effect, main.event, false);
    findings.push(...shape);
    findings.push(...bursts(levels, main.event, interleaved ? 'far runs are set back and the quads around it carry the verdict' : widens));
    if (interleaved) findings.push(...carryOver(logs, layout, main.event), ...firstRuns(logs, layout, main.event));
    // A step makes two modes by itself and has its name already.
    if (!stepped && !shape.some((found) => found.code === 'level-step')) findings.push(...modes(logs, samples, main.event, main.unit));
  }
  return findings;
};

const logsOf = (values: Float64Array): Float64Array => values.map((value) => (value > 0 ? Math.log(value) : Number.NaN));

/** ln of the clock in GHz per run; null where cycles or time are missing. */
const clockSeries = (samples: Samples): Float64Array | null => {
  const roles = rolesOf(samples.events.map((series) => series.event));
  const [time, cycles] = [roles.time, roles.cycles].map((event) => samples.events.find((series) => series.event === event));
  const seconds = time === undefined ? null : secondsPer(time.event, time.unit);
  if (time === undefined || cycles === undefined || seconds === null) return null;
  return logsOf(cycles.value.map((value, i) => value / (time.value[i] * seconds * 1e9)));
};

/** Mean level of each quad (or of single runs in a blocked session, sides lined up), thinned. */
const levelsOf = (logs: Float64Array, samples: Samples, layout: Layout, interleaved: boolean): Float64Array => {
  if (!interleaved) {
    const used = [...logs.keys()].filter((i) => samples.warmup[i] === 0 && !Number.isNaN(logs[i]));
    const sides = [0, 1].map((side) => median(used.filter((i) => samples.side[i] === side).map((i) => logs[i])));
    return thin(Float64Array.from(used, (i) => logs[i] - sides[samples.side[i]]));
  }
  const sums = new Float64Array(layout.quads);
  const counts = new Float64Array(layout.quads);
  const quadOf = new Int32Array(layout.blocks);
  for (let q = 0; q < layout.quads; q++) quadOf.fill(q, layout.firstBlock[q], layout.firstBlock[q + 1]);
  for (let i = 0; i < logs.length; i++) {
    const block = layout.blockOf[i];
    if (block < 0 || Number.isNaN(logs[i])) continue;
    sums[quadOf[block]] += logs[i];
    counts[quadOf[block]]++;
  }
  return thin(sums.map((sum, q) => sum / counts[q]).filter((value) => !Number.isNaN(value)));
};

const thin = (values: Float64Array): Float64Array => {
  const size = Math.ceil(values.length / mostPoints);
  if (size <= 1) return values;
  return Float64Array.from({length: Math.floor(values.length / size)}, (_, g) => median(values.subarray(g * size, (g + 1) * size)));
};

/** A trend or a step of the level, whichever explains more; none where neither is both large and certain. */
const levelShape = (levels: Float64Array, effect: string, event: string, isClock: boolean): Finding[] => {
  const n = levels.length;
  if (n < 8) return [];
  const centre = median(levels);
  const distance = (fitted: (i: number) => number): number => levels.reduce((sum, value, i) => sum + Math.abs(value - fitted(i)), 0);
  const flat = distance(() => centre);
  const slope = theilSen(levels);
  const line = distance((i) => centre + slope * (i - (n - 1) / 2));
  const step = bestStep(levels, distance);
  const jump = step.after - step.before;
  if (Math.abs(jump) >= least && step.distance < 0.6 * flat && step.distance < 0.8 * line) {
    const quad = step.at + 1;
    if (isClock) return [finding('clock-step', {from: Math.exp(step.before).toFixed(3), to: Math.exp(step.after).toFixed(3), quad, effect}, {quad, change: jump})];
    return [finding('level-step', {event, percent: ratioPercent(jump), quad, effect}, {event, quad, change: jump})];
  }
  const total = slope * (n - 1);
  if (Math.abs(total) >= least && line < 0.75 * flat && trendP(levels) < strict) {
    return [finding('drift', {event: isClock ? 'the clock' : event, percent: ratioPercent(total), effect}, {event, change: total})];
  }
  return [];
};

/** Median slope between points half a session apart: robust, and O(n). */
const theilSen = (values: Float64Array): number => {
  const half = Math.floor(values.length / 2);
  return median(Float64Array.from({length: values.length - half}, (_, i) => (values[i + half] - values[i]) / half));
};

/** Mann-Kendall's p against the order of up to 200 points. */
const trendP = (values: Float64Array): number => {
  const stride = Math.ceil(values.length / 200);
  const points = values.filter((_, i) => i % stride === 0);
  const n = points.length;
  let score = 0;
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) score += Math.sign(points[j] - points[i]);
  return normalTwoSided(score / Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18));
};

const bestStep = (levels: Float64Array, distance: (fitted: (i: number) => number) => number): { at: number; before: number; after: number; distance: number } => {
  const n = levels.length;
  const margin = Math.max(4, Math.floor(n / 7));
  const stride = Math.max(1, Math.floor(n / 100));
  let best = {at: 0, before: 0, after: 0, distance: Infinity};
  for (let at = margin; at <= n - margin; at += stride) {
    const [before, after] = [median(levels.subarray(0, at)), median(levels.subarray(at))];
    const total = distance((i) => (i < at ? before : after));
    if (total < best.distance) best = {at, before, after, distance: total};
  }
  return best;
};

/** Stretches of quads far above their neighbourhood: at least two in a row, at most a fifth of the session. */
const bursts = (levels: Float64Array, event: string, effect: string): Finding[] => {
  const n = levels.length;
  if (n < 12) return [];
  const around = levels.map((_, i) => median(levels.subarray(Math.max(0, i - 10), i + 11)));
  const residual = levels.map((value, i) => value - around[i]);
  const limit = Math.max(2 * least, 5 * robustSpread(residual));
  const found: Finding[] = [];
  for (let i = 0; i < n; i++) {
    let end = i;
    while (end < n && residual[end] > limit) end++;
    if (end - i >= 2 && end - i <= n / 5) {
      const height = median(residual.subarray(i, end));
      found.push(finding('burst', {from: i + 1, to: end, event, percent: ratioPercent(height), effect}, {event, from: i + 1, to: end, change: height}));
    }
    i = Math.max(i, end);
  }
  return found.slice(0, 3);
};

/** Blocks that follow the other side against blocks that follow their own, both sides lined up by their quad. */
const carryOver = (logs: Float64Array, layout: Layout, event: string): Finding[] => {
  const sum = new Float64Array(layout.blocks);
  const runs = new Float64Array(layout.blocks);
  for (let i = 0; i < logs.length; i++) {
    if (layout.blockOf[i] < 0 || Number.isNaN(logs[i])) continue;
    sum[layout.blockOf[i]] += logs[i];
    runs[layout.blockOf[i]]++;
  }
  const means = sum.map((total, block) => total / runs[block]);
  const differences: number[] = [];
  for (let q = 0; q < layout.quads; q++) {
    const first = layout.firstBlock[q];
    if (layout.firstBlock[q + 1] - first !== 4 || layout.side[first + 1] !== layout.side[first + 2]) continue;
    // In ABBA the third block follows its own side, the second follows the other.
    const difference = means[first + 1] - means[first + 2];
    if (!Number.isNaN(difference)) differences.push(difference);
  }
  const found = certainMean(differences);
  if (found === null) return [];
  return [finding('carry-over', {event, percent: ratioPercent(found.mean), p: found.p.toPrecision(2), effect: 'it pulls both sides alike, but a change may come out smaller than it is: longer blocks or a pause between sides help'}, {event, change: found.mean, p: found.p})];
};

/** The first run of a block against the mean of the others of that block. */
const firstRuns = (logs: Float64Array, layout: Layout, event: string): Finding[] => {
  const first = new Float64Array(layout.blocks).fill(Number.NaN);
  const rest = new Float64Array(layout.blocks);
  const runs = new Float64Array(layout.blocks);
  for (let i = 0; i < logs.length; i++) {
    const block = layout.blockOf[i];
    if (block < 0 || Number.isNaN(logs[i])) continue;
    if (Number.isNaN(first[block])) first[block] = logs[i];
    else {
      rest[block] += logs[i];
      runs[block]++;
    }
  }
  const differences = [...first].map((value, block) => value - rest[block] / runs[block]).filter((value) => !Number.isNaN(value));
  const found = certainMean(differences);
  if (found === null) return [];
  return [finding('first-run', {event, percent: ratioPercent(found.mean), p: found.p.toPrecision(2), effect: 'it pulls both sides alike and cancels; longer blocks dilute it'}, {event, change: found.mean, p: found.p})];
};

/** The mean of differences, far ones set back; null unless it is both large and certain. */
const certainMean = (differences: readonly number[]): { readonly mean: number; readonly p: number } | null => {
  if (differences.length < 8) return null;
  const centre = median(differences);
  const limit = 3 * robustSpread(differences, centre);
  const stats = describe(Float64Array.from(differences, (value) => Math.max(centre - limit, Math.min(centre + limit, value))));
  if (stats.mean === null || stats.sem === null || stats.sem === 0) return null;
  const p = studentTwoSided(stats.mean / stats.sem, differences.length - 1);
  return p > strict || Math.abs(stats.mean) < least / 2 ? null : {mean: stats.mean, p};
};

/** Two modes in one side: a split with little inside the gap between its halves. */
const modes = (logs: Float64Array, samples: Samples, event: string, unit: string): Finding[] => {
  for (const side of [0, 1]) {
    const values = sortedFinite(thinned(logs.filter((_, i) => samples.side[i] === side && samples.warmup[i] === 0)));
    const split = twoModes(values);
    if (split === null) continue;
    const words = {event, side: side === 0 ? 'before' : 'after', share: share(split.share), low: `${count(Math.exp(split.low))} ${unit}`.trim(), high: `${count(Math.exp(split.high))} ${unit}`.trim()};
    return [finding('bimodal', {...words, effect: 'the estimate lies between the modes and its interval covers the mixture; look at placement or the clock for the cause'}, {...split, event})];
  }
  return [];
};

/** Best split of sorted values by distance to two medians; null unless the halves are far apart and the middle is nearly empty. */
export const twoModes = (sorted: Float64Array): { readonly share: number; readonly low: number; readonly high: number } | null => {
  const n = sorted.length;
  if (n < 20 || distinct(sorted) < n / 4) return null;
  let cut = 0;
  let widest = 0;
  const stride = Math.max(1, Math.floor(n / 200));
  const reach = Math.max(1, Math.floor(n / 50));
  for (let i = Math.ceil(0.1 * n); i < Math.floor(0.9 * n); i += stride) {
    const gap = sorted[Math.min(n - 1, i + reach)] - sorted[Math.max(0, i - reach)];
    if (gap > widest) {
      widest = gap;
      cut = i;
    }
  }
  const [lower, upper] = [sorted.subarray(0, cut), sorted.subarray(cut)];
  const [low, high] = [median(lower), median(upper)];
  const within = Math.max(robustSpread(lower, low), robustSpread(upper, high));
  if (high - low < least || high - low < 5 * within) return null;
  const inside = sorted.filter((value) => value > low + 0.35 * (high - low) && value < high - 0.35 * (high - low)).length;
  return inside > 0.05 * n ? null : {share: cut / n, low, high};
};

/** Values on a coarse grid are no modes. */
const distinct = (sorted: Float64Array): number => {
  let values = 1;
  for (let i = 1; i < sorted.length; i++) if (sorted[i] !== sorted[i - 1]) values++;
  return values;
};
