// What a night measures: the suite, read from a file or built in.
import {resolve} from 'node:path';
import {closest} from '../../../jit/closest.ts';
import {joinPath} from '../../../jit/json-shape.ts';
import {slicesEvent} from '../../../results/compare/slices/rows.ts';
import {UserError} from '../../../results/error.ts';
import {readUserFile} from '../../../workloads/user/read-file.ts';
import {loadTarget} from '../../measure/load-target.ts';
import type {NamedTarget, Target} from '../../measure/measure-options.ts';
import type {PlacementPlan} from '../../shim/placement-plan.ts';
import {eventsToAsk} from '../../perf/requested-events.ts';
import {faultText} from './settings-shape.ts';
import type {FailOn} from './fail-on.ts';
import type {SuiteFile} from './suite-shape.ts';
import {parseSuiteFile} from './suite-shape.ts';
import type {WorkloadEntry} from './workload-shape.ts';

/**
 * Most that is allowed on the after side: `max` in the event's unit per run, `maxRatio` as after /
 * before.
 */
export interface Budget {
  readonly max?: number;
  readonly maxRatio?: number;
}

export interface SuiteWorkload {
  readonly name: string;
  readonly target: Target;
  readonly repeat: number;
  readonly margins: Readonly<Record<string, number>>;
  readonly budgets: Readonly<Record<string, Budget>>;
}

export interface Suite {
  readonly name: string;
  /** Most seconds for the whole night; null = as long as it takes. */
  readonly time: number | null;
  /** Seconds of measuring for one workload. */
  readonly seconds: number;
  readonly placement: PlacementPlan;
  readonly events: readonly string[] | null;
  readonly gate: readonly string[];
  readonly failOn: FailOn;
  readonly confirm: boolean;
  readonly refuseOn: readonly string[];
  readonly workloads: readonly SuiteWorkload[];
}

export const defaultSuiteText = JSON.stringify({
  schema: 'jitstat/suite/1',
  name: 'default',
  seconds: 30,
  workloads: [
    {workload: 'tailcall1', before: 'v58', after: 'rfc1'},
    {workload: 'flow_dissector', before: 'v58', after: 'rfc1', repeat: 100_000},
  ],
});

/**
 * Reads a suite file, or the default suite for null. `checks` are the names `refuseOn` may hold.
 */
export const readSuite = (cwd: string, file: string | null, checks: readonly string[]): Suite => {
  if (file === null) return parseSuite('the default suite', defaultSuiteText, cwd, checks);
  const bytes = readUserFile(resolve(cwd, file), 'docs/nightly.md holds one to start from.');
  return parseSuite(file, bytes.toString(), cwd, checks);
};

/** Every fault is a UserError that names the path of the key. */
export const parseSuite = (
  file: string,
  text: string,
  cwd: string,
  checks: readonly string[],
): Suite => {
  const suite = parseSuiteFile(file, text);
  requireCounted(file, suite);
  const unknownCheck = suite.refuseOn?.findIndex((name) => !checks.includes(name)) ?? -1;
  if (unknownCheck !== -1)
    throw new UserError(
      `${file}: refuseOn[${unknownCheck}] is not a check of jitstat doctor ` +
        `("${suite.refuseOn![unknownCheck]}").`,
      `It is one of: ${checks.join(', ')}.`,
    );
  const workloads = suite.workloads.map((entry, index): SuiteWorkload => {
    const named = targetOf(entry, cwd);
    return {
      name: entry.name ?? nameOf(named),
      target: loadEntry(named, cwd, `${file}: workloads[${index}].workload`),
      repeat: entry.repeat ?? suite.repeat ?? 1_000_000,
      margins: {...suite.margins, ...entry.margins},
      budgets: {...suite.budgets, ...entry.budgets},
    };
  });
  const names = workloads.map(({name}) => name);
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice !== -1)
    throw new UserError(
      `${file}: workloads[${twice}] is the second one called '${names[twice]}'.`,
      'Give one of them another name.',
    );
  return {
    name: suite.name,
    time: suite.time ?? null,
    seconds: suite.seconds ?? 30,
    placement: suite.placement ?? {kind: 'random'},
    events: suite.events ?? null,
    gate: suite.gate ?? ['task-clock', slicesEvent, 'instructions', 'callgrind/instructions/'],
    failOn: suite.failOn ?? 'new-more',
    confirm: suite.confirm ?? true,
    refuseOn: suite.refuseOn ?? [],
    workloads,
  };
};

/**
 * A mistyped event would gate nothing and never be noticed: a named event has to be among those
 * that a night counts.
 */
const requireCounted = (file: string, suite: SuiteFile): void => {
  const counted = [...eventsToAsk(suite.events ?? null, ''), 'ns-per-execution', slicesEvent];
  const ofSettings = (
    path: string,
    {margins, budgets}: Pick<SuiteFile, 'margins' | 'budgets'>,
  ): [string, string][] =>
    Object.entries({margins, budgets}).flatMap(([kind, named]) =>
      Object.keys(named ?? {}).map((event): [string, string] => [
        joinPath(`${path}${kind}`, event),
        event,
      ]),
    );
  const named = [
    ...(suite.gate ?? []).map((event, index): [string, string] => [`gate[${index}]`, event]),
    ...ofSettings('', suite),
    ...suite.workloads.flatMap((entry, index) => ofSettings(`workloads[${index}].`, entry)),
  ];
  for (const [path, event] of named) {
    if (counted.includes(event) || simulated.test(event)) continue;
    throw new UserError(
      `${file}: ${path} is not among the events that are counted.`,
      closest(event, counted, `These are: ${counted.join(', ')}; \`events\` names others.`),
    );
  }
};

/** Rows next to the measured ones. */
const simulated = /^(?:callgrind|cachegrind|image|qemu)\/.+\/$/;

/** `path` is that of the key that names the workload. */
const loadEntry = (target: NamedTarget, cwd: string, path: string): Target => {
  try {
    return loadTarget(target, cwd);
  } catch (error) {
    throw new UserError(
      `${path} ${faultText(error)}.`,
      'jitstat list names the workloads; a path needs a / or a dot.',
    );
  }
};

const targetOf = (entry: WorkloadEntry, cwd: string): NamedTarget => {
  if (entry.workload === undefined) {
    return {
      kind: 'commands',
      before: entry.beforeCommand ?? entry.command!,
      after: entry.afterCommand ?? null,
      cwd,
    };
  }
  return {
    kind: 'workload',
    workload: entry.workload,
    ...(entry.scenario === undefined ? {} : {scenario: entry.scenario}),
    before: entry.before ?? entry.variant!,
    after: entry.after ?? null,
  };
};

const nameOf = (target: NamedTarget): string => {
  const word = (side: string | readonly string[]): string =>
    typeof side === 'string' ? side : side.join(' ');
  const sides =
    target.after === null ? word(target.before) : `${word(target.before)} -> ${word(target.after)}`;
  return target.kind === 'workload' ? `${target.workload} ${sides}` : sides;
};
