// Helpers that change packets and checksums, send packets elsewhere, or notify user space, with the
// answers of Linux 6.18 in a test run, in which nobody listens and a packet is in one piece.
#ifndef JITSTAT_PACKET_HELPERS_H
#define JITSTAT_PACKET_HELPERS_H
#include "sys.h"

enum { E_NOMEM = 12, E_ACCES = 13 };

enum { TC_SHOT = 2, TC_REDIRECT = 7, REDIRECT_INGRESS = 1 };

u64 bpf_redirect_of_xdp(u64 ifindex, u64 flags) {
  (void)ifindex;
  return flags != 0 ? XDP_ABORTED : XDP_REDIRECT;
}

u64 bpf_redirect_of_sched_cls(u64 ifindex, u64 flags) {
  (void)ifindex;
  return (flags & ~(u64)REDIRECT_INGRESS) != 0 ? TC_SHOT : TC_REDIRECT;
}

/** Fields of `struct sk_buff` in Linux 6.18, as `jit/bpf/verify/context-fields.ts` has them. */
enum {
  SKB_CB = 0x30,
  SKB_DATA_META = 0x48,
  SKB_DATA_END = 0x50,
  SKB_LEN = 0x70,
  SKB_PACKET_TYPE = 0x80,
  SKB_PRIORITY = 0x8c,
  SKB_HASH = 0x94,
  SKB_MARK = 0xa4,
  SKB_DATA = 0xc8,
};

static u64 packet_bytes(u64 context) {
  const struct packet *packet = (const struct packet *)context - 1;
  return packet->data_end - packet->data;
}

/** Slots of a perf event array are empty in a test run. */
u64 bpf_perf_event_output(u64 context, u64 address, u64 flags, const u8 *from, u64 bytes) {
  (void)from;
  (void)bytes;
  if (flags >> 52 != 0) return (u64)-E_INVAL;
  if ((flags >> 32 & 0xfffff) > packet_bytes(context)) return (u64)-E_FAULT;
  u32 index = (u32)flags == 0xffffffff ? 0 : (u32)flags;
  return index >= map_of(address)->max_entries ? (u64)-E_2BIG : (u64)-E_NOENT;
}

enum { NS_PER_JIFFY = 4000000 };

u64 bpf_jiffies64(void) {
  return now_ns() / NS_PER_JIFFY;
}

static u32 csum_add(u32 a, u32 b) {
  u32 sum = a + b;
  return sum + (sum < b);
}

/** Ones' complement sum of 32-bit words, the last one padded with zeros. */
static u32 csum_of(const u8 *from, u64 bytes, u32 sum) {
  for (; bytes >= 4; bytes -= 4, from += 4) sum = csum_add(sum, *(const u32 *)from);
  u32 last = 0;
  copy((u8 *)&last, from, bytes);
  return csum_add(sum, last);
}

static u16 csum_fold16(u32 sum) {
  sum += sum >> 16 | sum << 16;
  return (u16)(sum >> 16);
}

/** Sizes that are not multiples of 4 are accepted from 6.13 on. */
u64 bpf_csum_diff(const u8 *from, u64 from_bytes, const u8 *to, u64 to_bytes, u64 seed) {
  from_bytes = (u32)from_bytes;
  to_bytes = (u32)to_bytes;
  u32 sum = (u32)seed;
  if (from_bytes != 0 && to_bytes != 0)
    sum = csum_add(csum_of(to, to_bytes, sum), ~csum_of(from, from_bytes, 0));
  else if (to_bytes != 0) sum = csum_of(to, to_bytes, sum);
  else if (from_bytes != 0) sum = ~csum_of(from, from_bytes, ~sum);
  return csum_fold16(sum);
}

/** Address of `bytes` bytes of the packet, or NULL. */
static u8 *packet_part(u64 context, u64 offset, u64 bytes) {
  u64 length = packet_bytes(context);
  if (offset > length || bytes > length - offset) return NULL;
  return (u8 *)((const struct packet *)context - 1)->data + offset;
}

/** Updates a checksum field after `from` became `to`. */
static void csum_replace(u16 *sum, u32 from, u32 to) {
  *sum = (u16)~csum_fold16(csum_add(csum_add((u16)~*sum, ~from), to));
}

enum { FIELD_BYTES = 0xf, PSEUDO_HEADER = 0x10, MANGLED_0 = 0x20, ENFORCE = 0x40, IPV6 = 0x80 };

/** The common part of both: returns 0 and the field's address, or an error. */
static u64 csum_field(u64 context, u64 offset, u16 **field) {
  offset = (u32)offset;
  if (offset > 0xffff || (offset & 1) != 0) return (u64)-E_FAULT;
  *field = (u16 *)packet_part(context, offset, 2);
  return *field == NULL ? (u64)-E_FAULT : 0;
}

static u64 csum_change(u16 *field, u64 from, u64 to, u64 bytes) {
  switch (bytes) {
    case 0:
      if (from != 0) return (u64)-E_INVAL;
      *field = (u16)~csum_fold16(csum_add((u32)to, (u16)~*field));
      return 0;
    case 2:
    case 4:
      csum_replace(field, bytes == 2 ? (u16)from : (u32)from, bytes == 2 ? (u16)to : (u32)to);
      return 0;
    default: return (u64)-E_INVAL;
  }
}

u64 bpf_l3_csum_replace(u64 context, u64 offset, u64 from, u64 to, u64 flags) {
  u16 *field;
  if ((flags & ~(u64)FIELD_BYTES) != 0) return (u64)-E_INVAL;
  u64 error = csum_field(context, offset, &field);
  return error != 0 ? error : csum_change(field, from, to, flags);
}

u64 bpf_l4_csum_replace(u64 context, u64 offset, u64 from, u64 to, u64 flags) {
  u16 *field;
  if ((flags & ~(u64)(FIELD_BYTES | PSEUDO_HEADER | MANGLED_0 | ENFORCE | IPV6)) != 0)
    return (u64)-E_INVAL;
  u64 error = csum_field(context, offset, &field);
  if (error != 0) return error;
  if ((flags & MANGLED_0) != 0 && (flags & ENFORCE) == 0 && *field == 0) return 0;
  error = csum_change(field, from, to, flags & FIELD_BYTES);
  if (error == 0 && (flags & MANGLED_0) != 0 && *field == 0) *field = 0xffff;
  return error;
}

enum { RECOMPUTE_CSUM = 1, INVALIDATE_HASH = 2 };

u64 bpf_skb_store_bytes(u64 context, u64 offset, const u8 *from, u64 bytes, u64 flags) {
  if ((flags & ~(u64)(RECOMPUTE_CSUM | INVALIDATE_HASH)) != 0) return (u64)-E_INVAL;
  u8 *to = packet_part(context, (u32)offset, (u32)bytes);
  if (to == NULL) return (u64)-E_FAULT;
  copy(to, from, (u32)bytes);
  return 0;
}

/** The whole packet is linear already. */
u64 bpf_skb_pull_data(u64 context, u64 bytes) {
  return (u32)bytes > packet_bytes(context) ? (u64)-E_NOMEM : 0;
}

/** The beginning of `struct xdp_buff`; the headroom in front of a packet is that of a test run. */
struct xdp { u64 data, data_end, data_meta; };
enum { HEAD_ROOM = 256, FRAME_BYTES = 40, MOST_META_BYTES = 252, ETHERNET_BYTES = 14 };

static u64 frame_end(u64 context) {
  return ((const struct packet *)context - 1)->data - HEAD_ROOM + FRAME_BYTES;
}

u64 bpf_xdp_adjust_head(u64 context, u64 offset) {
  struct xdp *xdp = (struct xdp *)context;
  u64 change = (u64)(long)(int)offset, data = xdp->data + change;
  u64 meta_bytes = xdp->data - xdp->data_meta;
  if (data < frame_end(context) + meta_bytes || data > xdp->data_end - ETHERNET_BYTES)
    return (u64)-E_INVAL;
  const u8 *from = (const u8 *)xdp->data_meta;
  u8 *to = (u8 *)(xdp->data_meta + change);
  if (to < from) for (u64 i = 0; i < meta_bytes; i++) to[i] = from[i];
  else for (u64 i = meta_bytes; i-- > 0;) to[i] = from[i];
  xdp->data = data;
  xdp->data_meta += change;
  return 0;
}

u64 bpf_xdp_adjust_meta(u64 context, u64 offset) {
  struct xdp *xdp = (struct xdp *)context;
  u64 meta = xdp->data_meta + (u64)(long)(int)offset;
  if (meta < frame_end(context) || meta > xdp->data) return (u64)-E_INVAL;
  u64 bytes = xdp->data - meta;
  if ((bytes & 3) != 0 || bytes > MOST_META_BYTES) return (u64)-E_ACCES;
  xdp->data_meta = meta;
  return 0;
}

#endif
