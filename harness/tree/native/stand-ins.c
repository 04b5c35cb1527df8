// Stand-ins for the kernel around its compiler: memory, messages, CPU tables, and the
// allocator of images. Everything that is not here is a generated stub that names itself.
//
// Kernel code calls these without our prototypes, and passes more arguments than some take.
#define _GNU_SOURCE
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "host.h"

struct half_function *host_function;
char host_said[4096];

/*
 * The memory of a request is freed all at once, since `ends` is read after the compiler freed it.
 */

struct block { struct block *next; };
static struct block *blocks;

void *host_allocate(unsigned long bytes) {
  struct block *block = NULL;
  if (bytes > 1ul << 30 || posix_memalign((void **)&block, 64, bytes + 64))
    host_end("out of memory");
  memset(block, 0, bytes + 64);
  block->next = blocks;
  blocks = block;
  return (char *)block + 64;
}

void host_free_all(void) {
  while (blocks != NULL) {
    struct block *next = blocks->next;
    free(blocks);
    blocks = next;
  }
}

#define BY_FIRST(name) void *name(unsigned long bytes) { return host_allocate(bytes); }
#define BY_THIRD(name)                                                                             \
  void *name(void *cache, unsigned flags, unsigned long bytes) {                                   \
    (void)cache, (void)flags;                                                                      \
    return host_allocate(bytes);                                                                   \
  }
BY_FIRST(__kmalloc)
BY_FIRST(__kmalloc_noprof)
BY_FIRST(kvmalloc_node)
BY_FIRST(__kvmalloc_node)
BY_FIRST(__kvmalloc_node_noprof)
BY_FIRST(vmalloc)
BY_THIRD(kmalloc_trace)
BY_THIRD(kmem_cache_alloc_trace)
BY_THIRD(__kmalloc_cache_noprof)
void *kmem_cache_alloc(void) { return host_allocate(1024); }

#define NOTHING(name) long name(void) { return 0; }
NOTHING(kfree)
NOTHING(kvfree)
NOTHING(vfree)
NOTHING(mutex_lock)
NOTHING(mutex_unlock)
NOTHING(__cond_resched)
NOTHING(_cond_resched)
NOTHING(__SCT__cond_resched)
NOTHING(__SCT__might_resched)
NOTHING(bpf_jit_prog_release_other)
NOTHING(x86_call_depth_emit_accounting)
NOTHING(bpf_arena_get_kern_vm_start)
NOTHING(bpf_arena_get_user_vm_start)
NOTHING(bpf_jit_binary_pack_finalize)
NOTHING(bpf_jit_binary_pack_free)
NOTHING(bpf_jit_binary_free)
NOTHING(set_memory_ro)
NOTHING(set_memory_x)
NOTHING(set_memory_rox)
NOTHING(text_poke_bp)
NOTHING(smp_text_poke_single)
/* Mitigations of the machine that the code would run on; a request's layout does not have them. */
NOTHING(clear_bhb_loop)

/* Data. */

char kmalloc_caches[1 << 16], text_mutex[256], init_user_ns[4096], _stext[8], _etext[8],
    boot_cpu_data[4096];
char current_task[64], pcpu_hot[64], const_pcpu_hot[64], const_current_task[64], empty_area[256];
int bpf_jit_enable = 1;
unsigned long x86_return_thunk;
int host_rethunk;
int cpu_wants_rethunk(void) { return host_rethunk; }
void *find_vm_area(void) { return empty_area; }
void *bpf_jit_blind_constants(void *program) { return program; }
void *text_poke_copy(void *to) { return to; }

/* The recommended nops of the manual (Intel SDM volume 2B, NOP), and longer ones with prefixes. */
static const unsigned char nops[12][12] = {{0}, {0x90}, {0x66, 0x90}, {0x0f, 0x1f, 0x00},
    {0x0f, 0x1f, 0x40}, {0x0f, 0x1f, 0x44}, {0x66, 0x0f, 0x1f, 0x44}, {0x0f, 0x1f, 0x80},
    {0x0f, 0x1f, 0x84}, {0x66, 0x0f, 0x1f, 0x84}, {0x66, 0x2e, 0x0f, 0x1f, 0x84},
    {0x66, 0x66, 0x2e, 0x0f, 0x1f, 0x84}};
const unsigned char *const x86_nops[12] = {nops[0], nops[1], nops[2], nops[3], nops[4], nops[5],
    nops[6], nops[7], nops[8], nops[9], nops[10], nops[11]};
/* Used before 5.13; number 9 is the one that is written atomically. */
static const unsigned char *const old_nops[10] = {
  nops[0], nops[1], nops[2], nops[3], nops[4], nops[5], nops[6], nops[7], nops[8], nops[5]};
const unsigned char *const *ideal_nops = old_nops;

/* Messages. A level is two bytes: 1 and a digit. */

static void say(const char *format, va_list arguments) {
  size_t used = strlen(host_said);
  if (format[0] == 1 && format[1] != 0) format += 2;
  vsnprintf(host_said + used, sizeof host_said - used, format, arguments);
}

#define MESSAGE(name)                                                                              \
  int name(const char *format, ...) {                                                              \
    va_list list;                                                                                  \
    va_start(list, format);                                                                        \
    say(format, list);                                                                             \
    va_end(list);                                                                                  \
    return 0;                                                                                      \
  }
MESSAGE(_printk)
MESSAGE(__warn_printk)
#undef printk
MESSAGE(printk)

/* Images. */

/* From 5.18: written in one place, to run in another. */
void *bpf_jit_binary_pack_alloc(
    unsigned bytes, unsigned char **image, unsigned align, void **writable, unsigned char **code) {
  unsigned char *buffer = host_allocate(64 + (unsigned long)bytes + 64);
  (void)align;
  memset(buffer, 0xcc, 64 + (unsigned long)bytes + 64);
  *image = (unsigned char *)host_function->base;
  *writable = buffer;
  *code = host_function->code = buffer + 64;
  host_function->room = bytes;
  return (unsigned char *)host_function->base - 64;
}

/* Before: written where it is to run, so only addresses in user space are possible. */
void *bpf_jit_binary_alloc(unsigned bytes, unsigned char **image) {
  unsigned long page = host_function->base & ~4095ul,
                end = (host_function->base + bytes + 4096) & ~4095ul;
  if (page < 1 << 16 || end >> 47)
    host_end("a kernel before 5.18 compiles to addresses of user space only");
  void *got = mmap((void *)page, end - page, PROT_READ | PROT_WRITE,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (got != (void *)page) host_end("the address of a function is taken");
  host_map(page, end - page);
  memset(got, 0xcc, end - page);
  *image = host_function->code = (unsigned char *)host_function->base;
  host_function->room = bytes;
  return *image - 8;
}

/* The compiler reports the ends from the second on; the first, the prologue's, is before them. */
void bpf_prog_fill_jited_linfo(void *program, unsigned *ends) {
  (void)program;
  host_function->ends = ends - 1;
}

void host_no_stand_in(const char *name) {
  char message[200];
  snprintf(message, sizeof message, "the JIT calls %s(), which has no stand-in", name);
  host_end(message);
}
