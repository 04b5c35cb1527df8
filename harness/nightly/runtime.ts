// The real world of a night: perf, this host, and sessions measured by the runner.
import type {Io} from '../command/command.ts';
import {checkHost} from '../host/host-checks.ts';
import {readHost} from '../host/host-record.ts';
import {measure} from '../measure/measure.ts';
import type {MeasureOptions} from '../measure/measure-options.ts';
import {readMeasureOptions} from '../measure/read-options.ts';
import {hasHardwareCounters} from '../perf/countable.ts';
import {findPerf} from '../perf/perf.ts';
import type {MeasureTask, NightWorld} from './night-task.ts';

export const realWorld = (io: Io, store: string, quiet: boolean): NightWorld => ({
  now: io.now,
  host: async () => readHost((await findPerf(io.env)).version, hasHardwareCounters()),
  checks: checkHost,
  measure: async (task) => {
    const request = {
      target: task.target,
      options: {...optionsOf(io, task), ...task.size},
      store,
      quiet,
      left: task.left,
      ...(task.night === null ? {} : {night: task.night}),
    };
    return (await measure(io, request)).session;
  },
  random: Math.random().toString(36).slice(2, 6).padEnd(4, '0'),
  progress: (text) => {
    if (!quiet && io.errIsTerminal) io.err(`jitstat nightly: ${text}\n`);
  },
});

/** No A/A with each session: the night measures one for all. */
const optionsOf = (io: Io, task: MeasureTask): MeasureOptions => ({
  ...readMeasureOptions({values: {}, positionals: [], rest: []}, io.now()),
  aa: false,
  budgetSeconds: task.seconds,
  repeat: task.repeat,
  placement: task.placement,
  events: task.events,
  margins: task.margins,
  ...(task.simulate ? {} : {simulate: 'never' as const}),
});
