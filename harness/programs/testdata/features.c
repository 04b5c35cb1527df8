// What the kernel's emitter writes for tracing programs and exceptions: private stacks, guarded
// loads, saves at the boundary of exceptions. Built as the head of kernel-features.native.test.ts
// says.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;

// Private stacks: from 56 bytes on, in programs that may be re-entered.
static __attribute__((noinline)) long fill(volatile u64 *to, long n) {
  volatile u64 own[12];
  own[n & 7] = n;
  bpf_get_prandom_u32();
  to[1] = own[3];
  return own[n & 3] + to[0];
}

SEC("raw_tp/sched_switch") int big_stack(u64 *ctx) {
  volatile u64 a[20];
  a[0] = ctx[0];
  a[19] = bpf_ktime_get_ns();
  long r = fill(a + 4, ctx[1]);
  return r + a[19];
}

SEC("raw_tp/sched_switch") int edge_stack(u64 *ctx) {
  volatile u64 a[8];
  a[7] = ctx[0];
  return bpf_get_smp_processor_id() + a[7];
}

SEC("raw_tp/sched_switch") int small_stack(u64 *ctx) {
  volatile u64 a[6];
  a[5] = ctx[0];
  return a[5] + bpf_get_prandom_u32();
}

SEC("kprobe") int probe_stack(void *ctx) {
  char text[100];
  for (int i = 0; i < 100; i++) text[i] = i;
  bpf_probe_read_kernel(text, 64, ctx);
  volatile u64 z = text[7];
  return z;
}

SEC("perf_event") int event_stack(void *ctx) {
  volatile u32 a[40];
  a[39] = 1;
  long s = 0;
  for (int i = 0; i < 40; i++) {
    a[i] = i;
    s += a[i];
  }
  return s;
}

SEC("tp/sched/sched_switch") int tracepoint_stack(void *ctx) {
  volatile u8 a[304] __attribute__((aligned(8)));
  a[299] = 3;
  return fill((volatile u64 *)(a + 64), 2) + a[299];
}

// Guarded loads: pointers that were read from memory.
struct list_head {
  struct list_head *next, *prev;
} __attribute__((preserve_access_index));
struct task_struct {
  int pid, tgid;
  struct task_struct *parent, *group_leader;
  char comm[16];
  struct list_head tasks;
  int prio;
  unsigned int flags;
} __attribute__((preserve_access_index));

SEC("tp_btf/task_newtask") int loads(u64 *ctx) {
  struct task_struct *t = (void *)ctx[0];
  struct task_struct *p = t->parent;
  unsigned long s = (u32)p->pid;
  s += (u32)p->tgid;
  s += (u32)p->prio;
  struct task_struct *g = p->group_leader;
  s += *(volatile u8 *)&g->comm[3];
  s += *(volatile u16 *)&g->comm[4];
  s += *(volatile s8 *)&g->comm[5];
  struct list_head *n = t->tasks.next;
  n = n->next;
  n = n->prev;
  s += (u32)p->parent->parent->flags;
  if (n->next == n->prev) return 7;
  return s;
}

SEC("tp_btf/task_newtask") int signed_loads(u64 *ctx) {
  struct task_struct *p = ((struct task_struct *)ctx[0])->parent;
  return (long)p->pid * (long)p->prio + (long)*(volatile s8 *)&p->comm[2];
}

SEC("tp_btf/task_newtask") int stack_and_loads(u64 *ctx) {
  volatile u64 a[16];
  struct task_struct *p = ((struct task_struct *)ctx[0])->parent;
  for (int i = 0; i < 16; i++) {
    a[i] = p->pid;
    p = p->parent;
  }
  bpf_get_prandom_u32();
  return a[3] + p->tgid;
}

// Exceptions: the main function saves all; the verifier adds a hidden callback.
extern void bpf_throw(u64 cookie) __ksym __weak;

static __attribute__((noinline)) long deeper(long x) {
  if (x > 7) bpf_throw(x);
  return x + 1;
}

SEC("tc") int throws(struct __sk_buff *skb) {
  long n = skb->len;
  volatile u64 keep[3];
  keep[1] = n;
  if (deeper(n) > 9) bpf_throw(5);
  return keep[1] + n;
}

SEC("tc") int only_throws(struct __sk_buff *skb) {
  if (skb->len) bpf_throw(64);
  return 1;
}

char _license[] SEC("license") = "GPL";
