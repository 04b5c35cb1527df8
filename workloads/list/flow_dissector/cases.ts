// The packets of the flow dissector test: input, flags, and the keys that must be found.
import {
  ethernet,
  etherType,
  flowKeys,
  gre,
  ipv4,
  ipv6,
  ipv6Fragment,
  packet,
  protocol,
  tcp,
  vlanTag,
} from './headers.ts';

export interface DissectorCase {
  readonly name: string;
  readonly packet: string;
  readonly flags: number;
  /** The program's own return value. */
  readonly retval: number;
  /** 56 bytes; absent if the program leaves the packet to the built-in dissector. */
  readonly keys?: string;
}

const flag = {parseFirstFragment: 1, stopAtFlowLabel: 2, stopAtEncapsulation: 4} as const;
const verdict = {ok: 0, leaveToBuiltin: 129} as const;
const {ip, ipv6: ip6, vlan, serviceVlan} = etherType;

const ethernetBytes = 14;
const vlanBytes = 4;
const afterIpv4 = ethernetBytes + 20;
const afterIpv6 = ethernetBytes + 40;

const ports = [80, 8080] as const;
const segment = tcp(...ports);
const moreFragments = 0x2000;
const label = 0xbeeef;

const plainIpv6 = packet(ethernet(ip6), ipv6({next: protocol.tcp}), segment);
const ipv4Fragment = packet(
  ethernet(ip),
  ipv4({protocol: protocol.tcp, fragment: moreFragments}),
  segment,
);
const ipv6FragmentPacket = packet(
  ethernet(ip6),
  ipv6({next: protocol.fragment}),
  ipv6Fragment(protocol.tcp),
  segment,
);
const labelled = packet(ethernet(ip6), ipv6({next: protocol.tcp, label}), segment);
const ipInIp = packet(
  ethernet(ip),
  ipv4({protocol: protocol.ipip}),
  ipv4({protocol: protocol.tcp}),
  segment,
);

const ok = (name: string, bytes: string, keys: Parameters<typeof flowKeys>[0]): DissectorCase => ({
  name,
  packet: bytes,
  flags: keys.flags ?? 0,
  retval: verdict.ok,
  keys: flowKeys(keys),
});

const common: readonly DissectorCase[] = [
  ok('ipv4', packet(ethernet(ip), ipv4({protocol: protocol.tcp}), segment), {
    transport: afterIpv4,
    addressType: ip,
    protocol: protocol.tcp,
    ports,
  }),
  ok('ipv6', plainIpv6, {transport: afterIpv6, addressType: ip6, protocol: protocol.tcp, ports}),
  ok('802.1q-ipv4', packet(ethernet(vlan), vlanTag(ip), ipv4({protocol: protocol.tcp}), segment), {
    network: ethernetBytes + vlanBytes,
    transport: afterIpv4 + vlanBytes,
    addressType: ip,
    protocol: protocol.tcp,
    ports,
  }),
  ok(
    '802.1ad-ipv6',
    packet(ethernet(serviceVlan), vlanTag(vlan), vlanTag(ip6), ipv6({next: protocol.tcp}), segment),
    {
      network: ethernetBytes + 2 * vlanBytes,
      transport: afterIpv6 + 2 * vlanBytes,
      addressType: ip6,
      protocol: protocol.tcp,
      ports,
    },
  ),
  ok('ipv4-frag', ipv4Fragment, {
    transport: afterIpv4,
    addressType: ip,
    fragment: true,
    firstFragment: true,
    protocol: protocol.tcp,
    ports,
    flags: flag.parseFirstFragment,
  }),
  ok('ipv4-no-frag', ipv4Fragment, {
    transport: afterIpv4,
    addressType: ip,
    fragment: true,
    firstFragment: true,
    protocol: protocol.tcp,
  }),
  ok('ipv6-frag', ipv6FragmentPacket, {
    transport: afterIpv6 + 8,
    addressType: ip6,
    fragment: true,
    firstFragment: true,
    protocol: protocol.tcp,
    ports,
    flags: flag.parseFirstFragment,
  }),
  ok('ipv6-no-frag', ipv6FragmentPacket, {
    transport: afterIpv6 + 8,
    addressType: ip6,
    fragment: true,
    firstFragment: true,
    protocol: protocol.tcp,
  }),
  ok('ipv6-flow-label', labelled, {
    transport: afterIpv6,
    addressType: ip6,
    protocol: protocol.tcp,
    ports,
    label,
  }),
  ok('ipv6-no-flow-label', labelled, {
    transport: afterIpv6,
    addressType: ip6,
    protocol: protocol.tcp,
    flags: flag.stopAtFlowLabel,
    label,
  }),
];

const tunnels: readonly DissectorCase[] = [
  ok('ipip-encap', ipInIp, {
    transport: afterIpv4 + 20,
    addressType: ip,
    encapsulated: true,
    protocol: protocol.tcp,
    ports,
  }),
  ok('ipip-no-encap', ipInIp, {
    transport: afterIpv4,
    addressType: ip,
    encapsulated: true,
    protocol: protocol.ipip,
    flags: flag.stopAtEncapsulation,
  }),
];

/** July 2020: 12 packets, 17 tail calls. */
export const cases2020: readonly DissectorCase[] = [...common, ...tunnels];

const continueSource = 0x7f00007f; // 127.0.0.127
const innerLength = 103;
const inner = ipv4({protocol: protocol.tcp, length: innerLength});
const greOptions = 4;

/** Linux 6.18: 16 packets. */
export const cases16: readonly DissectorCase[] = [
  ...common,
  ok('ipv6-empty-flow-label', plainIpv6, {
    transport: afterIpv6,
    addressType: ip6,
    protocol: protocol.tcp,
    ports,
    flags: flag.stopAtFlowLabel,
  }),
  ...tunnels,
  {
    name: 'ipip-encap-dissector-continue',
    packet: packet(
      ethernet(ip),
      ipv4({protocol: protocol.ipip, source: continueSource}),
      inner,
      tcp(99, 9090),
    ),
    flags: 0,
    retval: verdict.leaveToBuiltin,
  },
  ok('ip-gre', packet(ethernet(ip), ipv4({protocol: protocol.gre}), gre(ip), inner, segment), {
    transport: afterIpv4 + greOptions + 20,
    addressType: ip,
    encapsulated: true,
    protocol: protocol.tcp,
    ports,
  }),
  // The GRE header of this one is the start of an IPv4 header, as in the self test: no option flag
  // is set in it.
  ok('ip-gre-no-encap', packet(ethernet(ip), ipv4({protocol: protocol.gre}), inner, segment), {
    transport: afterIpv4 + greOptions,
    addressType: ip,
    encapsulated: true,
    protocol: protocol.gre,
    flags: flag.stopAtEncapsulation,
  }),
];
