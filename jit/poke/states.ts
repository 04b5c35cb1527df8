// The four states of a tail-call site, named as in the thread, and the way of each map operation
// through them.
import type {Protocol} from './protocols.ts';

export type SiteState = 'A' | 'B' | 'C' | 'D';

/** The thread's state matrix: what the two locations hold. */
export const siteStates: readonly {
  readonly name: SiteState;
  readonly bypass: 'nop' | 'skip';
  readonly target: 'nop' | 'tail';
  readonly meaning: string;
}[] = [
  {
    name: 'A',
    bypass: 'nop',
    target: 'nop',
    meaning: 'forbidden: unwinds the frame, then falls through',
  },
  {name: 'B', bypass: 'nop', target: 'tail', meaning: 'active'},
  {name: 'C', bypass: 'skip', target: 'nop', meaning: 'start, inactive'},
  {name: 'D', bypass: 'skip', target: 'tail', meaning: 'inactive, target armed'},
];

/** What one site holds: `target` is the number of the installed program, 0 = nop. */
export interface Site {
  readonly bypass: 'nop' | 'skip';
  readonly target: number;
}

export const initialSite: Site = {bypass: 'skip', target: 0};

export const stateOf = ({bypass, target}: Site): SiteState =>
  siteStates.find((row) => row.bypass === bypass && (row.target === 'tail') === (target !== 0))!
    .name;

/** The state with the program in the target, as the thread writes it: `B(f2)`. */
export const describeSite = (site: Site): string =>
  site.target === 0 ? stateOf(site) : `${stateOf(site)}(f${site.target})`;

export const poke = (site: Site, step: string, program: number): Site => {
  switch (step) {
    case 'target: jmp':
      return {...site, target: program};
    case 'target: nop':
      return {...site, target: 0};
    case 'bypass: nop':
      return {...site, bypass: 'nop'};
    case 'bypass: skip':
      return {...site, bypass: 'skip'};
    default:
      return site;
  }
};

export interface Transition {
  readonly operation: 'first install' | 'replace' | 'remove' | 'install again';
  /** Site states in order, each once, with the grace period if the protocol waits. */
  readonly path: readonly string[];
}

const lifeOfASlot = [
  {operation: 'first install', kind: 'install', program: 1},
  {operation: 'replace', kind: 'install', program: 2},
  {operation: 'remove', kind: 'remove', program: 0},
  {operation: 'install again', kind: 'install', program: 3},
] as const;

/**
 * The states of one site while its slot is filled, replaced, emptied and filled again, with no CPU
 * looking.
 */
export const transitions = (protocol: Protocol): Transition[] => {
  let site = initialSite;
  return lifeOfASlot.map(({operation, kind, program}) => {
    const path = [describeSite(site)];
    for (const step of protocol[kind]) {
      site = poke(site, step, program);
      const next = step === 'grace period' ? '(grace period)' : describeSite(site);
      if (next !== path.at(-1)) path.push(next);
    }
    return {operation, path};
  });
};
