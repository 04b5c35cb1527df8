// Helpers that make packets longer or shorter, or ask for their length, as in Linux 6.18.
#ifndef JITSTAT_SIZE_HELPERS_H
#define JITSTAT_SIZE_HELPERS_H
#include "packet-helpers.h"

/** The buffer of a test run: headroom, packet, and what the kernel keeps at its end. */
enum { BUFFER_BYTES = 4096, SHARED_INFO_BYTES = 320 };

u64 bpf_xdp_adjust_tail(u64 context, u64 offset) {
  struct xdp *xdp = (struct xdp *)context;
  u64 start = ((const struct packet *)context - 1)->data - HEAD_ROOM;
  u64 end = xdp->data_end + (u64)(long)(int)offset;
  if (end > start + BUFFER_BYTES - SHARED_INFO_BYTES || end < xdp->data + ETHERNET_BYTES)
    return (u64)-E_INVAL;
  if (end > xdp->data_end) memset((void *)xdp->data_end, 0, end - xdp->data_end);
  xdp->data_end = end;
  return 0;
}

static u64 xdp_bytes(u64 context) {
  const struct xdp *xdp = (const struct xdp *)context;
  return xdp->data_end - xdp->data;
}

u64 bpf_xdp_get_buff_len(u64 context) {
  return xdp_bytes(context);
}

/** 0, or why these bytes are not all in the packet. */
static u64 outside_xdp(u64 context, u64 offset, u64 bytes) {
  if (offset > 0xffff || bytes > 0xffff) return (u64)-E_FAULT;
  return offset + bytes > xdp_bytes(context) ? (u64)-E_INVAL : 0;
}

u64 bpf_xdp_load_bytes(u64 context, u64 offset, u8 *to, u64 bytes) {
  offset = (u32)offset;
  bytes = (u32)bytes;
  u64 error = outside_xdp(context, offset, bytes);
  if (error == 0) copy(to, (const u8 *)((const struct xdp *)context)->data + offset, bytes);
  return error;
}

u64 bpf_xdp_store_bytes(u64 context, u64 offset, const u8 *from, u64 bytes) {
  offset = (u32)offset;
  bytes = (u32)bytes;
  u64 error = outside_xdp(context, offset, bytes);
  if (error == 0) copy((u8 *)((const struct xdp *)context)->data + offset, from, bytes);
  return error;
}

/** The most that a kernel allocates in one piece; at least the link header must be left. */
enum { MOST_SKB_BYTES = 4 * BUFFER_BYTES - SHARED_INFO_BYTES };

/** Stores the packet's new bounds where programs and helpers look for them. */
static void set_bounds(u64 context, u64 data, u64 end) {
  struct packet *packet = (struct packet *)context - 1;
  packet->data = data;
  packet->data_end = end;
  *(u64 *)(context + SKB_DATA) = data;
  *(u64 *)(context + SKB_DATA_END) = end;
  *(u64 *)(context + SKB_DATA_META) = data;
  *(u32 *)(context + SKB_LEN) = (u32)(end - data);
}

u64 bpf_skb_change_tail(u64 context, u64 bytes, u64 flags) {
  const struct packet *packet = (const struct packet *)context - 1;
  bytes = (u32)bytes;
  if (flags != 0 || bytes > MOST_SKB_BYTES || bytes < ETHERNET_BYTES) return (u64)-E_INVAL;
  u64 end = packet->data + bytes;
  if (end > packet->data_end) memset((void *)packet->data_end, 0, end - packet->data_end);
  set_bounds(context, packet->data, end);
  return 0;
}

u64 bpf_skb_change_head(u64 context, u64 bytes, u64 flags) {
  const struct packet *packet = (const struct packet *)context - 1;
  bytes = (u32)bytes;
  if (flags != 0 || bytes + packet_bytes(context) > MOST_SKB_BYTES) return (u64)-E_INVAL;
  u64 data = packet->data - bytes;
  memset((void *)data, 0, bytes);
  set_bounds(context, data, packet->data_end);
  return 0;
}

#endif
