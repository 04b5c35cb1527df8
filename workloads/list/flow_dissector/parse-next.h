/* What follows a header, by EtherType, GRE, IP protocol or IPv6 next header: a tail call or a parser. */
#ifndef PARSE_NEXT_H
#define PARSE_NEXT_H

#include "parse-transport.h"

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

#endif
