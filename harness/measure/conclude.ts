// From finished blocks to a stored session: columns, comparison, record.
import {compareSamples} from '../../results/compare/samples.ts';
import {byIdentity} from '../../results/compare/identity.ts';
import {sumLoads} from '../../results/compare/session/busy-host.ts';
import {exactRow} from '../../results/compare/quads/exact.ts';
import {summariseSide} from '../../results/compare/side.ts';
import type {JournalBlock, JournalHeader} from '../../results/store/index.ts';
import {blocksToSamples} from '../../results/store/index.ts';
import type {
  Comparison,
  ComparisonRow,
  ExtraRows,
  Finding,
  Plan,
  Samples,
  Session,
  SideInfo,
  Warning,
} from '../../results/types.ts';
import {emptyComparison} from './empty-comparison.ts';
import {sharedBudget, withSlices} from './slices-conclude.ts';
import {endedEarly, levelOf, shareOf} from './session-end.ts';
import type {SlicesOutcome} from './slices-target.ts';
import {oneCoreHint} from './one-core.ts';
import {comparableSamples, unlikeSides} from './unlike-sides.ts';
import {comparePrediction} from './prediction.ts';
import type {MeasureOptions} from './measure-options.ts';

export interface Concluded {
  readonly session: Session;
  readonly samples: Samples;
  readonly aaSamples: Samples | null;
}

/** Concludes a session from its journal header and all its blocks. Pure. */
export const concludeSession = (
  header: JournalHeader,
  options: MeasureOptions,
  blocks: readonly JournalBlock[],
  extra: ExtraRows | null,
  journalWarnings: readonly Warning[] = [],
  slices: SlicesOutcome | null = null,
): Concluded => {
  const kept = wholeQuads(blocks);
  const {samples, aaSamples, placements} = blocksToSamples(kept, header.plan.events);
  const warnings = [...journalWarnings, ...fewerQuads(header.plan, options, blocks, kept)];
  const columns = {kept, samples, aaSamples, placements};
  const measured = compareBlocks(header, options, columns, slices);
  return {
    samples,
    aaSamples,
    session: sessionOf(header, {
      status: 'finished',
      placements,
      comparison:
        measured === null
          ? null
          : addExtraRows(
              withIdentity(
                withSlices(
                  {
                    ...measured,
                    ...(options.design === 'one-core' ? {design: options.design} : {}),
                    warnings: [...measured.warnings, ...warnings, ...lostTimes(kept)],
                  },
                  slices,
                  options,
                ),
              ),
              {
                rows: imageRows(header.before, header.after),
                findings: [
                  ...unlikeSides(header, samples),
                  ...comparePrediction(measured, extra, header.plan.repeat),
                  ...(options.noMultiplex ? [multiplexing(samples)] : []),
                  ...oneCoreHint(measured, options),
                  ...endedEarly(measured, options, header.plan),
                ],
              },
              extra,
            ),
      summary: header.after === null ? summariseSide(samples) : [],
      warnings,
    }),
  };
};

type Columns = ReturnType<typeof blocksToSamples> & {readonly kept: readonly JournalBlock[]};

/** What whole runs say, with their part of the error budget; null for a one-sided session. */
const compareBlocks = (
  header: JournalHeader,
  options: MeasureOptions,
  {kept, samples, aaSamples, placements}: Columns,
  slices: SlicesOutcome | null,
): Comparison | null => {
  const {before, after, notCounted, host} = header;
  if (after === null) return null;
  if (options.design === 'slices') return emptyComparison(before, after, options.design);
  return compareSamples(comparableSamples(header, samples), {
    before,
    after,
    design: 'abba',
    notCounted,
    margins: options.margins,
    aa: aaSamples === null ? null : {samples: comparableSamples(header, aaSamples)},
    placements,
    load: sumLoads(
      kept.map(({load}) => load),
      host.cores,
    ),
    share: shareOf(options) * (slices === null || 'missing' in slices ? 1 : sharedBudget),
    ...levelOf(options, header, samples),
    ...(options.primary === null ? {} : {primary: options.primary}),
  });
};

/** An effect injected by a test belongs to the measurement, not to the code. */
const withIdentity = (comparison: Comparison): Comparison =>
  comparison.warnings.some(({code}) => code === 'slices-trial')
    ? comparison
    : byIdentity(comparison);

/** A session that holds fewer quads than planned says so; a stopping rule may end it early. */
const fewerQuads = (
  plan: Plan,
  options: MeasureOptions,
  blocks: readonly JournalBlock[],
  kept: readonly JournalBlock[],
): readonly Warning[] => {
  const quads = new Set(kept.filter(({aa, warmup}) => !aa && !warmup).map(({quad}) => quad)).size;
  const aaQuads = new Set(kept.filter(({aa}) => aa).map(({quad}) => quad)).size;
  const isWhole =
    options.until === null && options.keepsTime !== true
      ? quads >= plan.quads && aaQuads >= plan.aaQuads
      : kept.length === blocks.length;
  if (isWhole) return [];
  return [
    {
      code: 'fewer-quads',
      text:
        `${quads} of ${plan.quads} planned quads and ${aaQuads} of ${plan.aaQuads} of the ` +
        'A/A are whole; the others are left out.',
      data: {quads, planned: plan.quads, aaQuads, aaPlanned: plan.aaQuads},
    },
  ];
};

/** Elapsed times that cannot be true are not used (runner.ts). */
const lostTimes = (blocks: readonly JournalBlock[]): readonly Warning[] => {
  const times = blocks.flatMap(({runs}) => runs.map(({events}) => events['duration_time']));
  const lost = times.filter((time) => time !== undefined && time[0] === null).length;
  return lost === 0
    ? []
    : [
        {
          code: 'elapsed-lost',
          text:
            `perf looked at the clock too late in ${lost} of ${times.length} runs, whose elapsed ` +
            'time is therefore left out; others may be a little short. It happens to short ' +
            'commands on busy hosts.',
          data: {lost, runs: times.length},
        },
      ];
};

/** A session in which a run failed: the reason, and the runs it has. */
export const refusedSession = (
  header: JournalHeader,
  reason: string,
  blocks: readonly JournalBlock[],
): Concluded => {
  const {samples, aaSamples, placements} = blocksToSamples(blocks, header.plan.events);
  const warnings = [{code: 'refused', text: reason}];
  return {
    samples,
    aaSamples,
    session: sessionOf(header, {
      status: 'refused',
      reason,
      placements,
      comparison: null,
      summary: [],
      warnings,
    }),
  };
};

const sessionOf = (
  header: JournalHeader,
  outcome: Pick<
    Session,
    'status' | 'reason' | 'placements' | 'comparison' | 'summary' | 'warnings'
  >,
): Session => ({
  schema: 'jitstat/session/1',
  id: header.id,
  created: header.created,
  kind: header.kind,
  workload: header.workload,
  before: header.before,
  after: header.after,
  host: header.host,
  plan: header.plan,
  commands: header.commands,
  notCounted: header.notCounted,
  ...(header.night === undefined ? {} : {night: header.night}),
  ...outcome,
});

/**
 * A stopped session may end inside a quad; inference takes whole quads only, the other blocks stay
 * in the journal only.
 */
const wholeQuads = (blocks: readonly JournalBlock[]): readonly JournalBlock[] => {
  const key = (block: JournalBlock): string => `${block.aa ? 'aa' : 'ab'} ${block.quad}`;
  const sizes = new Map<string, number>();
  for (const block of blocks) sizes.set(key(block), (sizes.get(key(block)) ?? 0) + 1);
  return blocks.filter((block) => sizes.get(key(block)) === 4);
};

const addExtraRows = (
  comparison: Comparison,
  ...extras: readonly (ExtraRows | null)[]
): Comparison => ({
  ...comparison,
  rows: [...comparison.rows, ...extras.flatMap((extra) => extra?.rows ?? [])],
  findings: [...comparison.findings, ...extras.flatMap((extra) => extra?.findings ?? [])],
});

/** The size of the code, if it is known on both sides. */
export const imageRows = (before: SideInfo, after: SideInfo | null): readonly ComparisonRow[] =>
  before.imageBytes === undefined || after?.imageBytes === undefined
    ? []
    : [exactRow('image/bytes/', before.imageBytes, after.imageBytes)];

/** Whether the passes of `--no-multiplex` kept their promise: enabled = running in every run. */
const multiplexing = (samples: Samples): Finding => {
  const shared = samples.events.filter(
    (series) =>
      series.enabled?.some(
        (enabled, run) => enabled > 0 && (series.running?.[run] ?? enabled) < enabled * 0.999,
      ) === true,
  );
  return shared.length === 0
    ? {
        code: 'not-multiplexed',
        text:
          'No event was multiplexed: each was enabled and running for the same time in ' +
          'every run that counted it.',
      }
    : {
        code: 'multiplexed-in-passes',
        text:
          `In spite of passes ${shared.map((series) => series.event).join(', ')} shared a ` +
          'counter; another tool may hold one.',
        data: {events: shared.map((series) => series.event)},
      };
};
