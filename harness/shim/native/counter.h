// One counter of this thread, user mode only and never multiplexed, read at the edges of slices: by
// rdpmc through its mapped page if the kernel allows it, else by read(2).
#ifndef JITSTAT_COUNTER_H
#define JITSTAT_COUNTER_H
#include <linux/perf_event.h>
#include "arch.h"
#include "report.h"

static int counter_fd = -1;
static const volatile struct perf_event_mmap_page *counter_page;

/** Called before the sandbox closes. Refuses the job if this host cannot count the event. */
static void open_counter(u64 type, u64 config) {
  static struct perf_event_attr attributes;
  attributes = (struct perf_event_attr){
      .type = (u32)type,
      .size = sizeof attributes,
      .config = config,
      .pinned = 1,
      .exclude_kernel = 1,
      .exclude_hv = 1,
  };
  long opened = sys6(__NR_perf_event_open, (long)&attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC, 0);
  if (opened < 0) refuse("this host cannot count the event: error", (u64)-opened);
  counter_fd = (int)opened;
  long page = sys6(__NR_mmap, 0, PAGE, PROT_READ, MAP_SHARED, counter_fd, 0);
  if (page > 0) counter_page = (const volatile struct perf_event_mmap_page *)page;
}

/** The protocol of linux/perf_event.h; -1 if the counter is not on this CPU's PMU right now. */
static s64 counted_by_rdpmc(void) {
  u32 sequence, index, width;
  s64 count;
  do {
    sequence = counter_page->lock;
    __asm__ volatile("" : : : "memory");
    index = counter_page->index;
    if (counter_page->cap_user_rdpmc == 0 || index == 0) return -1;
    width = counter_page->pmc_width;
    count = counter_page->offset;
    count += (s64)(read_pmc(index - 1) << (64 - width)) >> (64 - width);
    __asm__ volatile("" : : : "memory");
  } while (counter_page->lock != sequence);
  return count;
}

/** A pinned counter that lost its place reads as the end of the file: counts would be wrong. */
static u64 counted(void) {
  s64 fast = counter_page == NULL ? -1 : counted_by_rdpmc();
  if (fast >= 0) return (u64)fast;
  u64 value;
  if (sys3(__NR_read, counter_fd, &value, sizeof value) != sizeof value)
    refuse("another user of the counters took the event's place", 0);
  return value;
}

#endif
