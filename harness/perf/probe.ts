// What perf really does here: which events it counts, how many at a time, and whether `-r` prints
// what it measured.
import {join} from 'node:path';
import {execa} from 'execa';
import type {NotCounted} from '../../results/types.ts';
import {dddEvents} from '../../results/events/event-sets.ts';
import {readSystem} from '../host/host-record.ts';
import {removeScratch, scratchFolder} from '../host/scratch.ts';
import type {Counters} from './requested-events.ts';
import type {Perf} from './perf.ts';
import {runBlock} from './block.ts';
import {hasHardwareCounters, probeEvents} from './countable.ts';
import {addsRunsUp} from './perf.ts';

export interface PerfProbe {
  readonly perf: Perf;
  readonly counted: readonly string[];
  readonly notCounted: readonly NotCounted[];
  /** Hardware events that ran at the same time without multiplexing; 0 without a PMU. */
  readonly counters: number;
  /** What `perf stat -r` prints for the mean of unequal runs. */
  readonly repeat: {
    readonly prints: 'mean' | 'last run' | 'sum' | 'unknown';
    readonly runs: readonly number[];
    readonly printed: number | null;
  };
}

/** Probes the installed perf with short runs; about half a second. */
export const probePerf = async (perf: Perf): Promise<PerfProbe> => {
  const {counted, notCounted} = await probeEvents(perf, [...dddEvents, 'duration_time']);
  return {
    perf,
    counted,
    notCounted,
    counters: await countCounters(perf, counted),
    repeat: await probeRepeat(perf),
  };
};

/**
 * Three runs of which the second burns much longer, so that mean, last run and sum differ; read
 * from the table and from `-v`.
 */
const probeRepeat = async (perf: Perf): Promise<PerfProbe['repeat']> => {
  const script =
    'n=$(cat "$0" 2>/dev/null || echo 0); n=$((n+1)); echo $n > "$0"; i=0; while [ $i ' +
    '-lt $((n*n*8000)) ]; do i=$((i+1)); done';
  const folder = scratchFolder('probe');
  const counter = join(folder, 'runs.txt');
  try {
    const {stderr} = await execa(
      perf.path,
      ['stat', '-v', '-r', '3', '-e', 'task-clock', '--', 'sh', '-c', script, counter],
      {reject: false, stdin: 'ignore', env: {LC_ALL: 'C'}},
    );
    const raw = [...stderr.matchAll(/^task-clock(?::u)?: (\d+) \d+ \d+$/gm)].map(
      (match) => Number(match[1]) / 1e6,
    );
    const line = /^\s*([\d.,]+)\s+(?:(msec|ns)\s+)?task-clock/m.exec(stderr);
    const printed =
      line === null ? null : Number(line[1].replaceAll(',', '')) / (line[2] === 'msec' ? 1 : 1e6);
    const runs =
      raw.length === 3 && addsRunsUp(perf.version)
        ? [raw[0], raw[1] - raw[0], raw[2] - raw[1]]
        : raw;
    return {
      runs,
      printed,
      prints: printed === null || runs.length !== 3 ? 'unknown' : nearest(printed, runs),
    };
  } finally {
    removeScratch(folder);
  }
};

const nearest = (printed: number, runs: readonly number[]): 'mean' | 'last run' | 'sum' => {
  const sum = runs.reduce((total, run) => total + run, 0);
  const candidates = [
    ['mean', sum / runs.length],
    ['last run', runs.at(-1)!],
    ['sum', sum],
  ] as const;
  return candidates.toSorted(
    (a, b) => Math.abs(Math.log(printed / a[1])) - Math.abs(Math.log(printed / b[1])),
  )[0][0];
};

/** What the passes of `--no-multiplex` may use. */
export const probeCounters = async (perf: Perf, counted: readonly string[]): Promise<Counters> => ({
  general: await countCounters(perf, counted),
  hasFixed: /GenuineIntel/.test(readSystem('/proc/cpuinfo') ?? ''),
  watchdog: readSystem('/proc/sys/kernel/nmi_watchdog') === '1',
});

/** Opens more and more hardware events until one of them is multiplexed. */
const countCounters = async (perf: Perf, counted: readonly string[]): Promise<number> => {
  if (!hasHardwareCounters()) return 0;
  const hard = counted.filter((event) => /branch|cache|TLB|LLC/.test(event));
  for (let size = 1; size <= hard.length; size++) {
    const {runs} = await runBlock({
      perf,
      events: hard.slice(0, size),
      runs: 1,
      argv: ['sh', '-c', 'i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done'],
    });
    if ((runs[0] ?? []).some((count) => count.running < count.enabled * 0.999)) return size - 1;
  }
  return hard.length;
};
