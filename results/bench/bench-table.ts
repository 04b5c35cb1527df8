// Sessions written as small tables, for tests: one row per run, or series made by a function of the
// run.
import type {Samples} from '../types.ts';
import {eventInfo} from '../events/events.ts';

/** Quads of four single runs in ABBA order, odd quads BAAB; `value(run, side)` by event. */
export const session = (
  quads: number,
  events: Readonly<Record<string, (run: number, side: number) => number>>,
): Samples => {
  const runs = 4 * quads;
  const side = Uint8Array.from({length: runs}, (_, i) => {
    const middle = (i & 3) === 1 || (i & 3) === 2;
    return ((i >> 2) & 1) === (middle ? 1 : 0) ? 0 : 1;
  });
  return {
    runs,
    quad: Int32Array.from(side, (_, i) => i >> 2),
    position: Uint8Array.from(side, (_, i) => i & 3),
    side,
    warmup: new Uint8Array(runs),
    placement: new Int32Array(runs).fill(-1),
    events: Object.entries(events).map(([event, value]) => ({
      event,
      unit: eventInfo(event).unit,
      value: Float64Array.from(side, (at, i) => value(i, at)),
      enabled: null,
      running: null,
    })),
  };
};
