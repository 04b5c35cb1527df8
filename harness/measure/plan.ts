// The plan of a session: how many quads, in which order, with which seeds; made once and followed
// to the letter, even after a kill.
import type {Plan, SideName} from '../../results/types.ts';
import {derivedSeed, seededRandom} from '../derived-seed.ts';

/**
 * The cost of a block in addition to its runs, in seconds: perf's start and the journal (measured
 * by `npm run bench:overhead`).
 */
const perfCostSeconds = 0.012;

export interface PlanRequest {
  readonly seed: number;
  /** Measured runs per side; null: as many as fit into `budgetSeconds`. */
  readonly runs: number | null;
  readonly budgetSeconds: number;
  /**
   * The budget is kept even if too few quads fit into it to settle anything; there is at least one.
   */
  readonly keepsBudget?: boolean;
  /** Wall time of one run, from a trial run. */
  readonly runSeconds: number;
  readonly runsPerBlock: number | null;
  readonly warmupQuads: number;
  /** Warm-up runs of a side, instead of quads. */
  readonly warmupRuns?: number;
  readonly aa: boolean;
  /** All four blocks of a quad run the only side. */
  readonly oneSided?: boolean;
  /** A stopping rule may end the session early: the plan is then its upper bound. */
  readonly stopsEarly: boolean;
  /** It may end after a few quads, so blocks are short and there are many of them. */
  readonly looksOften?: boolean;
  /** Fewest and most runs of a side, if `runs` is null. */
  readonly leastRuns?: number;
  readonly mostRuns?: number;
  readonly repeat: number;
  readonly placement: string;
  readonly events: readonly string[];
}

/**
 * Fewest and most quads of a default plan: with fewer than 6 a signed-rank test at 5 % cannot
 * reject; beyond 60 little is gained.
 */
export const quadLimits = {least: 6, comfortable: 8, often: 24, most: 60} as const;
/** With a stopping rule a session may take this many times its budget. */
export const patience = 5;

/** Runs per block so that perf's own cost stays under 1 % of a run. */
export const chooseRunsPerBlock = (runSeconds: number): number =>
  Math.min(64, Math.max(1, Math.ceil(perfCostSeconds / (0.01 * Math.max(runSeconds, 1e-4)))));

/**
 * A plan from a request; the same request gives the same plan. `-r` is rounded up to whole quads.
 */
export const makePlan = (asked: PlanRequest): Plan => {
  const runsPerBlock = runsPerBlockOf(asked);
  const request =
    asked.warmupRuns === undefined
      ? asked
      : {...asked, warmupQuads: Math.ceil(asked.warmupRuns / (2 * runsPerBlock))};
  const quads =
    request.runs === null
      ? quadsThatFit(request, runsPerBlock)
      : Math.max(1, Math.ceil(request.runs / ((request.oneSided === true ? 4 : 2) * runsPerBlock)));
  const aaQuads = request.aa ? aaQuadsFor(quads) : 0;
  const random = seededRandom(derivedSeed(request.seed, 1));
  const order = Array.from(
    {length: request.warmupQuads + quads},
    () => (random() < 0.5 ? 'ABBA' : 'BAAB') as 'ABBA' | 'BAAB',
  );
  return {
    seed: request.seed,
    quads,
    warmupQuads: request.warmupQuads,
    runsPerBlock,
    order,
    repeat: request.repeat,
    placement: request.placement,
    events: request.events,
    aaQuads,
  };
};

const runsPerBlockOf = (request: PlanRequest): number =>
  request.runsPerBlock ??
  Math.min(
    chooseRunsPerBlock(request.runSeconds),
    request.runs === null ? runsThatLeaveQuads(request) : Infinity,
    Math.max(
      1,
      Math.floor((request.runs ?? request.mostRuns ?? Infinity) / (2 * quadLimits.comfortable)),
    ),
  );

/**
 * A quarter of the quads, and at least as many as an A/A needs to say anything if the session is
 * long enough to afford them.
 */
const aaQuadsFor = (quads: number): number =>
  Math.max(Math.ceil(quads / 4), quads >= quadLimits.comfortable ? 4 : 1);

/**
 * More quads are worth more than a small cost of perf: blocks shrink until a comfortable number of
 * quads fits into the budget.
 */
const runsThatLeaveQuads = (request: PlanRequest): number => {
  const {budgetSeconds, warmupQuads, aa, runSeconds} = request;
  const quads = quadLimits[request.looksOften === true ? 'often' : 'comfortable'];
  const blocks = 4 * (warmupQuads + quads + (aa ? aaQuadsFor(quads) : 0));
  return Math.max(
    1,
    Math.floor((budgetSeconds / blocks - perfCostSeconds) / Math.max(runSeconds, 1e-4)),
  );
};

const quadsThatFit = (request: PlanRequest, runsPerBlock: number): number => {
  const quadSeconds = 4 * runsPerBlock * request.runSeconds + 4 * perfCostSeconds;
  const budgetSeconds = request.budgetSeconds * (request.stopsEarly ? patience : 1);
  const fit = Math.floor(
    (budgetSeconds / quadSeconds - request.warmupQuads) / (request.aa ? 1.25 : 1),
  );
  const quadsOf = (runs: number | undefined, round: (quads: number) => number) =>
    runs === undefined ? undefined : Math.max(1, round(runs / (2 * runsPerBlock)));
  const least =
    quadsOf(request.leastRuns, Math.ceil) ?? (request.keepsBudget === true ? 1 : quadLimits.least);
  const most =
    quadsOf(request.mostRuns, Math.floor) ??
    Math.max(least, quadLimits.most * (request.stopsEarly ? patience : 1));
  return Math.min(most, Math.max(least, fit));
};

/** The seconds that all blocks of a plan take. */
export const plannedSeconds = (
  {quads, warmupQuads, aaQuads, runsPerBlock}: Plan,
  runSeconds: number,
): number => 4 * (quads + warmupQuads + aaQuads) * (runsPerBlock * runSeconds + perfCostSeconds);

/**
 * One block to run. `index` numbers all blocks of the session from 0; an A/A block has side labels
 * but runs the before side.
 */
export interface PlannedBlock {
  readonly index: number;
  readonly quad: number;
  readonly position: number;
  readonly side: SideName;
  readonly warmup: boolean;
  readonly aa: boolean;
  readonly seed: number;
}

/**
 * All blocks in the order they run: warm-up quads, then A/B quads with the A/A quads spread evenly
 * among them.
 */
export const plannedBlocks = (plan: Plan): readonly PlannedBlock[] => {
  const quads = quadSequence(plan);
  return quads.flatMap(({quad, order, warmup, aa}, sequence) =>
    [...order].map((letter, position): PlannedBlock => ({
      index: sequence * 4 + position,
      quad,
      position,
      side: letter === 'A' ? 'before' : 'after',
      warmup,
      aa,
      seed: derivedSeed(plan.seed, 2, sequence, position),
    })),
  );
};

interface PlannedQuad {
  readonly quad: number;
  readonly order: string;
  readonly warmup: boolean;
  readonly aa: boolean;
}

const quadSequence = (plan: Plan): PlannedQuad[] => {
  const sequence: PlannedQuad[] = [];
  const step = plan.aaQuads === 0 ? Infinity : plan.quads / plan.aaQuads;
  let aaDone = 0;
  for (let quad = 0; quad < plan.warmupQuads; quad++) {
    sequence.push({quad, order: plan.order[quad], warmup: true, aa: false});
  }
  for (let quad = 0; quad < plan.quads; quad++) {
    sequence.push({
      quad: plan.warmupQuads + quad,
      order: plan.order[plan.warmupQuads + quad],
      warmup: false,
      aa: false,
    });
    while (aaDone < plan.aaQuads && quad + 1 >= (aaDone + 0.5) * step) {
      sequence.push({
        quad: aaDone,
        order: plan.order[plan.warmupQuads + ((aaDone * 7) % plan.quads)],
        warmup: false,
        aa: true,
      });
      aaDone++;
    }
  }
  return sequence;
};

/** One-sided sessions: blocks of the before side only, in groups of four like quads. */
export const oneSidedBlocks = (plan: Plan): readonly PlannedBlock[] =>
  plannedBlocks({...plan, aaQuads: 0}).map((block) => ({...block, side: 'before'}));
