// Packet headers and flow keys as hex, with only the fields that the dissector's test packets set.

const hex = (value: number, bytes: number): string => value.toString(16).padStart(2 * bytes, '0');
const little = (value: number, bytes: number): string =>
  Buffer.from(hex(value, bytes), 'hex').reverse().toString('hex');
const zeros = (bytes: number): string => '00'.repeat(bytes);

export const etherType = {ip: 0x0800, ipv6: 0x86dd, vlan: 0x8100, serviceVlan: 0x88a8} as const;
export const protocol = {ipip: 4, tcp: 6, fragment: 44, gre: 47} as const;

/** 14 bytes without addresses. */
export const ethernet = (type: number): string => zeros(12) + hex(type, 2);

/** A VLAN tag: 4 bytes, tag 0. */
export const vlanTag = (type: number): string => zeros(2) + hex(type, 2);

/**
 * 20 bytes; the version nibble is 0 as in the self test, only the header length of 5 words is set.
 */
export const ipv4 = (fields: {
  protocol: number;
  length?: number;
  fragment?: number;
  source?: number;
}): string =>
  `0500${hex(fields.length ?? 123, 2)}0000` +
  `${hex(fields.fragment ?? 0, 2)}00${hex(fields.protocol, 1)}0000` +
  `${hex(fields.source ?? 0, 4)}${zeros(4)}`;

/**
 * 40 bytes; the label takes the low 20 bits of the first word, whose version nibble is 0 as in the
 * self test.
 */
export const ipv6 = (fields: {next: number; label?: number}): string =>
  `${hex(fields.label ?? 0, 4)}${hex(123, 2)}${hex(fields.next, 1)}00${zeros(32)}`;

/** An IPv6 fragment header: 8 bytes, offset 0. */
export const ipv6Fragment = (next: number): string => `${hex(next, 1)}${zeros(7)}`;

/** A GRE header without options: 4 bytes. */
export const gre = (type: number): string => zeros(2) + hex(type, 2);

/** 20 bytes; ports are stored in host order as in the self test. */
export const tcp = (source: number, destination: number): string =>
  `${little(source, 2)}${little(destination, 2)}${zeros(8)}50${zeros(7)}`;

/** Every packet of the test has the size of the largest one. */
const packetBytes = 82;

export const packet = (...headers: readonly string[]): string =>
  headers.join('').padEnd(2 * packetBytes, '0');

/** Fields of `struct bpf_flow_keys`, without the addresses, which are zero in every packet here. */
export interface FlowKeys {
  readonly network?: number;
  readonly transport: number;
  readonly addressType: number;
  readonly fragment?: boolean;
  readonly firstFragment?: boolean;
  readonly encapsulated?: boolean;
  readonly protocol: number;
  /** EtherType of the network header; `addressType` unless said otherwise. */
  readonly type?: number;
  readonly ports?: readonly [source: number, destination: number];
  readonly flags?: number;
  readonly label?: number;
}

/**
 * The 56 bytes of the flow keys: offsets in host order, EtherType and label in network order, ports
 * as in the packet.
 */
export const flowKeys = (keys: FlowKeys): string =>
  [
    little(keys.network ?? 14, 2),
    little(keys.transport, 2),
    little(keys.addressType, 2),
    ...[keys.fragment, keys.firstFragment, keys.encapsulated].map((set) =>
      set === true ? '01' : '00',
    ),
    hex(keys.protocol, 1),
    hex(keys.type ?? keys.addressType, 2),
    ...(keys.ports ?? [0, 0]).map((port) => little(port, 2)),
    zeros(32),
    little(keys.flags ?? 0, 4),
    hex(keys.label ?? 0, 4),
  ].join('');
