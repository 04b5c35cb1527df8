// Maps of a BPF object: BTF `.maps`, the legacy `maps` section, and data sections as one-element
// arrays.
import {Refusal} from '../../refusal.ts';
import type {ListedMapType, MapType} from '../../program-kinds.ts';
import type {MapSpec} from '../../types.ts';
import {isHash, isStorage, mapTypes} from '../../program-kinds.ts';
import {btfKinds, plainType, readBtf, sizeOfType} from './btf.ts';
import type {BtfType} from './btf.ts';
import {reader, refuseObject, sectionTypes, symbolKinds} from './elf-file.ts';
import type {ElfFile, Section} from './elf-file.ts';
import type {ReadOptions} from './section-types.ts';

/**
 * A map with the place its symbol points to, or why it cannot be used: only programs that refer to
 * it are refused then.
 */
export interface ObjectMap {
  readonly spec: MapSpec | Refusal;
  readonly section: number;
  /** Null: everything in the section belongs to it. */
  readonly offset: number | null;
  readonly data: boolean;
}

/**
 * Map types by number (include/uapi/linux/bpf.h); the supported ones carry the name of `MapType`.
 */
// prettier-ignore
const typeNames = [
  'unspec', 'hash', 'array', 'prog_array', 'perf_event_array', 'percpu_hash', 'percpu_array',
  'stack_trace', 'cgroup_array', 'lru_hash', 'lru_percpu_hash', 'lpm_trie', 'array_of_maps',
  'hash_of_maps', 'devmap', 'sockmap', 'cpumap', 'xskmap', 'sockhash', 'cgroup_storage',
  'reuseport_sockarray', 'percpu_cgroup_storage', 'queue', 'stack', 'sk_storage', 'devmap_hash',
  'struct_ops', 'ringbuf', 'inode_storage', 'task_storage', 'bloom_filter', 'user_ringbuf',
  'cgrp_storage', 'arena', 'insn_array',
] as const satisfies readonly MapSpec['type'][];
const supported: readonly string[] = mapTypes;

/** What their elements are is the kernel's own. */
const slots: readonly string[] = ['prog_array', 'xskmap', 'perf_event_array'] satisfies MapType[];
/** Their keys or values have other forms. */
const ownKeys: readonly string[] = ['devmap_hash', 'sockhash'] satisfies MapType[];

const isMapInMap = (type: number): boolean => (typeNames[type] ?? '').endsWith('_of_maps');

const noPreallocation = 1;
const limits = {keyBytes: 512, valueBytes: 1 << 20, totalBytes: 1 << 28} as const;

const isDataSection = (name: string): boolean => /^\.(rodata|data|bss)(\..*)?$/.test(name);

/** All maps in the order in which their numbers are given: `.maps`, `maps`, data sections. */
export const readMaps = (elf: ElfFile, file: string, options: ReadOptions): readonly ObjectMap[] =>
  elf.sections.flatMap((section): readonly ObjectMap[] => {
    const data = isDataSection(section.name);
    const whole = {section: section.index, offset: null, data};
    if (data)
      return section.size > 0
        ? [{...whole, spec: attempt(() => dataMap(elf, section, file, options))}]
        : [];
    if (section.name !== '.maps' && section.name !== 'maps') return [];
    const read = section.name === '.maps' ? btfMaps : legacyMaps;
    const maps = attempt(() => read(elf, section, file, options));
    return maps instanceof Refusal ? [{...whole, spec: maps}] : maps;
  });

/** The result, or the refusal for whoever needs it. */
export const attempt = <T>(work: () => T): T | Refusal => {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
};

interface Definition {
  readonly name: string;
  readonly type: number;
  readonly keyBytes: number;
  readonly valueBytes: number;
  readonly maxEntries: number;
  readonly flags: number;
}

/** For a look at the code alone any map will do: its address is all that the code has of it. */
const makeSpec = (
  file: string,
  {name, type, keyBytes, valueBytes, maxEntries, flags}: Definition,
  {toRun = true}: ReadOptions,
): MapSpec => {
  const typeName: string = typeNames[type] ?? `type ${type}`;
  if (!toRun) {
    const known: MapType | ListedMapType = typeNames[type] ?? 'unspec';
    return {name, type: known, keyBytes, valueBytes, maxEntries};
  }
  const bad = (
    reason: string,
    hint = `Supported are maps of type ${supported.join(', ')}.`,
  ): never => refuseObject(file, `map ${name}: ${reason}`, hint);
  if (isMapInMap(type)) bad(`map-in-map (${typeName}) is not supported by jitstat`);
  if (!supported.includes(typeName)) bad(`map type ${typeName} is not supported by jitstat`);
  if ((flags & ~noPreallocation) !== 0)
    bad(`map flags 0x${flags.toString(16)} are not supported by jitstat`);
  const mapType = typeName as MapType;
  if (mapType === 'ringbuf') checkRing({keyBytes, valueBytes, maxEntries}, bad);
  else checkSizes({keyBytes, valueBytes, maxEntries}, mapType, bad);
  return {name, type: mapType, keyBytes, valueBytes, maxEntries};
};

type Sizes = Pick<MapSpec, 'keyBytes' | 'valueBytes' | 'maxEntries'>;
type Bad = (reason: string, hint?: string) => never;

const pageBytes = 4096;

const checkRing = ({keyBytes, valueBytes, maxEntries}: Sizes, bad: Bad): void => {
  if (keyBytes !== 0 || valueBytes !== 0) bad('a ring buffer has neither keys nor values');
  if (maxEntries < pageBytes || (maxEntries & (maxEntries - 1)) !== 0)
    bad(`${maxEntries} bytes are not allowed`, 'A ring has a power of two of whole pages.');
};

const checkSizes = (
  {keyBytes, valueBytes, maxEntries}: Sizes,
  mapType: MapType,
  bad: Bad,
): void => {
  const indexed = !isHash(mapType) && !isStorage(mapType) && !ownKeys.includes(mapType);
  if (keyBytes === 0 || keyBytes > limits.keyBytes || (indexed && keyBytes !== 4))
    bad(`a key of ${keyBytes} bytes is not allowed for ${mapType}`);
  if (
    valueBytes === 0 ||
    valueBytes > limits.valueBytes ||
    (slots.includes(mapType) && valueBytes !== 4)
  )
    bad(`a value of ${valueBytes} bytes is not allowed for ${mapType}`);
  if (
    isStorage(mapType) !== (maxEntries === 0) ||
    maxEntries * (keyBytes + valueBytes) > limits.totalBytes
  )
    bad(
      `${maxEntries} entries are not allowed`,
      `From 1 entry on, and ${limits.totalBytes} bytes at most: lower its max_entries.`,
    );
};

const btfMaps = (
  elf: ElfFile,
  section: Section,
  file: string,
  options: ReadOptions,
): ObjectMap[] => {
  const btf = elf.sections.find(({name}) => name === '.BTF');
  if (btf === undefined)
    return refuseObject(
      file,
      'section .maps: its types are missing, there is no section .BTF',
      'Build with -g.',
    );
  const types = readBtf(btf.bytes, file);
  const list = types.find(({kind, name}) => kind === btfKinds.datasec && name === '.maps');
  if (list === undefined)
    return refuseObject(file, 'section .maps: BTF does not describe it', 'Build with -g.');
  return list.members.map(({ref}) => {
    const variable = types[ref];
    const symbol = elf.symbols.find(
      ({name, section: at}) => name === variable?.name && at === section.index,
    );
    if (variable === undefined || symbol === undefined)
      return refuseObject(
        file,
        `section .maps: there is no symbol for the map ${variable?.name ?? ref}`,
      );
    return {
      spec: attempt(() => btfSpec(types, variable, file, options)),
      section: section.index,
      offset: symbol.value,
      data: false,
    };
  });
};

/**
 * Fields are encoded in types: `int (*max_entries)[3]` is the number 3, `key` and `value` point to
 * the type itself.
 */
const btfSpec = (
  types: readonly BtfType[],
  variable: BtfType,
  file: string,
  options: ReadOptions,
): MapSpec => {
  const {toRun = true} = options;
  const definition = plainType(types, variable.ref);
  const values = new Map<string, number>();
  for (const {name, ref} of definition.members) {
    const pointer = plainType(types, ref);
    const number = plainType(types, pointer.ref).elements;
    if (name === 'values') continue;
    if (pointer.kind !== btfKinds.ptr)
      refuseObject(
        file,
        `map ${variable.name}: the field ${name} is not written as a BTF map definition`,
      );
    switch (name) {
      case 'type':
      case 'key_size':
      case 'value_size':
      case 'max_entries':
      case 'map_flags':
        values.set(name, number);
        break;
      case 'key':
      case 'value': {
        const size = sizeOfType(types, pointer.ref);
        if (size === undefined)
          refuseObject(file, `map ${variable.name}: the type of its ${name} has no size`);
        values.set(`${name}_size`, size ?? 0);
        break;
      }
      case 'pinning':
        break;
      default:
        if (!toRun) break;
        refuseObject(file, `map ${variable.name}: the field ${name} is not supported by jitstat`);
    }
  }
  const type = values.get('type') ?? 0;
  if (toRun && definition.members.some(({name}) => name === 'values') && !isMapInMap(type))
    refuseObject(
      file,
      `map ${variable.name}: initial values in the object are not supported by jitstat`,
      'Fill the map in the scenario.',
    );
  const fixed = slots.includes(typeNames[type] ?? '') ? 4 : 0;
  const value = (name: string, otherwise: number): number => values.get(name) ?? otherwise;
  return makeSpec(
    file,
    {
      name: variable.name,
      type,
      keyBytes: value('key_size', fixed),
      valueBytes: value('value_size', fixed),
      maxEntries: value('max_entries', 0),
      flags: value('map_flags', 0),
    },
    options,
  );
};

/**
 * `struct bpf_map_def`: type, key, value, entries, flags as u32. iproute2's `bpf_elf_map` goes on
 * with numbers and pinning, which say nothing about the code.
 */
const legacyMaps = (
  elf: ElfFile,
  section: Section,
  file: string,
  options: ReadOptions,
): ObjectMap[] => {
  const {toRun = true} = options;
  const symbols = elf.symbols
    .filter(
      (symbol) =>
        symbol.section === section.index &&
        symbol.name !== '' &&
        symbol.kind !== symbolKinds.section,
    )
    .sort((a, b) => a.value - b.value);
  if (symbols.length === 0) return refuseObject(file, 'section maps: no symbol names a map in it');
  const bytes = section.bytes.length / symbols.length;
  if (!Number.isInteger(bytes) || bytes < 20)
    return refuseObject(
      file,
      `section maps: ${section.bytes.length} bytes cannot hold ${symbols.length} definitions of one size`,
    );
  const read = reader(section.bytes, file, 'section maps');
  const specOf = (name: string, value: number): MapSpec => {
    const [type, keyBytes, valueBytes, maxEntries, flags] = [0, 4, 8, 12, 16].map((field) =>
      read.u32(value + field),
    );
    if (toRun && read.slice(value + 20, bytes - 20).some((byte) => byte !== 0))
      refuseObject(file, `map ${name}: fields after map_flags are not supported by jitstat`);
    return makeSpec(file, {name, type, keyBytes, valueBytes, maxEntries, flags}, options);
  };
  return symbols.map(({name, value}) => ({
    spec: attempt(() => specOf(name, value)),
    section: section.index,
    offset: value,
    data: false,
  }));
};

const dataMap = (
  elf: ElfFile,
  section: Section,
  file: string,
  {toRun = true}: ReadOptions,
): MapSpec => {
  const relocation = elf.relocations.get(section.index)?.[0];
  if (toRun && relocation !== undefined)
    refuseObject(
      file,
      `section ${section.name}: a pointer to ${relocation.symbol.name} in data is not supported by jitstat`,
    );
  if (toRun && section.size > limits.valueBytes)
    refuseObject(
      file,
      `section ${section.name}: ${section.size} bytes are more than ${limits.valueBytes}`,
    );
  const spec: MapSpec = {
    name: section.name,
    type: 'array',
    keyBytes: 4,
    valueBytes: section.size,
    maxEntries: 1,
    // Pointers in data are filled in by the loader, so that their bytes are not constants.
    ...(section.name.startsWith('.rodata') && relocation === undefined ? {readOnly: true} : {}),
  };
  const filled = section.type !== sectionTypes.nobits && section.bytes.some((byte) => byte !== 0);
  return filled ? {...spec, initial: section.bytes.slice()} : spec;
};
