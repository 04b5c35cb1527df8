// The real world of a night: perf, this host, and sessions measured by the runner.
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Io} from '../command.ts';
import {checkHost} from '../host/checks.ts';
import {readHost} from '../host/record.ts';
import {measure} from '../measure/measure.ts';
import type {MeasureOptions, Target} from '../measure/options.ts';
import {readMeasureOptions} from '../measure/options.ts';
import {underPerf} from '../measure/runner.ts';
import {subjectsOf} from '../measure/subjects.ts';
import {findPerf, hasHardwareCounters} from '../perf/perf.ts';
import type {MeasureTask, NightWorld} from './task.ts';
import {runsThatFit} from './pace.ts';

export const realWorld = (io: Io, store: string, quiet: boolean): NightWorld => ({
  now: io.now,
  host: async () => readHost((await findPerf(io.env)).version, hasHardwareCounters()),
  checks: checkHost,
  measure: async (task) => {
    const options = optionsOf(io, task);
    const size = task.size ?? runsThatFit(await secondsOfOneRun(io, task.target, options), task.seconds);
    const request = {target: task.target, options: {...options, ...size}, store, quiet, ...(task.night === null ? {} : {night: task.night})};
    return (await measure(io, request)).session;
  },
  random: Math.random().toString(36).slice(2, 6).padEnd(4, '0'),
  progress: (text) => {
    if (!quiet && io.errIsTerminal) io.err(`jitstat nightly: ${text}\n`);
  },
});

/** No A/A beside each session: the night has one of its own. */
const optionsOf = (io: Io, task: MeasureTask): MeasureOptions => ({
  ...readMeasureOptions({values: {}, positionals: [], rest: []}, io.now()),
  aa: false,
  repeat: task.repeat,
  placement: task.placement,
  events: task.events,
  margins: task.margins,
  ...task.simulate ? {} : {simulate: 'never' as const},
});

/** Elapsed time of one run of the slower side. */
const secondsOfOneRun = async (io: Io, target: Target, options: MeasureOptions): Promise<number> => {
  const perf = await findPerf(io.env);
  const folder = mkdtempSync(join(tmpdir(), 'jitstat-pace-'));
  try {
    const {before, after} = await subjectsOf(target, options, io.cwd);
    let longest = 1e-4;
    for (const subject of after === null ? [before] : [before, after]) {
      const ready = await subject.prepare({index: 0, quad: 0, seed: options.seed, folder});
      const {result} = await underPerf({perf, events: ['duration_time'], folder, region: options.region}, subject, ready, 1);
      longest = Math.max(longest, (result.runs[0]?.[0]?.value ?? 0) / 1e9);
    }
    return longest;
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
};
