// Memory of the interpreter: named regions in a 64-bit address space, every access checked against
// their bounds.

/** Bytes visible at `base`. Regions must not overlap. */
export interface Region {
  readonly name: string;
  readonly base: bigint;
  readonly bytes: Uint8Array;
  readonly readOnly?: boolean;
}

export interface Memory {
  readonly add: (region: Region) => void;
  /** Unsigned little-endian value, or undefined outside of all regions. */
  readonly load: (address: bigint, width: number) => bigint | undefined;
  /** False outside of all regions and in read-only ones. */
  readonly store: (address: bigint, width: number, value: bigint) => boolean;
  /** The bytes themselves (a view), or undefined if they are not all in one region. */
  readonly view: (address: bigint, length: number) => Uint8Array | undefined;
}

interface Mapped extends Region {
  readonly end: bigint;
  readonly data: DataView;
}

export const createMemory = (given: readonly Region[] = []): Memory => {
  const regions: Mapped[] = [];
  let last: Mapped | undefined;
  const find = (address: bigint, length: number): Mapped | undefined => {
    const end = address + BigInt(length);
    if (last !== undefined && address >= last.base && end <= last.end) return last;
    const found = regions.find((region) => address >= region.base && end <= region.end);
    if (found !== undefined) last = found;
    return found;
  };
  const add = (region: Region): void => {
    const {bytes, base} = region;
    regions.push({
      ...region,
      end: base + BigInt(bytes.length),
      data: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
    });
  };
  given.forEach(add);
  return {
    add,
    load: (address, width) => {
      const region = find(address, width);
      if (region === undefined) return undefined;
      const at = Number(address - region.base);
      switch (width) {
        case 1:
          return BigInt(region.data.getUint8(at));
        case 2:
          return BigInt(region.data.getUint16(at, true));
        case 4:
          return BigInt(region.data.getUint32(at, true));
        default:
          return region.data.getBigUint64(at, true);
      }
    },
    store: (address, width, value) => {
      const region = find(address, width);
      if (region === undefined || region.readOnly === true) return false;
      const at = Number(address - region.base);
      switch (width) {
        case 1:
          region.data.setUint8(at, Number(value & 0xffn));
          break;
        case 2:
          region.data.setUint16(at, Number(value & 0xffffn), true);
          break;
        case 4:
          region.data.setUint32(at, Number(value & 0xffff_ffffn), true);
          break;
        default:
          region.data.setBigUint64(at, value, true);
      }
      return true;
    },
    view: (address, length) => {
      const region = find(address, length);
      return region?.bytes.subarray(
        Number(address - region.base),
        Number(address - region.base) + length,
      );
    },
  };
};
