// A verdict over hosts: every host's own verdict, the mean over hosts, and where they differ. Which
// hosts changed is said by name; a difference between hosts is claimed only if a test shows it.
import {weightedHolm} from '../stats/holm.ts';
import type {Verdict} from '../types.ts';
import type {HostTraits, Trait} from './host-traits.ts';
import {separating, traitName} from './host-traits.ts';
import type {Effect, RandomEffects} from './random-effects.ts';
import {effectOf, randomEffects} from './random-effects.ts';

/** What one host says of one change. */
export interface HostChange {
  readonly host: HostTraits;
  readonly ratio: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly verdict: Verdict;
}

/** `mixed`: more on some hosts and less on others. */
export type FleetVerdict = Verdict | 'mixed';

export interface OverHosts {
  readonly verdict: FleetVerdict;
  /** Hosts that measured it, and those whose own verdict is `more` or `less`. */
  readonly hosts: number;
  readonly changed: readonly string[];
  /** Mean over hosts like these, as ratios; null below two hosts with an interval. */
  readonly mean: {readonly ratio: number; readonly low: number; readonly high: number} | null;
  /** Of the mean, corrected over all changes judged together; null without a mean. */
  readonly p: number | null;
  /** Standard deviation between hosts as a fraction, and whether a test shows that they differ. */
  readonly spread: number;
  readonly differ: boolean;
  /** What separates the changed hosts from the others, if they are shown to differ. */
  readonly only: readonly Trait[];
  /** `less on 2 of 5 hosts, only on Zen (a, b)`. */
  readonly text: string;
}

/**
 * Hosts are said to differ if a spread as large has at most this probability without a difference.
 */
const differLevel = 0.01;
/** A mean over hosts is a change at this corrected level. */
const level = 0.05;

/** One verdict for each list of hosts; the means are corrected over all lists (Holm). */
export const overHosts = (lists: readonly (readonly HostChange[])[]): OverHosts[] => {
  const effects = lists.map((hosts) => randomEffects(hosts.flatMap(effectOfHost)));
  const p = effects.map(({mean}) => mean?.p ?? null);
  const corrected = weightedHolm(
    p,
    p.map(() => 1 / p.length),
  );
  return lists.map((hosts, at) => judge(hosts, effects[at], corrected[at]));
};

const effectOfHost = ({ratio, low, high}: HostChange): Effect[] => {
  const effect = ratio === null ? null : effectOf({ratio, low, high});
  return effect === null ? [] : [effect];
};

const judge = (
  hosts: readonly HostChange[],
  effects: RandomEffects,
  p: number | null,
): OverHosts => {
  const of = (...wanted: readonly Verdict[]): readonly HostChange[] =>
    hosts.filter(({verdict}) => wanted.includes(verdict));
  const [more, less, changed] = [of('more'), of('less'), of('more', 'less')];
  const differ = effects.pSame <= differLevel;
  const verdict: FleetVerdict =
    more.length > 0 && less.length > 0
      ? 'mixed'
      : changed.length > 0
        ? changed[0].verdict
        : p !== null && p <= level
          ? effects.mean!.value > 0
            ? 'more'
            : 'less'
          : hosts.length > 0 && of('equal').length === hosts.length
            ? 'equal'
            : 'unsettled';
  const rest = hosts.filter((one) => !changed.includes(one));
  const [inside, outside] = verdict === 'mixed' ? [more, less] : [changed, rest];
  const only = differ ? separating(traits(inside), traits(outside)).only : [];
  const answer = {
    verdict,
    hosts: hosts.length,
    changed: names(changed),
    mean: ratios(effects),
    p,
    spread: Math.expm1(effects.tau),
    differ,
    only,
  };
  return {...answer, text: textOf(answer, hosts)};
};

const ratios = ({mean}: RandomEffects): OverHosts['mean'] =>
  mean === null
    ? null
    : {ratio: Math.exp(mean.value), low: Math.exp(mean.low), high: Math.exp(mean.high)};

const traits = (hosts: readonly HostChange[]): HostTraits[] => hosts.map(({host}) => host);
const names = (hosts: readonly HostChange[]): string[] => hosts.map(({host}) => host.host);

/** More names than this are given as a number. */
const mostNames = 6;

const listed = (all: readonly string[]): string =>
  all.length > mostNames
    ? `${all.slice(0, mostNames).join(', ')} and ${all.length - mostNames} more`
    : all.join(', ');

const count = (some: number, of: number): string =>
  some === of ? (of === 1 ? 'the only host' : `all ${of} hosts`) : `${some} of ${of} hosts`;

const textOf = (
  {verdict, differ, only, changed, mean}: Omit<OverHosts, 'text'>,
  hosts: readonly HostChange[],
): string => {
  const of = (wanted: Verdict): readonly string[] =>
    names(hosts.filter((one) => one.verdict === wanted));
  if (hosts.length === 0) return 'not measured on any host';
  if (verdict === 'equal') return `equal on ${count(hosts.length, hosts.length)}`;
  if (verdict === 'unsettled')
    return `not settled on ${count(of('unsettled').length, hosts.length)}`;
  if (verdict === 'mixed')
    return `more on ${whichOf(of('more'), only)}, less on ${listed(of('less'))}${openOf(of('unsettled'))}`;
  if (changed.length === 0)
    return `${verdict} over ${count(hosts.length, hosts.length)} together, not shown on any of them alone`;
  const where = `${verdict} on ${count(changed.length, hosts.length)}`;
  if (changed.length === hosts.length)
    return differ && hosts.length > 1 ? `${where}, by different amounts` : where;
  if (!differ) return `${where} (${listed(changed)}); the others are not shown to differ from them`;
  const equal = of('equal');
  const others = equal.length === 0 ? '' : `; equal on ${listed(equal)}`;
  const which = only.length === 0 ? listed(changed) : `only on ${whichOf(changed, only)}`;
  return `${where}, ${which}${others}${openOf(of('unsettled'))}${mean === null ? '' : also(only)}`;
};

const openOf = (open: readonly string[]): string =>
  open.length === 0 ? '' : `; not settled on ${listed(open)}`;

const whichOf = (hosts: readonly string[], only: readonly Trait[]): string =>
  only.length === 0 ? listed(hosts) : `${traitName(only[0])} (${listed(hosts)})`;

/** Other traits that separate the same hosts: the cause may be any of them. */
const also = (only: readonly Trait[]): string => {
  const others = only.slice(1).filter(({what}) => !what.startsWith('CPU'));
  return others.length === 0
    ? ''
    : `; these hosts share as well: ${others.slice(0, 3).map(traitName).join(', ')}`;
};
