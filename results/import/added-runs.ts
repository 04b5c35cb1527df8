// Counts that perf added up from run to run (6.2 to 6.4.0): recognised, and taken apart.
import type {VerboseCount} from './verbose-count.ts';

/** Runs as printed; `elapsed` is the mean time of a run in seconds, null if not printed. */
interface PrintedRuns {
  readonly runs: readonly VerboseCount[][];
  readonly elapsed: number | null;
}

/**
 * True if each run's numbers hold those of the runs before it: nothing ever falls, every run adds
 * the page faults of a start, and most events grow with the run number.
 */
export const addsUp = ({runs, elapsed}: PrintedRuns): boolean => {
  if (runs.length < 2) return false;
  const first = runs[0];
  const sameEvents = runs.every(
    (run) => run.length === first.length && run.every((count, i) => count.event === first[i].event),
  );
  if (!sameEvents) return false;
  for (let k = 1; k < runs.length; k++) {
    const before = runs[k - 1];
    const fell = runs[k].some(
      (count, i) =>
        count.value < before[i].value ||
        count.enabled < before[i].enabled ||
        count.running < before[i].running,
    );
    if (fell) return false;
  }
  // One run may be printed twice.
  const lacking = runs.filter((run, k) => k > 0 && lacksFaults(run, runs[k - 1], first));
  if (lacking.length * 2 > runs.length - 1) return false;
  const last = runs.at(-1)!;
  const duration = first.findIndex((count) => count.event === 'duration_time');
  if (duration >= 0 && elapsed !== null && elapsed > 0) {
    // Elapsed is a true mean in every version, so duration_time shows which reading of its lines is
    // right.
    const asRuns = runs.reduce((sum, run) => sum + run[duration].value, 0) / runs.length / 1e9;
    const asSums = last[duration].value / runs.length / 1e9;
    return Math.abs(Math.log(asSums / elapsed)) < Math.abs(Math.log(asRuns / elapsed));
  }
  const growth = last
    .map((count, i) => count.value / first[i].value)
    .filter((ratio) => Number.isFinite(ratio))
    .sort((a, b) => a - b);
  const middle = growth[Math.floor(growth.length / 2)];
  return middle !== undefined && middle >= 1 + (runs.length - 1) / 2;
};

/** Every start of a program has about the same page faults: sums grow by far more than this part. */
const leastFaults = 0.1;

/** True if a run has hardly more page faults than the one before it. */
const lacksFaults = (
  run: readonly VerboseCount[],
  before: readonly VerboseCount[],
  first: readonly VerboseCount[],
): boolean =>
  run.some(
    ({event, value}, i) =>
      /^(?:page-)?faults(?::|$)/.test(event) &&
      value - before[i].value < leastFaults * first[i].value,
  );

/** Each run without the runs before it. */
export const takeApart = (runs: readonly VerboseCount[][]): VerboseCount[][] =>
  runs.map((run, k) =>
    k === 0
      ? run
      : run.map((count, i) => {
          const before = runs[k - 1][i];
          return {
            event: count.event,
            value: count.value - before.value,
            enabled: count.enabled - before.enabled,
            running: count.running - before.running,
          };
        }),
  );
