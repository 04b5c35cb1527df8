// The context a program gets, laid out as the kernel structures that its loads were rewritten for.
import type {ContextField} from '../../jit/bpf/verify/context-fields.ts';
import {words} from './words.ts';

/**
 * In front of a context: the packet's bounds, `struct packet` of `harness/shim/native/helpers.h`.
 */
export const contextHeaderBytes = 16;
/** The structure itself, and each one that it points to. */
const structureBytes = 512;
export const contextBytes = 4 * structureBytes;

/** After the structures that fields lead to. */
const socketOffset = 3 * structureBytes;

/** Values of the fields, by name; fields that are not named are 0. */
export type ContextValues = Readonly<Record<string, number | bigint>>;

/**
 * Bytes from `address - 16` on: the bounds of the packet for helpers, then the structure with
 * `values` where the loads of the fields find them. Structures that pointers lead to follow at
 * intervals of 512 bytes, then the socket that `sk` leads to.
 */
export const contextImage = (
  fields: readonly ContextField[],
  values: ContextValues,
  address: bigint,
  skbSocket: Uint8Array = new Uint8Array(0),
): Uint8Array => {
  const image = new Uint8Array(contextHeaderBytes + contextBytes);
  image.set(words([values['data'] ?? 0, values['data_end'] ?? 0]));
  const view = new DataView(image.buffer, contextHeaderBytes);
  const structures: string[] = [''];
  const socket = address + BigInt(socketOffset);
  image.set(skbSocket, contextHeaderBytes + socketOffset);
  for (const {name, loads} of fields) {
    let path = '';
    for (const {offset} of loads.slice(0, -1)) {
      const pointer = structures.indexOf(path) * structureBytes + offset;
      path += `${offset} `;
      if (!structures.includes(path)) structures.push(path);
      view.setBigUint64(pointer, address + BigInt(structures.indexOf(path) * structureBytes), true);
    }
    const {offset, bytes} = loads[loads.length - 1];
    const value = words([name === 'sk' ? socket : (values[name] ?? 0)]).subarray(0, bytes);
    image.set(value, contextHeaderBytes + structures.indexOf(path) * structureBytes + offset);
  }
  return image;
};
