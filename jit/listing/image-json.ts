// An image as JSON (schema `jitstat/image/1`): addresses as hex strings, code as hex, poke sites as
// offsets from their function.
import {listImage} from './listing.ts';
import {formatPlacement} from '../image/placement.ts';
import type {Image} from '../types.ts';

const hex = (address: bigint): string => `0x${address.toString(16)}`;

export const imageJson = (image: Image, withLines: boolean): object => ({
  schema: 'jitstat/image/1',
  variant: image.variant,
  hash: image.hash,
  placement: formatPlacement(image.placement),
  layout: Object.fromEntries(
    Object.entries(image.layout).map(([name, value]) => [
      name,
      typeof value === 'bigint' ? hex(value) : value,
    ]),
  ),
  functions: image.functions.map(({symbol, program, base, code}) => ({
    symbol,
    program,
    base: hex(base),
    bytes: code.length,
    code: Buffer.from(code).toString('hex'),
  })),
  programs: image.programs.map(({name, verified, compiled}) => ({
    name,
    passes: compiled.passes,
    pokes: compiled.pokes.map((poke) => ({
      ...poke,
      slot: verified.descriptors[poke.descriptor] ?? null,
    })),
  })),
  ...(withLines
    ? {
        lines: listImage(image).map(({leadsTo: _leadsTo, address, ...line}) => ({
          ...line,
          address: hex(address),
        })),
      }
    : {}),
});
