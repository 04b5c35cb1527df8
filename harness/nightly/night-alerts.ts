// The alerts of a night as a whole: changes of the host, entries that are gone, nights that failed.
import type {Alert, Night} from '../../results/history/index.ts';
import {hostChanges} from '../../results/history/index.ts';
import type {HostRecord} from '../../results/types.ts';
import type {Suite} from './suite/suite.ts';

/** What changed on the machine since the last night of this suite. */
export const hostAlerts = (before: HostRecord | null, now: HostRecord): Alert[] => {
  if (before === null) return [];
  const changes = hostChanges({...before, perf: now.perf}, now);
  return [
    ...(changes.length === 0
      ? []
      : [
          {
            code: 'host-changed' as const,
            gate: false,
            text: `the host changed: ${changes.join(', ')}`,
          },
        ]),
    ...(before.perf === now.perf
      ? []
      : [
          {
            code: 'perf-changed' as const,
            gate: false,
            text: `perf changed: ${before.perf ?? 'none'} -> ${now.perf ?? 'none'}`,
          },
        ]),
  ];
};

/** Entries of the last night that are no longer in tonight's suite. */
export const droppedAlerts = (suite: Suite, before: Night | null): Alert[] =>
  (before?.workloads ?? [])
    .filter(({name}) => !suite.workloads.some((workload) => workload.name === name))
    .map(({name}) => ({
      code: 'missing-workload',
      gate: false,
      workload: name,
      text: `${name} was measured the night before and is no longer in the suite`,
    }));

/**
 * Nights after the last finished one that were refused or killed; `journals` = the nights of
 * unfinished sessions, one entry each.
 */
export const gapAlerts = (
  nights: readonly Night[],
  journals: readonly (string | undefined)[],
): Alert[] => {
  const since = nights.slice(nights.findLastIndex(({status}) => status === 'finished') + 1);
  return since.map((night): Alert => {
    const common = {gate: false, data: {id: night.id}};
    if (night.status === 'refused')
      return {
        ...common,
        code: 'refused-night',
        text: `the night of ${night.night} was refused: ${night.reason ?? 'no reason recorded'}`,
      };
    const open = journals.filter((id) => id === night.id).length;
    const left = open === 0 ? '' : `, ${open} unfinished (jitstat ab --resume)`;
    return {
      ...common,
      code: 'unfinished-night',
      text:
        `the night of ${night.night} did not finish: ${night.workloads.length} of its ` +
        `workloads measured${left}`,
    };
  });
};
