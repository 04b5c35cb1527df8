// Scenario steps as they read in a self test: update, remove, run, expect.
import type {Step} from './types.ts';

/** Puts `program` into a slot of a prog array. */
export const update = (map: string, key: number, program: string): Step => ({
  op: 'update',
  map,
  key,
  program,
});

/** Empties a slot that is filled. */
export const remove = (map: string, key: number): Step => ({op: 'delete', map, key});

/** Removes from an empty slot: must fail with ENOENT and change nothing. */
export const removeMissing = (map: string, key: number): Step => ({
  op: 'delete',
  map,
  key,
  expect: 'ENOENT',
});

/** Writes a little-endian u32 to the start of an array element. */
export const setU32 = (map: string, key: number, value: number): Step => ({
  op: 'set',
  map,
  key,
  value: u32Hex(value),
});

/** Runs the entry program on a packet, `repeat` times. */
export const run = (label: string, packet: string, retval: number): Step => ({
  op: 'run',
  label,
  packet,
  expect: {retval},
});

/** A u32 counter kept by the programs, after one repetition of every run so far. */
export const expectCount = (map: string, perRepeat: number): Step => ({
  op: 'expect',
  map,
  key: 0,
  perRepeat,
});

const u32Hex = (value: number): string => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return Buffer.from(bytes).toString('hex');
};
