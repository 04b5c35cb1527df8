// Runs the user shim under perf record: samples per instruction of the image, names for perf
// report, and what recording changes.
import {closeSync, existsSync, openSync, readFileSync, writeFileSync} from 'node:fs';
import {basename, dirname, join, resolve} from 'node:path';
import {execa} from 'execa';
import {median} from 'simple-statistics';
import {UserError} from '../../results/error.ts';
import {removeScratch, scratchFolder} from '../host/scratch.ts';
import {listImage} from '../../jit/listing/listing.ts';
import type {Image, Placement} from '../../jit/types.ts';
import {dddEvents} from '../../results/events/event-sets.ts';
import {eventInfo} from '../../results/events/events.ts';
import type {Workload} from '../../workloads/types.ts';
import type {Perf} from '../perf/perf.ts';
import {runBlock} from '../perf/block.ts';
import {hasHardwareCounters, probeEvents} from '../perf/countable.ts';
import {buildShim} from '../shim/build-shim.ts';
import {prepareJob} from '../shim/prepare.ts';
import {describeResult, parseShimResults} from '../shim/result.ts';
import type {Samples} from './perf-script.ts';
import {parseScript, placeSamples} from './perf-script.ts';

export interface RecordRequest {
  readonly perf: Perf;
  readonly workload: Workload;
  readonly variant: string;
  readonly placement: Placement;
  readonly repeat: number;
  /** The file perf writes its data to. */
  readonly file: string;
  readonly cwd: string;
}

/**
 * One event with and without recording, in the unit of the event table: the medians of both, and
 * their ratio.
 */
export interface Observed {
  readonly event: string;
  readonly alone: number;
  readonly recorded: number;
  readonly ratio: number | null;
}

export interface Recorded extends Samples {
  /** What ticked: the CPU's cycles, or the kernel's clock if there is no PMU. */
  readonly event: string;
  readonly file: string;
  /** The file of the image's function names, next to the data; perf looks for it at `perfMap`. */
  readonly mapFile: string;
  readonly runs: number;
  readonly observed: readonly Observed[];
}

const frequency = 3999;
/** Runs with and without recording, in turn. */
const pairs = 5;

/**
 * Records the scenario. Throws a UserError if perf may not record here or the program misbehaves.
 */
export const record = async (request: RecordRequest): Promise<Recorded> => {
  const {perf, workload, variant, placement, repeat} = request;
  const file = resolve(request.cwd, request.file);
  if (!existsSync(dirname(file)))
    throw new UserError(
      `There is no folder ${dirname(file)} for ${basename(file)}.`,
      'Make it, or choose another file for --record.',
    );
  const event = hasHardwareCounters() ? 'cycles:u' : 'cpu-clock:u';
  const shim = await buildShim('user');
  const {job, image} = prepareJob({workload, variant, placement, shim, repeat});
  const folder = scratchFolder('record');
  try {
    const jobFile = join(folder, 'record.job');
    writeFileSync(jobFile, job);
    const {counted} = await probeEvents(perf, [...dddEvents, 'duration_time']);
    const counting: Counting = {perf, events: counted, argv: [shim.path, jobFile], image, folder};
    const [alone, recorded]: Counts[][] = [[], []];
    for (let pair = 0; pair < pairs; pair++) {
      alone.push(await countOnce(counting, []));
      recorded.push(
        await countOnce(counting, [
          perf.path,
          'record',
          '-q',
          '-e',
          event,
          '-F',
          String(frequency),
          '-o',
          file,
          '--',
        ]),
      );
    }
    const samples = placeSamples(parseScript(await script(perf, file)), listImage(image));
    return {
      ...samples,
      event,
      file,
      mapFile: writeMap(image, `${file}.map`),
      runs: pairs,
      observed: observe(alone, recorded),
    };
  } finally {
    removeScratch(folder);
  }
};

type Counts = ReadonlyMap<string, number>;

interface Counting {
  readonly perf: Perf;
  readonly events: readonly string[];
  readonly argv: readonly string[];
  readonly image: Image;
  readonly folder: string;
}

/**
 * One run under perf stat, itself under `prefix`: only the shim is counted, not the tool in front.
 */
const countOnce = async (
  {perf, events, argv, image, folder}: Counting,
  prefix: readonly string[],
): Promise<Counts> => {
  const report = join(folder, 'reported.txt');
  const descriptor = openSync(report, 'w', 0o600);
  try {
    const {runs, stderr} = await runBlock({
      perf,
      events,
      runs: 1,
      argv,
      descriptors: [descriptor],
      prefix,
    });
    const [result] = parseShimResults(readFileSync(report, 'utf8'));
    if (result === undefined || runs.length === 0)
      throw new UserError(
        `perf record did not run the program: ${stderr.trim().split('\n').at(-1) ?? ''}`,
        'jitstat doctor says what perf may do here.',
      );
    if (result.status !== 'ok')
      throw new UserError(
        `The recorded run failed: ${describeResult(result, image)}.`,
        'jitstat jit WORKLOAD --variant V --listing shows the code.',
      );
    // perf prints clocks in nanoseconds here; tables have them in msec.
    return new Map(
      runs[0]
        .filter((count) => count.running > 0 || count.enabled === 0)
        .map((count) => [
          count.event,
          eventInfo(count.event).unit === 'msec' ? count.value / 1e6 : count.value,
        ]),
    );
  } finally {
    closeSync(descriptor);
  }
};

const observe = (alone: readonly Counts[], recorded: readonly Counts[]): readonly Observed[] => {
  const medianOf = (runs: readonly Counts[], event: string): number =>
    median(runs.map((run) => run.get(event) ?? Number.NaN));
  return [...alone[0].keys()]
    .filter((event) => recorded[0].has(event))
    .map((event) => {
      const [without, under] = [medianOf(alone, event), medianOf(recorded, event)];
      return {
        event,
        alone: without,
        recorded: under,
        ratio: without === 0 ? null : under / without,
      };
    });
};

const script = async (perf: Perf, file: string): Promise<string> => {
  const {stdout, stderr, exitCode} = await execa(
    perf.path,
    ['script', '-i', file, '-F', 'pid,ip'],
    {reject: false, maxBuffer: 1e9, env: {LC_ALL: 'C'}},
  );
  if (exitCode !== 0)
    throw new UserError(
      `perf script cannot read ${file}: ${stderr.trim().split('\n').at(-1) ?? ''}`,
      'Choose another file for --record.',
    );
  return stdout;
};

/**
 * The one place where perf looks for the names of code that no file holds: the fixed path is perf's
 * own convention for JITs (perf manual, perf-report).
 */
export const perfMap = (pid: number): string => `/tmp/perf-${pid}.map`;

/** `start bytes name` lines. They stay with the data, because process numbers are soon reused. */
const writeMap = ({functions}: Image, path: string): string => {
  writeFileSync(
    path,
    functions
      .map(({base, code, symbol}) => `${base.toString(16)} ${code.length.toString(16)} ${symbol}\n`)
      .join(''),
  );
  return path;
};
