// The addresses of functions in memory: fixed, seeded random, or as the kernel's two image
// allocators place them (facts sheet, section 6).
//
//   binary-alloc (up to 5.17)   own pages   | header 8 | hole … start | code | cc …
//   pack-alloc (from 5.18)      64-byte chunks of shared 2 MiB packs, first fit
import {Refusal} from '../refusal.ts';
import type {Placement} from '../types.ts';

const pageBytes = 4096;
const headerBytes = 8;
const packBytes = 2 << 20;
const chunkBytes = 64;

const kinds = ['fixed', 'stride', 'random', 'binary-alloc', 'pack-alloc'] as const;
const parameters = {
  fixed: 'OFFSET',
  stride: 'PAGES',
  random: 'SEED',
  'binary-alloc': 'SEED',
  'pack-alloc': 'SEED',
} as const;
/**
 * The space between the user shim's image region and 2 GiB, from which calls still reach helpers at
 * low addresses.
 */
const largestSpan = 0x3000_0000n;
const largestOffset = pageBytes - headerBytes - 4;
const largestStride = 65536;

/**
 * `fixed:OFFSET` (a multiple of 4, 0 to 4084), `stride:PAGES` (1 to 65536), `random:SEED`,
 * `binary-alloc:SEED`, `pack-alloc:SEED`. Throws a Refusal.
 */
export const parsePlacement = (text: string): Placement => {
  const [name, number, ...more] = text.split(':');
  const kind = kinds.find((each) => each === name);
  const forms = `Write ${kinds.map((each) => `${each}:${parameters[each]}`).join(', ')}.`;
  if (kind === undefined || more.length > 0)
    throw new Refusal(`'${text}' is not a placement.`, forms);
  if (number === undefined || !/^[0-9]{1,10}$/.test(number))
    throw new Refusal(`The placement '${text}' needs a number after the colon.`, forms);
  const value = Number(number);
  if (kind === 'stride') {
    if (value < 1 || value > largestStride)
      throw new Refusal(
        `A stride of ${number} pages is not possible.`,
        `Strides are from 1 to ${largestStride} pages of 4096 bytes.`,
      );
    return {kind, pages: value};
  }
  if (kind !== 'fixed') {
    if (value > 0xffffffff)
      throw new Refusal(`The seed ${number} is too large.`, 'Seeds are 32-bit numbers.');
    return {kind, seed: value};
  }
  if (value % 4 !== 0 || value > largestOffset) {
    throw new Refusal(
      `The offset ${number} is not possible.`,
      `Offsets are multiples of 4 from 0 to ${largestOffset}: code starts at page + 8 + offset.`,
    );
  }
  return {kind, offset: value};
};

export const formatPlacement = (placement: Placement): string =>
  `${placement.kind}:${numberOf(placement)}`;

const numberOf = (placement: Placement): number => {
  switch (placement.kind) {
    case 'fixed':
      return placement.offset;
    case 'stride':
      return placement.pages;
    default:
      return placement.seed;
  }
};

/**
 * Addresses for functions of these sizes in bytes, in order, from `region` (page aligned) upwards;
 * they never overlap. `random` gives uniform numbers in [0, 1); placements without a seed never call
 * it. Throws a Refusal if strides do not fit.
 */
export const placeFunctions = (
  sizes: readonly number[],
  placement: Placement,
  region: bigint,
  random: () => number,
): bigint[] => {
  if (region % BigInt(pageBytes) !== 0n)
    throw new Error('The region of an image starts on a page.');
  const below = (limit: number): number => Math.floor(random() * limit);
  if (placement.kind === 'pack-alloc') return inPacks(sizes, below, region);
  const strideBytes = placement.kind === 'stride' ? placement.pages * pageBytes : pageBytes;
  if (placement.kind === 'stride' && BigInt(sizes.length * strideBytes) > largestSpan) {
    throw new Refusal(
      `${sizes.length} functions ${placement.pages} pages apart do not fit below 2 GiB.`,
      'Choose a smaller stride, or a workload with fewer programs.',
    );
  }
  return onOwnPages(sizes, region, strideBytes, (size) => {
    switch (placement.kind) {
      case 'fixed':
        return headerBytes + placement.offset;
      case 'stride':
        return headerBytes;
      case 'random':
        return 4 * below(pageBytes / 4);
      case 'binary-alloc': {
        const needed = roundUp(size, 4) + headerBytes;
        const hole = Math.min(roundUp(needed + 128, pageBytes) - needed, pageBytes - headerBytes);
        return headerBytes + startInHole(below, hole);
      }
    }
  });
};

const roundUp = (value: number, to: number): number => Math.ceil(value / to) * to;

const startInHole = (below: (limit: number) => number, hole: number): number => below(hole) & ~3;

/** Each function starts a whole number of strides after the one before. */
const onOwnPages = (
  sizes: readonly number[],
  region: bigint,
  strideBytes: number,
  offsetOf: (size: number) => number,
): bigint[] => {
  let page = region;
  return sizes.map((size) => {
    const offset = offsetOf(size);
    const address = page + BigInt(offset);
    page += BigInt(roundUp(offset + Math.max(size, 1), strideBytes));
    return address;
  });
};

/**
 * Nothing is ever freed here, so first fit means: in the first pack that has room after what it
 * holds.
 */
const inPacks = (
  sizes: readonly number[],
  below: (limit: number) => number,
  region: bigint,
): bigint[] => {
  const packs: {readonly base: bigint; readonly bytes: number; used: number}[] = [];
  return sizes.map((size) => {
    const needed = roundUp(size, 4) + headerBytes;
    const bytes = roundUp(needed + 16, chunkBytes);
    let pack = packs.find((each) => each.used + bytes <= each.bytes);
    if (pack === undefined) {
      const last = packs.at(-1);
      // Code that is larger than a pack gets pages of its own.
      const size = bytes > packBytes ? bytes : packBytes;
      pack = {
        base: last === undefined ? region : last.base + BigInt(roundUp(last.bytes, pageBytes)),
        bytes: size,
        used: 0,
      };
      packs.push(pack);
    }
    const hole = Math.min(bytes - needed, chunkBytes - headerBytes);
    const address = pack.base + BigInt(pack.used + headerBytes + startInHole(below, hole));
    pack.used += bytes;
    return address;
  });
};
