// The pairs of a process: the addresses of both sides' copies, and every order in which the two are
// treated, all drawn from the process's seed.
//
// The side that is treated first can be faster or slower for as long as a pair lives (branch
// predictors remember which came first), by 5 to 12 % between identical codes. So a coin decides
// each order.
import {placeFunctions} from '../../jit/image/placement.ts';
import type {Placement} from '../../jit/types.ts';
import {derivedSeed, seededRandom} from '../derived-seed.ts';
import {copyRegion} from './template.ts';
import type {Template} from './template.ts';

/**
 * The steps at which slot 1 may be first, with their bits; `quads` only counts if orders are not
 * drawn.
 */
export const coins = {map: 1, write: 2, memory: 4, script: 8, warm: 16, quads: 32} as const;
export type Coin = keyof typeof coins;
/** Each quad of slices draws its own order. */
const quadsAreDrawn = 64;

export interface DrawnPair {
  readonly seed: bigint;
  readonly coins: number;
}

export interface Pair extends DrawnPair {
  /** Index of the template, by slot. */
  readonly templates: readonly [number, number];
  /** Where each slot's calling loops are copied to: two pages. */
  readonly loops: readonly [bigint, bigint];
  /** Of every function, by slot. */
  readonly addresses: readonly [readonly bigint[], readonly bigint[]];
}

export interface PairsRequest {
  readonly seed: number;
  readonly pairs: number;
  readonly templates: readonly [readonly Template[], readonly Template[]];
  /** Offset in any page; null = each function anywhere. */
  readonly placement: Placement | null;
  /** Tests may leave the coins out: slot 0 is then first in everything. */
  readonly coins: boolean;
}

export const drawPairs = (request: PairsRequest): readonly Pair[] =>
  Array.from({length: request.pairs}, (_, index) => drawPair(request, index));

/** Pairs that the kernel places. */
export const drawLoads = (
  request: Pick<PairsRequest, 'seed' | 'pairs' | 'coins'>,
): readonly DrawnPair[] =>
  Array.from({length: request.pairs}, (_, index) =>
    drawCoins(belowOf(seededRandom(derivedSeed(request.seed, index))), request.coins),
  );

const drawCoins = (below: (limit: number) => number, drawn: boolean): DrawnPair => ({
  seed: BigInt(below(2 ** 32)) * 0x1_0000_0000n + BigInt(below(2 ** 32)),
  coins: drawn ? below(64) | quadsAreDrawn : 0,
});

/** Whole numbers from 0 up to, not including, `limit`. */
const belowOf =
  (random: () => number) =>
  (limit: number): number =>
    Math.floor(random() * limit);

const drawPair = (request: PairsRequest, index: number): Pair => {
  const random = seededRandom(derivedSeed(request.seed, index));
  const below = belowOf(random);
  const taken = new Set<number>();
  const draw = (slot: 0 | 1) => {
    const template = below(request.templates[slot].length);
    const {[template]: copied} = request.templates[slot];
    return {
      template,
      addresses: drawAddresses(copied, request.placement, random, taken),
      loops: drawOne(loopBytes, () => 0, below, taken),
    };
  };
  // The slot that is drawn second must keep clear of the first, so this order is drawn as well.
  const isSwapped = request.coins && below(2) === 1;
  const one = draw(isSwapped ? 1 : 0);
  const two = draw(isSwapped ? 0 : 1);
  const [zero, first] = isSwapped ? [two, one] : [one, two];
  return {
    ...drawCoins(below, request.coins),
    templates: [zero.template, first.template],
    loops: [zero.loops, first.loops],
    addresses: [zero.addresses, first.addresses],
  };
};

const pageBytes = 4096;
/** As in `harness/shim/native/copied-loops.h`. */
const loopBytes = 2 * pageBytes;
const regionPages = Number(copyRegion.bytes) / pageBytes;
const attempts = 1000;

const drawAddresses = (
  template: Template,
  placement: Placement | null,
  random: () => number,
  taken: Set<number>,
): readonly bigint[] => {
  const below = belowOf(random);
  const sizes = template.functions.map(({code}) => code.length);
  if (placement === null)
    return sizes.map((size) => drawOne(size, offsetIn(template.remainder, below), below, taken));
  for (let attempt = 0; attempt < attempts; attempt++) {
    const relative = placeFunctions(sizes, placement, 0n, random);
    const end = relative.reduce(
      (most, address, at) => Math.max(most, Number(address) + sizes[at]),
      0,
    );
    const room = regionPages - Math.ceil(end / pageBytes) - 2;
    if (room < 1) break;
    const base = 1 + below(room);
    const pages = sizes.flatMap((size, at) =>
      pagesOf(base * pageBytes + Number(relative[at]), size),
    );
    if (pages.some((page) => taken.has(page))) continue;
    pages.forEach((page) => taken.add(page));
    return relative.map((address) => copyRegion.start + BigInt(base * pageBytes) + address);
  }
  throw new Error('no room for a copy of the image');
};

/** Draws an offset in a page: any multiple of 4, or any of that remainder modulo 16. */
const offsetIn = (remainder: number | null, below: (limit: number) => number) => (): number =>
  remainder === null ? 4 * below(pageBytes / 4) : 16 * below(pageBytes / 16) + remainder;

/** So many bytes at a drawn offset of any free page. */
const drawOne = (
  size: number,
  drawOffset: () => number,
  below: (limit: number) => number,
  taken: Set<number>,
): bigint => {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const offset = drawOffset();
    const room = regionPages - Math.ceil((offset + size) / pageBytes) - 2;
    if (room < 1) break;
    const address = (1 + below(room)) * pageBytes + offset;
    const pages = pagesOf(address, size);
    // One free page at either end, so that running past an end is caught.
    if (pages.some((page) => taken.has(page - 1) || taken.has(page) || taken.has(page + 1)))
      continue;
    pages.forEach((page) => taken.add(page));
    return copyRegion.start + BigInt(address);
  }
  throw new Error('no room for a copy');
};

const pagesOf = (address: number, size: number): number[] => {
  const first = Math.floor(address / pageBytes);
  const last = Math.floor((address + Math.max(size, 1) - 1) / pageBytes);
  return Array.from({length: last - first + 1}, (_, index) => first + index);
};
