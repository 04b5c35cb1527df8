// The real world of a night: perf, this host, and sessions measured by the runner.
import {UserError} from '../../results/error.ts';
import {removeScratch, scratchFolder} from '../host/scratch.ts';
import type {Io} from '../command/command.ts';
import {checkHost} from '../host/host-checks.ts';
import {readHost} from '../host/host-record.ts';
import {measure} from '../measure/measure.ts';
import type {MeasureOptions, Target} from '../measure/options.ts';
import {readMeasureOptions} from '../measure/options.ts';
import {underPerf} from '../measure/runner.ts';
import {subjectsOf} from '../measure/subjects.ts';
import {hasHardwareCounters} from '../perf/countable.ts';
import {findPerf} from '../perf/perf.ts';
import type {MeasureTask, NightWorld} from './night-task.ts';
import {runsThatFit} from './pace.ts';

export const realWorld = (io: Io, store: string, quiet: boolean): NightWorld => ({
  now: io.now,
  host: async () => readHost((await findPerf(io.env)).version, hasHardwareCounters()),
  checks: checkHost,
  measure: async (task) => {
    const options = optionsOf(io, task);
    const size = task.size ?? sizeOf(await secondsOfOneRun(io, task.target, options), task);
    const request = {
      target: task.target,
      options: {...options, ...size},
      store,
      quiet,
      ...(task.night === null ? {} : {night: task.night}),
    };
    return (await measure(io, request)).session;
  },
  random: Math.random().toString(36).slice(2, 6).padEnd(4, '0'),
  progress: (text) => {
    if (!quiet && io.errIsTerminal) io.err(`jitstat nightly: ${text}\n`);
  },
});

/** One side alone is cut into quads of its own: all four blocks are its runs. */
const sizeOf = (
  runSeconds: number,
  {target, seconds, left}: MeasureTask,
): NonNullable<MeasureTask['size']> => {
  const least = 8 * runSeconds;
  if (least > left)
    throw new UserError(
      `one quad and its warm-up take ${least.toPrecision(2)} s, and ${Math.max(0, left).toPrecision(2)} s are left`,
      'Give the night more time, or the workload a smaller repeat.',
    );
  const size = runsThatFit(runSeconds, seconds);
  return target.after === null ? {...size, runs: 2 * size.runs} : size;
};

/** No A/A beside each session: the night has one of its own. */
const optionsOf = (io: Io, task: MeasureTask): MeasureOptions => ({
  ...readMeasureOptions({values: {}, positionals: [], rest: []}, io.now()),
  aa: false,
  repeat: task.repeat,
  placement: task.placement,
  events: task.events,
  margins: task.margins,
  ...(task.simulate ? {} : {simulate: 'never' as const}),
});

/**
 * Asked together: perf 6.1 refuses duration_time alone to a user at kernel.perf_event_paranoid 2.
 * Both are counted in ns.
 */
const trialEvents = ['task-clock', 'duration_time'];

/** Elapsed time of one run of the slower side. */
const secondsOfOneRun = async (
  io: Io,
  target: Target,
  options: MeasureOptions,
): Promise<number> => {
  const perf = await findPerf(io.env);
  const folder = scratchFolder('pace');
  try {
    const {before, after} = await subjectsOf(target, options, io);
    let longest = 1e-4;
    for (const subject of after === null ? [before] : [before, after]) {
      const ready = await subject.prepare({index: 0, quad: 0, seed: options.seed, folder});
      const {result} = await underPerf(
        {perf, events: trialEvents, folder, region: options.region},
        subject,
        ready,
        1,
      );
      const [counted] = result.runs;
      if (counted === undefined || counted.length === 0)
        throw new UserError(
          `The trial run of ${subject.info.label} was not counted.`,
          'jitstat doctor tells what this host can count.',
        );
      longest = Math.max(longest, ...counted.map(({value}) => value / 1e9));
    }
    return longest;
  } finally {
    removeScratch(folder);
  }
};
