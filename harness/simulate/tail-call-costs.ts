// The cost of tail-call code by variant: instructions, branches and loads of each event in a
// function.
//
// Counted by hand in the listings of main programs with plain returns; the check of an indirect
// index and the body are the same in all variants and left out.

export interface Cost {
  readonly instructions: number;
  readonly branches: number;
  readonly loads: number;
}

/**
 * Events in a function; misses, refusals and hits are those of direct tail calls unless they say
 * otherwise.
 */
export const eventNames = [
  'calls',
  'tailEntries',
  'misses',
  'refused',
  'hits',
  'indirectMisses',
  'indirectRefused',
  'indirectHits',
  'helperCalls',
  'exits',
] as const;

export type EventName = (typeof eventNames)[number];

export const cost = (instructions: number, branches: number, loads: number): Cost => ({
  instructions,
  branches,
  loads,
});

/** Inline retpoline: call, mov, ret. Thunk: jmp to the same. */
const inlineRetpoline = cost(3, 2, 1);
const thunk = cost(4, 3, 1);

/**
 * u = callee-saved registers used, c = 1 if the function counts tail calls, s = 1 if it has a
 * separate stack.
 */
export type CostTable = Readonly<Record<EventName, (u: number, c: number, s: number) => Cost>>;

export const add = (a: Cost, b: Cost): Cost =>
  cost(a.instructions + b.instructions, a.branches + b.branches, a.loads + b.loads);

export const scale = (a: Cost, by: number): Cost =>
  cost(a.instructions * by, a.branches * by, a.loads * by);

const v58: CostTable = {
  calls: () => cost(9, 0, 0),
  tailEntries: () => cost(0, 0, 0),
  misses: () => cost(6, 1, 1),
  refused: () => cost(3, 1, 1),
  hits: () => cost(6, 2, 1),
  indirectMisses: () => cost(8, 2, 2),
  indirectRefused: () => cost(3, 1, 1),
  indirectHits: () => add(cost(10, 2, 3), inlineRetpoline),
  helperCalls: () => cost(0, 0, 0),
  exits: () => cost(7, 1, 7),
};

const rfc1: CostTable = {
  calls: (u, c) => cost(5 + c + u, 0, 0),
  tailEntries: (u, c) => cost(1 + c + u, 0, 0),
  misses: () => cost(6, 2, 1),
  refused: () => cost(3, 1, 1),
  hits: (u) => cost(9 + u, 2, 2 + u),
  indirectMisses: () => cost(8, 2, 2),
  indirectRefused: () => cost(3, 1, 1),
  indirectHits: (u) => add(cost(12 + u, 2, 4 + u), inlineRetpoline),
  helperCalls: () => cost(0, 0, 0),
  exits: (u, c) => cost(2 + u + c, 1, 2 + u + c),
};

/** Loads the count into rax before every call of a helper, in functions that count. */
const v510: CostTable = {
  calls: (u, c, s) => cost(4 + s + c + u, 0, 0),
  tailEntries: (u, c, s) => cost(s + c + u, 0, 0),
  misses: () => cost(6, 2, 1),
  refused: () => cost(3, 1, 1),
  hits: (u, _c, s) => cost(8 + u + s, 2, 2 + u),
  indirectMisses: () => cost(8, 2, 2),
  indirectRefused: () => cost(3, 1, 1),
  indirectHits: (u, _c, s) => add(cost(11 + u + s, 2, 4 + u), inlineRetpoline),
  helperCalls: (_u, c) => cost(c, 0, c),
  exits: (u) => cost(2 + u, 1, 2 + u),
};

/** Like v510, except for the jump through a thunk. */
const v61: CostTable = {
  ...v510,
  indirectHits: (u, _c, s) => add(cost(11 + u + s, 2, 4 + u), thunk),
};

/** Main programs entered with a count in rax: cmp, ja, push, mov, jmp, push. */
const v618: CostTable = {
  calls: (u, c, s) => cost(4 + s + 6 * c + u, 2 * c, 0),
  tailEntries: (u, c, s) => cost(s + 6 * c + u, 2 * c, 0),
  misses: () => cost(4, 2, 2),
  refused: () => cost(3, 1, 2),
  hits: (u, _c, s) => cost(8 + u + s, 2, 5 + u),
  indirectMisses: () => cost(6, 2, 3),
  indirectRefused: () => cost(3, 1, 2),
  indirectHits: (u, _c, s) => add(cost(11 + u + s, 2, 7 + u), thunk),
  helperCalls: () => cost(0, 0, 0),
  exits: (u) => cost(2 + u, 1, 2 + u),
};

/**
 * Costs in main programs with plain returns and the variant's own indirect branches, by variant;
 * other variants are not modelled.
 */
export const costTables: Readonly<Record<string, CostTable>> = {v58, rfc1, v510, v61, v618};
