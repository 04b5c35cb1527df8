// The kernel functions that programs may call, for maps whose memory the job lays out. Arguments
// are passed as in the x86-64 ABI.
//
// A map's address is that of a `struct bpf_array` of the kernel that the variant models, because
// indirect tail calls read it. What these functions need is just below that address, and a packet's
// bounds just below the context, so that neither depends on a kernel's structures. Writer:
// `harness/shim/job-memory.ts`.
#ifndef JITSTAT_HELPERS_H
#define JITSTAT_HELPERS_H
#include "sys.h"

enum { MAP_ARRAY = 1, MAP_HASH = 2, MAP_SLOTS = 3, MAP_LRU = 4, MAP_DEVICES = 5, MAP_RING = 6 };
enum { E_NOENT = 2, E_2BIG = 7, E_FAULT = 14, E_EXIST = 17, E_INVAL = 22 };

struct map {
  u64 kind, key_bytes, value_bytes, max_entries;
  /** Bytes from one element to the next; address of the first. */
  u64 stride, elements;
  /**
   * Hash: a table of u32 element numbers counted from 1, a power of two long. Elements in use; list
   * of free ones.
   */
  u64 buckets, bucket_count, used, free;
};

struct packet { u64 data, data_end; };

/**
 * A hash map's element, with the size of the kernel's head; the value follows the key, which is
 * padded to 8.
 */
struct element {
  u32 next, hash;
  u64 unused[5];
  u8 key[];
};

static struct map *map_of(u64 address) {
  return (struct map *)address - 1;
}

static struct element *element_of(const struct map *map, u32 number) {
  return (struct element *)(map->elements + (number - 1) * map->stride);
}

static u32 hash_of(const u8 *key, u64 bytes) {
  u32 hash = 0x9e3779b9;
  while (bytes >= 4) {
    hash = (hash ^ *(const u32 *)key) * 0x85ebca6b;
    hash ^= hash >> 15;
    key += 4;
    bytes -= 4;
  }
  while (bytes-- > 0) hash = (hash ^ *key++) * 0x01000193;
  return hash ^ hash >> 16;
}

static int same_key(const u8 *a, const u8 *b, u64 bytes) {
  if (bytes == 4) return *(const u32 *)a == *(const u32 *)b;
  for (u64 i = 0; i < bytes; i++)
    if (a[i] != b[i]) return 0;
  return 1;
}

/** The place that holds the number of the element with this key, or 0 at the end of its bucket. */
static u32 *find(const struct map *map, const u8 *key, u32 hash) {
  u32 *place = (u32 *)map->buckets + (hash & (map->bucket_count - 1));
  while (*place != 0) {
    struct element *element = element_of(map, *place);
    if (element->hash == hash && same_key(element->key, key, map->key_bytes)) break;
    place = &element->next;
  }
  return place;
}

static void copy(u8 *to, const u8 *from, u64 bytes) {
  for (; bytes >= 8; bytes -= 8, to += 8, from += 8) *(u64 *)to = *(const u64 *)from;
  while (bytes-- > 0) *to++ = *from++;
}

static u8 *value_of(const struct map *map, u32 number) {
  return element_of(map, number)->key + ((map->key_bytes + 7) & ~7UL);
}

static int is_hash(const struct map *map) {
  return map->kind == MAP_HASH || map->kind == MAP_LRU;
}

u64 bpf_map_lookup_elem(u64 address, const u8 *key) {
  const struct map *map = map_of(address);
  if (is_hash(map)) {
    u32 number = *find(map, key, hash_of(key, map->key_bytes));
    return number == 0 ? 0 : (u64)value_of(map, number);
  }
  u32 index = *(const u32 *)key;
  if (index >= map->max_entries) return 0;
  u64 element = map->elements + index * map->stride;
  return map->kind == MAP_ARRAY || *(const u64 *)element != 0 ? element : 0;
}

enum { UPDATE_NO_EXIST = 1, UPDATE_EXIST = 2 };

/** Takes the element out of its bucket and puts it on the list of free ones. */
static void release(struct map *map, u32 *place) {
  u32 number = *place;
  struct element *element = element_of(map, number);
  *place = element->next;
  element->next = (u32)map->free;
  map->free = number;
}

/** A full LRU map loses an element; which one is up to the kernel. */
static void evict(struct map *map, u32 hash) {
  const struct element *victim = element_of(map, 1 + hash % (u32)map->max_entries);
  release(map, find(map, victim->key, victim->hash));
}

u64 bpf_map_update_elem(u64 address, const u8 *key, const u8 *value, u64 flags) {
  struct map *map = map_of(address);
  if (map->kind == MAP_ARRAY) {
    u32 index = *(const u32 *)key;
    if (flags > UPDATE_EXIST) return (u64)-E_INVAL;
    if (index >= map->max_entries) return (u64)-E_2BIG;
    if (flags == UPDATE_NO_EXIST) return (u64)-E_EXIST;
    copy((u8 *)(map->elements + index * map->stride), value, map->value_bytes);
    return 0;
  }
  if (!is_hash(map) || flags > UPDATE_EXIST) return (u64)-E_INVAL;
  u32 hash = hash_of(key, map->key_bytes);
  u32 *place = find(map, key, hash);
  if (*place != 0 && flags == UPDATE_NO_EXIST) return (u64)-E_EXIST;
  if (*place == 0) {
    if (flags == UPDATE_EXIST) return (u64)-E_NOENT;
    if (map->kind == MAP_LRU && map->free == 0 && map->used == map->max_entries) {
      evict(map, hash);
      place = find(map, key, hash);
    }
    u32 number = (u32)map->free;
    if (number != 0) map->free = element_of(map, number)->next;
    else if (map->used < map->max_entries) number = (u32)++map->used;
    else return (u64)-E_2BIG;
    struct element *element = element_of(map, number);
    element->next = 0;
    element->hash = hash;
    copy(element->key, key, map->key_bytes);
    *place = number;
  }
  copy(value_of(map, *place), value, map->value_bytes);
  return 0;
}

u64 bpf_map_delete_elem(u64 address, const u8 *key) {
  struct map *map = map_of(address);
  if (!is_hash(map)) return (u64)-E_INVAL;
  u32 *place = find(map, key, hash_of(key, map->key_bytes));
  if (*place == 0) return (u64)-E_NOENT;
  release(map, place);
  return 0;
}

u64 bpf_ktime_get_ns(void) {
  return now_ns();
}

static u32 random_state = 0x2545f491;

/** The same numbers in every process, so that two runs do the same work. */
u64 bpf_get_prandom_u32(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 17;
  random_state ^= random_state << 5;
  return random_state;
}

u64 bpf_get_smp_processor_id(void) {
  return 0;
}

u64 bpf_skb_load_bytes(u64 context, u64 offset, u8 *to, u64 bytes) {
  const struct packet *packet = (const struct packet *)context - 1;
  u64 length = packet->data_end - packet->data;
  offset = (u32)offset;
  bytes = (u32)bytes;
  if (offset > 0xffff || offset > length || bytes > length - offset) {
    memset(to, 0, bytes);
    return (u64)-E_FAULT;
  }
  copy(to, (const u8 *)packet->data + offset, bytes);
  return 0;
}

enum { XDP_ABORTED = 0, XDP_REDIRECT = 4, REDIRECT_FALLBACK = 3 };

/** Broadcast to all devices of a map, or to all others. */
enum { REDIRECT_BROADCAST = 8, REDIRECT_OTHERS = 16 };

/** A slot that holds something redirects; an empty one gives the low two bits of the flags. */
u64 bpf_redirect_map(u64 address, u64 index, u64 flags) {
  const struct map *map = map_of(address);
  u64 known = REDIRECT_FALLBACK;
  if (map->kind == MAP_DEVICES) known |= REDIRECT_BROADCAST | REDIRECT_OTHERS;
  index = (u32)index;
  if ((flags & ~known) != 0) return XDP_ABORTED;
  if ((flags & REDIRECT_BROADCAST) != 0) return XDP_REDIRECT;
  if (index >= map->max_entries || ((const u64 *)map->elements)[index] == 0)
    return flags & REDIRECT_FALLBACK;
  return XDP_REDIRECT;
}

#include "packet-helpers.h"
#include "network-helpers.h"
#include "size-helpers.h"
#include "other-helpers.h"
#include "number-helpers.h"

#endif
