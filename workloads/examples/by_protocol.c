/* Counts frames by kind with XDP: built by `sh build.sh`, played with by_protocol.scenario.json. */
#include "../flow_dissector/bpf.h"

enum { PASS = 2, DROP = 1 };
enum { IPV4, IPV6, OTHER, KINDS };

struct xdp { u32 data, data_end; };

#define POINTER(field) ((void *)(long)(field))

MAP(handlers, MAP_PROG_ARRAY, 4, 4, KINDS);

u32 frames[KINDS];
u32 dropped;

SECTION("xdp") int entry(struct xdp *context)
{
	u8 *frame = POINTER(context->data);
	u32 kind = OTHER;

	if (frame + 14 > (u8 *)POINTER(context->data_end))
		return DROP;
	if (frame[12] == 0x08 && frame[13] == 0x00)
		kind = IPV4;
	else if (frame[12] == 0x86 && frame[13] == 0xdd)
		kind = IPV6;
	frames[kind]++;
	tail_call(context, &handlers, kind);
	return PASS;
}

SECTION("xdp") int drop(struct xdp *context)
{
	dropped++;
	return DROP;
}

char license_text[] SECTION("license") = "Dual MIT/GPL";
