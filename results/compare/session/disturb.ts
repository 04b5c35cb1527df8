// What happened to the machine during a session: drift, steps, bursts, carry-over and modes; each
// named with its effect on the verdict.
import {logsOf, median, thinned} from '../../stats/robust.ts';
import type {Finding, HostLoad, Samples} from '../../types.ts';
import {busyHost, isBusy} from './busy-host.ts';
import {carryOver, firstRuns} from './carry-over.ts';
import type {Levels} from './level-shape.ts';
import {bursts, levelShape} from './level-shape.ts';
import {modes} from './modes.ts';
import type {Layout} from '../quads/quads.ts';
import {secondsPer} from '../../events/clock-unit.ts';
import {clockIsKnown, countedIn, rolesOf} from '../decompose/roles.ts';

/** More points than this are thinned: the shape of a session needs no more. */
const mostPoints = 2000;

const cancels = 'it affects both sides of a quad equally and cancels, so the verdicts stand';
const evens =
  'on average it affects both sides of a quad equally, but makes intervals wider and figures larger ' +
  'than on a quiet host';
const widens =
  'before and after were not interleaved, so it is part of the difference and the intervals are ' +
  'widened by it';

/**
 * Disturbances of a session. `primary` is looked at, and the clock if cycles and time were counted.
 */
export const disturbances = (
  samples: Samples,
  layout: Layout,
  primary: string | null,
  interleaved: boolean,
  load: HostLoad | null = null,
): Finding[] => {
  const effect = interleaved ? cancels : widens;
  const clock = clockSeries(samples);
  const main = samples.events.find((series) => series.event === primary);
  const findings: Finding[] = [...busyHost(load, interleaved ? evens : widens)];
  const clockStep =
    clock === null
      ? null
      : levelShape(levelsOf(clock, samples, layout, interleaved), effect, 'clock', true);
  if (clockStep !== null) findings.push(...clockStep);
  if (main !== undefined && main.value.some((value) => value > 0)) {
    const logs = logsOf(main.value);
    const levels = levelsOf(logs, samples, layout, interleaved);
    const stepped = clockStep?.some((found) => found.code === 'clock-step') === true;
    const shape = stepped ? [] : levelShape(levels, effect, main.event, false);
    findings.push(...shape);
    findings.push(
      ...bursts(
        levels,
        main.event,
        interleaved ? 'its runs are winsorised and the quads around it carry the verdict' : widens,
      ),
    );
    if (interleaved)
      findings.push(...carryOver(logs, layout, main.event), ...firstRuns(logs, layout, main.event));
    // A step also makes two modes, and has been named already.
    if (!stepped && !shape.some((found) => found.code === 'level-step'))
      findings.push(...modes(logs, samples, main.event, main.unit, isBusy(load)));
  }
  return findings;
};

/** ln of the clock in GHz per run; null if cycles or time are missing. */
const clockSeries = (samples: Samples): Float64Array | null => {
  const counted = countedIn(samples);
  const roles = rolesOf(counted);
  const [time, cycles] = [roles.time, roles.cycles].map((event) =>
    samples.events.find((series) => series.event === event),
  );
  const seconds = time === undefined ? null : secondsPer(time.event, time.unit);
  const isMissing = time === undefined || cycles === undefined || seconds === null;
  if (isMissing || !clockIsKnown(roles, counted)) return null;
  return logsOf(cycles.value.map((value, i) => value / (time.value[i] * seconds * 1e9)));
};

/** Mean level of each quad (or of single runs in a blocked session, sides lined up), thinned. */
const levelsOf = (
  logs: Float64Array,
  samples: Samples,
  layout: Layout,
  interleaved: boolean,
): Levels => {
  if (!interleaved) {
    const used = logs.filter((log, i) => samples.warmup[i] === 0 && !Number.isNaN(log));
    const ofUsed = samples.side.filter((_, i) => samples.warmup[i] === 0 && !Number.isNaN(logs[i]));
    const sides = [0, 1].map((side) => median(thinned(used.filter((_, i) => ofUsed[i] === side))));
    return thin(
      used.map((log, i) => log - sides[ofUsed[i]]),
      'run',
    );
  }
  const sums = new Float64Array(layout.quads);
  const counts = new Float64Array(layout.quads);
  const quadOf = new Int32Array(layout.blocks);
  for (let q = 0; q < layout.quads; q++)
    quadOf.fill(q, layout.firstBlock[q], layout.firstBlock[q + 1]);
  for (let i = 0; i < logs.length; i++) {
    const block = layout.blockOf[i];
    if (block < 0 || Number.isNaN(logs[i])) continue;
    sums[quadOf[block]] += logs[i];
    counts[quadOf[block]]++;
  }
  for (let q = 0; q < layout.quads; q++) sums[q] /= counts[q];
  return thin(
    sums.filter((value) => !Number.isNaN(value)),
    'quad',
  );
};

const thin = (values: Float64Array, unit: Levels['unit']): Levels => {
  const size = Math.max(1, Math.ceil(values.length / mostPoints));
  const groups =
    size === 1
      ? values
      : Float64Array.from({length: Math.floor(values.length / size)}, (_, g) =>
          median(values.subarray(g * size, (g + 1) * size)),
        );
  return {values: groups, unit, size};
};
