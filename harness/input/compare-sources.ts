// Which tables, runs or sessions of the given sources are compared with each other.
import {tableName} from '../../dashboards/tables/import-summary.ts';
import {UserError} from '../../results/error.ts';
import type {ExactSide} from '../../results/compare/exact-counts.ts';
import {compareExactCounts} from '../../results/compare/exact-counts.ts';
import {compareSamples} from '../../results/compare/samples.ts';
import {compareRuns} from '../../results/compare/side.ts';
import {compareReplicates} from '../../results/compare/summary/replicates.ts';
import type {TablesContext} from '../../results/compare/summary/tables.ts';
import {compareTables} from '../../results/compare/summary/tables.ts';
import type {TablePair} from '../../results/import/pairs.ts';
import type {
  Comparison,
  ImportTable,
  Samples,
  Session,
  SideInfo,
  Warning,
} from '../../results/types.ts';
import {pairsAcrossFiles, pickedPair, proposedPairs} from './pick-pairs.ts';
import type {Source} from './source.ts';
import {tablesOf} from './source.ts';

export interface CompareOptions {
  /** Two tables by number, from 1; null = the tables that belong together. */
  readonly pair: readonly [number, number] | null;
  /** Program executions in one run; null = not known. */
  readonly executions: number | null;
  readonly context: Pick<TablesContext, 'primary' | 'margins' | 'warnings'>;
}

/** `title` names the tables compared; null for sessions and samples. */
export interface Found {
  readonly comparison: Comparison;
  readonly title: string | null;
  /** The session that a stored comparison comes from. */
  readonly stored?: {readonly session: Session; readonly samples: Samples | null};
}

/** One source that holds both sides, or two sources. */
export const compareSources = (sources: readonly Source[], options: CompareOptions): Found[] => {
  const [first, second] = sources;
  if (second === undefined && first.kind === 'samples') {
    const {before, after, samples, design, primary, warnings} = first;
    return [
      {
        title: null,
        comparison: compareSamples(samples, {
          before: withExecutions(before, options),
          after: withExecutions(after, options),
          design,
          warnings,
          ...(primary === undefined ? {} : {primary}),
          ...options.context,
        }),
      },
    ];
  }
  if (second === undefined && first.kind === 'session' && first.stored.session.comparison !== null)
    return [{title: null, comparison: first.stored.session.comparison, stored: first.stored}];
  if (
    second !== undefined &&
    first.kind === 'session' &&
    second.kind === 'session' &&
    options.pair === null
  )
    return [{title: null, comparison: compareSessions(first, second, options)}];
  const tables = sources.map(tablesOf);
  const all = tables.flat();
  const pairs =
    options.pair !== null
      ? [pickedPair(options.pair, all)]
      : second === undefined
        ? proposedPairs(first, all)
        : pairsAcrossFiles(tables[0], tables[1], namesOfSources(sources));
  const warnings = [...sameFile(sources), ...leftOver(all, pairs)];
  return pairs.map(({before, after}) => ({
    title: `${tableName(all[before], before + 1)}\n${tableName(all[after], after + 1)}`,
    comparison: compareTwo(all, before, after, {
      ...options,
      context: {...options.context, warnings},
    }),
  }));
};

const sameFile = ([first, second]: readonly Source[]): Warning[] =>
  second !== undefined && first.ref === second.ref
    ? [{code: 'same-file', text: `both sides are ${first.ref}: no change can show`}]
    : [];

/** Benchmarks that only one of the files holds. */
const leftOver = (all: readonly ImportTable[], pairs: readonly TablePair[]): Warning[] => {
  const paired = new Set(pairs.flatMap(({before, after}) => [before, after]));
  const names = all.filter((table, i) => table.kind === 'benchmark' && !paired.has(i));
  return names.length === 0 || pairs.length === 0
    ? []
    : [
        {
          code: 'one-sided',
          text: `of one side only, and not compared: ${names.map(({command}) => command ?? '?').join(', ')}`,
        },
      ];
};

const namesOfSources = (sources: readonly Source[]): string =>
  sources.map((source) => source.ref).join(' ');

const compareTwo = (
  all: readonly ImportTable[],
  before: number,
  after: number,
  options: CompareOptions,
): Comparison => {
  const [b, a] = [all[before], all[after]];
  const others = all.filter(
    (table, i) =>
      i !== before && i !== after && table.command === b.command && table.command !== null,
  );
  return compareTables(b, a, {...options.context, others, ...sidesOf(b, a, options)});
};

/**
 * Named only if there is something to add; otherwise the comparison names tables by their labels.
 */
const sidesOf = (
  before: ImportTable,
  after: ImportTable,
  options: CompareOptions,
): Pick<TablesContext, 'before' | 'after'> => {
  if (options.executions === null) return {};
  const side = (table: ImportTable, fallback: string): SideInfo =>
    withExecutions(
      {label: table.label ?? fallback, ...(table.command === null ? {} : {command: table.command})},
      options,
    );
  return {before: side(before, 'before'), after: side(after, 'after')};
};

const withExecutions = (side: SideInfo, {executions}: CompareOptions): SideInfo =>
  executions === null ? side : {...side, executions};

/** A run with exact counts (of a kernel build); null for any other session. */
const exactSideOf = ({stored: {session, samples}}: Source & {kind: 'session'}): ExactSide | null =>
  session.kind === 'run' && samples === null && session.before.source === 'qemu'
    ? {
        info: {...session.before, session: session.id},
        counts: new Map(session.summary.map(({event, stats}) => [event, stats.mean ?? 0])),
      }
    : null;

const compareSessions = (
  first: Source & {kind: 'session'},
  second: Source & {kind: 'session'},
  options: CompareOptions,
): Comparison => {
  const exact = [first, second].map(exactSideOf);
  if (exact[0] !== null && exact[1] !== null)
    return compareExactCounts(exact[0], exact[1], {sameImage: false, findings: []});
  const side = ({
    stored,
    ref,
  }: Source & {kind: 'session'}): {info: SideInfo; samples: NonNullable<typeof stored.samples>} => {
    const {session, samples} = stored;
    if (session.kind !== 'run')
      throw new UserError(
        `${ref} holds two sides already.`,
        `jitstat table ${ref} prints its comparison; compare takes two sessions of jitstat run.`,
      );
    if (samples === null)
      throw new UserError(
        `${ref} holds no runs${session.reason === undefined ? '' : `: ${session.reason}`}.`,
        'Measure it again with jitstat run.',
      );
    return {info: {...session.before, session: session.id}, samples};
  };
  const [before, after] = [side(first), side(second)];
  const notCounted = [
    ...first.stored.session.notCounted,
    ...second.stored.session.notCounted.filter(
      ({event}) => !first.stored.session.notCounted.some((one) => one.event === event),
    ),
  ];
  const context = {
    before: withExecutions(before.info, options),
    after: withExecutions(after.info, options),
    design: 'blocked' as const,
    notCounted,
    ...options.context,
  };
  const [hostBefore, hostAfter] = [first.stored.session.host, second.stored.session.host];
  const warnings =
    hostBefore.id === hostAfter.id
      ? []
      : [
          {
            code: 'other-host',
            text:
              `measured on different hosts or settings: ${hostBefore.name} ` +
              `(${hostBefore.id}) and ${hostAfter.name} (${hostAfter.id})`,
          },
        ];
  return compareRuns(before.samples, after.samples, {...context, warnings});
};

/**
 * Several sources per side, each a session of its side. Tables are compared with tables of the same
 * command; sources with one table each need no common command.
 */
export const compareSides = (
  before: readonly Source[],
  after: readonly Source[],
  options: CompareOptions,
): Found[] => {
  if (before.length === 1 && after.length === 1)
    return compareSources([before[0], after[0]], options);
  const {context} = options;
  const [left, right] = [before, after].map((sources) => sources.map(tablesOf));
  const isOneEach = [...left, ...right].every((tables) => tables.length === 1);
  if (isOneEach)
    return [{title: null, comparison: compareReplicates(left.flat(), right.flat(), context)}];
  const commands = [...new Set(left.flat().map(({command}) => command))];
  const found = commands.flatMap((command): Found[] => {
    const [b, a] = [left, right].map((side) =>
      side.flat().filter((table) => table.command === command),
    );
    if (command === null || a.length === 0) return [];
    return [{title: command, comparison: compareReplicates(b, a, context)}];
  });
  if (found.length === 0)
    throw new UserError(
      'The files of the two sides have no command in common.',
      'jitstat import FILE shows the commands of its tables.',
    );
  return found;
};
