// The parts of the time from runs: per quad where sides are interleaved, from batches where they are not.
import type {Decomposition, Samples} from '../types.ts';
import {batchMeans} from './blocked-row.ts';
import type {RoleChanges} from './decompose.ts';
import {decomposeChanges, decomposeUnits, quadChanges, roleLogs} from './decompose.ts';
import {describe} from '../samples/side-stats.ts';
import type {Layout} from './quads.ts';
import {rolesOf} from './roles.ts';

/** `layout` null = the sides were measured one after the other. */
export const decomposeSamples = (samples: Samples, layout: Layout | null, level: number): Decomposition => {
  const roles = rolesOf(samples.events.map((series) => series.event));
  if (layout !== null) return decomposeUnits(quadChanges(samples, roles, layout), roles, level);
  const changes: Record<string, { value: number; error: number | null }> = {};
  let degrees = 1;
  for (const [role, log] of Object.entries(roleLogs(samples, roles))) {
    const [before, after] = [0, 1].map((side) => describe(batchMeans(log.filter((value, i) => samples.side[i] === side && samples.warmup[i] === 0 && !Number.isNaN(value)))));
    if (before.mean === null || after.mean === null) continue;
    const error = before.sem === null || after.sem === null ? null : Math.hypot(before.sem, after.sem);
    degrees = Math.max(1, (before.n ?? 1) + (after.n ?? 1) - 2);
    changes[role] = {value: after.mean - before.mean, error};
  }
  return decomposeChanges(changes as RoleChanges, roles, degrees, level);
};
