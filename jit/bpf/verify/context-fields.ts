// Context fields: what programs may read of `__sk_buff` and `xdp_md`, and which loads of the real
// structures stand behind it.
import type {ProgramType} from '../../types.ts';

/** One load from a structure; `bytes` wide at `offset`. */
export interface ContextLoad {
  readonly offset: number;
  readonly bytes: 1 | 2 | 4 | 8;
}

/**
 * A field as programs see it. `loads` is what the verifier puts in its place: the first is relative
 * to the context pointer,
 * each further one to the pointer the one before has loaded. `whole`: parts of the field cannot be
 * read (pointers).
 */
export interface ContextField {
  readonly name: string;
  readonly offset: number;
  readonly bytes: 4 | 8;
  readonly loads: readonly ContextLoad[];
  readonly writable?: boolean;
  readonly whole?: boolean;
  /** Bits of what was loaded that belong to the field. */
  readonly mask?: number;
}

export type ContextFields = Readonly<Record<ProgramType, readonly ContextField[]>>;

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
  flow_keys: 144,
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

/** The field that an access of `bytes` at `offset` lies in, or undefined. */
export const fieldAt = (
  fields: readonly ContextField[],
  offset: number,
  bytes: number,
): ContextField | undefined =>
  fields.find(
    (field) =>
      offset >= field.offset &&
      offset + bytes <= field.offset + field.bytes &&
      (field.whole === true ? bytes === field.bytes : offset % bytes === 0),
  );

/**
 * Name of the field at `offset` of the context as programs see it, also of those that are not
 * supported.
 */
export const fieldNameAt = (type: ProgramType, offset: number): string | undefined =>
  Object.entries(type === 'xdp' ? xdpOffsets : skbOffsets).find(
    ([, start]) => start === offset,
  )?.[0];

const skb = (
  name: keyof typeof skbOffsets,
  offset: number,
  bytes: ContextLoad['bytes'],
  more: Partial<ContextField> = {},
): ContextField => ({
  name,
  offset: skbOffsets[name],
  bytes: name === 'flow_keys' ? 8 : 4,
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

/** `sk_buff.cb` as far as it belongs to programs. */
const controlBlock = 0x30;

/**
 * Fields laid out as `sk_buff`, `bpf_flow_dissector` and `xdp_buff` of Linux 6.18 in a usual
 * configuration; a test compares them
 * with a running kernel. Contexts in user space use the same offsets, so that images do a kernel's
 * loads.
 */
export const linuxContextFields: ContextFields = {
  sched_cls: [
    skb('len', 0x70, 4),
    skb('pkt_type', 0x80, 1, {mask: 7}),
    skb('mark', 0xa4, 4, {writable: true}),
    skb('queue_mapping', 0x7c, 2),
    skb('protocol', 0xb0, 2),
    skb('vlan_tci', 0x9a, 2),
    skb('vlan_proto', 0x98, 2),
    skb('priority', 0x8c, 4, {writable: true}),
    skb('ingress_ifindex', 0x90, 4),
    skbDevice,
    skb('tc_index', 0x84, 2),
    skb('hash', 0x94, 4),
    skb('tc_classid', 0x2e, 2),
    skb('cb0', controlBlock, 4, {writable: true}),
    skb('cb1', controlBlock + 4, 4, {writable: true}),
    skb('cb2', controlBlock + 8, 4, {writable: true}),
    skb('cb3', controlBlock + 12, 4, {writable: true}),
    skb('cb4', controlBlock + 16, 4, {writable: true}),
    skb('data', 0xc8, 8, {whole: true}),
    skb('data_end', 0x50, 8, {whole: true}),
  ],
  flow_dissector: [
    skb('flow_keys', 0, 8, {whole: true}),
    skb('data', 16, 8, {whole: true}),
    skb('data_end', 24, 8, {whole: true}),
  ],
  xdp: [
    xdp('data', [{offset: 0, bytes: 8}], {whole: true}),
    xdp('data_end', [{offset: 8, bytes: 8}], {whole: true}),
    xdp('data_meta', [{offset: 16, bytes: 8}], {whole: true}),
    xdp('ingress_ifindex', [
      {offset: 32, bytes: 8},
      {offset: 0, bytes: 8},
      {offset: 0xe0, bytes: 4},
    ]),
    xdp('rx_queue_index', [
      {offset: 32, bytes: 8},
      {offset: 8, bytes: 4},
    ]),
  ],
};
