// What every table says first: what was compared, how many runs, in which design, and what the
// clock, the counters and the A/A did.
import {fewestAaQuads} from '../../results/rows/calibration-rows.ts';
import type {Comparison, ComparisonRow, SideInfo, Spike} from '../../results/types.ts';
import {ascii, fit, mailWidth} from './ascii.ts';
import {percentText} from './figures.ts';

/** Events of simulators and images, never shown among measured ones. */
export const isSimulated = (event: string): boolean =>
  /^(?:callgrind|cachegrind|image|kernel|qemu)\//.test(event);

const named = (side: SideInfo): string => side.variant ?? side.label;

/** Labels that only say which side it is. */
const isGeneric = (label: string): boolean => label === 'before' || label === 'after';

/**
 * What the sides are called. If their labels do not tell them apart (one heading over both, or none
 * at all), their commands do, and the heading is the context.
 */
const namesOf = ({before, after}: Comparison): {sides: [string, string]; context: string} => {
  const sides: [string, string] = [named(before), named(after)];
  const isOneLabel = sides[0] === sides[1];
  const isTold = !isOneLabel && !sides.every(isGeneric);
  if (isTold || before.command === undefined || after.command === undefined)
    return {sides, context: ''};
  if (before.command === after.command) return {sides, context: ''};
  return {
    sides: [before.command, after.command],
    context: isOneLabel ? ` (${sides[0]})` : '',
  };
};

/** `tailcall1: v58 -> rfc1`, in at most `width` columns. */
export const titleOf = (comparison: Comparison, width: number = mailWidth): string => {
  const {before, after} = comparison;
  const subject =
    before.workload !== undefined && before.workload === after.workload
      ? before.workload
      : before.command !== undefined && before.command === after.command
        ? before.command
        : null;
  const {sides, context} = namesOf(comparison);
  const text = `${sides[0]} -> ${sides[1]}${context}`;
  return subject === null
    ? fit(text, width)
    : `${fit(subject, Math.max(16, width - text.length - 2))}: ${fit(text, width - 18)}`.slice(
        0,
        width,
      );
};

/** Rows of slices: their n counts processes, not runs. */
const isSliced = (row: ComparisonRow): boolean => row.event.startsWith('slices/');

/** Rows of single steps of a scenario, which a table for people sums up in a sentence. */
export const isStep = (row: ComparisonRow): boolean => /^slices\/[^/]*,/.test(row.event);

const runsOf = (comparison: Comparison): string => {
  if (comparison.design === 'slices' && comparison.slices !== undefined)
    return `${comparison.slices.processes} processes`;
  const most = (side: 'before' | 'after'): number | null => {
    const counts = comparison.rows
      .filter((row) => !isSliced(row))
      .map((row) => row[side].n)
      .filter((n) => n !== null);
    return counts.reduce<number | null>((most, n) => Math.max(most ?? n, n), null);
  };
  const before = most('before');
  const after = most('after');
  if (before === null && after === null && isOneRun(comparison)) return 'one run a side';
  return before === null && after === null ? 'n ?' : `n ${before ?? '?'}+${after ?? '?'}`;
};

const isOneRun = ({findings}: Comparison): boolean => findings.some(({code}) => code === 'one-run');

const designOf = ({design, quads, slices}: Comparison): string =>
  design === 'slices' && slices !== undefined
    ? `slices of ${(slices.sliceNs / 1000).toPrecision(2)} us at ${slices.placements} placements`
    : design === 'abba'
      ? `ABBA${quads === null ? '' : ` ${quads} quads`}`
      : design;

const clockOf = ({decomposition}: Comparison): string => {
  if (decomposition.clock === null) return 'clock ?';
  const change = Math.exp(-decomposition.clock) - 1;
  return Math.abs(change) < 0.0005 ? 'clock same' : `clock ${percentText(change)}`;
};

const isMeasured = (row: ComparisonRow): boolean => !isSimulated(row.event);

const multiplexingOf = ({rows}: Comparison): string => {
  const shares = rows
    .filter(isMeasured)
    .flatMap((row) => [row.before.running, row.after.running])
    .filter((share) => share !== null);
  if (shares.length === 0) return 'mux ?';
  const least = shares.reduce((a, b) => Math.min(a, b));
  return least > 0.9995 ? 'no mux' : `mux ${(100 * least).toFixed(0)}%`;
};

const aaOf = ({aa, sameImage}: Comparison): string =>
  aa !== null && aa.quads < fewestAaQuads
    ? 'A/A too short'
    : aa !== null
      ? `A/A ${aa.changed}/${aa.rows}`
      : sameImage
        ? 'is an A/A'
        : 'no A/A';

/**
 * n, design, clock, multiplexing (least share of the time any event was counted) and A/A in one
 * line of at most 72 columns.
 */
export const headerLine = (comparison: Comparison): string =>
  comparison.rows.length > 0 && comparison.rows.every((row) => isSimulated(row.event))
    ? 'one repetition, simulated: exact counts, no time, no A/A'
    : [
        runsOf(comparison),
        designOf(comparison),
        ...(comparison.design === 'slices'
          ? []
          : [clockOf(comparison), multiplexingOf(comparison)]),
        aaOf(comparison),
      ]
        .join(', ')
        .slice(0, mailWidth);

/** `event (unit)`, as the tables name a row. */
export const rowName = (row: ComparisonRow): string =>
  ascii(row.unit === '' ? row.event : `${row.event} (${row.unit})`);

/**
 * Spikes of all rows, one text each: `iTLB-load-misses, after: 1 of 512 runs (run 317: 12.07M,
 * x25127, with page-faults)`.
 */
export const spikeTexts = (comparison: Comparison, number: (value: number) => string): string[] => {
  const texts: string[] = [];
  for (const row of comparison.rows) {
    for (const side of ['before', 'after'] as const) {
      const spikes = row.spikes[side];
      if (spikes.length === 0) continue;
      const shown = spikes
        .slice(0, 2)
        .map((spike) => spikeText(spike, number))
        .join('; ');
      const more = spikes.length > 2 ? `; ${spikes.length - 2} more` : '';
      texts.push(
        `${row.event}, ${side}: ${spikes.length} of ${row[side].n ?? '?'} runs (${shown}${more})`,
      );
    }
  }
  return texts;
};

const spikeText = (spike: Spike, number: (value: number) => string): string => {
  const company =
    spike.with === undefined || spike.with.length === 0
      ? ''
      : `, with ${spike.with.slice(0, 3).join(', ')}`;
  return (
    `run ${spike.run}: ${number(spike.value)}, ` +
    `x${spike.times >= 99.5 ? spike.times.toFixed(0) : spike.times.toPrecision(3)}${company}`
  );
};

/** `not counted: cycles, instructions (reason)`, events of one reason together. */
export const notCountedTexts = ({notCounted}: Comparison): string[] => {
  const byReason = new Map<string, string[]>();
  for (const {event, status, reason} of notCounted) {
    const key = reason === '' ? status.replace('-', ' ') : reason;
    byReason.set(key, [...(byReason.get(key) ?? []), event]);
  }
  return [...byReason].map(([reason, events]) => `${events.join(', ')} (${reason})`);
};
