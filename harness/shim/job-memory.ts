// The layout of a job's memory: maps as the variant's kernel lays them out, one entry for each
// program, packet, context, keys, stack.
//
//   below 4 GiB        shim and images: `call rel32` reaches the helpers
//   from 4 GiB upwards everything else, so that loads of map addresses keep the kernel's 10-byte
// form
//
// Every area has guard pages and ends as close to the next one as its alignment allows, so that the
// first access beyond an area (64-byte aligned, as the kernel's) faults.
import {UserError} from '../../results/error.ts';
import {codeAt, codes, immAt, insnCount, srcAt} from '../../jit/bpf/word/insn.ts';
import type {MapType} from '../../jit/program-kinds.ts';
import type {Layout, MapSpec, Program} from '../../jit/types.ts';
import {isHash} from '../../jit/program-kinds.ts';
import type {Workload} from '../../workloads/types.ts';
import {contextBytes, contextHeaderBytes} from './context-layout.ts';
import type {JobRecord, Segment} from './job.ts';
import {words} from './words.ts';

/** Page-aligned start of images. */
export const imageRegion = 0x5000_0000n;
/** The size of a thread's stack in the kernel. */
export const stackArea = {address: 0x2_0000_0000n, bytes: 16384} as const;

/** The address of maps and packets, unless a job has those of two sides. */
const dataRegion = 0x1_0000_0000n;
const pageBytes = 4096;
const alignment = 64;
const maxBytes = 64 << 20;
/** In front of `struct bpf_array`: `struct map` of `harness/shim/native/helpers.h`. */
const mapHeaderBytes = 80;
/** The room in front of a packet, for programs that ask how much there is. */
export const headroomBytes = 256;
const keysBytes = 56;

/** A map in memory. `elements` is the first element; the next one is `stride` bytes further. */
export interface PlacedMap {
  readonly spec: MapSpec;
  readonly address: bigint;
  readonly elements: bigint;
  readonly stride: number;
}

export interface Memory {
  readonly maps: ReadonlyMap<string, PlacedMap>;
  /** `struct bpf_prog` of each program, by name: what a slot points to. */
  readonly programs: ReadonlyMap<string, bigint>;
  readonly context: bigint;
  readonly keys: bigint;
  /** Address of a packet of this length. */
  readonly packet: (bytes: number) => bigint;
  readonly segments: readonly Segment[];
  /** First contents of maps. */
  readonly stores: readonly JobRecord[];
}

/** Throws a UserError if maps or packets do not fit. `toRun`: the memory will be used. */
export const layOutMemory = (
  workload: Workload,
  layout: Layout,
  region: bigint = dataRegion,
  toRun = true,
): Memory => {
  const area = areas(region);
  const maps = new Map(
    workload.maps.map((spec) => [spec.name, placeMap(spec, layout, area, toRun)]),
  );
  const programs = area.take(programBytes * Math.max(workload.programs.length, 1));
  const context = area.take(contextHeaderBytes + contextBytes, contextHeaderBytes);
  const keys = area.take(keysBytes);
  const longest = Math.max(0, ...Object.values(workload.packets).map((hex) => hex.length / 2));
  const room = roomFor(workload.programs);
  const packets =
    area.takeEnd(headroomBytes + room.front + alignment + longest + room.back) - BigInt(room.back);
  return {
    maps,
    programs: new Map(
      workload.programs.map(({name}, index) => [name, programs + BigInt(index * programBytes)]),
    ),
    context,
    keys,
    packet: (bytes) => (packets - BigInt(bytes)) & -BigInt(alignment),
    segments: area.segments,
    stores: [...maps.values()].flatMap((map) => mapStores(map, layout)),
  };
};

/** Room for a `struct bpf_prog` as far as an indirect tail call reads it. */
const programBytes = 256;

/**
 * How much packets may grow; without helpers that do so, the first byte after a packet's end
 * faults.
 */
const roomFor = (programs: readonly Program[]): {readonly front: number; readonly back: number} => {
  const grows = (id: number): boolean => programs.some((program) => callsHelper(program, id));
  const skbBytes = 16_384;
  return {
    front: grows(helpers.skb_change_head) ? skbBytes : 0,
    back: grows(helpers.skb_change_tail)
      ? skbBytes
      : grows(helpers.xdp_adjust_tail)
        ? pageBytes
        : 0,
  };
};

const helpers = {skb_change_tail: 38, skb_change_head: 43, xdp_adjust_tail: 65} as const;

const callsHelper = ({insns}: Program, id: number): boolean => {
  for (let at = 0; at < insnCount(insns); at++)
    if (codeAt(insns, at) === codes.call && srcAt(insns, at) === 0 && immAt(insns, at) === id)
      return true;
  return false;
};

interface Areas {
  readonly segments: Segment[];
  /** Address of `bytes` bytes, `front` bytes after their start; that address is aligned. */
  readonly take: (bytes: number, front?: number) => bigint;
  /** End of an area of at least `bytes` bytes. */
  readonly takeEnd: (bytes: number) => bigint;
}

const areas = (region: bigint): Areas => {
  const segments: Segment[] = [];
  let next = region;
  const takeEnd = (bytes: number): bigint => {
    const size = Math.ceil(bytes / pageBytes) * pageBytes;
    segments.push({op: 'segment', address: next, bytes: size, access: 'rw'});
    const end = next + BigInt(size);
    if (end - region > BigInt(maxBytes)) {
      throw new UserError(
        `The maps and packets need more than ${maxBytes >> 20} MiB.`,
        'Give the maps fewer entries.',
      );
    }
    // Each area has its own guard pages.
    next = end + BigInt(2 * pageBytes);
    return end;
  };
  const take = (bytes: number, front = 0): bigint =>
    (takeEnd(bytes + alignment) - BigInt(bytes - front)) & -BigInt(alignment);
  return {segments, take, takeEnd};
};

const up8 = (bytes: number): number => Math.ceil(bytes / 8) * 8;
const elementHeaderBytes = 48;
const bucketsOf = (spec: MapSpec): number =>
  2 ** Math.ceil(Math.log2(Math.max(spec.maxEntries, 2)));

/** Numbers of `harness/shim/native/helpers.h`. One CPU's elements are enough. */
const kindOf = {
  array: 1,
  percpu_array: 1,
  cgroup_storage: 1,
  percpu_cgroup_storage: 1,
  hash: 2,
  percpu_hash: 2,
  prog_array: 3,
  xskmap: 3,
  perf_event_array: 3,
  cpumap: 3,
  sockmap: 3,
  sockhash: 3,
  lru_hash: 4,
  lru_percpu_hash: 4,
  devmap: 5,
  devmap_hash: 5,
  ringbuf: 6,
} as const satisfies Record<MapType, number>;

type Kind = (typeof kindOf)[MapType];

/** 0: only code that is never run refers to it. */
const kindFor = ({type}: MapSpec): Kind | 0 => kindOf[type as MapType] ?? 0;

/** Bytes of one element: plain values, hash elements with their head and key, or pointers. */
const strideOf = (spec: MapSpec): number => {
  const {keyBytes, valueBytes} = spec;
  return {
    0: 0,
    1: up8(valueBytes),
    2: elementHeaderBytes + up8(keyBytes) + up8(valueBytes),
    3: 8,
    4: elementHeaderBytes + up8(keyBytes) + up8(valueBytes),
    5: 8,
    6: 1,
  }[kindFor(spec)];
};

/** Larger maps get no elements if nothing runs: the code only has their addresses. */
const mostListedBytes = 1 << 16;

const placeMap = (spec: MapSpec, layout: Layout, area: Areas, toRun: boolean): PlacedMap => {
  const stride = strideOf(spec);
  const bytes =
    mapHeaderBytes +
    layout.ptrsOffset +
    stride * Math.max(spec.maxEntries, 1) +
    (isHash(spec.type) ? 4 * bucketsOf(spec) : 0);
  if (!toRun && !(bytes <= mostListedBytes)) {
    const address = area.take(mapHeaderBytes + layout.ptrsOffset, mapHeaderBytes);
    return {spec, address, elements: address + BigInt(layout.ptrsOffset), stride: 0};
  }
  if (!Number.isFinite(bytes) || bytes > maxBytes) {
    throw new UserError(
      `Map ${spec.name} needs ${Math.ceil(bytes / 2 ** 20)} MiB; there are ${maxBytes >> 20}.`,
      'Give the map fewer entries.',
    );
  }
  const address = area.take(bytes, mapHeaderBytes);
  return {spec, address, elements: address + BigInt(layout.ptrsOffset), stride};
};

const mapStores = ({spec, address, elements, stride}: PlacedMap, layout: Layout): JobRecord[] => {
  const hash = isHash(spec.type);
  const buckets = elements + BigInt(stride * spec.maxEntries);
  const header = [
    kindFor(spec),
    spec.keyBytes,
    spec.valueBytes,
    spec.maxEntries,
    stride,
    elements,
    hash ? buckets : 0,
    hash ? bucketsOf(spec) : 0,
    0,
    0,
  ];
  return [
    {op: 'store', address: address - BigInt(mapHeaderBytes), bytes: words(header)},
    {
      op: 'store',
      address: address + BigInt(layout.maxEntriesOffset),
      bytes: words([spec.maxEntries]).subarray(0, 4),
    },
    ...(spec.initial === undefined
      ? []
      : [{op: 'store' as const, address: elements, bytes: spec.initial}]),
  ];
};
