// Maps of the interpreter: arrays, hashes and prog arrays with their contents.
import type {MapSpec, Program} from '../../types.ts';
import {isHash} from '../../program-kinds.ts';
import type {Memory} from './interpreter-memory.ts';

/** A map with contents. `address` is what a reference to the map loads. */
export interface MapState {
  readonly spec: MapSpec;
  readonly address: bigint;
  /** Address of the value under `key`, or 0 if there is none. */
  readonly lookup: (key: Uint8Array) => bigint;
  /** 0, or a negative error number as helpers return it. */
  readonly update: (key: Uint8Array, value: Uint8Array, flags: bigint) => number;
  readonly remove: (key: Uint8Array) => number;
  /** Slots of a prog array. */
  readonly programs: Map<number, Program>;
  /** All values by key in hex (arrays: little-endian index). */
  readonly values: () => ReadonlyMap<string, Uint8Array>;
}

const errors = {ENOENT: -2, E2BIG: -7, EEXIST: -17, EINVAL: -22} as const;

const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
const indexOf = (key: Uint8Array): number =>
  new DataView(key.buffer, key.byteOffset, key.length).getUint32(0, true);
const keyOf = (index: number): string =>
  hex(Uint8Array.of(index, index >> 8, index >> 16, index >> 24));

/**
 * A map's number in the world decides its addresses: maps are 4 GiB apart, values follow the map.
 */
export const createMap = (spec: MapSpec, number: number, memory: Memory): MapState => {
  const address = 0xffff_8880_0000_0000n + (BigInt(number) << 32n);
  const base = {spec, address, programs: new Map<number, Program>()};
  return isHash(spec.type)
    ? {...base, ...hashMap(spec, address, memory)}
    : {...base, ...arrayMap(spec, address, memory)};
};

type Contents = Pick<MapState, 'lookup' | 'update' | 'remove' | 'values'>;
const dataOffset = 0x1000n;
const strideOf = (spec: MapSpec): number => Math.ceil(spec.valueBytes / 8) * 8;

const arrayMap = (spec: MapSpec, address: bigint, memory: Memory): Contents => {
  const stride = strideOf(spec);
  const bytes = new Uint8Array(stride * spec.maxEntries);
  if (spec.initial !== undefined) bytes.set(spec.initial);
  memory.add({name: spec.name, base: address + dataOffset, bytes});
  const value = (index: number): Uint8Array =>
    bytes.subarray(index * stride, index * stride + spec.valueBytes);
  return {
    lookup: (key) =>
      indexOf(key) < spec.maxEntries ? address + dataOffset + BigInt(indexOf(key) * stride) : 0n,
    update: (key, given, flags) => {
      if (flags > 2n) return errors.EINVAL;
      if (indexOf(key) >= spec.maxEntries) return errors.E2BIG;
      if (flags === 1n) return errors.EEXIST;
      value(indexOf(key)).set(given);
      return 0;
    },
    remove: () => errors.EINVAL,
    values: () =>
      new Map(Array.from({length: spec.maxEntries}, (_, index) => [keyOf(index), value(index)])),
  };
};

const hashMap = (spec: MapSpec, address: bigint, memory: Memory): Contents => {
  const stride = strideOf(spec);
  const bytes = new Uint8Array(stride * spec.maxEntries);
  memory.add({name: spec.name, base: address + dataOffset, bytes});
  const slots = new Map<string, number>();
  const free = Array.from({length: spec.maxEntries}, (_, index) => spec.maxEntries - 1 - index);
  const value = (slot: number): Uint8Array =>
    bytes.subarray(slot * stride, slot * stride + spec.valueBytes);
  return {
    lookup: (key) => {
      const slot = slots.get(hex(key));
      return slot === undefined ? 0n : address + dataOffset + BigInt(slot * stride);
    },
    update: (key, given, flags) => {
      const name = hex(key);
      const old = slots.get(name);
      if (flags > 2n) return errors.EINVAL;
      if (flags === 1n && old !== undefined) return errors.EEXIST;
      if (flags === 2n && old === undefined) return errors.ENOENT;
      const slot = old ?? free.pop();
      if (slot === undefined) return errors.E2BIG;
      slots.set(name, slot);
      value(slot).set(given);
      return 0;
    },
    remove: (key) => {
      const slot = slots.get(hex(key));
      if (slot === undefined) return errors.ENOENT;
      slots.delete(hex(key));
      free.push(slot);
      return 0;
    },
    values: () => new Map([...slots].map(([key, slot]) => [key, value(slot)])),
  };
};
