// From the samples of a session to a Comparison: rows, verdicts, spikes, parts, disturbances and
// findings.
import {eventInfo} from '../events/events.ts';
import {isClaim} from '../claims.ts';
import type {
  Comparison,
  ComparisonRow,
  Decomposition,
  Finding,
  PlacementShare,
  Samples,
  Warning,
} from '../types.ts';
import {draftBlockedRow} from './summary/blocked-row.ts';
import type {CompareContext} from './context.ts';
import {marginFor, primaryEvent} from './context.ts';
import {decomposeSamples} from './decompose/decompose-samples.ts';
import {disturbances} from './session/disturb.ts';
import {finding, share} from './findings.ts';
import {placementShares} from './session/placement-variance.ts';
import type {Layout} from './quads/quads.ts';
import {layoutOf} from './quads/quads.ts';
import {impossibleRatios, multiplexing, variationOf} from './count-doubts.ts';
import {alignedWith} from './decompose/decompose.ts';
import {countedIn, rolesOf} from './decompose/roles.ts';
import {secondsPer} from '../events/clock-unit.ts';
import {median} from '../stats/robust.ts';
import type {Pace} from './quads/needs.ts';
import type {RowDraft} from './quads/row.ts';
import {draftRow} from './quads/row.ts';
import {spikeLedger} from './spikes/spike-ledger.ts';
import {conclude} from './quads/verdict.ts';
import {shownParts, whyFindings} from './decompose/why.ts';

export type {CompareContext} from './context.ts';

/**
 * Compares the two sides of a session. Interleaved samples (complete quads) are judged per quad;
 * samples without quads, in one long quad, or with design `blocked`, by batches of each side.
 * Throws UserError for impossible counts.
 */
export const compareSamples = (samples: Samples, context: CompareContext): Comparison => {
  const level = context.level ?? 0.95;
  const layout = layoutOf(samples);
  const blocked = isBlocked(context, layout);
  const primary = primaryEvent(countedEvents(samples), context.primary);
  const spikes = spikeLedger(samples, {
    placements: context.placements,
    executions: {before: context.before.executions, after: context.after.executions},
  });
  const aa =
    context.aa === undefined || context.aa === null ? null : judgeAa(context.aa.samples, context);
  const claimedByAa = aa !== null && aa.changed > 0 ? aa.events : null;
  const sameImage =
    context.before.imageHash !== undefined && context.before.imageHash === context.after.imageHash;
  const rows = conclude(draftRows(samples, layout, context), {
    level,
    primary,
    ...(context.share === undefined ? {} : {share: context.share}),
    executions: {before: context.before.executions, after: context.after.executions},
    spikes: (row) => spikes.of(row.event),
    ...(blocked ? {} : {pace: paceOf(samples, layout)}),
    ...(claimedByAa === null
      ? {}
      : {withheld: `the control (A/A) shows a change in ${claimedByAa.join(', ')}`}),
  });
  const decomposition = alignedWith(
    rows,
    rolesOf(countedIn(samples)),
    decomposeSamples(samples, blocked ? null : layout, level),
  );
  const placement = placementShares(samples, level);
  return {
    schema: 'jitstat/comparison/1',
    before: context.before,
    after: context.after,
    design: blocked ? 'blocked' : 'abba',
    quads: blocked ? null : layout.quads,
    sameImage,
    rows,
    notCounted: context.notCounted ?? [],
    decomposition,
    findings: [
      ...controlFindings(sameImage, claimedByAa),
      ...why(rows, decomposition, samples, context),
      ...spikes.findings,
      ...disturbances(samples, layout, primary, !blocked, context.load),
      ...countDoubts(rows),
      ...placementFindings(placement, primary, context),
      ...(blocked ? [blockedFinding(primary)] : []),
    ],
    warnings: [
      ...(context.warnings ?? []),
      ...(blocked ? [] : layout.warnings),
      ...sideWarnings(samples, context),
    ],
    aa,
    ...(context.load === undefined ? {} : {load: context.load}),
    ...(placement.length > 0 ? {placement} : {}),
  };
};

/** An A/A by design, and a control that changed: `claimed` are its events, null if there are none. */
const controlFindings = (sameImage: boolean, claimed: readonly string[] | null): Finding[] => [
  ...(sameImage ? [finding('same-image', {})] : []),
  ...(claimed === null
    ? []
    : [finding('aa-changed', {events: claimed.join(', ')}, {events: claimed})]),
];

const blockedFinding = (primary: string | null): Finding =>
  finding('blocked-design', {
    margin: share(eventInfo(primary ?? '').margin),
    event: primary ?? 'an event',
  });

/** Runs of one side in a quad, and the seconds of one run (median of both sides). */
const paceOf = (samples: Samples, layout: Layout): Pace => {
  const used = layout.blockOf.reduce((runs, block) => (block < 0 ? runs : runs + 1), 0);
  const roles = rolesOf(countedIn(samples));
  const series = samples.events.find(({event}) => event === (roles.elapsed ?? roles.time));
  const unit = series === undefined ? null : secondsPer(series.event, series.unit);
  return {
    runsPerQuad: used / 2 / Math.max(1, layout.quads),
    secondsPerRun: series === undefined || unit === null ? null : median(series.value) * unit,
  };
};

const isBlocked = (context: CompareContext, layout: Layout): boolean =>
  context.design === 'blocked' || (layout.quads < 2 && !isOneQuad(layout));

/** Only four blocks: too few to see what varies between blocks. */
const isOneQuad = ({quads, blocks, side}: Layout): boolean =>
  quads === 1 &&
  blocks <= 4 &&
  side.filter((own, block) => block > 0 && own !== side[block - 1]).length >= 2;

const countedEvents = (samples: Samples): string[] =>
  samples.events
    .filter((series) => series.value.some((value) => !Number.isNaN(value)))
    .map((series) => series.event);

const draftRows = (samples: Samples, layout: Layout, context: CompareContext): RowDraft[] =>
  samples.events.map((series) => {
    const options = {
      level: context.level ?? 0.95,
      margin: marginFor(context.margins, series.event),
    };
    const draft = isBlocked(context, layout)
      ? draftBlockedRow(samples, series, options)
      : draftRow(samples, series, layout, options);
    const better = context.directions?.[series.event];
    return better === undefined ? draft : {...draft, better};
  });

/** The rows alone, with their verdicts: no spikes, parts or findings. */
export const compareRows = (samples: Samples, context: CompareContext): readonly ComparisonRow[] =>
  conclude(draftRows(samples, layoutOf(samples), context), {
    level: context.level ?? 0.95,
    primary: primaryEvent(countedEvents(samples), context.primary),
    ...(context.share === undefined ? {} : {share: context.share}),
    spikes: () => ({before: [], after: []}),
  });

/** The A/A judged by the same rules as the table it belongs to. */
const judgeAa = (samples: Samples, context: CompareContext): NonNullable<Comparison['aa']> => {
  const {quads} = layoutOf(samples);
  // Fewer than two quads would be judged as two sides measured apart, which they are not.
  const rows = quads < 2 ? [] : compareRows(samples, {...context, design: 'abba'});
  const changed = rows.filter(isClaim);
  return {
    changed: changed.length,
    rows: rows.length,
    quads,
    events: changed.map((row) => row.event),
  };
};

/** Only once: the reader of a file may have said it already. */
const sideWarnings = (samples: Samples, context: CompareContext): Warning[] => {
  if (context.warnings?.some((warning) => warning.code === 'side-missing') === true) return [];
  const runs = [0, 0];
  for (let i = 0; i < samples.runs; i++) if (samples.warmup[i] === 0) runs[samples.side[i]]++;
  return runs.flatMap((n, side) =>
    n > 0
      ? []
      : [
          {
            code: 'side-missing',
            text: `there is no run of the ${side === 0 ? 'before' : 'after'} side`,
          },
        ],
  );
};

const why = (
  rows: readonly ComparisonRow[],
  parts: Decomposition,
  samples: Samples,
  context: CompareContext,
): Finding[] => {
  const roles = rolesOf(countedIn(samples));
  const level = (event: string | null, side: 'before' | 'after'): number | null => {
    const series = samples.events.find((candidate) => candidate.event === event);
    // The figures of the table, so that clocks and shares agree with its changes.
    const row = rows.find((candidate) => candidate.event === event);
    const level = row?.figures?.[side] ?? row?.[side].median ?? null;
    if (series === undefined || level === null) return null;
    return level * (secondsPer(series.event, series.unit) ?? 1);
  };
  const quotient = (top: string | null, bottom: string | null, scale: number) => {
    const [before, after] = (['before', 'after'] as const).map((side) => {
      const [a, b] = [level(top, side), level(bottom, side)];
      return a === null || b === null || b === 0 ? null : (a / b) * scale;
    });
    return before === null || after === null ? null : {before, after};
  };
  const branches = rows.find((row) => row.event === 'branches')?.change ?? null;
  const uncounted = roles.time === null || roles.cycles === null || roles.instructions === null;
  return [
    ...(uncounted && roles.time !== null ? [finding('no-counters', {})] : []),
    ...whyFindings(parts, {
      event: roles.time ?? 'time',
      cycles: roles.cycles ?? 'cycles',
      clock: quotient(roles.cycles, roles.time, 1e-9),
      utilisation: quotient(roles.time, roles.elapsed, 1),
      branches: branches === null ? null : Math.log(branches.ratio),
      shown: shownParts(rows, roles),
      sameProgramMeant: context.before.variant === context.after.variant,
      slots: [],
    }),
  ];
};

const countDoubts = (rows: readonly ComparisonRow[]): Finding[] => {
  const side = (name: 'before' | 'after') =>
    rows.flatMap((row) =>
      row[name].median === null
        ? []
        : [
            {
              event: row.event,
              mean: row[name].median,
              running: row[name].running,
              variation: variationOf(row[name]),
            },
          ],
    );
  const time = rows.find((row) => row.event === rolesOf(rows).time);
  const seconds =
    time === undefined || time.before.median === null
      ? null
      : time.before.median * (secondsPer(time.event, time.unit) ?? 1);
  return [
    ...impossibleRatios([side('before'), side('after')]),
    ...multiplexing(side('before'), side('after'), seconds),
  ];
};

const placementFindings = (
  shares: readonly PlacementShare[],
  primary: string | null,
  context: CompareContext,
): Finding[] => {
  const found = shares.find((candidate) => candidate.event === primary);
  if (found === undefined) return [];
  const name = (index: number | null): string => placementName(index, context);
  return [
    finding(
      'placement-share',
      {
        event: found.event,
        share: share(found.share),
        low: share(found.low),
        high: share(found.high),
        best: name(found.best),
        worst: name(found.worst),
      },
      {...found},
    ),
  ];
};

/**
 * The placement in its own words; for a seeded one also the address of its first function within
 * its page and cache line.
 */
const placementName = (index: number | null, context: CompareContext): string => {
  const placement = index === null ? undefined : context.placements?.[index];
  if (placement === undefined) return index === null ? '?' : String(index);
  const [first] = Object.entries(placement.addresses);
  if (first === undefined || placement.text.startsWith('fixed:')) return placement.text;
  const [symbol, address] = [first[0], Number(first[1])];
  return `${placement.text} (${symbol} at byte ${address % 4096} of its page, ${address % 64} of its line)`;
};
