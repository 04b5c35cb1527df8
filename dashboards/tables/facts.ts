// What tables say about a comparison besides its rows: what was compared, spikes, and what is absent.
import type {Comparison, ComparisonRow, SideInfo, Spike} from '../../results/types.ts';
import {ascii, fit, mailWidth} from './ascii.ts';

export {isSimulated} from '../../results/events/events.ts';

const nameOf = (side: SideInfo): string => side.program ?? side.variant ?? side.label;

/** Labels that only say which side it is. */
const isGeneric = (label: string): boolean => label === 'before' || label === 'after';

/**
 * What the sides are called. If their labels do not distinguish them (one heading for both, or none
 * at all), their commands do, and the heading is the context.
 */
const namesOf = ({before, after}: Comparison): {sides: [string, string]; context: string} => {
  const sides: [string, string] = [nameOf(before), nameOf(after)];
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

/** The least width that a title gives to the name of what was measured. */
const leastSubject = 16;

/** The words that two names share at their start; the rest of neither is empty. */
const sharedStart = (a: string, b: string): string => {
  let end = 0;
  for (let k = 0; k < a.length && a[k] === b[k]; k++) if (a[k] === ' ') end = k + 1;
  return a.slice(0, end);
};

/** What both sides have in common: a workload or a command. */
const subjectOf = ({before, after}: Comparison): string | null =>
  before.workload !== undefined && before.workload === after.workload
    ? before.workload
    : before.command !== undefined && before.command === after.command
      ? before.command
      : null;

/**
 * `tailcall1: v58 -> rfc1`, in at most `width` columns. If the names are too long, the words that
 * both start with go before the colon; then the names are shortened.
 */
export const titleOf = (comparison: Comparison, width: number = mailWidth): string => {
  const common = subjectOf(comparison);
  const named = namesOf(comparison);
  const room = (subject: string | null): number =>
    subject === null ? width : width - leastSubject - 2;
  const isLong = `${named.sides.join(' -> ')}${named.context}`.length > room(common);
  const start = isLong ? sharedStart(...named.sides) : '';
  const heading = start.replace(/[\s,:;-]+$/, '');
  const subject = heading === '' ? common : common === null ? heading : `${common}, ${heading}`;
  const sides = named.sides.map((name) => name.slice(start.length));
  const whole = `${sides.join(' -> ')}${named.context}`;
  const half = Math.floor((room(subject) - ' -> '.length) / 2);
  const text =
    whole.length <= room(subject) ? whole : sides.map((name) => fit(name, half)).join(' -> ');
  return subject === null
    ? text
    : `${fit(subject, Math.max(leastSubject, width - text.length - 2))}: ${text}`;
};

/** Rows of single steps of a scenario, which a table for people sums up in a sentence. */
export const isStep = (row: ComparisonRow): boolean => /^slices\/[^/]*,/.test(row.event);

/** `event (unit)`, as the tables name a row; the unit is not repeated (`ns-per-execution`). */
export const rowName = ({event, unit}: ComparisonRow): string =>
  ascii(
    unit === '' || unit === event || event.includes(`${unit}-per-`) ? event : `${event} (${unit})`,
  );

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

/** `cycles, instructions (reason)`: events with the same reason together. */
export const notCountedTexts = ({notCounted}: Comparison): string[] => {
  const byReason = new Map<string, string[]>();
  for (const {event, status, reason} of notCounted) {
    const key = reason === '' ? status.replace('-', ' ') : reason;
    byReason.set(key, [...(byReason.get(key) ?? []), event]);
  }
  return [...byReason].map(([reason, events]) => `${events.join(', ')} (${reason})`);
};

/** The same in one text: `16 events (this host has no counters); L1-icache-loads (not supported)`. */
export const notCountedText = (comparison: Comparison): string | null => {
  const texts = notCountedTexts(comparison).map((text) => {
    const events = text.slice(0, text.indexOf(' (')).split(', ');
    return events.length <= 2 ? text : `${events.length} events${text.slice(text.indexOf(' ('))}`;
  });
  return texts.length === 0 ? null : texts.join('; ');
};
