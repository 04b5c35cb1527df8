// The parts of the time from runs: per quad if sides are interleaved, from batches if they are not.
import type {Decomposition, Samples} from '../../types.ts';
import {batchMeans} from '../quads/batches.ts';
import type {RoleChanges} from './decompose.ts';
import {decomposeChanges, decomposeUnits, quadChanges, roleLogs} from './decompose.ts';
import {describe} from '../../samples/side-stats.ts';
import {studentQuantile} from '../../stats/distributions.ts';
import {hodgesLehmann} from '../../stats/hodges-lehmann.ts';
import {contrastsOf} from '../quads/contrasts.ts';
import type {Layout} from '../quads/quads.ts';
import type {CountedEvent} from './roles.ts';
import {countedIn, rolesOf} from './roles.ts';
import {logScale} from '../quads/log-scale.ts';

/** `layout` is null if the sides were measured one after the other. */
export const decomposeSamples = (
  samples: Samples,
  layout: Layout | null,
  level: number,
): Decomposition => {
  const counted = countedIn(samples);
  const roles = rolesOf(counted);
  if (layout !== null) {
    const together = decomposeUnits(quadChanges(samples, roles, layout), counted, level);
    return together.time === null && roles.time !== null
      ? decomposeApart(samples, layout, counted, level)
      : together;
  }
  const changes: Record<string, {value: number; error: number | null}> = {};
  let degrees = 1;
  for (const [role, log] of Object.entries(roleLogs(samples, roles))) {
    const [before, after] = [0, 1].map((side) =>
      describe(
        batchMeans(
          log.filter(
            (value, i) =>
              samples.side[i] === side && samples.warmup[i] === 0 && !Number.isNaN(value),
          ),
        ),
      ),
    );
    if (before.mean === null || after.mean === null) continue;
    const error =
      before.sem === null || after.sem === null ? null : Math.hypot(before.sem, after.sem);
    degrees = Math.max(1, (before.n ?? 1) + (after.n ?? 1) - 2);
    changes[role] = {value: after.mean - before.mean, error};
  }
  return decomposeChanges(changes as RoleChanges, counted, degrees, level);
};

/**
 * Events counted in different quads (passes): each change is estimated separately. The parts still
 * add up; their errors are taken as independent.
 */
const decomposeApart = (
  samples: Samples,
  layout: Layout,
  counted: readonly CountedEvent[],
  level: number,
): Decomposition => {
  const roles = rolesOf(counted);
  const changes: Record<string, {value: number; error: number}> = {};
  let degrees = Infinity;
  for (const [role, event] of Object.entries(roles)) {
    const series = samples.events.find((candidate) => candidate.event === event);
    if (series === undefined) continue;
    const {estimate} = contrastsOf(logScale(series, 'positive').values, layout);
    if (estimate.length < 2) continue;
    const {value, low, high} = hodgesLehmann(estimate, level);
    degrees = Math.min(degrees, estimate.length - 1);
    changes[role] = {
      value,
      error: (high - low) / 2 / studentQuantile(0.5 + level / 2, estimate.length - 1),
    };
  }
  return decomposeChanges(changes as RoleChanges, counted, Math.max(1, degrees), level);
};
