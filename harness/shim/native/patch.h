// Live patching of code that another thread may be executing: five bytes become a jump or a nop.
//
// The breakpoint protocol: int3 over the first byte, serialize all cores, the other bytes,
// serialize, the first byte, serialize. A thread that runs into the int3 is sent on by the signal
// handler as if the new instruction were already there. The code is mapped twice, executable and
// writable, never both in one view.
#ifndef JITSTAT_PATCH_H
#define JITSTAT_PATCH_H
#include <linux/membarrier.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#include "sys.h"

enum { PATCH = 5, INT3 = 0xcc, JMP = 0xe9 };

/** `code_start + x` is executed; `writable + x` is the same byte. */
static u64 code_start, code_bytes;
static u8 *writable;

static u64 pokes, traps;

/** The current patch, for the signal handler; `version` is odd while the other two change. */
static struct { _Atomic u64 version, address, resume; } patch;

static void announce(u64 address, u64 resume) {
  patch.version++;
  patch.address = address;
  patch.resume = resume;
  patch.version++;
}

static void serialize_all_cores(void) {
  syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0);
}

/** Makes the five bytes at `address` a jump to `destination`, or a nop for 0. */
static int patch_code(u64 address, u64 destination) {
  u8 bytes[PATCH] = {0x0f, 0x1f, 0x44, 0x00, 0x00};
  u8 *code = writable + (address - code_start);
  if (destination != 0) {
    s32 distance = (s32)(destination - (address + PATCH));
    bytes[0] = JMP;
    memcpy(bytes + 1, &distance, sizeof distance);
  }
  if (memcmp(code, bytes, PATCH) == 0) return 0;
  announce(address, destination != 0 ? destination : address + PATCH);
  *(volatile u8 *)code = INT3;
  serialize_all_cores();
  memcpy(code + 1, bytes + 1, PATCH - 1);
  serialize_all_cores();
  *(volatile u8 *)code = bytes[0];
  serialize_all_cores();
  announce(0, 0);
  pokes++;
  return 1;
}

/**
 * After an int3: continues as the current patch says, or repeats the instruction if the patch is
 * finished; 0 = it was not a patch.
 */
static int resume_patched(greg_t *registers) {
  u64 address = (u64)registers[REG_RIP] - 1, offset = address - code_start, version, patched,
      resume;
  do {
    version = patch.version;
    patched = patch.address;
    resume = patch.resume;
  } while (version % 2 == 1 || version != patch.version);
  if (patched == address) {
    traps++;
    registers[REG_RIP] = (greg_t)resume;
    return 1;
  }
  if (offset >= code_bytes || writable[offset] == INT3) return 0;
  registers[REG_RIP] = (greg_t)address;
  return 1;
}

#endif
