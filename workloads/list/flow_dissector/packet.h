/* The headers of a packet, and how a program reaches the one at the transport offset. */
#ifndef PACKET_H
#define PACKET_H

#include "flow-keys.h"

enum {
	ETH_IP = 0x0800, ETH_IPV6 = 0x86dd, ETH_MPLS = 0x8847, ETH_MPLS_MULTICAST = 0x8848,
	ETH_VLAN = 0x8100, ETH_SERVICE_VLAN = 0x88a8, ETH_BRIDGING = 0x6558,
};
enum {
	NEXT_HOP_BY_HOP = 0, NEXT_ICMP = 1, NEXT_IP = 4, NEXT_TCP = 6, NEXT_UDP = 17, NEXT_IPV6 = 41,
	NEXT_FRAGMENT = 44, NEXT_GRE = 47, NEXT_DESTINATION = 60, NEXT_UDP_LITE = 136,
};

struct ip_header {
	u8 version_ihl, tos;
	u16 length, id, fragment;
	u8 ttl, protocol;
	u16 checksum;
	u32 address[2];
};
struct ipv6_header { u32 label; u16 length; u8 next, hops; u32 address[8]; };
struct option_header { u8 next, length; };
struct fragment_header { u8 next, reserved; u16 offset; u32 id; };
struct vlan_header { u16 tag, protocol; };
struct gre_header { u16 flags, protocol; };
struct ethernet_header { u8 addresses[12]; u16 protocol; };
struct tcp_header {
	u16 source, destination;
	u32 sequence, acknowledged;
	u8 offset, flags;
	u16 window, checksum, urgent;
};
struct icmp_header { u8 type, code; u16 checksum; u32 rest; };
struct mpls_header { u32 entry; };
struct udp_header { u16 source, destination, length, checksum; };

/*
 * Points `at` to `bytes` of header at the transport offset: in place if the packet is linear, else
 * copied to `buffer`. 0 = not there. The result is a flag, not the pointer, because a comparison of
 * a packet pointer with 0 says nothing to a verifier.
 */
INLINE int header_at(struct context *context, u32 bytes, void *buffer, void **at)
{
	u8 *end = CONTEXT_FIELD(context, 32, DATA_END), *start = CONTEXT_FIELD(context, 32, DATA);
	u16 offset = keys_of(context)->transport;

	if (offset > 65535 - bytes)
		return 0;
	*at = start + offset;
	if (start + offset + bytes <= end)
		return 1;
	*at = buffer;
	return skb_load_bytes(context, offset, buffer, bytes) == 0;
}

/* A header and the room for a copy; FOUND points the header at the packet or at the copy. */
#define HEADER(kind, name) struct kind name##_copy, *name
#define FOUND(context, name) header_at(context, sizeof(name##_copy), &name##_copy, (void **)&name)

/* 1 if the linear part of the packet holds `bytes` from the transport offset on. */
INLINE int holds(struct context *context, u32 bytes)
{
	u8 *end = CONTEXT_FIELD(context, 32, DATA_END), *at = CONTEXT_FIELD(context, 32, DATA);

	return at + keys_of(context)->transport + bytes <= end;
}

#endif
