// An image without addresses, from which a slices job makes as many copies as it needs.
//
// The image is linked four times, each time with its functions somewhere else and at another
// remainder modulo 16. Every difference must be a distance to a function of the image or to the
// shim; such a reference is kept by name. The proof that all were found: filled in, they give
// exactly the bytes of all four links.
import type {Image} from '../../jit/types.ts';
import {UserError} from '../../results/error.ts';
import type {Variant} from '../../jit/variants/variant.ts';
import {opcodeOf} from '../../jit/x86/form.ts';
import type {Workload} from '../../workloads/types.ts';
import type {Memory} from '../shim/job-memory.ts';
import type {JobRecord} from '../shim/job.ts';
import {scenarioRecords} from '../shim/scenario-job.ts';
import {slotsOf} from '../shim/slots.ts';

/** Page-aligned memory for copies, 1 GiB, from which calls still reach helpers at low addresses. */
export const copyRegion = {start: 0x1000_0000n, bytes: 0x4000_0000n} as const;

/** A place in a function of the image, or an address outside it (`function` null). */
export interface Target {
  readonly function: number | null;
  readonly addend: bigint;
}

/** Four bytes at `offset`: the distance from their end to the target. */
export interface Reference {
  readonly function: number;
  readonly offset: number;
  readonly target: Target;
}

/** Five bytes of code: plain, or a jump to a target. */
export type Patch = {readonly bytes: Uint8Array} | {readonly jump: Target};

export type ScriptRecord =
  | Extract<JobRecord, {op: 'store' | 'compare'}>
  | {
      readonly op: 'poke';
      readonly function: number;
      readonly offset: number;
      readonly before: Patch;
      readonly after: Patch;
    }
  | (Omit<Extract<JobRecord, {op: 'run'}>, 'entry'> & {readonly entry: number});

export interface Template {
  /** Addresses of functions must leave this remainder modulo 16; null = any multiple of 4. */
  readonly remainder: number | null;
  readonly functions: readonly {readonly symbol: string; readonly code: Uint8Array}[];
  readonly references: readonly Reference[];
  /** Memory that holds a function's address. */
  readonly pointers: readonly {readonly address: bigint; readonly function: number}[];
  readonly memory: Memory;
  readonly script: readonly ScriptRecord[];
}

/** Links an image with its functions at the addresses that `place` gives for their sizes. */
export type Linker = (place: (sizes: readonly number[]) => bigint[]) => {
  readonly image: Image;
  readonly memory: Memory;
  readonly variant: Variant;
};

/**
 * One template, or four if the code depends on its address modulo 16. Throws a UserError if the
 * code depends on its address in another way.
 */
export const templatesOf = (workload: Workload, link: Linker): readonly Template[] => {
  const any = templateOf(workload, link, null);
  if (any !== null) return [any];
  return [0, 4, 8, 12].map((remainder) => {
    const template = templateOf(workload, link, remainder);
    if (template !== null) return template;
    throw new UserError(
      `The code of ${workload.name} depends on its address, so it cannot be copied.`,
      'Pass --no-slices to compare whole runs only.',
    );
  });
};

const templateOf = (
  workload: Workload,
  link: Linker,
  remainder: number | null,
): Template | null => {
  const links = [1, 2, 3, 4].map((salt) => link((sizes) => scattered(sizes, salt, remainder)));
  const images = links.map((one) => one.image);
  const sizes = images.map((image) => image.functions.map(({code}) => code.length).join());
  if (sizes.some((each) => each !== sizes[0])) return null;
  const references = images[0].functions.flatMap((_, index) => referencesOf(images, index));
  if (!images.every((image) => reproduces(images[0], references, image))) return null;
  const {image, memory, variant} = links[0];
  const locate = locatorOf(image);
  return {
    remainder,
    functions: image.functions.map(({symbol, code}) => ({symbol, code})),
    references,
    pointers: image.programs.flatMap(({name, compiled}) => {
      const address = memory.programs.get(name);
      return address === undefined
        ? []
        : [
            {
              address: address + BigInt(image.layout.bpfFuncOffset),
              function: locate(compiled.functions[0].base).function!,
            },
          ];
    }),
    memory,
    script: scenarioRecords({
      workload,
      image,
      memory,
      slots: slotsOf(image, workload.programs, variant),
      repeat: 1,
      emptyScenario: false,
      instead: workload.instead?.[variant.name],
    }).map((record) => withoutAddresses(record, locate)),
  };
};

const pageBytes = 4096;

/** Places functions far apart, no two at the same distance, differently for each salt. */
const scattered = (sizes: readonly number[], salt: number, remainder: number | null): bigint[] => {
  let page = 0;
  return sizes.map((size, index) => {
    const step = remainder === null ? 4 * (index + salt) : remainder;
    const offset = 16 * ((index * 37 + salt * 53) % 200) + step;
    const address = copyRegion.start + BigInt(page * pageBytes + offset);
    page += Math.ceil((offset + size) / pageBytes) + ((index * 5 + salt * 11) % 17) + 1;
    return address;
  });
};

const view = (code: Uint8Array): DataView =>
  new DataView(code.buffer, code.byteOffset, code.byteLength);

const referencesOf = (images: readonly Image[], index: number): Reference[] => {
  const codes = images.map((image) => image.functions[index].code);
  const views = codes.map(view);
  const found: Reference[] = [];
  for (let offset = 0; offset + 4 <= codes[0].length; offset++) {
    const distances = views.map((each) => each.getInt32(offset, true));
    if (distances.every((distance) => distance === distances[0])) continue;
    const target = targetOf(
      images,
      images.map(({functions}, at) => functions[index].base + BigInt(offset + 4 + distances[at])),
    );
    if (target === null) continue;
    found.push({function: index, offset, target});
    offset += 3;
  }
  return found;
};

/** What the addresses, one in each image, have in common, as a target. */
const targetOf = (images: readonly Image[], addresses: readonly bigint[]): Target | null => {
  if (addresses.every((address) => address === addresses[0]))
    return {function: null, addend: addresses[0]};
  const target = locatorOf(images[0])(addresses[0]);
  return target.function !== null &&
    images.every(
      ({functions}, at) => functions[target.function!].base + target.addend === addresses[at],
    )
    ? target
    : null;
};

const locatorOf =
  (image: Image) =>
  (address: bigint): Target => {
    const index = image.functions.findIndex(
      ({base, code}) => address >= base && address <= base + BigInt(code.length),
    );
    return index === -1
      ? {function: null, addend: address}
      : {function: index, addend: address - image.functions[index].base};
  };

/**
 * Whether the first image's code, with references filled in for the other's addresses, equals the
 * other's code.
 */
const reproduces = (first: Image, references: readonly Reference[], other: Image): boolean => {
  const codes = first.functions.map(({code}) => code.slice());
  for (const {function: index, offset, target} of references) {
    const from = other.functions[index].base + BigInt(offset + 4);
    const to =
      target.function === null
        ? target.addend
        : other.functions[target.function].base + target.addend;
    view(codes[index]).setInt32(offset, Number(to - from), true);
  }
  return codes.every((code, index) => Buffer.compare(code, other.functions[index].code) === 0);
};

const withoutAddresses = (record: JobRecord, locate: (address: bigint) => Target): ScriptRecord => {
  switch (record.op) {
    case 'store':
    case 'compare':
      return record;
    case 'run':
      return {...record, entry: locate(record.entry).function!};
    case 'poke': {
      const place = locate(record.address);
      return {
        op: 'poke',
        function: place.function!,
        offset: Number(place.addend),
        before: patchOf(record.address, record.before, locate),
        after: patchOf(record.address, record.after, locate),
      };
    }
    default:
      throw new Error(`a scenario has no record ${record.op}`);
  }
};

const [jump] = opcodeOf('jmp rel32');

const patchOf = (address: bigint, bytes: Uint8Array, locate: (address: bigint) => Target): Patch =>
  bytes[0] === jump
    ? {jump: locate(address + 5n + BigInt(view(bytes).getInt32(1, true)))}
    : {bytes};
