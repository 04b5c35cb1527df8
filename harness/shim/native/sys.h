// Raw Linux system calls and the few byte routines that a program without a C library needs.
// Without a library nothing runs before or next to the code to be counted, and static linking works
// everywhere.
#ifndef JITSTAT_SYS_H
#define JITSTAT_SYS_H
#include <asm/unistd.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef int16_t s16;
typedef int32_t s32;
typedef uint64_t u64;
typedef int64_t s64;

#define PAGE 4096UL

#ifdef __x86_64__
static inline long sys6(long number, long a, long b, long c, long d, long e, long f) {
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}
#else
/** arm64: number in x8, arguments in x0 to x5. */
static inline long sys6(long number, long a, long b, long c, long d, long e, long f) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile("svc 0"
                   : "+r"(x0)
                   : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                   : "memory");
  return x0;
}
#endif
#define sys3(number, a, b, c) sys6(number, (long)(a), (long)(b), (long)(c), 0, 0, 0)

enum { AT_CWD = -100 };

/** open(2), which arm64 only has under its newer name. */
static inline long sys_open(const char *path, int flags, int mode) {
  return sys6(__NR_openat, AT_CWD, (long)path, flags, mode, 0, 0);
}

static inline _Noreturn void sys_exit(int code) {
  for (;;) sys3(__NR_exit_group, code, 0, 0);
}

struct nanos { s64 seconds, nanoseconds; };

/** CLOCK_MONOTONIC in nanoseconds. */
static inline u64 now_ns(void) {
  struct nanos time = {0, 0};
  sys3(__NR_clock_gettime, 1, &time, 0);
  return (u64)time.seconds * 1000000000u + (u64)time.nanoseconds;
}

// The compiler may generate calls of these four.
#ifdef __x86_64__
void *memcpy(void *restrict to, const void *restrict from, size_t bytes) {
  void *start = to;
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
  return start;
}

void *memset(void *to, int value, size_t bytes) {
  void *start = to;
  __asm__ volatile("rep stosb" : "+D"(to), "+c"(bytes) : "a"(value) : "memory");
  return start;
}
#else
void *memcpy(void *restrict to, const void *restrict from, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) ((u8 *)to)[i] = ((const u8 *)from)[i];
  return to;
}

void *memset(void *to, int value, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) ((u8 *)to)[i] = (u8)value;
  return to;
}
#endif

int memcmp(const void *left, const void *right, size_t bytes) {
  const u8 *a = left, *b = right;
  for (size_t i = 0; i < bytes; i++)
    if (a[i] != b[i]) return a[i] - b[i];
  return 0;
}

void *memmove(void *to, const void *from, size_t bytes) {
  if (to <= from) return memcpy(to, from, bytes);
  for (u8 *end = (u8 *)to + bytes, *source = (u8 *)from + bytes; end != to;) *--end = *--source;
  return to;
}

static inline size_t length_of(const char *text) {
  size_t bytes = 0;
  while (text[bytes] != 0) bytes++;
  return bytes;
}

static inline int same_text(const char *a, const char *b) {
  while (*a != 0 && *a == *b) a++, b++;
  return *a == *b;
}

#endif
