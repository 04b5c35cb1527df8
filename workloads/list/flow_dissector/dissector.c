/*
 * The flow dissector workload: seven programs that hand a packet to each other by tail calls and
 * record what they find.
 *
 *   dissect -> ip, ipv6, mpls, vlan (by EtherType)
 *   ipv6 -> options, fragment; tunnels -> ip, ipv6 again
 *
 * RULES_2025 selects today's rules instead of those of July 2020: IPv4 from 127.0.0.127 is left to the
 * built-in dissector, an empty flow label does not stop the dissection, and fragments after the first
 * end it.
 */
#include "parse-next.h"

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
