// Turns the words of a command line into what is measured and how.
import type {CommandArguments} from '../command/command.ts';
import {choice, firstGiven, flag, margins, number, text} from '../command/command.ts';
import {readPercent} from '../command/option-values.ts';
import {UserError} from '../../results/error.ts';
import {parseTlb} from '../simulate/geometry.ts';
import {readPlacementPlan} from '../shim/placement-plan.ts';
import {eventSet} from '../../results/events/event-sets.ts';
import {commandLines} from './command-lines.ts';
import type {MeasureOptions, WorkloadTarget} from './measure-options.ts';
import {designsOfSessions, indirectModes, regions, sources} from './option-table.ts';

/** Defaults differ between workloads and commands, for which people wait. */
const defaults = {
  workloads: {seconds: 60, primary: null},
  commands: {seconds: 10, primary: 'duration_time'},
} as const;

/**
 * Reads the shared options; every wrong value gives one message and one hint. An A/A of commands
 * needs time that `-r` does not leave.
 */
export const readMeasureOptions = (args: CommandArguments, now: Date): MeasureOptions => {
  const isCommands = args.rest.length > 0;
  const chosen = defaults[isCommands ? 'commands' : 'workloads'];
  const design = choice(args, 'design', designsOfSessions) ?? 'abba';
  const runs = number(args, 'runs') ?? null;
  const comparisons = isCommands ? commandLines(args).length - 1 : 0;
  if (flag(args, 'kernel-only') && flag(args, 'user-only')) {
    throw new UserError(
      '--kernel-only and --user-only exclude each other.',
      'Give one of them, or none to count both modes.',
    );
  }
  return {
    design,
    slices: !flag(args, 'no-slices'),
    runs,
    budgetSeconds: number(args, 'time') ?? chosen.seconds,
    runsPerBlock: number(args, 'runs-per-block') ?? null,
    ...(isCommands
      ? {warmupQuads: 0, warmupRuns: number(args, 'warmup') ?? 0}
      : {warmupQuads: number(args, 'warmup') ?? 1}),
    ...(isCommands ? runLimits(args, runs) : {}),
    ...(comparisons > 1 ? {comparisons} : {}),
    seed: number(args, 'seed') ?? now.getTime() % 2 ** 32,
    repeat: number(args, 'repeat') ?? 1_000_000,
    placement: readPlacementPlan(text(args, 'placement') ?? 'random'),
    events: readEvents(text(args, 'events')) ?? exportedEvents(args),
    details: readDetails(args),
    modifier: flag(args, 'kernel-only') ? ':k' : flag(args, 'user-only') ? ':u' : '',
    aa: !flag(args, 'no-aa') && (!isCommands || runs === null || flag(args, 'aa')),
    primary: readPrimary(text(args, 'primary')) ?? (design === 'one-core' ? null : chosen.primary),
    margins: margins(args, 'margin'),
    until: readUntil(text(args, 'until'), comparisons > 0 && runs === null),
    keepsTime: isCommands && runs === null && isDecided(text(args, 'until')),
    indirect: choice(args, 'indirect', indirectModes) ?? null,
    region: choice(args, 'region', regions) ?? 'process',
    noMultiplex: flag(args, 'no-multiplex'),
    simulate: flag(args, 'no-simulate')
      ? 'never'
      : flag(args, 'simulate')
        ? 'always'
        : 'without a PMU',
    tlb: parseTlb(text(args, 'tlb') ?? ''),
    source: choice(args, 'source', sources) ?? 'perf',
    ignoreFailure: flag(args, 'ignore-failure'),
    rules: text(args, 'rules') ?? null,
  };
};

/** Fewest and most runs of each command; `-r` fixes both. */
const runLimits = (args: CommandArguments, runs: number | null) => {
  const [leastRuns, mostRuns] = ['min-runs', 'max-runs'].map((name) => number(args, name));
  if (runs !== null && (leastRuns !== undefined || mostRuns !== undefined))
    throw new UserError(
      '-r gives the number of runs; --min-runs and --max-runs leave it open.',
      'Give one or the other.',
    );
  if (leastRuns !== undefined && mostRuns !== undefined && leastRuns > mostRuns)
    throw new UserError(
      `--min-runs ${leastRuns} is more than --max-runs ${mostRuns}.`,
      'Give a smaller one first.',
    );
  return {
    leastRuns: leastRuns ?? Math.min(usualLeastRuns, mostRuns ?? usualLeastRuns),
    mostRuns: mostRuns ?? null,
  };
};

/** Five quads: below four there is no verdict. */
const usualLeastRuns = 10;

/** Exports for hyperfine's tools need user and system time as well. */
const exportedEvents = (args: CommandArguments): readonly string[] | null =>
  ['export-json', 'export-csv', 'export-markdown'].some((name) => text(args, name) !== undefined)
    ? [...eventSet(readDetails(args)), 'user_time', 'system_time']
    : null;

/** What a user's own object plays: a scenario or a packet, and which of its programs runs. */
export const playedOptions = (
  args: CommandArguments,
): Pick<WorkloadTarget, 'scenario' | 'packet' | 'program'> => {
  const names = ['scenario', 'packet', 'program'] as const;
  const given = names.filter((name) => text(args, name) !== undefined);
  if (given.includes('scenario') && given.includes('packet'))
    throw new UserError(
      '--scenario and --packet exclude each other.',
      'A scenario has its own packets.',
    );
  return Object.fromEntries(given.map((name) => [name, text(args, name)]));
};

const workloadOnly = [
  'before',
  'after',
  'variant',
  'on',
  'repeat',
  'placement',
  'indirect',
  'scenario',
  'packet',
  'program',
  'before-program',
  'after-program',
  'region',
  'source',
  'tlb',
  'rules',
] as const;

/**
 * Commands are run as they are: options that shape images and scenarios are a mistake with them.
 */
export const refuseWorkloadOptions = (args: CommandArguments): void => {
  const given = firstGiven(args, workloadOnly);
  if (given !== undefined)
    throw new UserError(
      `--${given} has no meaning for commands.`,
      'It is for workloads; leave it out, or put it after -- if it belongs to the command.',
    );
};

/** Tables call perf's `duration_time` `elapsed`. */
const readPrimary = (value: string | undefined): string | undefined =>
  value === 'elapsed' ? 'duration_time' : value;

/** Only a width to reach (`--until 1%`) is worth more time than was planned. */
const isDecided = (value: string | undefined): boolean =>
  value === undefined || value === 'never' || value === 'decided';

/** Comparisons of two commands end on their own if the number of runs is open. */
const readUntil = (value: string | undefined, isOpen: boolean): MeasureOptions['until'] => {
  if (value === undefined) return isOpen ? {kind: 'decision', target: 0.01} : null;
  if (value === 'never') return null;
  return value === 'decided'
    ? {kind: 'decision', target: 0.01}
    : {kind: 'precision', target: readPercent('--until', value)};
};

const readDetails = (args: CommandArguments): MeasureOptions['details'] => {
  const count = number(args, 'details') ?? 0;
  if (flag(args, 'no-details')) return 0;
  return count === 0 || count >= 3 ? 3 : count === 1 ? 1 : 2;
};

const readEvents = (list: string | undefined): readonly string[] | null => {
  if (list === undefined) return null;
  const events = splitEvents(list);
  if (events.length === 0)
    throw new UserError('--events names no event.', 'For example --events cycles,instructions.');
  const twice = events.find((event, index) => events.indexOf(event) !== index);
  if (twice !== undefined)
    throw new UserError(`--events names '${twice}' twice.`, 'Name each event once.');
  return events;
};

/** Splits at commas outside `pmu/…/` terms. */
const splitEvents = (list: string): string[] =>
  (list.match(/(?:[^,/]|\/[^/]*\/)+/g) ?? [])
    .map((event) => event.trim())
    .filter((event) => event !== '');
