// What perf really does on this host: which events it counts, how many at a time, and whether `-r`
// prints what it measured.
import {join} from 'node:path';
import {execa} from 'execa';
import type {NotCounted} from '../../results/types.ts';
import {countersNeeded, dddEvents} from '../../results/events/event-sets.ts';
import {readSystem} from '../host/host-record.ts';
import {removeScratch, scratchFolder} from '../host/scratch.ts';
import type {Counters} from './requested-events.ts';
import type {Perf} from './perf.ts';
import type {Count} from './block.ts';
import {lastLine, runBlock} from './block.ts';
import {hasHardwareCounters, probeEvents} from './countable.ts';
import {addsRunsUp} from './perf.ts';

export interface PerfProbe {
  readonly perf: Perf;
  readonly counted: readonly string[];
  readonly notCounted: readonly NotCounted[];
  /** How many hardware events ran at the same time without multiplexing; 0 without a PMU. */
  readonly counters: number;
  /** What `perf stat -r` prints for the mean of unequal runs. */
  readonly repeat: {
    readonly prints: 'mean' | 'last run' | 'sum' | 'unknown';
    readonly runs: readonly number[];
    readonly printed: number | null;
    /** What perf or the shell said if nothing could be read; otherwise null. */
    readonly failure: string | null;
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
 * Three runs, the second much longer, so that mean, last run and sum differ; read from the table
 * and from `-v`.
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
    const isRead = printed !== null && runs.length === 3;
    return {
      runs,
      printed,
      prints: isRead ? nearest(printed, runs) : 'unknown',
      failure: isRead ? null : lastLine(stderr) || 'perf stat printed nothing',
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

const hasFixedCounters = (): boolean => /GenuineIntel/.test(readSystem('/proc/cpuinfo') ?? '');

/** The counters that the passes of `--no-multiplex` may use. */
export const probeCounters = async (perf: Perf, counted: readonly string[]): Promise<Counters> => ({
  general: await countCounters(perf, counted),
  hasFixed: hasFixedCounters(),
  watchdog: readSystem('/proc/sys/kernel/nmi_watchdog') === '1',
});

/** More events than any CPU counts at a time; Arm allows 31, x86 has 8 or fewer. */
const manyEvents = 32;

/**
 * Opens one event many times: at any moment as many run as there are counters, so their shares of
 * the time add up to the number of counters. On Intel the first `instructions` takes no general
 * counter.
 */
const countCounters = async (perf: Perf, counted: readonly string[]): Promise<number> => {
  if (!hasHardwareCounters()) return 0;
  const event = counterTestEvent(counted);
  if (event === null) return 0;
  const events = Array.from({length: manyEvents}, () => event);
  const {runs} = await runBlock({perf, events, runs: 1, argv: ['true']});
  const counters = countersOfRun(runs[0] ?? []);
  const hasOwn = hasFixedCounters() && /^(?:cycles|cpu-cycles|instructions)/.test(event);
  return counters - (hasOwn ? 1 : 0);
};

/** A counted event that takes a general counter; null if there is no hardware event. */
export const counterTestEvent = (counted: readonly string[]): string | null => {
  const hardware = counted.filter((event) => countersNeeded([event]) > 0);
  const preferred = [/^branch/, /cache|TLB|LLC/, /^r[0-9a-f]+(?::|$)|\//, /^instructions/, /./];
  for (const pattern of preferred) {
    const found = hardware.find((event) => pattern.test(event));
    if (found !== undefined) return found;
  }
  return null;
};

/** How many of a run's counts ran at any moment. */
export const countersOfRun = (counts: readonly Pick<Count, 'enabled' | 'running'>[]): number =>
  Math.round(
    counts.reduce((sum, {enabled, running}) => sum + (enabled > 0 ? running / enabled : 0), 0),
  );
