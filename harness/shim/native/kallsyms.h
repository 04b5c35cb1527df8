// Names of kernel addresses from /proc/kallsyms, whose lines ascend within each of its parts (the
// kernel, then modules, then what was made later).
#ifndef JITSTAT_KALLSYMS_H
#define JITSTAT_KALLSYMS_H
#include "sys.h"

enum { MOST_ADDRESSES = 8192, NAME_BYTES = 64 };

struct name {
  u64 address;
  char name[NAME_BYTES];
};

/** For each address the nearest text symbol that is not above it; an empty name if there is none. */
static struct name named[MOST_ADDRESSES];

static int is_text(char type) {
  return type == 't' || type == 'T' || type == 'w' || type == 'W';
}

/** One line without its end: `ffffffff81000000 T _stext`. */
static struct name symbol_of(const char *line) {
  struct name symbol = {0, ""};
  const char *at = line;
  for (; *at != 0 && *at != ' '; at++)
    symbol.address = symbol.address << 4 | (u64)(*at <= '9' ? *at - '0' : *at - 'a' + 10);
  if (at[0] != ' ' || !is_text(at[1]) || at[2] != ' ') return symbol;
  at += 3;
  for (int i = 0; i < NAME_BYTES - 1 && at[i] > ' '; i++) symbol.name[i] = at[i];
  return symbol;
}

/** Takes one symbol after another; `next` is the first address that is not below the last symbol. */
struct naming {
  const u64 *addresses;
  u64 count, next;
  struct name last;
};

static void take_symbol(struct naming *naming, const struct name *symbol) {
  if (symbol->address < naming->last.address) {
    naming->next = 0;
    naming->last.name[0] = 0;
  }
  for (; naming->next < naming->count && naming->addresses[naming->next] < symbol->address;
      naming->next++)
    if (naming->last.name[0] != 0 && naming->last.address > named[naming->next].address)
      named[naming->next] = naming->last;
  if (symbol->address != naming->last.address || naming->last.name[0] == 0) naming->last = *symbol;
}

static void name_from(long fd, const u64 *addresses, u64 count) {
  static char chunk[1 << 16];
  static char line[512];
  size_t length = 0;
  struct naming naming = {addresses, count, 0, {0, ""}};
  memset(named, 0, sizeof named);
  for (long got; (got = sys3(__NR_read, fd, chunk, sizeof chunk)) > 0;)
    for (long i = 0; i < got; i++) {
      if (chunk[i] != '\n') {
        if (length < sizeof line - 1) line[length++] = chunk[i];
        continue;
      }
      line[length] = 0;
      length = 0;
      struct name symbol = symbol_of(line);
      if (symbol.name[0] != 0) take_symbol(&naming, &symbol);
    }
}

#endif
