/* The headers that end a dissection: TCP, UDP, ICMP. */
#ifndef PARSE_TRANSPORT_H
#define PARSE_TRANSPORT_H

#include "packet.h"

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

#endif
