// What a run left behind, for the report: the packet as a test run in the kernel returns it and, of
// an skb, the fields that programs may write.
#ifndef JITSTAT_SHOW_H
#define JITSTAT_SHOW_H
#include "helpers.h"
#include "run.h"

enum { SHOW_NOTHING = 0, SHOW_XDP = 1, SHOW_SKB = 2, SHOW_KEYS = 3, KEYS_BYTES = 56 };

static void put_shown(const char *name, u64 from, u64 end) {
  put(&line, ",\"");
  put(&line, name);
  put(&line, "\":\"");
  put_bytes(&line, (const u8 *)from, end - from);
  put_char(&line, '"');
}

static void show_run(const struct run *run) {
  const struct xdp *xdp = (const struct xdp *)run->context;
  const struct packet *packet = (const struct packet *)run->context - 1;
  switch (run->shows) {
    case SHOW_XDP: return put_shown("output", xdp->data_meta, xdp->data_end);
    case SHOW_KEYS: return put_shown("output", run->keys, run->keys + KEYS_BYTES);
    case SHOW_SKB:
      put_shown("output", packet->data, packet->data_end);
      put_shown("mark", run->context + SKB_MARK, run->context + SKB_MARK + 4);
      put_shown("priority", run->context + SKB_PRIORITY, run->context + SKB_PRIORITY + 4);
      put_shown("cb", run->context + SKB_CB, run->context + SKB_CB + 20);
  }
}

#endif
