// How many quads a workload's recorded noise requires: to show a change of a given size, and to
// know a change within that size.
import {UserError} from '../../error.ts';
import {normalQuantile, studentQuantile} from '../../stats/distributions.ts';
import type {Samples} from '../../types.ts';
import {contrastsOf} from './contrasts.ts';
import {primaryEvent} from '../context.ts';
import {layoutOf} from './quads.ts';
import {logScale} from './log-scale.ts';
import {reserve} from './verdict.ts';
import {eventInfo} from '../../events/events.ts';
import {hodgesLehmann} from '../../stats/hodges-lehmann.ts';

export interface PlannedEvent {
  readonly event: string;
  readonly primary: boolean;
  /** Standard deviation of one quad's log ratio. */
  readonly quadSpread: number;
  readonly targets: readonly {
    /** The change to show, as a fraction. */
    readonly target: number;
    /** Quads that show such a change with a power of 80 %, after correction over the table. */
    readonly quadsToShow: number;
    /**
     * Quads after which the 95 % interval is no wider than +- target, with a probability of 80 %.
     */
    readonly quadsToKnow: number;
    /**
     * Quads that prove "no change" within a margin of the target with a power of 80 %, if there is
     * none.
     */
    readonly quadsToProveEqual: number;
  }[];
}

const power = 0.8;
/** Fewer quads than this give no interval. */
const fewestQuads = 6;

/**
 * Plans from recorded samples of either kind: an A/B session, or one side alone (its blocks are
 * read as if they had been laid out in quads). Events that never varied or were not counted are
 * left out. Throws UserError for recordings that are too short.
 */
export const planQuads = (
  samples: Samples,
  targets: readonly number[] = [0.01, 0.005, 0.001],
  primary?: string,
): readonly PlannedEvent[] => {
  const session = new Set(samples.side).size > 1 ? samples : pretendSides(samples);
  const layout = layoutOf(session);
  if (layout.quads < fewestQuads)
    throw new UserError(
      `The recording has ${layout.quads} complete quads; a plan needs at least ${fewestQuads}.`,
      `Record more, for example with -r ${4 * fewestQuads}.`,
    );
  const first = primaryEvent(
    session.events.map((series) => series.event),
    primary,
  );
  const others = Math.max(1, session.events.length - 1);
  return session.events.flatMap((series) => {
    const contrasts = contrastsOf(
      logScale(series, eventInfo(series.event).kind).values,
      layout,
    ).estimate;
    if (contrasts.length < fewestQuads) return [];
    const {low, high} = hodgesLehmann(contrasts, 0.95);
    const spread = ((high - low) / 2 / normalQuantile(0.975)) * Math.sqrt(contrasts.length);
    if (!(spread > 0)) return [];
    const alpha = (series.event === first ? 0.025 : 0.025 / others) / reserve;
    const quads = (errors: (degrees: number) => number, target: number): number =>
      quadsFor(errors, spread / Math.log1p(target));
    return [
      {
        event: series.event,
        primary: series.event === first,
        quadSpread: spread,
        targets: targets.map((target) => ({
          target,
          quadsToShow: quads(
            (degrees) => studentQuantile(1 - alpha / 2, degrees) + studentQuantile(power, degrees),
            target,
          ),
          quadsToKnow: quads(
            (degrees) => studentQuantile(0.975, degrees) * spreadAt(degrees),
            target,
          ),
          quadsToProveEqual: quads(
            (degrees) => studentQuantile(0.95, degrees) + studentQuantile((1 + power) / 2, degrees),
            target,
          ),
        })),
      },
    ];
  });
};

/**
 * The fewest quads of `spread` (of one quad, in units of the target) that bring the target to as
 * many standard errors as their number requires.
 */
const quadsFor = (errors: (degrees: number) => number, spread: number): number => {
  let quads = fewestQuads;
  for (let step = 0; step < 20; step++) {
    const next = Math.max(fewestQuads, Math.ceil((errors(quads - 1) * spread) ** 2));
    if (Math.abs(next - quads) <= 1) return Math.max(next, quads);
    quads = Math.round((next + quads) / 2);
  }
  return quads;
};

/**
 * The bound that a standard deviation with this many degrees of freedom stays below with the given
 * power, relative to the true one (Wilson and Hilferty 1931).
 */
const spreadAt = (degrees: number): number =>
  (1 - 2 / (9 * degrees) + normalQuantile(power) * Math.sqrt(2 / (9 * degrees))) ** 1.5;

/**
 * One side's blocks in ABBA order: if the session has quads of four blocks, by their position, else
 * by run.
 */
const pretendSides = (samples: Samples): Samples => {
  const used = new Set(samples.position.filter((_, i) => samples.warmup[i] === 0));
  if (used.size === 4)
    return {
      ...samples,
      side: samples.position.map((position) => (position === 1 || position === 2 ? 1 : 0)),
    };
  const order = Int32Array.from({length: samples.runs}, () => 0);
  let next = 0;
  for (let i = 0; i < samples.runs; i++) if (samples.warmup[i] === 0) order[i] = next++;
  return {
    ...samples,
    quad: order.map((run) => run >> 2),
    position: Uint8Array.from(order, (run) => run & 3),
    side: Uint8Array.from(order, (run) => ((run & 3) === 1 || (run & 3) === 2 ? 1 : 0)),
  };
};
