// A map of an object as jitstat takes it: types by number, and the sizes that the kernel allows.
import {isHash, isStorage, mapTypes} from '../../program-kinds.ts';
import type {ListedMapType, MapType} from '../../program-kinds.ts';
import type {MapSpec} from '../../types.ts';
import {refuseObject} from './elf-file.ts';
import type {ReadOptions} from './section-types.ts';

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

/** The kernel decides what their elements are. */
const slots: readonly string[] = ['prog_array', 'xskmap', 'perf_event_array'] satisfies MapType[];
/** Their keys or values have special forms. */
const ownKeys: readonly string[] = ['devmap_hash', 'sockhash'] satisfies MapType[];

export const isMapInMap = (type: number): boolean => (typeNames[type] ?? '').endsWith('_of_maps');

/** Bytes of an element whose contents the kernel decides; 0 for other maps. */
export const slotBytes = (type: number): number => (slots.includes(typeNames[type] ?? '') ? 4 : 0);

const noPreallocation = 1;
export const mapLimits = {keyBytes: 512, valueBytes: 1 << 20, totalBytes: 1 << 28} as const;

/** A map as an object defines it; `type` by its number. */
export interface MapDefinition {
  readonly name: string;
  readonly type: number;
  readonly keyBytes: number;
  readonly valueBytes: number;
  readonly maxEntries: number;
  readonly flags: number;
}

/** To show code, any map will do: the code contains nothing of it but its address. */
export const makeSpec = (
  file: string,
  {name, type, keyBytes, valueBytes, maxEntries, flags}: MapDefinition,
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
  if (keyBytes === 0 || keyBytes > mapLimits.keyBytes || (indexed && keyBytes !== 4))
    bad(`a key of ${keyBytes} bytes is not allowed for ${mapType}`);
  if (
    valueBytes === 0 ||
    valueBytes > mapLimits.valueBytes ||
    (slots.includes(mapType) && valueBytes !== 4)
  )
    bad(`a value of ${valueBytes} bytes is not allowed for ${mapType}`);
  if (
    isStorage(mapType) !== (maxEntries === 0) ||
    maxEntries * (keyBytes + valueBytes) > mapLimits.totalBytes
  )
    bad(
      `${maxEntries} entries are not allowed`,
      `At least 1 entry and at most ${mapLimits.totalBytes} bytes are allowed: change its max_entries.`,
    );
};
