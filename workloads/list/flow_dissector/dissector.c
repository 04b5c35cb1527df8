/*
 * The flow dissector workload: seven programs that hand a packet to each other by tail calls and
 * record what they find. All of it is in one file because the BTF of the committed objects names the
 * file of every line: with headers of its own the objects would change.
 *
 *   dissect -> ip, ipv6, mpls, vlan (by EtherType)
 *   ipv6 -> options, fragment; tunnels -> ip, ipv6 again
 *
 * Every exit copies the flow keys into a hash map. RULES_2025 selects today's rules instead of those
 * of July 2020: IPv4 from 127.0.0.127 is left to the built-in dissector, an empty flow label does not
 * stop the dissection, and fragments after the first end it.
 */
#include "bpf.h"

enum { OK = 0, DROP = 2, CONTINUE = 129 };
enum { IP, IPV6, IPV6_OPTIONS, IPV6_FRAGMENT, MPLS, VLAN, SLOTS };
enum { PARSE_FIRST_FRAGMENT = 1, STOP_AT_FLOW_LABEL = 2, STOP_AT_ENCAPSULATION = 4 };
enum {
	ETH_IP = 0x0800, ETH_IPV6 = 0x86dd, ETH_MPLS = 0x8847, ETH_MPLS_MULTICAST = 0x8848,
	ETH_VLAN = 0x8100, ETH_SERVICE_VLAN = 0x88a8, ETH_BRIDGING = 0x6558,
};
enum {
	NEXT_HOP_BY_HOP = 0, NEXT_ICMP = 1, NEXT_IP = 4, NEXT_TCP = 6, NEXT_UDP = 17, NEXT_IPV6 = 41,
	NEXT_FRAGMENT = 44, NEXT_GRE = 47, NEXT_DESTINATION = 60, NEXT_UDP_LITE = 136,
};

struct flow_keys {
	u16 network, transport; /* offsets of the headers in the packet */
	u16 addr_proto;
	u8 is_frag, is_first_frag, is_encap, ip_proto;
	u16 n_proto;            /* big endian */
	u16 sport, dport;
	union {
		u32 v4[2];
		u32 v6[8];
	} address;
	u32 flags;
	u32 flow_label;         /* big endian */
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

MAP(jmp_table, MAP_PROG_ARRAY, 4, 4, SLOTS);
MAP(last_dissection, MAP_HASH, 4, sizeof(struct flow_keys), 1024);

INLINE struct flow_keys *keys_of(struct context *context)
{
	return CONTEXT_FIELD(context, 64, FLOW_KEYS);
}

/* The only exit: stores the keys under the ports, then returns. */
INLINE int done(struct context *context, int verdict)
{
	struct flow_keys *keys = keys_of(context), copy;
	u32 ports = (u32)keys->sport << 16 | keys->dport;

	__builtin_memcpy(&copy, keys, sizeof(copy));
	map_update_elem(&last_dissection, &ports, &copy, 0);
	return verdict;
}

/*
 * Points `at` to `bytes` of header at the transport offset: in place if the packet is linear, else
 * copied to `buffer`. 0 = not there. The result is a flag, not the pointer, because a comparison of
 * a packet pointer with 0 tells a verifier nothing.
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

INLINE int by_ether_type(struct context *context, u16 protocol)
{
	switch (protocol) {
	case BE16(ETH_IP):
		TAIL_CALL(context, jmp_table, IP);
		break;
	case BE16(ETH_IPV6):
		TAIL_CALL(context, jmp_table, IPV6);
		break;
	case BE16(ETH_MPLS):
	case BE16(ETH_MPLS_MULTICAST):
		TAIL_CALL(context, jmp_table, MPLS);
		break;
	case BE16(ETH_VLAN):
	case BE16(ETH_SERVICE_VLAN):
		TAIL_CALL(context, jmp_table, VLAN);
		break;
	}
	return done(context, DROP);
}

/* A tunnel begins: 1 = the caller wants the dissection to stop here. */
INLINE int stops_at_encapsulation(struct context *context)
{
	struct flow_keys *keys = keys_of(context);

	keys->is_encap = 1;
	return keys->flags & STOP_AT_ENCAPSULATION;
}

INLINE int gre(struct context *context)
{
	enum { CHECKSUM = BE16(0x8000), KEY = BE16(0x2000), SEQUENCE = BE16(0x1000), VERSION = BE16(0x0007) };
	struct flow_keys *keys = keys_of(context);
	HEADER(gre_header, gre);

	if (!FOUND(context, gre))
		return done(context, DROP);
	if (gre->flags & VERSION)
		return done(context, OK);
	keys->transport += sizeof(*gre);
	if (gre->flags & CHECKSUM)
		keys->transport += 4;
	if (gre->flags & KEY)
		keys->transport += 4;
	if (gre->flags & SEQUENCE)
		keys->transport += 4;
	if (stops_at_encapsulation(context))
		return done(context, OK);
	if (gre->protocol == BE16(ETH_BRIDGING)) {
		HEADER(ethernet_header, ethernet);

		if (!FOUND(context, ethernet))
			return done(context, DROP);
		keys->transport += sizeof(*ethernet);
		return by_ether_type(context, ethernet->protocol);
	}
	return by_ether_type(context, gre->protocol);
}

INLINE int tcp(struct context *context)
{
	struct flow_keys *keys = keys_of(context);
	HEADER(tcp_header, tcp);
	u32 words;

	if (!FOUND(context, tcp))
		return done(context, DROP);
	words = tcp->offset >> 4;
	if (words < 5 || !holds(context, words * 4))
		return done(context, DROP);
	keys->sport = tcp->source;
	keys->dport = tcp->destination;
	return done(context, OK);
}

INLINE int udp(struct context *context)
{
	struct flow_keys *keys = keys_of(context);
	HEADER(udp_header, udp);

	if (!FOUND(context, udp))
		return done(context, DROP);
	keys->sport = udp->source;
	keys->dport = udp->destination;
	return done(context, OK);
}

INLINE int icmp(struct context *context)
{
	HEADER(icmp_header, icmp);

	return done(context, FOUND(context, icmp) ? OK : DROP);
}

INLINE int by_ip_protocol(struct context *context, u8 protocol)
{
	switch (protocol) {
	case NEXT_ICMP:
		return icmp(context);
	case NEXT_IP:
		return stops_at_encapsulation(context) ? done(context, OK) : by_ether_type(context, BE16(ETH_IP));
	case NEXT_IPV6:
		return stops_at_encapsulation(context) ? done(context, OK) : by_ether_type(context, BE16(ETH_IPV6));
	case NEXT_GRE:
		return gre(context);
	case NEXT_TCP:
		return tcp(context);
	case NEXT_UDP:
	case NEXT_UDP_LITE:
		return udp(context);
	}
	return done(context, DROP);
}

INLINE int by_next_header(struct context *context, u8 next)
{
	switch (next) {
	case NEXT_HOP_BY_HOP:
	case NEXT_DESTINATION:
		TAIL_CALL(context, jmp_table, IPV6_OPTIONS);
		break;
	case NEXT_FRAGMENT:
		TAIL_CALL(context, jmp_table, IPV6_FRAGMENT);
		break;
	default:
		return by_ip_protocol(context, next);
	}
	return done(context, DROP);
}

SECTION("flow_dissector") int dissect(struct context *context)
{
	struct flow_keys *keys = keys_of(context);

#ifdef RULES_2025
	if (keys->n_proto == BE16(ETH_IP)) {
		HEADER(ip_header, ip);

		if (FOUND(context, ip) && (ip->version_ihl & 15) == 5 && ip->address[0] == BE32(0x7f00007f))
			return CONTINUE;
	}
#endif
	return by_ether_type(context, keys->n_proto);
}

SECTION("flow_dissector") int ip(struct context *context)
{
	enum { MORE = BE16(0x2000), OFFSET = BE16(0x1fff) };
	struct flow_keys *keys = keys_of(context);
	HEADER(ip_header, ip);
	int last = 0;
	u8 words;

	if (!FOUND(context, ip))
		return done(context, DROP);
	words = ip->version_ihl & 15;
	if (words < 5)
		return done(context, DROP);
	keys->addr_proto = ETH_IP;
	keys->address.v4[0] = ip->address[0];
	keys->address.v4[1] = ip->address[1];
	keys->ip_proto = ip->protocol;
	keys->transport += words * 4;
	if (!holds(context, 0))
		return done(context, DROP);
	if (ip->fragment & (MORE | OFFSET)) {
		keys->is_frag = 1;
		if (ip->fragment & OFFSET) {
			last = 1;
		} else {
			keys->is_first_frag = 1;
			last = !(keys->flags & PARSE_FIRST_FRAGMENT);
		}
	}
	return last ? done(context, OK) : by_ip_protocol(context, ip->protocol);
}

SECTION("flow_dissector") int ipv6(struct context *context)
{
	struct flow_keys *keys = keys_of(context);
	HEADER(ipv6_header, ipv6);
	int stop;

	if (!FOUND(context, ipv6))
		return done(context, DROP);
	keys->addr_proto = ETH_IPV6;
	for (int i = 0; i < 8; i++)
		keys->address.v6[i] = ipv6->address[i];
	keys->transport += sizeof(*ipv6);
	keys->ip_proto = ipv6->next;
	keys->flow_label = ipv6->label & BE32(0x000fffff);
	stop = keys->flags & STOP_AT_FLOW_LABEL;
#ifdef RULES_2025
	stop = stop && keys->flow_label;
#endif
	return stop ? done(context, OK) : by_next_header(context, ipv6->next);
}

SECTION("flow_dissector") int ipv6_options(struct context *context)
{
	struct flow_keys *keys = keys_of(context);
	HEADER(option_header, option);

	if (!FOUND(context, option))
		return done(context, DROP);
	keys->transport += (1 + option->length) * 8;
	keys->ip_proto = option->next;
	return by_next_header(context, option->next);
}

SECTION("flow_dissector") int ipv6_fragment(struct context *context)
{
	struct flow_keys *keys = keys_of(context);
	HEADER(fragment_header, fragment);

	if (!FOUND(context, fragment))
		return done(context, DROP);
	keys->transport += sizeof(*fragment);
	keys->is_frag = 1;
	keys->ip_proto = fragment->next;
	if (!(fragment->offset & BE16(0xfff8))) {
		keys->is_first_frag = 1;
		if (!(keys->flags & PARSE_FIRST_FRAGMENT))
			return done(context, OK);
	}
#ifdef RULES_2025
	else {
		return done(context, OK);
	}
#endif
	return by_next_header(context, fragment->next);
}

SECTION("flow_dissector") int mpls(struct context *context)
{
	HEADER(mpls_header, mpls);

	return done(context, FOUND(context, mpls) ? OK : DROP);
}

SECTION("flow_dissector") int vlan(struct context *context)
{
	struct flow_keys *keys = keys_of(context);
	HEADER(vlan_header, vlan);

	if (keys->n_proto == BE16(ETH_SERVICE_VLAN)) {
		if (!FOUND(context, vlan) || vlan->protocol != BE16(ETH_VLAN))
			return done(context, DROP);
		keys->network += sizeof(*vlan);
		keys->transport += sizeof(*vlan);
	}
	if (!FOUND(context, vlan))
		return done(context, DROP);
	keys->network += sizeof(*vlan);
	keys->transport += sizeof(*vlan);
	if (vlan->protocol == BE16(ETH_SERVICE_VLAN) || vlan->protocol == BE16(ETH_VLAN))
		return done(context, DROP);
	keys->n_proto = vlan->protocol;
	return by_ether_type(context, vlan->protocol);
}

char license_text[] SECTION("license") = "Dual MIT/GPL";
