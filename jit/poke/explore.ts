// Every interleaving of some CPUs with some map operations, and the shortest way to each event.
import {Refusal} from '../refusal.ts';
import {initialState, moves} from './model.ts';
import type {Event, ModelState} from './model.ts';
import {protocols} from './protocols.ts';
import type {Protocol} from './protocols.ts';
import {describeSite, stateOf} from './states.ts';
import type {SiteState} from './states.ts';

/** One step of a counterexample; `site` is the site's state after it. */
export interface TraceLine {
  readonly who: string;
  readonly text: string;
  readonly site: string;
}

export interface Exploration {
  readonly protocol: Protocol;
  readonly cpus: number;
  readonly operations: number;
  /** Distinct states reached, and moves tried between them. */
  readonly states: number;
  readonly moves: number;
  readonly siteStates: readonly SiteState[];
  /** Shortest trace to each event that can happen; absent = it cannot. */
  readonly traces: Partial<Record<Event, readonly TraceLine[]>>;
}

export const limits = {cpus: {min: 1, max: 3}, operations: {min: 1, max: 6}} as const;

export const findProtocol = (name: string): Protocol => {
  const found = protocols.find((protocol) => protocol.name === name);
  if (found !== undefined) return found;
  throw new Refusal(
    `There is no poke protocol '${name}'.`,
    `The protocols are ${protocols.map((protocol) => protocol.name).join(', ')}.`,
  );
};

/**
 * Explores `operations` map operations, each an install, a replacement or a removal, in every order
 * and against every interleaving with `cpus` CPUs that run the tail call again and again. Breadth
 * first, so each trace is a shortest one.
 */
export const explore = (protocol: Protocol, cpus: number, operations: number): Exploration => {
  const first = initialState(cpus, operations);
  const seen = new Set([keyOf(first)]);
  const siteStates = new Set<SiteState>([stateOf(first.site)]);
  const traces: Partial<Record<Event, readonly TraceLine[]>> = {};
  let tried = 0;
  let frontier: Visit[] = [{state: first}];
  while (frontier.length > 0) {
    const next: Visit[] = [];
    for (const visit of frontier) {
      for (const {who, text, events, next: state} of moves(visit.state, protocol)) {
        tried++;
        const reached: Visit = {state, from: visit, who, text};
        for (const event of events) traces[event] ??= traceOf(reached);
        siteStates.add(stateOf(state.site));
        const key = keyOf(state);
        if (seen.has(key)) continue;
        seen.add(key);
        next.push(reached);
      }
    }
    frontier = next;
  }
  return {
    protocol,
    cpus,
    operations,
    states: seen.size,
    moves: tried,
    siteStates: [...siteStates].toSorted(),
    traces,
  };
};

interface Visit {
  readonly state: ModelState;
  readonly from?: Visit;
  readonly who?: string;
  readonly text?: string;
}

const traceOf = (last: Visit): TraceLine[] => {
  const lines: TraceLine[] = [];
  for (let visit: Visit | undefined = last; visit?.from !== undefined; visit = visit.from) {
    lines.unshift({who: visit.who!, text: visit.text!, site: describeSite(visit.state.site)});
  }
  return lines;
};

const cpuLetters = {outside: 'o', bypass: 'b', unwind: 'u', target: 't', leave: 'l'} as const;

const keyOf = ({
  site,
  slot,
  cpus,
  operation,
  operationsLeft,
  programs,
  released,
}: ModelState): string =>
  [
    site.bypass === 'nop' ? 'n' : 's',
    site.target,
    slot,
    cpus.map((at) => cpuLetters[at]).join(''),
    operation === undefined
      ? '-'
      : `${operation.kind}${operation.old}.${operation.step}.` +
        `${operation.waitsFor ?? ''}.${operation.bypassChanged ? 1 : 0}`,
    operationsLeft,
    programs,
    released.map((mask) => mask ?? '-').join(''),
  ].join(' ');
