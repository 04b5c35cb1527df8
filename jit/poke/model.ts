// The poke protocol as a state machine: CPUs that run one tail-call site while an updater fills,
// replaces and empties its slot.
//
// Each pass of a CPU is one RCU read section: enter, bypass, unwind, target, leave. A poke is
// atomic here (the breakpoint protocol sees to that). A program taken out of the slot is released
// when the operation returns. Whoever frees at once frees it there and then; bpf_prog_put() frees
// it when every CPU that was in a read section at that moment has left it.
import {initialSite, poke, stateOf} from './states.ts';
import type {Site} from './states.ts';
import type {Protocol} from './protocols.ts';

/** Where a CPU is: what it will execute next. `outside` = in no read section. */
export type CpuAt = 'outside' | 'bypass' | 'unwind' | 'target' | 'leave';

export interface Operation {
  readonly kind: 'install' | 'remove';
  /** Number of the program that comes in; 0 for a removal. */
  readonly program: number;
  /** Program that was in the slot; 0 = none. */
  readonly old: number;
  /** Next step; CPUs a grace period still waits for, one bit each, once it has begun. */
  readonly step: number;
  readonly waitsFor: number | undefined;
  readonly bypassChanged: boolean;
}

export interface ModelState {
  readonly site: Site;
  readonly slot: number;
  readonly cpus: readonly CpuAt[];
  readonly operation: Operation | undefined;
  readonly operationsLeft: number;
  readonly programs: number;
  /** For each program: undefined = in use, else the CPUs its freeing waits for; 0 = freed. */
  readonly released: readonly (number | undefined)[];
}

/** What must not happen, and what one may want to know about. */
export type Event =
  | 'unwinds without a jump'
  | 'jumps into a target freed at once'
  | 'jumps into a target freed after a grace period'
  | 'state A'
  | 'back in state C';

export interface Move {
  readonly who: string;
  readonly text: string;
  readonly events: readonly Event[];
  readonly next: ModelState;
}

export const initialState = (cpus: number, operations: number): ModelState => ({
  site: initialSite,
  slot: 0,
  cpus: Array.from({length: cpus}, () => 'outside'),
  operation: undefined,
  operationsLeft: operations,
  programs: 0,
  released: [undefined],
});

/** Everything that can happen next. */
export const moves = (state: ModelState, protocol: Protocol): Move[] => [
  ...state.cpus.map((_, cpu) => cpuMove(state, cpu)),
  ...updaterMoves(state, protocol),
];

const readers = (state: ModelState): number =>
  state.cpus.reduce((mask, at, cpu) => (at === 'outside' ? mask : mask | (1 << cpu)), 0);

const cpuMove = (state: ModelState, cpu: number): Move => {
  const {site} = state;
  const to = (at: CpuAt, text: string, events: readonly Event[] = []): Move => ({
    who: `CPU ${cpu}`,
    text,
    events,
    next: {...state, cpus: state.cpus.with(cpu, at)},
  });
  switch (state.cpus[cpu]) {
    case 'outside':
      return to('bypass', 'enters the program');
    case 'bypass':
      return site.bypass === 'nop'
        ? to('unwind', 'bypass is a nop: continues')
        : to('leave', 'bypass jumps over the unwinding');
    case 'unwind':
      return to('target', 'unwinds its frame');
    case 'target':
      return to('leave', ...arrival(state));
    case 'leave':
      return leave(state, cpu);
  }
};

const arrival = ({site, released}: ModelState): [string, Event[]] => {
  if (site.target === 0)
    return ['target is a nop: continues without its frame', ['unwinds without a jump']];
  const waiting = released[site.target];
  if (waiting === undefined) return [`target jumps to f${site.target}`, []];
  return waiting === 0
    ? [
        `target jumps to f${site.target}, which is freed after its grace period`,
        ['jumps into a target freed at once', 'jumps into a target freed after a grace period'],
      ]
    : [
        `target jumps to f${site.target}, which is out of the slot`,
        ['jumps into a target freed at once'],
      ];
};

/** The end of a read section: whoever waits for this CPU waits for one less. */
const leave = (state: ModelState, cpu: number): Move => {
  const without = (mask: number | undefined): number | undefined =>
    mask === undefined ? undefined : mask & ~(1 << cpu);
  const {operation} = state;
  return {
    who: `CPU ${cpu}`,
    text: 'leaves the program',
    events: [],
    next: {
      ...state,
      cpus: state.cpus.with(cpu, 'outside'),
      operation:
        operation === undefined ? undefined : {...operation, waitsFor: without(operation.waitsFor)},
      released: state.released.map(without),
    },
  };
};

const updaterMoves = (state: ModelState, protocol: Protocol): Move[] => {
  const {operation, operationsLeft} = state;
  if (operation !== undefined) return stepMove(state, operation, protocol);
  if (operationsLeft === 0) return [];
  const begin = (kind: Operation['kind'], program: number): Move[] =>
    stepMove(
      {
        ...state,
        operationsLeft: operationsLeft - 1,
        programs: Math.max(state.programs, program),
        released: kind === 'install' ? [...state.released, undefined] : state.released,
      },
      {kind, program, old: state.slot, step: 0, waitsFor: undefined, bypassChanged: false},
      protocol,
    );
  return [...begin('install', state.programs + 1), ...begin('remove', 0)];
};

const stepMove = (state: ModelState, operation: Operation, protocol: Protocol): Move[] => {
  const steps = protocol[operation.kind];
  const step = steps[operation.step];
  if (step === 'grace period') return graceMove(state, operation, steps.length);
  const site = poke(state.site, step, operation.program);
  const changed = site.bypass !== state.site.bypass || site.target !== state.site.target;
  const events: Event[] = [];
  if (changed && stateOf(site) === 'A') events.push('state A');
  if (changed && stateOf(site) === 'C') events.push('back in state C');
  return [
    {
      who: 'updater',
      text: stepText(step, operation, changed),
      events,
      next: finish(
        {
          ...state,
          site,
          slot: step === 'slot' ? operation.program : state.slot,
        },
        {
          ...operation,
          step: operation.step + 1,
          bypassChanged: operation.bypassChanged || site.bypass !== state.site.bypass,
        },
        steps.length,
      ),
    },
  ];
};

const stepText = (step: string, {kind, program, old}: Operation, changed: boolean): string => {
  if (step === 'slot')
    return kind === 'remove'
      ? `removes ${old === 0 ? 'from the empty slot' : `f${old}`}`
      : `${old === 0 ? 'installs' : `replaces f${old} by`} f${program}`;
  const text = step === 'target: jmp' ? `target := jmp f${program}` : step.replace(':', ' :=');
  return changed ? text : `${text} (as it is)`;
};

/**
 * The wait begins with all CPUs in a read section and ends when none of them is left; nothing to
 * wait for = nothing done.
 */
const graceMove = (state: ModelState, operation: Operation, steps: number): Move[] => {
  const over: Operation = {...operation, step: operation.step + 1, waitsFor: undefined};
  const move = (text: string, next: ModelState): Move[] => [
    {who: 'updater', text, events: [], next},
  ];
  if (!operation.bypassChanged)
    return move('no grace period: the bypass was as it is', finish(state, over, steps));
  if (operation.waitsFor === undefined)
    return move('grace period begins', {
      ...state,
      operation: {...operation, waitsFor: readers(state)},
    });
  return operation.waitsFor === 0 ? move('grace period ends', finish(state, over, steps)) : [];
};

/** After the last step the operation returns and the program that left the slot is released. */
const finish = (state: ModelState, operation: Operation, steps: number): ModelState => {
  if (operation.step < steps) return {...state, operation};
  const {old} = operation;
  return {
    ...state,
    operation: undefined,
    released: old === 0 ? state.released : state.released.with(old, readers(state)),
  };
};
