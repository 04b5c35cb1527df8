// What distinguishes hosts, and which of it separates the hosts that changed from those that did
// not.
import type {HostRecord} from '../types.ts';
import {cpuFamily} from './cpu-family.ts';

/** One property of a host: `CPU family` `Zen`. */
export interface Trait {
  readonly what: string;
  readonly value: string;
}

export interface HostTraits {
  readonly host: string;
  readonly traits: readonly Trait[];
}

type Known = Partial<HostRecord>;

/** From what a code generator's change most often depends on to what it rarely does. */
const kinds: readonly (readonly [string, (record: Known) => string | null | undefined])[] = [
  ['CPU family', ({cpu}) => cpuFamily(cpu ?? null)?.family],
  ['CPU generation', ({cpu}) => cpuFamily(cpu ?? null)?.generation],
  ['CPU vendor', ({cpu}) => cpuFamily(cpu ?? null)?.vendor],
  ['CPU', ({cpu}) => cpu],
  ['mitigations', ({mitigations}) => mitigations],
  ['virtualization', ({virtualization}) => virtualization ?? 'none'],
  ['SMT', ({smt}) => smt],
  ['kernel', ({kernel}) => kernel],
  ['microcode', ({microcode}) => microcode],
  ['governor', ({governor}) => governor],
  ['turbo', ({turbo}) => turbo],
];

/** `classes` are the names the fleet's owner gave to the host. */
export const traitsOf = (
  host: string,
  classes: readonly string[],
  record: Known | null,
): HostTraits => ({
  host,
  traits: [
    ...classes.map((value) => ({what: 'class', value})),
    ...kinds.flatMap(([what, read]) => {
      const value = record === null ? null : read(record);
      return value == null || value === '' ? [] : [{what, value}];
    }),
  ],
});

export interface Separation {
  /** Traits that all of `inside` have and none of `outside`, most telling first. */
  readonly only: readonly Trait[];
}

/**
 * Which traits separate two groups of hosts. Of two groups of one host each nearly everything does:
 * the caller says how many hosts there were.
 */
export const separating = (
  inside: readonly HostTraits[],
  outside: readonly HostTraits[],
): Separation => {
  const [first, ...others] = inside;
  if (first === undefined || outside.length === 0) return {only: []};
  const has = ({traits}: HostTraits, {what, value}: Trait): boolean =>
    traits.some((one) => one.what === what && one.value === value);
  const known = ({traits}: HostTraits, {what}: Trait): boolean =>
    traits.some((one) => one.what === what);
  return {
    only: first.traits.filter(
      (trait) =>
        others.every((host) => has(host, trait)) &&
        outside.every(
          (host) => !has(host, trait) && (trait.what === 'class' || known(host, trait)),
        ),
    ),
  };
};

/** `Zen`, `kernel 6.1.0`: how a trait is named in a sentence. */
export const traitName = ({what, value}: Trait): string =>
  what === 'class' || what.startsWith('CPU') ? value : `${what} ${value}`;
