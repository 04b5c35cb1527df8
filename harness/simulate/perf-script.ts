// Samples from the text of `perf script -F pid,ip`, placed on the instructions of an image.
import {max, min} from 'simple-statistics';
import {UserError} from '../../results/error.ts';
import type {ListingLine} from '../../jit/listing/listing.ts';

export interface Sample {
  readonly pid: number;
  readonly address: number;
}

/** Lines `  PID  ADDRESS`, the address in hex. */
export const parseScript = (text: string): readonly Sample[] =>
  [...text.matchAll(/^\s*(\d+)\s+([0-9a-f]+)\s*$/gm)].map(([, pid, address]) => ({
    pid: Number(pid),
    address: Number.parseInt(address, 16),
  }));

export interface Samples {
  /** The process that ran the image. */
  readonly pid: number;
  /** By address of the instruction; instructions without samples are absent. */
  readonly samples: ReadonlyMap<number, number>;
  readonly inImage: number;
  /** Samples in the rest of the process: the shim's loop and helpers. */
  readonly outside: number;
}

/**
 * Throws a UserError if there is no sample in the image, an Error if one is between two
 * instructions.
 */
export const placeSamples = (all: readonly Sample[], listing: readonly ListingLine[]): Samples => {
  const bytesOf = new Map(
    listing.map((line) => [Number(line.address), line.bytes.split(' ').length]),
  );
  const addresses = [...bytesOf.keys()];
  const [low, high] = [min(addresses), max(addresses)];
  const inside = all.filter(({address}) => address >= low && address <= high);
  if (inside.length === 0)
    throw new UserError(
      'perf record took no sample in the image.',
      'The run may be too short: give a larger --repeat.',
    );
  const samples = new Map<number, number>();
  for (const {address} of inside) {
    if (!bytesOf.has(address))
      throw new Error(`A sample at 0x${address.toString(16)} is at no instruction of the listing.`);
    samples.set(address, (samples.get(address) ?? 0) + 1);
  }
  const [{pid}] = inside;
  return {
    pid,
    samples,
    inImage: inside.length,
    outside: all.filter((sample) => sample.pid === pid).length - inside.length,
  };
};
