/* What a dissection finds, its slots and flags, and the only exit, which stores the keys. */
#ifndef FLOW_KEYS_H
#define FLOW_KEYS_H

#include "bpf.h"

enum { OK = 0, DROP = 2, CONTINUE = 129 };
enum { IP, IPV6, IPV6_OPTIONS, IPV6_FRAGMENT, MPLS, VLAN, SLOTS };
enum { PARSE_FIRST_FRAGMENT = 1, STOP_AT_FLOW_LABEL = 2, STOP_AT_ENCAPSULATION = 4 };

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

#endif
