// Packets for programs that come without a scenario: whole Ethernet frames with correct lengths and
// checksums (RFC 791, 768, 9293, 8200, 4443, 826, IEEE 802.1Q). The addresses are those reserved for
// documentation.

interface StandardPacket {
  readonly name: string;
  readonly text: string;
  readonly hex: string;
}

const hexOf = (value: number, bytes: number): string => value.toString(16).padStart(2 * bytes, '0');

const macs = '020000000002' + '020000000001';
const sources = {4: 'c0000201', 6: '20010db8' + '00'.repeat(11) + '01'} as const;
const targets = {4: 'c6336402', 6: '20010db8' + '00'.repeat(11) + '02'} as const;
const protocols = {icmp: 1, tcp: 6, udp: 17, icmp6: 58} as const;
const etherTypes = {4: '0800', 6: '86dd'} as const;

/** Ones' complement of the ones' complement sum of 16-bit words (RFC 1071). */
const checksum = (hex: string): string => {
  let sum = 0;
  for (let at = 0; at < hex.length; at += 4)
    sum += parseInt(hex.slice(at, at + 4).padEnd(4, '0'), 16);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return hexOf(~sum & 0xffff, 2);
};

type Version = 4 | 6;

/** What a checksum covers in addition to the segment: addresses, length, protocol. */
const pseudoHeader = (version: Version, protocol: number, bytes: number): string =>
  sources[version] + targets[version] + hexOf(bytes, 4) + hexOf(protocol, 4);

/** `head` and `rest` of a segment, with the checksum between them. */
const summed = (version: Version, protocol: number, head: string, rest: string): string => {
  const bytes = (head.length + rest.length) / 2 + 2;
  return head + checksum(`${pseudoHeader(version, protocol, bytes)}${head}0000${rest}`) + rest;
};

/** 49152 to 443, sequence number 1, no acknowledgement; SYN; window 64240. */
const tcp = (version: Version): string =>
  summed(version, protocols.tcp, `c00001bb${hexOf(1, 4)}${hexOf(0, 4)}5002faf0`, '0000');

const payload = '6a697473746174'.padEnd(36, '0');

/** 49152 to 53. */
const udp = (version: Version): string =>
  summed(version, protocols.udp, `c0000035${hexOf(8 + payload.length / 2, 2)}`, payload);

const icmpEcho = (): string =>
  `0800${checksum(`08000000${'00010001'}${payload}`)}00010001${payload}`;
const icmp6Echo = (): string => summed(6, protocols.icmp6, '8000', `00010001${payload}`);

/** Without options; do not fragment, unless the fragment field says otherwise. */
const ipv4 = (protocol: number, segment: string, fragment = '4000'): string => {
  const start = `4500${hexOf(20 + segment.length / 2, 2)}0001${fragment}40${hexOf(protocol, 1)}`;
  const ends = sources[4] + targets[4];
  return start + checksum(`${start}0000${ends}`) + ends + segment;
};

const ipv6 = (protocol: number, segment: string): string =>
  `60000000${hexOf(segment.length / 2, 2)}${hexOf(protocol, 1)}40${sources[6]}${targets[6]}${segment}`;

const smallestFrame = 60;

/** A frame, padded with zeros to the shortest that Ethernet carries. */
const frame = (type: string, contents: string): string =>
  `${macs}${type}${contents}`.padEnd(2 * smallestFrame, '0');

const frame4 = (...contents: Parameters<typeof ipv4>): string =>
  frame(etherTypes[4], ipv4(...contents));
const frame6 = (...contents: Parameters<typeof ipv6>): string =>
  frame(etherTypes[6], ipv6(...contents));

const arp = `0001080006040001${macs.slice(12)}${sources[4]}${'00'.repeat(6)}${targets[4]}`;
const tagged = `0064${etherTypes[4]}${ipv4(protocols.tcp, tcp(4))}`;

// prettier-ignore
export const standardPackets: readonly StandardPacket[] = [
  {name: 'tcp4',  text: 'a TCP SYN over IPv4',               hex: frame4(protocols.tcp, tcp(4))},
  {name: 'udp4',  text: 'UDP to port 53 over IPv4',          hex: frame4(protocols.udp, udp(4))},
  {name: 'icmp4', text: 'an ICMP echo request',              hex: frame4(protocols.icmp, icmpEcho())},
  {name: 'frag4', text: 'a later fragment of UDP over IPv4', hex: frame4(protocols.udp, payload, '2003')},
  {name: 'tcp6',  text: 'a TCP SYN over IPv6',               hex: frame6(protocols.tcp, tcp(6))},
  {name: 'udp6',  text: 'UDP to port 53 over IPv6',          hex: frame6(protocols.udp, udp(6))},
  {name: 'icmp6', text: 'an ICMPv6 echo request',            hex: frame6(protocols.icmp6, icmp6Echo())},
  {name: 'arp',   text: 'an ARP request',                    hex: frame('0806', arp)},
  {name: 'vlan',  text: 'a TCP SYN over IPv4 in VLAN 100',   hex: frame('8100', tagged)},
  {name: 'qinq',  text: 'the same after an 802.1ad tag as well', hex: frame('88a8', `00c88100${tagged}`)},
  {name: 'zeros', text: 'zeros',                             hex: '00'.repeat(64)},
];

export const standardPacketNames = standardPackets.map(({name}) => name);

/** Throws if there is no such packet: the names are those of an option. */
export const standardPacket = (name: string): StandardPacket => {
  const found = standardPackets.find((packet) => packet.name === name);
  if (found === undefined) throw new Error(`there is no packet ${name}`);
  return found;
};
