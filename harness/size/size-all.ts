// All items of a size report, in their order: in this thread, or for many items in one worker per
// core.
import {existsSync, statSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {fileURLToPath} from 'node:url';
import {setFlagsFromString} from 'node:v8';
import {Worker} from 'node:worker_threads';
import {sizeItem} from './size-file.ts';
import type {Item, Sized, Sides} from './size-file.ts';
import type {WorkerInput} from './worker.ts';

/** Starting a worker takes as long as a few dozen objects. */
const worthWorkers = 24;
/** Each holds the whole compiler in memory. */
const mostWorkers = 4;
/**
 * So many bytes of code are run before a function is optimised, six times as many as usual: workers
 * live for seconds, and each compiled for itself what it hardly used (a fifth of all CPU time). V8 of
 * Node 22 and later has no such flag, and optimises in more steps.
 */
const laterOptimising = '--interrupt-budget=400000';
const hasBudget = process.versions.v8.startsWith('11.');

export const sizeAll = async (
  items: readonly Item[],
  input: WorkerInput,
  progress: (done: number) => void,
): Promise<Sized> => {
  const workers = Math.min(mostWorkers, availableParallelism());
  const script = new URL('./worker.js', import.meta.url);
  // From TypeScript sources, as in unit tests, there is no script for a worker.
  const isWorth = items.length >= worthWorkers && workers > 1 && existsSync(fileURLToPath(script));
  const results = isWorth
    ? await inWorkers(items, input, progress, script, workers)
    : items.map((item, at) => {
        progress(at);
        return sizeItem(item, input.sides);
      });
  return joined(results, input.sides);
};

const inWorkers = async (
  items: readonly Item[],
  input: WorkerInput,
  progress: (done: number) => void,
  script: URL,
  count: number,
): Promise<readonly Sized[]> => {
  const results: Sized[] = [];
  const order = largestFirst(items);
  let next = 0;
  let done = 0;
  const workers: Worker[] = [];
  if (hasBudget) setFlagsFromString(laterOptimising);
  const run = async (): Promise<void> => {
    const worker = new Worker(script, {workerData: input});
    workers.push(worker);
    await new Promise<void>((resolve, reject) => {
      let at = -1;
      worker.on('error', reject);
      worker.on('message', (sized: Sized | null) => {
        if (sized !== null) {
          results[at] = sized;
          progress(++done);
        }
        if (next === order.length) return resolve();
        at = order[next++];
        worker.postMessage(items[at]);
      });
    });
  };
  try {
    await Promise.all(Array.from({length: count}, run));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return results;
};

/** So that no worker is left alone with a large file at the end. */
const largestFirst = (items: readonly Item[]): readonly number[] => {
  const bytes = items.map((item) =>
    'path' in item ? (statSync(item.path, {throwIfNoEntry: false})?.size ?? 0) : 0,
  );
  return items.map((_, at) => at).toSorted((a, b) => bytes[b] - bytes[a]);
};

const joined = (results: readonly Sized[], {afters}: Sides): Sized => ({
  programs: afters.map((_, at) => results.flatMap(({programs}) => programs[at])),
  refused: afters.map((_, at) => results.flatMap(({refused}) => refused[at])),
  cached: results.reduce((sum, {cached}) => sum + cached, 0),
});
