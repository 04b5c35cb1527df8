// What else ran during a session, summed up and said if it was much.
import type {BlockLoad, Finding, HostLoad} from '../../types.ts';
import {finding, share} from '../findings.ts';

/** Other work on this share of all CPUs, or as much stolen time, disturbs measurements. */
const much = {others: 0.15, stolen: 0.02} as const;

/** Means over the blocks by their time; null if no block has a record. */
export const sumLoads = (
  loads: readonly (BlockLoad | null | undefined)[],
  cpus: number,
): HostLoad | null => {
  const blocks = loads.filter((load) => load !== null && load !== undefined);
  const seconds = blocks.reduce((sum, block) => sum + block.seconds, 0);
  if (seconds === 0) return null;
  const mean = (value: (block: BlockLoad) => number): number =>
    Number(
      (blocks.reduce((sum, block) => sum + value(block) * block.seconds, 0) / seconds).toFixed(3),
    );
  const isKnown = blocks.every(({waited}) => waited !== null);
  return {
    seconds: Number(seconds.toFixed(3)),
    others: mean(({others}) => others),
    stolen: mean(({stolen}) => stolen),
    waited: isKnown ? mean(({waited}) => waited ?? 0) : null,
    average: mean(({average}) => average),
    cpus,
    blocks,
  };
};

export const isBusy = (load: HostLoad | null | undefined): boolean =>
  load !== null &&
  load !== undefined &&
  (load.others >= much.others * load.cpus || load.stolen >= much.stolen);

/** `effect`: what it does to the verdicts of this design. */
export const busyHost = (load: HostLoad | null | undefined, effect: string): readonly Finding[] => {
  if (load === null || load === undefined || !isBusy(load)) return [];
  const by = load.blocks.map(({others}) => others);
  return [
    finding(
      'busy-host',
      {
        others: load.others.toFixed(1),
        least: Math.min(...by).toFixed(1),
        most: Math.max(...by).toFixed(1),
        cpus: load.cpus,
        stolen: share(load.stolen),
        waited:
          load.waited === null
            ? ''
            : `, something waited for a CPU ${share(load.waited)} % of the time`,
        average: load.average.toFixed(1),
        effect,
      },
      {...load},
    ),
  ];
};
