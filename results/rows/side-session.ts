// One side's runs of a session, as a separate session.
import type {EventSeries, Samples, SideName} from '../types.ts';

/** The runs of `side` in execution order. */
export const sideSamples = (samples: Samples, side: SideName): Samples => {
  const wanted = side === 'before' ? 0 : 1;
  const keep = (_value: unknown, i: number): boolean => samples.side[i] === wanted;
  const series = (one: EventSeries): EventSeries => ({
    ...one,
    value: one.value.filter(keep),
    enabled: one.enabled?.filter(keep) ?? null,
    running: one.running?.filter(keep) ?? null,
  });
  return {
    runs: samples.side.filter(keep).length,
    quad: samples.quad.filter(keep),
    position: samples.position.filter(keep),
    side: samples.side.filter(keep),
    warmup: samples.warmup.filter(keep),
    placement: samples.placement.filter(keep),
    events: samples.events.map(series),
  };
};
