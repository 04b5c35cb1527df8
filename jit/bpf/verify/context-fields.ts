// Context fields: what programs may read of `__sk_buff` and `xdp_md`, and which loads of the real
// structures they become.
import type {PlayedType, ProgramType} from '../../program-kinds.ts';
import {contextOf} from '../word/program-types.ts';

/** One load from a structure; `bytes` wide at `offset`. */
export interface ContextLoad {
  readonly offset: number;
  readonly bytes: 1 | 2 | 4 | 8;
}

/**
 * A field as programs see it. `loads` is what the verifier replaces an access with: the first is
 * relative to the context pointer, each further one to the pointer that the one before loaded.
 */
export interface ContextField {
  readonly name: string;
  readonly offset: number;
  readonly bytes: 4 | 8;
  readonly loads: readonly ContextLoad[];
  readonly writable?: boolean;
  /** Parts of the field cannot be read. */
  readonly whole?: boolean;
  /** A load gives a pointer: into the packet, or to its end or elsewhere. */
  readonly pointer?: 'packet' | 'other';
  /** Bits of what was loaded that belong to the field. */
  readonly mask?: number;
  /** Any value but 0 reads as 1. */
  readonly truth?: boolean;
  /** A store of this value or a larger one is left out. */
  readonly storesBelow?: number;
  /** Accesses of every size go straight to memory, even across the edge to the next such field. */
  readonly direct?: boolean;
}

export type ContextFields = Readonly<Record<PlayedType, readonly ContextField[]>>;

/** The fields of the context; null if accesses stay as they are written. */
export const fieldsOf = (
  fields: ContextFields,
  type: ProgramType,
): readonly ContextField[] | null => {
  const context = contextOf(type);
  return context === null ? null : fields[context];
};

/** Offsets of fields as programs see them: `struct __sk_buff` of include/uapi/linux/bpf.h. */
export const skbOffsets = {
  len: 0,
  pkt_type: 4,
  mark: 8,
  queue_mapping: 12,
  protocol: 16,
  vlan_present: 20,
  vlan_tci: 24,
  vlan_proto: 28,
  priority: 32,
  ingress_ifindex: 36,
  ifindex: 40,
  tc_index: 44,
  cb0: 48,
  cb1: 52,
  cb2: 56,
  cb3: 60,
  cb4: 64,
  hash: 68,
  tc_classid: 72,
  data: 76,
  data_end: 80,
  napi_id: 84,
  data_meta: 140,
  flow_keys: 144,
  tstamp: 152,
  wire_len: 160,
  gso_segs: 164,
  sk: 168,
  gso_size: 176,
  tstamp_type: 180,
  hwtstamp: 184,
} as const;

/** `struct xdp_md`. */
export const xdpOffsets = {
  data: 0,
  data_end: 4,
  data_meta: 8,
  ingress_ifindex: 12,
  rx_queue_index: 16,
  egress_ifindex: 20,
} as const;

/** The field that an access of `bytes` at `offset` starts in, or undefined if none takes it. */
export const fieldAt = (
  fields: readonly ContextField[],
  offset: number,
  bytes: number,
): ContextField | undefined =>
  fields.find(
    (field) =>
      offset >= field.offset &&
      offset < field.offset + field.bytes &&
      offset % bytes === 0 &&
      (field.whole === true ? bytes === field.bytes : endsIn(fields, field, offset + bytes)),
  );

const endsIn = (fields: readonly ContextField[], field: ContextField, end: number): boolean =>
  end <= field.offset + field.bytes ||
  (field.direct === true &&
    fields.some((next) => next.direct === true && next.offset + next.bytes === end));

const namesOf = (type: ProgramType): readonly (readonly [string, number])[] =>
  Object.entries(contextOf(type) === 'xdp' ? xdpOffsets : skbOffsets);

/** The name of the field around `offset` of the context, supported or not. */
export const fieldNameAt = (type: ProgramType, offset: number): string | undefined =>
  namesOf(type).find(([name, start]) => offset >= start && offset < start + bytesOf(name))?.[0];

const wideFields: readonly string[] = ['flow_keys', 'tstamp', 'sk', 'hwtstamp'];
const bytesOf = (name: string): 4 | 8 => (wideFields.includes(name) ? 8 : 4);

const skb = (
  name: keyof typeof skbOffsets,
  offset: number,
  bytes: ContextLoad['bytes'],
  more: Partial<ContextField> = {},
): ContextField => ({
  name,
  offset: skbOffsets[name],
  bytes: bytesOf(name),
  loads: [{offset, bytes}],
  ...more,
});
/** `skb->dev->ifindex`. */
const skbDevice: ContextField = {
  name: 'ifindex',
  offset: skbOffsets.ifindex,
  bytes: 4,
  loads: [
    {offset: 0x10, bytes: 8},
    {offset: 0xe0, bytes: 4},
  ],
};
const xdp = (
  name: keyof typeof xdpOffsets,
  loads: readonly ContextLoad[],
  more: Partial<ContextField> = {},
): ContextField => ({name, offset: xdpOffsets[name], bytes: 4, loads, ...more});

/** The part of `sk_buff.cb` that belongs to programs. */
const controlBlock = 0x30;

/** One of the five words in `sk_buff.cb` that belong to programs. */
const controlWord = (number: 0 | 1 | 2 | 3 | 4): ContextField =>
  skb(`cb${number}`, controlBlock + 4 * number, 4, {writable: true, direct: true});

const packet = {whole: true, pointer: 'packet'} as const;
const pointer = {whole: true, pointer: 'other'} as const;
const noQueue = 0xffff;

const tcFields: readonly ContextField[] = [
  skb('len', 0x70, 4),
  skb('pkt_type', 0x80, 1, {mask: 7}),
  skb('mark', 0xa4, 4, {writable: true}),
  skb('queue_mapping', 0x7c, 2, {writable: true, storesBelow: noQueue}),
  skb('protocol', 0xb0, 2),
  skb('vlan_present', 0x98, 4, {truth: true}),
  skb('vlan_tci', 0x9a, 2),
  skb('vlan_proto', 0x98, 2),
  skb('priority', 0x8c, 4, {writable: true}),
  skb('ingress_ifindex', 0x90, 4),
  skbDevice,
  skb('tc_index', 0x84, 2, {writable: true}),
  skb('hash', 0x94, 4),
  skb('tc_classid', 0x2e, 2, {writable: true}),
  controlWord(0),
  controlWord(1),
  controlWord(2),
  controlWord(3),
  controlWord(4),
  skb('data', 0xc8, 8, packet),
  skb('data_end', 0x50, 8, pointer),
  skb('data_meta', 0x48, 8, pointer),
  skb('wire_len', 0x28, 4),
  skb('sk', 0x18, 8, pointer),
];

/**
 * The fields of the same structure that another type has, and those of them that it may write. Loads
 * of ifindex, which test for a device first, are not known here.
 */
const skbFields = (without: string, writable: string): readonly ContextField[] =>
  tcFields
    .filter(({name}) => name !== 'ifindex' && !without.split(' ').includes(name))
    .map((field) => ({...field, writable: writable.split(' ').includes(field.name)}));

const controlWords = 'cb0 cb1 cb2 cb3 cb4';
const lwt = skbFields('tc_classid data_meta wire_len', `mark priority ${controlWords}`);

/**
 * Fields laid out as `sk_buff`, `bpf_flow_dissector` and `xdp_buff` of Linux 6.18 in a usual
 * configuration; a test compares them with a running kernel. Contexts in user space use the same
 * offsets, so that images execute the loads of a kernel.
 */
export const linuxContextFields: ContextFields = {
  sched_cls: tcFields,
  sched_act: tcFields,
  socket_filter: skbFields('tc_classid data data_end data_meta wire_len', controlWords),
  cgroup_skb: skbFields('tc_classid data_meta wire_len', `mark priority ${controlWords}`),
  lwt_in: lwt,
  lwt_out: lwt,
  lwt_xmit: lwt,
  flow_dissector: [
    skb('flow_keys', 0, 8, pointer),
    skb('data', 16, 8, packet),
    skb('data_end', 24, 8, pointer),
  ],
  xdp: [
    xdp('data', [{offset: 0, bytes: 8}], packet),
    xdp('data_end', [{offset: 8, bytes: 8}], pointer),
    xdp('data_meta', [{offset: 16, bytes: 8}], pointer),
    xdp(
      'ingress_ifindex',
      [
        {offset: 32, bytes: 8},
        {offset: 0, bytes: 8},
        {offset: 0xe0, bytes: 4},
      ],
      {whole: true},
    ),
    xdp(
      'rx_queue_index',
      [
        {offset: 32, bytes: 8},
        {offset: 8, bytes: 4},
      ],
      {whole: true},
    ),
  ],
};

/** `sk_buff.cloned`: what programs that write into the packet test first. */
export const clonedFlag = {offset: 0x7e, mask: 1} as const;
