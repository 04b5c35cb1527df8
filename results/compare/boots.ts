// Two machines timed in quads within boots: each boot draws where the kernel and the images lie, so
// the boot is the unit of the interval, and its quads only make its value more precise.
import {eventInfo} from '../events/events.ts';
import {describe} from '../samples/side-stats.ts';
import {meanOf, varianceOf} from '../stats/moments.ts';
import {median} from '../stats/robust.ts';
import type {ComparisonRow, Finding, SideStats} from '../types.ts';
import {finding} from './findings.ts';
import {conclude} from './quads/verdict.ts';
import type {RowDraft} from './quads/row.ts';
import {averageOf, averageP} from './slices/average.ts';

/** Values of one event in one quad: two of each side. */
export interface BootQuad {
  readonly before: readonly [number, number];
  readonly after: readonly [number, number];
}

/** The quads of one boot of both machines, by event. */
export type Boot = ReadonlyMap<string, readonly BootQuad[]>;

/** Fewer boots than this say nothing about differences between boots. */
const fewestBoots = 4;

const level = 0.95;

/** What every boot counted. */
const eventsOf = ([first, ...others]: readonly Boot[]): readonly string[] =>
  [...(first?.keys() ?? [])].filter((event) => others.every((boot) => boot.has(event)));

/** Natural log of after/before. */
const ratioOf = ({before, after}: BootQuad): number =>
  (Math.log(after[0] * after[1]) - Math.log(before[0] * before[1])) / 2;

/** One row per event. `withheld`: why no verdict may be given; null if verdicts are given. */
export const bootRows = (
  boots: readonly Boot[],
  options: {readonly primary: string; readonly withheld: string | null},
): readonly ComparisonRow[] =>
  conclude(
    eventsOf(boots).map((event) => draft(event, quadsOf(boots, event))),
    {
      level,
      primary: options.primary,
      spikes: () => ({before: [], after: []}),
      ...(options.withheld === null ? {} : {withheld: options.withheld}),
    },
  );

const quadsOf = (boots: readonly Boot[], event: string): readonly (readonly BootQuad[])[] =>
  boots.map((boot) => boot.get(event) ?? []);

/** A disturbed quad moves the median of its boot less than the mean. */
const bootValues = (quads: readonly (readonly BootQuad[])[]): readonly number[] =>
  quads.map((boot) => median(boot.map(ratioOf)));

const draft = (event: string, quads: readonly (readonly BootQuad[])[]): RowDraft => {
  const {unit, kind, margin} = eventInfo(event);
  const values = bootValues(quads);
  const isEnough = values.length >= fewestBoots;
  const interval = (at: number) => (values.length < 2 ? null : averageOf(values, at));
  const side = (name: 'before' | 'after'): SideStats => ({
    ...describe(Float64Array.from(quads.flat().flatMap((quad) => quad[name]))),
    running: null,
  });
  return {
    event,
    unit,
    kind,
    before: side('before'),
    after: side('after'),
    estimate: interval(level),
    equivalence: interval(2 * level - 1),
    direction: Math.sign(averageOf(values, level).value),
    p: isEnough ? averageP(values) : null,
    units: values.length,
    margin,
    mustClear: 0,
    note: isEnough ? null : `${values.length} boots: a verdict needs at least ${fewestBoots}`,
    warnings: [],
  };
};

/**
 * Standard deviations of the log ratio: between boots, without the part that quads add, and of one
 * quad.
 */
interface BootParts {
  readonly boot: number;
  readonly quad: number;
}

export const bootParts = (boots: readonly Boot[], event: string): BootParts => {
  const quads = quadsOf(boots, event);
  const within = meanOf(quads.map((boot) => varianceOf(boot.map(ratioOf))));
  const perBoot = meanOf(quads.map((boot) => boot.length));
  const between = varianceOf(bootValues(quads)) - within / perBoot;
  return {boot: Math.sqrt(Math.max(0, between)), quad: Math.sqrt(within)};
};

export const bootFinding = (boots: readonly Boot[], event: string): Finding => {
  const {boot, quad} = bootParts(boots, event);
  const percent = (sd: number): string => (100 * Math.expm1(sd)).toFixed(2);
  return finding('boots', {
    event,
    boots: boots.length,
    boot: percent(boot),
    quad: percent(quad),
  });
};
