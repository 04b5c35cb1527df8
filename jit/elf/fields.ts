// The offsets of the fields of ELF64 structures (System V ABI, chapters 4 and 5; little endian):
// one row a field, for readers and writers.

/** In bytes from the start of the structure. */
export interface ElfField {
  readonly offset: number;
  readonly bytes: 1 | 2 | 4 | 8;
}

const row = (offset: number, bytes: ElfField['bytes']): ElfField => ({offset, bytes});

/** Bytes of each structure. */
export const elfBytes = {
  header: 64,
  programHeader: 56,
  sectionHeader: 64,
  symbol: 24,
  relocation: 16,
} as const;

/** After the 16 bytes of identification. */
export const elfHeader = {
  type: row(16, 2),
  machine: row(18, 2),
  version: row(20, 4),
  entry: row(24, 8),
  programHeaders: row(32, 8),
  sectionHeaders: row(40, 8),
  headerBytes: row(52, 2),
  programHeaderBytes: row(54, 2),
  programHeaderCount: row(56, 2),
  sectionHeaderBytes: row(58, 2),
  sectionCount: row(60, 2),
  sectionNames: row(62, 2),
} as const;

export const programHeader = {
  type: row(0, 4),
  flags: row(4, 4),
  offset: row(8, 8),
  address: row(16, 8),
  physicalAddress: row(24, 8),
  fileBytes: row(32, 8),
  memoryBytes: row(40, 8),
  alignment: row(48, 8),
} as const;

export const sectionHeader = {
  name: row(0, 4),
  type: row(4, 4),
  flags: row(8, 8),
  address: row(16, 8),
  offset: row(24, 8),
  size: row(32, 8),
  link: row(40, 4),
  info: row(44, 4),
  alignment: row(48, 8),
  entryBytes: row(56, 8),
} as const;

export const symbolEntry = {
  name: row(0, 4),
  /** Binding << 4 | kind. */
  info: row(4, 1),
  section: row(6, 2),
  value: row(8, 8),
  size: row(16, 8),
} as const;

/** REL, without addends. */
export const relocationEntry = {offset: row(0, 8), type: row(8, 4), symbol: row(12, 4)} as const;

export const sectionTypes = {
  progbits: 1,
  symtab: 2,
  strtab: 3,
  rela: 4,
  nobits: 8,
  rel: 9,
} as const;
export const symbolKinds = {none: 0, object: 1, function: 2, section: 3} as const;

/** One field of the structure at `at`, as an unsigned number. */
export const readField = (view: DataView, at: number, {offset, bytes}: ElfField): bigint => {
  const place = at + offset;
  if (bytes === 8) return view.getBigUint64(place, true);
  if (bytes === 4) return BigInt(view.getUint32(place, true));
  return BigInt(bytes === 2 ? view.getUint16(place, true) : view.getUint8(place));
};

type Values<Structure> = {readonly [Name in keyof Structure]?: number | bigint};

/** Writes the fields that have a value; all others stay as they are. */
export const writeFields = <Structure extends Readonly<Record<string, ElfField>>>(
  view: DataView,
  at: number,
  structure: Structure,
  values: Values<Structure>,
): void => {
  for (const [name, value] of Object.entries(values) as [string, number | bigint][]) {
    const {offset, bytes} = structure[name];
    const place = at + offset;
    if (bytes === 8) view.setBigUint64(place, BigInt(value), true);
    else if (bytes === 4) view.setUint32(place, Number(value), true);
    else if (bytes === 2) view.setUint16(place, Number(value), true);
    else view.setUint8(place, Number(value));
  }
};
