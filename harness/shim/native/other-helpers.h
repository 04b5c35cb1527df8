// Other kinds of helpers: locks, clocks, a cgroup's storage, ring buffers, fields of an skb, with
// the answers of Linux 6.18 in a test run.
#ifndef JITSTAT_OTHER_HELPERS_H
#define JITSTAT_OTHER_HELPERS_H
#include "packet-helpers.h"

/** Nobody else wants the lock. */
u64 bpf_spin_lock(u32 *lock) {
  *lock = 1;
  return 0;
}

u64 bpf_spin_unlock(u32 *lock) {
  *lock = 0;
  return 0;
}

u64 bpf_ktime_get_boot_ns(void) { return now_ns(); }
u64 bpf_ktime_get_coarse_ns(void) { return now_ns(); }

/** One storage for each test run, zero at its start. */
u64 bpf_get_local_storage(u64 address, u64 flags) {
  (void)flags;
  return map_of(address)->elements;
}

/** In front of a record: its size, and whether it is being written or was discarded. */
struct ring_head { u32 bytes, page; };
enum { RING_BUSY = 1u << 31, RING_DISCARDED = 1u << 30, RING_WAKE_FLAGS = 3, E_AGAIN = 11 };

/** Nobody reads a test run's records, so `used` only grows. */
static u8 *ring_take(struct map *map, u64 bytes) {
  u64 whole = (bytes + sizeof(struct ring_head) + 7) & ~7UL;
  if (bytes >= RING_DISCARDED || map->used + whole > map->max_entries - 1) return NULL;
  struct ring_head *head = (struct ring_head *)(map->elements + map->used);
  map->used += whole;
  head->bytes = (u32)bytes | RING_BUSY;
  return (u8 *)(head + 1);
}

u64 bpf_ringbuf_reserve(u64 address, u64 bytes, u64 flags) {
  return flags != 0 ? 0 : (u64)ring_take(map_of(address), bytes);
}

u64 bpf_ringbuf_submit(u64 record, u64 flags) {
  (void)flags;
  ((struct ring_head *)record - 1)->bytes &= ~RING_BUSY;
  return 0;
}

u64 bpf_ringbuf_discard(u64 record, u64 flags) {
  (void)flags;
  struct ring_head *head = (struct ring_head *)record - 1;
  head->bytes = (head->bytes & ~RING_BUSY) | RING_DISCARDED;
  return 0;
}

u64 bpf_ringbuf_output(u64 address, const u8 *from, u64 bytes, u64 flags) {
  if ((flags & ~(u64)RING_WAKE_FLAGS) != 0) return (u64)-E_INVAL;
  u8 *record = ring_take(map_of(address), bytes);
  if (record == NULL) return (u64)-E_AGAIN;
  copy(record, from, bytes);
  return bpf_ringbuf_submit((u64)record, 0);
}

enum { LAST_PACKET_TYPE = 3, PACKET_TYPE_BITS = 7 };

u64 bpf_skb_change_type(u64 context, u64 type) {
  u8 *field = (u8 *)(context + SKB_PACKET_TYPE);
  if ((*field & PACKET_TYPE_BITS) > LAST_PACKET_TYPE || (u32)type > LAST_PACKET_TYPE)
    return (u64)-E_INVAL;
  *field = (u8)((*field & ~PACKET_TYPE_BITS) | type);
  return 0;
}

enum { E_NOTSUPP = 524 };

/** The packets of a test run come without the card's checksum. */
u64 bpf_csum_update(u64 context, u64 sum) {
  (void)context;
  (void)sum;
  return (u64)-E_NOTSUPP;
}

enum { SKB_HASH_BYTES = 40 };

/**
 * A kernel mixes in a secret of its boot: its number is a different one, but is also the same for
 * all packets of a flow.
 */
u64 bpf_get_hash_recalc(u64 context) {
  u32 *hash = (u32 *)(context + SKB_HASH);
  u64 bytes = packet_bytes(context);
  if (*hash == 0)
    *hash = hash_of((const u8 *)((const struct packet *)context - 1)->data,
        bytes < SKB_HASH_BYTES ? bytes : SKB_HASH_BYTES) | 1;
  return *hash;
}

u64 bpf_set_hash(u64 context, u64 hash) {
  *(u32 *)(context + SKB_HASH) = (u32)hash;
  return 0;
}

u64 bpf_set_hash_invalid(u64 context) {
  return bpf_set_hash(context, 0);
}

#endif
