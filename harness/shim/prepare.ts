// Turns a workload and a variant into an image at its place and a job for the user shim.
import {helperName} from '../../jit/bpf/word/helpers.ts';
import {kernelFunctions} from '../../jit/bpf/verify/expansions.ts';
import {linuxContextFields} from '../../jit/bpf/verify/context-fields.ts';
import {verify} from '../../jit/bpf/verify/verify.ts';
import type {VerifyEnv} from '../../jit/bpf/verify/verify.ts';
import {UserError} from '../../results/error.ts';
import {withPerCpu} from '../../jit/image/layout.ts';
import {linkImage} from '../../jit/image/link.ts';
import {seededRandom} from '../derived-seed.ts';
import type {LinkProgram} from '../../jit/image/link.ts';
import type {Image, Layout, Placement, Program, VerifiedProgram} from '../../jit/types.ts';
import {variantOf} from '../../jit/variants/list/index.ts';
import type {Variant} from '../../jit/variants/variant.ts';
import type {Workload} from '../../workloads/types.ts';
import {executionsPerRepeat} from '../../workloads/types.ts';
import type {Shim} from './build-shim.ts';
import {imageSegments} from './image-pages.ts';
import type {JobRecord} from './job.ts';
import {encodeJob, watchdogFor} from './job.ts';
import type {Memory} from './job-memory.ts';
import {imageRegion, layOutMemory, stackArea} from './job-memory.ts';
import {scenarioRecords} from './scenario-job.ts';
import {slotsOf} from './slots.ts';
import {words} from './words.ts';

export interface PrepareImageOptions {
  /**
   * The image will be executed, so that every helper must be a function of the shim. Otherwise
   * helpers may get an address without code, which is enough for listings, sizes and comparisons.
   */
  readonly toRun?: boolean;
  readonly workload: Workload;
  /** A name, or a variant that is not in the list. */
  readonly variant: string | Variant;
  readonly placement: Placement;
  /** Overrides fields of the variant's user-space layout. */
  readonly layout?: Partial<Layout>;
  /** The helpers that programs call are functions of this shim. */
  readonly shim: Pick<Shim, 'symbols' | 'hash'>;
  readonly driver?: 'kernel' | 'converging';
  /** Instead of what `placement` says; see `LinkOptions.place`. */
  readonly place?: (sizes: readonly number[]) => bigint[];
  /** The memory of maps and packets, 64 MiB at most. */
  readonly dataRegion?: bigint;
}

/** `memory` is what the image's addresses refer to. */
export interface PreparedImage {
  readonly image: Image;
  readonly memory: Memory;
  readonly variant: Variant;
}

/** Throws a UserError in the verifier's words if the variant's kernel would refuse a program. */
export const prepareImage = (options: PrepareImageOptions): PreparedImage => {
  const variant = variantOf(options.variant);
  const {memory, programs} = verifyWorkload(options, variant);
  const image = linkImage({
    programs,
    variant,
    placement: options.placement,
    random: seededRandom('seed' in options.placement ? options.placement.seed : 0),
    region: imageRegion,
    layout: layoutFor(options, programs, variant),
    ...(options.driver === undefined ? {} : {driver: options.driver}),
    ...(options.place === undefined ? {} : {place: options.place}),
  });
  return {image, memory, variant};
};

/**
 * Only kernels have private stacks: code that uses them is not run, and any per-CPU address will
 * do.
 */
const layoutFor = (
  {layout = {}}: PrepareImageOptions,
  programs: readonly LinkProgram[],
  variant: Variant,
): Partial<Layout> =>
  programs.some(({verified}) =>
    verified.functions.some(({privateStack}) => privateStack !== undefined),
  )
    ? withPerCpu({...variant.layout, ...layout})
    : layout;

interface VerifiedWorkload {
  readonly memory: Memory;
  readonly programs: readonly LinkProgram[];
}

/** A session links one workload many times, each time at another place, and verifies it once. */
const alreadyVerified = new WeakMap<Workload, Map<string, VerifiedWorkload>>();

const verifyWorkload = (
  {workload, layout: changes, shim, dataRegion, toRun = false}: PrepareImageOptions,
  variant: Variant,
): VerifiedWorkload => {
  const layout: Layout = {...variant.layout, ...changes};
  const key = [
    toRun,
    JSON.stringify(variant.rules),
    shim.hash,
    dataRegion,
    ...Object.values(layout),
  ].join(' ');
  const known = alreadyVerified.get(workload) ?? new Map<string, VerifiedWorkload>();
  alreadyVerified.set(workload, known);
  const found = known.get(key);
  if (found !== undefined) return found;
  const memory = layOutMemory(workload, layout, dataRegion, toRun);
  const programs = workload.programs.map((program) =>
    linkProgram(
      program,
      verify(program, variant.rules, environment(program, memory, layout, shim, toRun)),
    ),
  );
  known.set(key, {memory, programs});
  return {memory, programs};
};

/**
 * Dead functions are gone after verification, so names are found through the origins of
 * instructions.
 */
const linkProgram = (program: Program, verified: VerifiedProgram): LinkProgram => ({
  name: program.name,
  verified,
  functionNames: verified.functions.map(({start}) => {
    const written = verified.origin?.[start] ?? start;
    return program.functions.findLast((one) => one.start <= written)?.name ?? program.name;
  }),
});

const environment = (
  program: Program,
  memory: Memory,
  layout: Layout,
  shim: Pick<Shim, 'symbols'>,
  toRun: boolean,
): VerifyEnv => {
  const mapOf = (number: number) => {
    const map = memory.maps.get(program.maps[number].name);
    if (map === undefined) throw new Error(`the workload has no map ${program.maps[number].name}`);
    return map;
  };
  return {
    mapAddress: (number) => mapOf(number).address,
    mapValueAddress: (number) => mapOf(number).elements,
    helperAddressMinusCallBase: (id, caller) =>
      Number(helperAddress(id, program, shim, toRun && caller === 'program') - layout.callBase),
    contextFields: linuxContextFields,
  };
};

/** Below the shim, where nothing is mapped; each helper has its own address. */
const absentHelpers = 0x20_0000n;
const absentHelperBytes = 16n;

/** A helper that behaves differently in another program type has a function for each. */
const helperAddress = (
  id: number,
  {type, kernelFunctions: called}: Program,
  shim: Pick<Shim, 'symbols'>,
  mustRun: boolean,
): bigint => {
  const kernelFunction = called?.[id - kernelFunctions];
  const name = kernelFunction ?? `bpf_${helperName(id) ?? ''}`;
  const address = shim.symbols.get(`${name}_of_${type}`) ?? shim.symbols.get(name);
  if (address !== undefined) return address;
  if (!mustRun) return absentHelpers + BigInt(id) * absentHelperBytes;
  const known = [...shim.symbols.keys()]
    .filter((name) => name.startsWith('bpf_'))
    .sort()
    .join(', ');
  throw new UserError(
    `jitstat cannot run ${kernelFunction ?? helperName(id) ?? `helper number ${id}`} in user space.`,
    `The user shim has ${known}; jitstat jit shows code with any helper.`,
  );
};

export interface PrepareJobOptions extends PrepareImageOptions {
  /** Executions of each test run. */
  readonly repeat: number;
  /** Default true; false only under valgrind. */
  readonly sandbox?: boolean;
  /** Everything except runs and checks, to measure the cost of set-up. */
  readonly emptyScenario?: boolean;
  /** The report says what each run left behind; see `ShimRun`. */
  readonly shows?: boolean;
  /** For the whole process; the default is that of `watchdogFor`. */
  readonly watchdogMs?: number;
}

export interface PreparedJob {
  readonly job: Uint8Array;
  readonly image: Image;
  /** Executions of the entry program in the whole job. */
  readonly executions: number;
  /** Code of all programs, without thunks and fill. */
  readonly imageBytes: number;
  /** The records of the job, in order. */
  readonly records: readonly JobRecord[];
}

/** The whole scenario as one job. `repeat` 0 is an empty scenario. */
export const prepareJob = (options: PrepareJobOptions): PreparedJob => {
  const {workload, repeat} = options;
  const {image, memory, variant} = prepareImage({...options, toRun: true});
  const emptyScenario = options.emptyScenario === true || repeat === 0;
  const sandbox = options.sandbox ?? true;
  const executions = emptyScenario ? 0 : repeat * executionsPerRepeat(workload);
  const instead = workload.instead?.[variant.name];
  const records: JobRecord[] = [
    ...imageRecords(image, memory),
    {op: 'start'},
    ...scenarioRecords({
      workload,
      image,
      memory,
      slots: slotsOf(image, workload.programs, variant),
      repeat,
      emptyScenario,
      instead,
      ...(options.shows === undefined ? {} : {shows: options.shows}),
    }),
  ];
  return {
    job: encodeJob(records, {
      sandbox,
      watchdogMs: options.watchdogMs ?? watchdogFor(executions, sandbox),
      stack: stackArea,
    }),
    image,
    records,
    executions,
    imageBytes: image.functions
      .filter(({program}) => program !== '')
      .reduce((sum, {code}) => sum + code.length, 0),
  };
};

/** Everything in front of a job's `start`: segments, code, and the first contents of memory. */
export const imageRecords = (image: Image, memory: Memory): readonly JobRecord[] => [
  ...imageSegments(image.functions),
  ...memory.segments,
  ...image.functions.map(({base, code}): JobRecord => ({
    op: 'store',
    address: base,
    bytes: code,
  })),
  ...memory.stores,
  ...programEntries(image, memory),
];

/** `bpf_func` of each program, which indirect tail calls load. */
const programEntries = (image: Image, memory: Memory): JobRecord[] =>
  image.programs.flatMap(({name, compiled}) => {
    const address = memory.programs.get(name);
    if (address === undefined) return [];
    return [
      {
        op: 'store',
        address: address + BigInt(image.layout.bpfFuncOffset),
        bytes: words([compiled.functions[0].base]),
      },
    ];
  });
