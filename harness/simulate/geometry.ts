// Geometry of simulated caches and TLBs: always passed to valgrind, never taken from the host,
// whose caches it misreads.
import {UserError} from '../../results/error.ts';

/** Size in bytes, associativity, line size in bytes. */
export type Cache = readonly [bytes: number, ways: number, lineBytes: number];

/** First-level instruction and data caches and the last level. */
export interface Geometry {
  readonly i1: Cache;
  readonly d1: Cache;
  readonly ll: Cache;
}

/** 32 KiB 8-way first level, 8 MiB 16-way last level, 64-byte lines: a common x86-64 core. */
export const cacheGeometry: Geometry = {
  i1: [32768, 8, 64],
  d1: [32768, 8, 64],
  ll: [8388608, 16, 64],
};

/** Entries and ways of a TLB of 4096-byte pages, least recently used first out. */
export interface Tlb {
  readonly entries: number;
  readonly ways: number;
}

/** First-level TLBs for code and data, and the second level that both share. */
export interface TlbGeometry {
  readonly itlb: Tlb;
  readonly dtlb: Tlb;
  readonly stlb: Tlb;
}

/** 64 fully associative entries, then 2048 in 8 ways. */
export const tlbGeometry: TlbGeometry = {
  itlb: {entries: 64, ways: 64},
  dtlb: {entries: 64, ways: 64},
  stlb: {entries: 2048, ways: 8},
};

export const pageBytes = 4096;
export const lineBytes = 64;

/** A cache with page-sized lines is a TLB. */
export const asCaches = ({itlb, dtlb, stlb}: TlbGeometry): Geometry => {
  const cache = ({entries, ways}: Tlb): Cache => [entries * pageBytes, ways, pageBytes];
  return {i1: cache(itlb), d1: cache(dtlb), ll: cache(stlb)};
};

const levels = ['itlb', 'dtlb', 'stlb'] as const;
const forms =
  'Write ENTRIES/WAYS for any of itlb, dtlb and stlb, for example itlb=128/8,stlb=1536/12.';

/** `itlb=128/8,dtlb=64/4,stlb=1536/12`; missing parts keep their defaults. Throws a UserError. */
export const parseTlb = (text: string): TlbGeometry =>
  text
    .split(',')
    .filter((part) => part !== '')
    .reduce((geometry, part): TlbGeometry => {
      const match = /^(\w+)=(\d{1,6})\/(\d{1,6})$/.exec(part.trim());
      const level = levels.find((name) => name === match?.[1]);
      if (match === null || level === undefined)
        throw new UserError(`'${part}' is not a TLB.`, forms);
      const [entries, ways] = [Number(match[2]), Number(match[3])];
      const sets = entries / ways;
      if (entries === 0 || ways === 0 || sets < 1 || !Number.isInteger(Math.log2(sets))) {
        throw new UserError(
          `A TLB of ${entries} entries in ${ways} ways has no number of sets that is a power of two.`,
          forms,
        );
      }
      return {...geometry, [level]: {entries, ways}};
    }, tlbGeometry);

export const formatTlb = (geometry: TlbGeometry): string =>
  levels.map((level) => `${level}=${geometry[level].entries}/${geometry[level].ways}`).join(',');
