// Exact counts of one workload in one machine: three tries at two numbers of repetitions, which have
// to agree.
import {UserError} from '../../results/error.ts';
import type {Workload} from '../../workloads/types.ts';
import {prepareKernelJob} from '../shim/kernel-job.ts';
import type {DumpedImage, ShimResult} from '../shim/result.ts';
import {describeResult, parseShimResults} from '../shim/result.ts';
import type {Counts, Window} from './count-windows.ts';
import {
  imagesOnly,
  movedTo,
  parseWindows,
  perAddress,
  perRepetition,
  wholePath,
} from './count-windows.ts';
import type {Machine} from './machine.ts';

export interface WorkloadCounts {
  /** As loaded, with all slots empty. */
  readonly images: readonly DumpedImage[];
  /** Of the images alone, for one repetition of the scenario. */
  readonly image: Counts;
  /** Of everything the kernel does for it; `exact` is false if the tries differed. */
  readonly path: {readonly counts: Counts; readonly exact: boolean};
  /** Each instruction of the kernel and the images in one repetition, of the first try. */
  readonly insns: Window;
}

const tries = 3;
/** A timer tick comes every 4 M instructions; so many are executed in one job. */
const instructionsPerJob = 400_000;
const trialRepeat = 20;
const mostRepeat = 1000;

/** Throws a UserError if the workload cannot be played, or if the image's counts are not exact. */
export const countWorkload = async (
  machine: Machine,
  workload: Workload,
): Promise<WorkloadCounts> => {
  let seen = parseWindows(machine.counts()).length;
  const count = async (repetitions: number) => {
    const {job} = prepareKernelJob({workload, repeat: repetitions, dump: true});
    const {images = []} = await playJob(machine, workload, job);
    const all = parseWindows(machine.counts());
    const windows = all.slice(seen);
    seen = all.length;
    return {images, windows, image: imagesOnly(windows, images), path: wholePath(windows)};
  };
  // A trial also warms up: the first time the kernel takes a path it may do more.
  const trial = await count(trialRepeat);
  const expected = Math.max(1, trial.path.instructions / trialRepeat);
  const fitting = Math.floor(instructionsPerJob / expected);
  const repeat = Math.min(mostRepeat, Math.max(trialRepeat, fitting));
  const found: WorkloadCounts[] = [];
  for (let i = 0; i < tries; i++) {
    const once = await count(repeat);
    const twice = await count(2 * repeat);
    found.push({
      images: twice.images,
      image: perRepetition(once.image, twice.image, repeat),
      path: {counts: rounded(perRepetition(once.path, twice.path, repeat)), exact: true},
      insns:
        i === 0
          ? perAddress(
              movedTo(once.windows, once.images, twice.images),
              movedTo(twice.windows, twice.images, twice.images),
              repeat,
            )
          : [],
    });
  }
  const instructions = found.map(({image}) => image.instructions);
  if (new Set(instructions).size > 1 || !Number.isInteger(instructions[0]))
    throw new UserError(
      `${workload.name} is not exact in this machine: ${instructions.join(', ')} instructions.`,
      'Its programs do something different in each repetition; count it with --source callgrind.',
    );
  const paths = found.map(({path}) => path.counts);
  const exact = new Set(paths.map((path) => JSON.stringify(path))).size === 1;
  const middle = paths.toSorted((a, b) => a.instructions - b.instructions)[Math.floor(tries / 2)];
  return {...found[0], path: {counts: middle, exact}};
};

/** A stray interrupt in thousands of repetitions is less than half an instruction in each. */
const rounded = ({instructions, loads, stores}: Counts): Counts => ({
  instructions: Math.round(instructions),
  loads,
  stores,
});

/** Plays a job; throws a UserError with the shim's words if it fails. */
export const playJob = async (
  machine: Pick<Machine, 'hello' | 'play'>,
  workload: Workload,
  job: Uint8Array,
): Promise<ShimResult> => {
  const result: ShimResult | undefined = parseShimResults(await machine.play(job))[0];
  const interpreted = result?.images?.find(({code}) => code === '');
  if (interpreted !== undefined)
    throw new UserError(
      `Linux ${machine.hello.release} does not compile ${interpreted.name} of ${workload.name}, so ` +
        'the interpreter would be measured.',
      'Its JIT refuses an instruction, or is off; nothing can be compared there.',
    );
  if (result?.status === 'ok') return result;
  const what = result === undefined ? 'no result' : describeResult(result, null);
  throw new UserError(
    `${workload.name} does not play in Linux ${machine.hello.release}: ${what}.`,
    'This kernel may accept other programs than the variants do.',
  );
};
