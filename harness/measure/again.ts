// The command lines that measure the same again.
import type {Plan} from '../../results/types.ts';
import type {Perf} from '../perf/perf.ts';
import type {CommandTarget, MeasureOptions, Target, WorkloadTarget} from './measure-options.ts';
import {hookNames} from './measure-options.ts';
import {formatPlacementPlan} from '../shim/placement-plan.ts';
import type {Subject} from './subject.ts';
import type {SlicesTarget} from './slices-target.ts';
import type {MeasureRequest, PreparedSession} from './session-types.ts';

/** How to measure again: jitstat's own command line, and perf's for one block of each side. */
export const commandsOf = async (
  {target, options}: MeasureRequest,
  subjects: PreparedSession['subjects'],
  perf: Perf,
  events: readonly string[],
  plan: Plan,
  folder: string,
) => {
  const argv = async (subject: Subject): Promise<readonly string[]> => {
    const ready = await subject.prepare({index: -1, quad: 0, seed: 0, folder});
    const words = ready.argv.map((word) => word.replace(`${folder}/block--1.job`, 'BLOCK.job'));
    return [
      perf.path,
      'stat',
      '-v',
      '-r',
      String(plan.runsPerBlock),
      '-e',
      events.join(','),
      '--',
      ...words,
    ];
  };
  return {
    again: againLine(target, options, plan),
    before: await argv(subjects.before),
    ...(subjects.after === null ? {} : {after: await argv(subjects.after)}),
  };
};

export const slicesAgainLine = (
  target: SlicesTarget,
  options: MeasureOptions,
  seconds: number,
): readonly string[] => [
  'jitstat',
  'ab',
  ...workloadWords(target),
  '--design',
  'slices',
  '--placement',
  formatPlacementPlan(options.placement),
  '--time',
  String(seconds),
  '--seed',
  String(options.seed),
];

/** The options that define the commands. */
const linesAgain = (lines: CommandTarget['lines']): readonly string[] => {
  const sides = [lines?.before, lines?.after].filter((line) => line != null);
  const hooks = hookNames.flatMap((hook) =>
    sides.some((line) => line[hook] !== undefined)
      ? sides.flatMap((line) => [`--${hook}`, line[hook]?.at(-1) ?? 'true'])
      : [],
  );
  const names = sides.some(({name}) => name !== undefined)
    ? sides.flatMap(({name, text}) => ['--name', name ?? text])
    : [];
  const input = lines?.before.input;
  return [...names, ...hooks, ...(input === undefined ? [] : ['--input', input])];
};

const againLine = (target: Target, options: MeasureOptions, plan: Plan): readonly string[] => {
  const runs = plan.quads * plan.runsPerBlock * (target.after === null ? 4 : 2);
  const size = [
    '-r',
    String(runs),
    '--runs-per-block',
    String(plan.runsPerBlock),
    '--seed',
    String(plan.seed),
    ...(options.design === 'one-core' ? ['--design', 'one-core'] : []),
  ];
  if (target.kind === 'commands')
    return [
      'jitstat',
      target.after === null ? 'run' : 'ab',
      ...size,
      ...(plan.aaQuads > 0 ? ['--aa'] : []),
      ...linesAgain(target.lines),
      '--',
      ...target.before,
      ...(target.after === null ? [] : ['--', ...target.after]),
    ];
  return [
    'jitstat',
    target.after === null ? 'run' : 'ab',
    ...workloadWords(target),
    '--repeat',
    String(options.repeat),
    '--placement',
    formatPlacementPlan(options.placement),
    ...size,
  ];
};

const workloadWords = (target: WorkloadTarget): readonly string[] => {
  const {workload, afterProgram, before, after} = target;
  const played = (['program', 'scenario', 'packet'] as const).flatMap((name) =>
    target[name] === undefined ? [] : [`--${name}`, target[name]],
  );
  if (afterProgram !== undefined)
    return [
      '--before-program',
      workload,
      '--after-program',
      afterProgram,
      '--variant',
      before,
      ...played,
    ];
  if (after !== null) return [workload, '--before', before, '--after', after, ...played];
  return before === 'kernel'
    ? [workload, '--on', 'kernel', ...played]
    : [workload, '--variant', before, ...played];
};
