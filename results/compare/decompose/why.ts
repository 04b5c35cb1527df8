// The sentence about the parts: was it the code, the clock, or waiting.
import {isClaim} from '../../claims.ts';
import type {ComparisonRow, Decomposition, DecompositionPart, Finding} from '../../types.ts';
import {finding, ratioPercent} from '../findings.ts';
import type {Roles} from './roles.ts';

export interface WhyContext {
  /** Name of the time event. */
  readonly event: string;
  /** Name of the event of the cycles, which may be those of one kind of core. */
  readonly cycles: string;
  /** Mean clock of each side in GHz, null = not known. */
  readonly clock: {readonly before: number; readonly after: number} | null;
  /** CPUs utilised of each side. */
  readonly utilisation: {readonly before: number; readonly after: number} | null;
  /** ln change of branches, for the comparison of instruction streams. */
  readonly branches: number | null;
  /**
   * Whether the change of a part's event is shown (or its spread is unknown, as in a paste of one
   * run): no reason is given for a change that may not exist.
   */
  readonly shown: Readonly<Record<'time' | 'cycles' | 'instructions' | 'elapsed', boolean>>;
  /** True if both sides run one variant: a large change of instructions is then news. */
  readonly sameProgramMeant: boolean;
  /** Rows of pipeline slots in percent (TopdownL1), if any. */
  readonly slots: readonly ComparisonRow[];
}

/** Changes below this (natural log) get no sentence. */
const least = 0.005;
/** Two builds of one program do not differ by this much in instructions. */
const otherProgram = 0.05;
/** A clock change this large, as a share of the cycle change, hides it. */
const hides = 0.25;

export const whyFindings = (parts: Decomposition, context: WhyContext): Finding[] => [
  ...timeFinding(parts, context),
  ...slotFinding(parts, context),
  ...waiting(parts, context),
  ...otherStream(parts, context),
];

const timeFinding = (parts: Decomposition, context: WhyContext): Finding[] => {
  const {time, instructions, cpi, clock} = parts;
  if (time === null || clock === null) return cyclesAlone(parts, context);
  if (instructions === null || cpi === null) return [];
  const cycles = instructions + cpi;
  const data = {
    time,
    instructions,
    cpi,
    clock,
    cycles,
    ...(context.clock === null
      ? {}
      : {ghzBefore: context.clock.before, ghzAfter: context.clock.after}),
  };
  const words = {
    event: context.event,
    time: ratioPercent(time),
    instructions: ratioPercent(instructions),
    cpi: ratioPercent(cpi),
    clock: ratioPercent(clock),
    cycles: ratioPercent(cycles),
    before: context.clock?.before.toFixed(3) ?? '?',
    after: context.clock?.after.toFixed(3) ?? '?',
  };
  const real = (part: keyof NonNullable<Decomposition['intervals']>, value: number): boolean =>
    Math.abs(value) >= least && excludesZero(parts.intervals?.[part]);
  if (
    context.shown.time &&
    real('clock', clock) &&
    real('time', time) &&
    clock * time > 0 &&
    Math.abs(clock) >= 0.5 * Math.abs(time) &&
    Math.abs(cycles) <= 0.5 * Math.abs(time)
  ) {
    return [finding('clock-not-code', words, data)];
  }
  if (
    context.shown.cycles &&
    real('clock', clock) &&
    Math.abs(cycles) >= least &&
    clock * cycles < 0 &&
    Math.abs(clock) >= hides * Math.abs(cycles)
  ) {
    const way = clock < 0 ? 'faster' : 'slower';
    return [finding('hidden-by-clock', {...words, way}, data)];
  }
  if (!context.shown.time || !real('time', time)) return [];
  return [
    finding(
      Math.abs(instructions) >= Math.abs(cpi) ? 'mostly-instructions' : 'mostly-cpi',
      words,
      data,
    ),
  ];
};

/** Without a time, or if cycles cover only a part of it, the cycles still have two parts. */
const cyclesAlone = (
  {instructions, cpi}: Decomposition,
  {cycles, shown}: WhyContext,
): Finding[] => {
  if (instructions === null || cpi === null || !shown.cycles) return [];
  const words = {
    name: cycles,
    cycles: ratioPercent(instructions + cpi),
    cpi: ratioPercent(cpi),
    instructions: ratioPercent(instructions),
  };
  return [finding('cycles-alone', words, {instructions, cpi, cycles: instructions + cpi})];
};

/** Slots of the pipeline that did no useful work; their names in perf and in toplev. */
const lostSlots = /(?:bad.speculation|front.?end.bound|back.?end.bound)$/i;
/** A change of fewer points than this explains nothing. */
const leastPoints = 1;

/** The lost slots that changed most, in the direction of the change in cycles per instruction. */
const slotFinding = ({cpi, intervals}: Decomposition, {shown, slots}: WhyContext): Finding[] => {
  const isShown = (shown.cycles || shown.time) && excludesZero(intervals?.cpi);
  if (cpi === null || !isShown || Math.abs(cpi) < least) return [];
  const fitting = slots
    .filter(({event, points}) => lostSlots.test(event) && (points?.value ?? 0) * cpi > 0)
    .sort((a, b) => Math.abs(b.points?.value ?? 0) - Math.abs(a.points?.value ?? 0));
  const [row] = fitting;
  if (row?.points === undefined || Math.abs(row.points.value) < leastPoints) return [];
  const points = row.points.value;
  const words = {
    cpi: ratioPercent(cpi),
    points: Math.abs(points).toFixed(1),
    way: points < 0 ? 'less' : 'more',
    metric: row.event,
    before: (row.before.mean ?? 0).toFixed(1),
    after: (row.after.mean ?? 0).toFixed(1),
  };
  return [finding('cpi-and-slots', words, {cpi, points, event: row.event})];
};

const waiting = (parts: Decomposition, context: WhyContext): Finding[] => {
  const {time, utilisation} = parts;
  if (
    !context.shown.elapsed ||
    time === null ||
    utilisation === null ||
    context.utilisation === null
  )
    return [];
  const elapsed = time + utilisation;
  const oneCpu = Math.max(context.utilisation.before, context.utilisation.after) < 1.05;
  if (
    !oneCpu ||
    Math.abs(elapsed) < 0.02 ||
    Math.abs(utilisation) < 0.5 * Math.abs(elapsed) ||
    !excludesZero(parts.intervals?.utilisation)
  )
    return [];
  return [
    finding(
      'waiting-not-running',
      {
        elapsed: ratioPercent(elapsed),
        time: ratioPercent(time),
        before: context.utilisation.before.toFixed(3),
        after: context.utilisation.after.toFixed(3),
      },
      {elapsed, time, utilisation},
    ),
  ];
};

const otherStream = (parts: Decomposition, context: WhyContext): Finding[] => {
  const {instructions} = parts;
  if (
    !context.sameProgramMeant ||
    !context.shown.instructions ||
    instructions === null ||
    Math.abs(instructions) < otherProgram ||
    !excludesZero(parts.intervals?.instructions)
  )
    return [];
  const branches =
    context.branches === null ? '' : `, branches ${ratioPercent(context.branches)} %`;
  return [
    finding(
      'different-instruction-stream',
      {instructions: ratioPercent(instructions), branches},
      {instructions, fraction: Math.expm1(instructions), branches: context.branches},
    ),
  ];
};

/** False only if an interval is known and contains zero. */
const excludesZero = (part: DecompositionPart | undefined): boolean =>
  part === undefined || part.low === null || part.high === null || part.low > 0 || part.high < 0;

/** Which of the parts' events have a shown change, from the rows of the table. */
export const shownParts = (rows: readonly ComparisonRow[], roles: Roles): WhyContext['shown'] => {
  const shown = (event: string | null): boolean => {
    const row = rows.find((candidate) => candidate.event === event);
    return (
      row !== undefined &&
      (isClaim(row) || (row.change?.low == null && row.p === null && row.before.sem === null))
    );
  };
  return {
    time: shown(roles.time),
    cycles: shown(roles.cycles),
    instructions: shown(roles.instructions),
    elapsed: shown(roles.elapsed),
  };
};
