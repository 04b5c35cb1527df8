// What the kernel's emitter writes for programs with an arena: r12, accesses at [register + r12],
// atomic operations there, casts to user space. Built as features.c.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
#define SHARED __attribute__((address_space(1)))

enum { ARENA = 33, MMAPABLE = 1 << 10 };

struct {
  __uint(type, ARENA);
  __uint(map_flags, MMAPABLE);
  __uint(max_entries, 10);
} arena SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, u32);
  __type(value, u64);
} slot SEC(".maps");

extern void SHARED *bpf_arena_alloc_pages(void *map, void SHARED *at, u32 n, int node, u64 flags)
  __ksym __weak;

struct node {
  u64 a;
  u32 b;
  u16 c;
  u8 d;
  struct node SHARED *next;
  u8 far[300];
  u64 end;
};

static __attribute__((noinline)) long sum(struct node SHARED *n) {
  long s = 0;
  for (int i = 0; i < 10 && n; i++) {
    s += n->a + n->b + n->c + n->d;
    n = n->next;
  }
  return s;
}

SEC("syscall") int walk(void *ctx) {
  struct node SHARED *n = bpf_arena_alloc_pages(&arena, 0, 1, -1, 0);
  if (!n) return 1;
  n->a = 1;
  n->b = 2;
  n->c = 3;
  n->d = 4;
  n->end = 9;
  n->far[200] = 7;
  n->next = n;
  u64 x = bpf_get_prandom_u32();
  n->a = x;
  n->b = x;
  n->c = x;
  n->d = x;
  n->end = x;
  u32 k = 0;
  u64 *v = bpf_map_lookup_elem(&slot, &k);
  if (v) *v = (u64)n;
  return sum(n) + n->end;
}

SEC("syscall") int atomics(void *ctx) {
  struct node SHARED *n = bpf_arena_alloc_pages(&arena, 0, 1, -1, 0);
  if (!n) return 1;
  u64 x = bpf_get_prandom_u32();
  __sync_fetch_and_add(&n->a, x);
  __sync_fetch_and_or(&n->b, 3u);
  u64 old = __sync_fetch_and_add(&n->end, 5);
  old += __sync_val_compare_and_swap(&n->a, old, x);
  old += __sync_lock_test_and_set(&n->end, old);
  return old;
}

char _license[] SEC("license") = "GPL";
