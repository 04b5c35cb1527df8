// The part of BTF that describes maps: types of `.maps` variables, and whether code wants CO-RE
// relocations.
import {reader, refuseObject} from './elf-file.ts';

/**
 * A BTF type; `members` of structures, `ref` of pointers, arrays (element), typedefs and variables.
 */
export interface BtfType {
  readonly kind: number;
  readonly name: string;
  readonly size: number;
  readonly ref: number;
  /** Elements of an array. */
  readonly elements: number;
  readonly members: readonly {readonly name: string; readonly ref: number}[];
}

export const btfKinds = {
  int: 1,
  ptr: 2,
  array: 3,
  struct: 4,
  union: 5,
  enum: 6,
  typedef: 8,
  volatile: 9,
  const: 10,
  restrict: 11,
  var: 14,
  datasec: 15,
  float: 16,
  typeTag: 18,
  enum64: 19,
} as const;

const magic = 0xeb9f;
/**
 * Bytes after the 12-byte head of a type, fixed and per element, by kind
 * (include/uapi/linux/btf.h).
 */
const extra: readonly (readonly [number, number])[] = [
  [0, 0],
  [4, 0],
  [0, 0],
  [12, 0],
  [0, 12],
  [0, 12],
  [0, 8],
  [0, 0],
  [0, 0],
  [0, 0],
  [0, 0],
  [0, 0],
  [0, 0],
  [0, 8],
  [4, 0],
  [0, 12],
  [0, 0],
  [4, 0],
  [0, 0],
  [0, 12],
];

const unknown: BtfType = {kind: 0, name: '', size: 0, ref: 0, elements: 0, members: []};

/** All types by number; number 0 is void. Throws a Refusal for bytes that are not BTF. */
export const readBtf = (bytes: Uint8Array, file: string): readonly BtfType[] => {
  const read = reader(bytes, file, 'section .BTF');
  if (read.u16(0) !== magic)
    refuseObject(file, 'section .BTF does not start with the BTF magic number');
  const header = read.u32(4);
  const types = read.slice(header + read.u32(8), read.u32(12));
  const strings = reader(
    read.slice(header + read.u32(16), read.u32(20)),
    file,
    'the string table of .BTF',
  );
  const at = reader(types, file, 'the types of .BTF');
  const list: BtfType[] = [unknown];
  for (let offset = 0; offset < types.length;) {
    const info = at.u32(offset + 4);
    const kind = (info >>> 24) & 31;
    const count = info & 0xffff;
    const rest = extra[kind];
    if (kind === 0 || rest === undefined)
      return refuseObject(file, `section .BTF: type ${list.length} has the unknown kind ${kind}`);
    const word = at.u32(offset + 8);
    const structure =
      kind === btfKinds.struct || kind === btfKinds.union || kind === btfKinds.datasec;
    list.push({
      kind,
      name: strings.string(at.u32(offset)),
      size: word,
      ref: kind === btfKinds.array ? at.u32(offset + 12) : word,
      elements: kind === btfKinds.array ? at.u32(offset + 20) : 0,
      members: !structure
        ? []
        : Array.from({length: count}, (_, index) => {
            const member = offset + 12 + index * 12;
            return kind === btfKinds.datasec
              ? {name: '', ref: at.u32(member)}
              : {name: strings.string(at.u32(member)), ref: at.u32(member + 4)};
          }),
    });
    offset += 12 + rest[0] + rest[1] * count;
  }
  return list;
};

/** Follows typedefs and qualifiers. */
export const plainType = (types: readonly BtfType[], ref: number): BtfType => {
  const through: readonly number[] = [
    btfKinds.typedef,
    btfKinds.volatile,
    btfKinds.const,
    btfKinds.restrict,
    btfKinds.typeTag,
  ];
  let type = types[ref] ?? unknown;
  for (let step = 0; through.includes(type.kind) && step < types.length; step++)
    type = types[type.ref] ?? unknown;
  return type;
};

/** The size of a type in bytes, or undefined for types without one. */
export const sizeOfType = (
  types: readonly BtfType[],
  ref: number,
  depth = 0,
): number | undefined => {
  const type = plainType(types, ref);
  const sized: readonly number[] = [
    btfKinds.int,
    btfKinds.struct,
    btfKinds.union,
    btfKinds.enum,
    btfKinds.float,
    btfKinds.enum64,
  ];
  if (sized.includes(type.kind)) return type.size;
  if (type.kind === btfKinds.ptr) return 8;
  if (type.kind !== btfKinds.array || depth > 32) return undefined;
  const element = sizeOfType(types, type.ref, depth + 1);
  return element === undefined ? undefined : element * type.elements;
};

/**
 * A CO-RE relocation (bpf_core_relo): name of its section, byte offset of its instruction, number of
 * the type in BTF, and what of it is wanted.
 */
export interface CoreRelocation {
  readonly section: string;
  readonly offset: number;
  readonly type: number;
  readonly kind: number;
}

/** The CO-RE relocations of `.BTF.ext`. */
export const coreRelocations = (
  bytes: Uint8Array,
  btf: Uint8Array,
  file: string,
): readonly CoreRelocation[] => {
  const read = reader(bytes, file, 'section .BTF.ext');
  if (read.u16(0) !== magic)
    return refuseObject(file, 'section .BTF.ext does not start with the BTF magic number');
  const header = read.u32(4);
  if (header < 32) return [];
  const [start, length] = [header + read.u32(24), read.u32(28)];
  if (length < 16) return [];
  const recordBytes = read.u32(start);
  if (recordBytes < 16)
    return refuseObject(file, `section .BTF.ext: CO-RE records of ${recordBytes} bytes`);
  const names = reader(btf, file, 'section .BTF');
  const strings = names.u32(4) + names.u32(16);
  const list: CoreRelocation[] = [];
  for (let at = start + 4; at + 8 <= start + length;) {
    const section = names.string(strings + read.u32(at));
    const count = read.u32(at + 4);
    for (let index = 0; index < count; index++) {
      const record = at + 8 + index * recordBytes;
      const [offset, type, kind] = [record, record + 4, record + 12].map((one) => read.u32(one));
      list.push({section, offset, type, kind});
    }
    at += 8 + count * recordBytes;
  }
  return list;
};
