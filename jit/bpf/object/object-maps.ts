// Maps of a BPF object: BTF `.maps`, the legacy `maps` section, and data sections as one-element
// arrays.
import {Refusal} from '../../refusal.ts';
import type {MapSpec} from '../../types.ts';
import {btfKinds, plainType, readBtf, sizeOfType} from './btf.ts';
import type {BtfType} from './btf.ts';
import {reader, refuseObject, sectionTypes, symbolKinds} from './elf-file.ts';
import type {ElfFile, Section} from './elf-file.ts';
import {isMapInMap, makeSpec, mapLimits, slotBytes} from './map-spec.ts';
import type {ReadOptions} from './section-types.ts';

/**
 * A map with the place its symbol points to, or the reason why it cannot be used: then only the
 * programs that refer to it are refused.
 */
export interface ObjectMap {
  readonly spec: MapSpec | Refusal;
  readonly section: number;
  /** Null if everything in the section belongs to it. */
  readonly offset: number | null;
  readonly data: boolean;
}

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

/** The result, or the refusal, to be thrown when the map is needed. */
export const attempt = <T>(work: () => T): T | Refusal => {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
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
  const fixed = slotBytes(type);
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
  if (toRun && section.size > mapLimits.valueBytes)
    refuseObject(
      file,
      `section ${section.name}: ${section.size} bytes are more than ${mapLimits.valueBytes}`,
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
